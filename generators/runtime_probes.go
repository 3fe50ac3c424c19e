package generators

import (
	"slices"
	"time"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/wall"
)

// probes are what the wall probe of one component's runtime tries, and when.
type probes struct {
	// folders are those of all other components that this one does not read itself, sorted.
	folders []string
	// offset is where its slots begin in each interval, which is the same for all runtimes.
	offset, interval time.Duration
}

// newProbes numbers the probes of a Segregation, component by component, and gives each the slot of its number. A
// component has one for each of its stores and each folder of another component, unless it reads that one too; in which order the runtime makes its
// own is left to it, since it knows its stores by their names only. The result has one entry for each component.
func newProbes(p *plan.Plan) []probes {
	own, all := make([][]string, len(p.Components)), []string{}
	for i := range p.Components {
		for _, g := range p.Components[i].Groups {
			folder := wall.Folder{Region: g.Region, ProjectID: g.ProjectID, Path: g.Folder}
			own[i] = append(own[i], folder.String())
		}
		all = append(all, own[i]...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	each, count := make([]probes, len(p.Components)), 0
	for i := range p.Components {
		stores := len(p.Components[i].Groups)
		if stores == 0 {
			continue
		}
		each[i].folders = slices.DeleteFunc(slices.Clone(all),
			func(folder string) bool { return slices.Contains(own[i], folder) })
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
