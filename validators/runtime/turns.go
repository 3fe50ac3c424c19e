package runtime

import (
	"maps"
	"slices"
	"time"

	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/wall"
)

// turns are the probes that a Segregation gives one component's runtime: of each of its stores, each folder of another
// component that it does not read itself, one after another from the offset on.
type turns struct {
	folders          []string
	offset, interval time.Duration
	// others are the turns of the other components.
	others []turn
}

// turn is when a component's runtime probes, in each interval.
type turn struct {
	component  string
	start, end time.Duration
}

// turnsOf derives a component's turns from the Segregation: components come in the order of their names.
func turnsOf(c *scope.Component) turns {
	var t turns
	all := map[string]bool{}
	for i := range c.Siblings {
		maps.Copy(all, foldersOf(&c.Siblings[i]))
	}
	begun := 0
	for i := range c.Siblings {
		sibling := &c.Siblings[i]
		own := foldersOf(sibling)
		probes := len(sibling.Groups) * (len(all) - len(own))
		at := turn{sibling.Name, slots(begun), slots(begun + probes)}
		begun += probes
		if sibling.Name != c.Name {
			t.others = append(t.others, at)
			continue
		}
		t.offset = at.start
		for _, folder := range slices.Sorted(maps.Keys(all)) {
			if !own[folder] {
				t.folders = append(t.folders, folder)
			}
		}
	}
	t.interval = wall.Interval(begun)
	return t
}

// foldersOf are the folders that a component reads.
func foldersOf(c *plan.Component) map[string]bool {
	folders := map[string]bool{}
	for i := range c.Groups {
		folders[folderOf(&c.Groups[i])] = true
	}
	return folders
}

func slots(count int) time.Duration { return time.Duration(count) * wall.Spacing }

func folderOf(g *plan.SecretGroup) string {
	return wall.Folder{Region: g.Region, ProjectID: g.ProjectID, Path: g.Folder}.String()
}

// taken says, for a message, whose turns begin where the runtime was told to begin. It is empty where those are
// nobody's.
func (t turns) taken(offset []string) string {
	if len(offset) != 1 {
		return ""
	}
	start, err := time.ParseDuration(offset[0])
	if err != nil {
		return ""
	}
	var names []string
	for _, other := range t.others {
		if other.start <= start && start < other.end {
			names = append(names, other.component)
		}
	}
	if names == nil {
		return ""
	}
	return "the runtime of component " + phrase.Quoted(names) + " probes then, and "
}
