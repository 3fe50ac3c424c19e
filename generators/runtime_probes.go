package generators

import (
	"slices"
	"strings"
	"time"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/wall"
)

// probes are what the wall probe of one component's runtime tries, and when.
type probes struct {
	// folders are those of all other components, sorted.
	folders []string
	// offset is where its slots begin in each interval, which is the same for all runtimes.
	offset, interval time.Duration
}

// newProbes numbers the probes of a Segregation, component by component, and gives each the slot of its number. A
// component has one for each of its stores and each folder of another component; in which order the runtime makes its
// own is left to it, since it knows its stores by their names only. The result has one entry for each component.
func newProbes(p *plan.Plan) []probes {
	type owned struct {
		folder string
		owner  int
	}
	var all []owned
	for i := range p.Components {
		for _, g := range p.Components[i].Groups {
			folder := wall.Folder{Region: g.Region, ProjectID: g.ProjectID, Path: g.Folder}
			all = append(all, owned{folder.String(), i})
		}
	}
	slices.SortFunc(all, func(a, b owned) int { return strings.Compare(a.folder, b.folder) })
	each, count := make([]probes, len(p.Components)), 0
	for i := range p.Components {
		stores := len(p.Components[i].Groups)
		if stores == 0 {
			continue
		}
		for _, f := range all {
			if f.owner != i {
				each[i].folders = append(each[i].folders, f.folder)
			}
		}
		each[i].offset = time.Duration(count) * wall.Spacing
		count += stores * len(each[i].folders)
	}
	for i := range each {
		each[i].interval = wall.Interval(count)
	}
	return each
}

// args are none where there is no folder.
func (p probes) args() []string {
	var args []string
	for _, folder := range p.folders {
		args = append(args, "--probe-folder="+folder)
	}
	if len(args) == 0 {
		return nil
	}
	return append(args, "--probe-interval="+duration(p.interval), "--probe-offset="+duration(p.offset))
}
