package secretgroups

import (
	"maps"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/version"
	"cloison.dev/cloison/internal/wellknown"
)

// fillSync writes who fills the Secrets, and how often.
func (a *arranger) fillSync() {
	sync := &a.Segregation.Spec.Sync
	var intervals []string
	controllers := map[string]*objects.Object{}
	for _, c := range a.components {
		for _, g := range c.groups {
			intervals = append(intervals, string(g.Interval))
		}
		for _, s := range c.stores() {
			controllers[s.Controller] = s.Object
		}
	}
	slices.Sort(intervals)
	if all := slices.Compact(intervals); len(all) == 1 {
		sync.RefreshInterval = spec.Duration(all[0])
	}
	field, at := fieldpath.Of("spec", "controller"), fieldpath.Of("spec", "sync")
	for _, controller := range slices.Sorted(maps.Keys(controllers)) {
		switch controller {
		case "":
			if controllers[wellknown.RuntimeController] != nil {
				a.Note(draft.Changed, controllers[""], field, at,
					"all components have one engine, and other stores are served by Cloison: so will this one")
			}
		case wellknown.RuntimeController:
			sync.Engine = spec.EngineCloison
			a.fillRuntime(sync)
		default:
			a.Note(draft.Changed, controllers[controller], field, at,
				"another controller serves this store: the External Secrets Operator will")
		}
	}
}

// fillRuntime writes the settings of the engine Cloison, from the first sync runtime of the input.
func (a *arranger) fillRuntime(sync *spec.Sync) {
	sync.MetricsFrom = a.metricsFrom()
	for _, w := range a.set.Workloads {
		deployment, isDeployment := w.Typed.(*appsv1.Deployment)
		if !isDeployment || !wellknown.IsRuntime(w.Name, w.Labels) {
			continue
		}
		fillPod(&sync.Pod, deployment)
		for container := range w.Containers() {
			if container.Image != version.RuntimeImage() {
				sync.Image = container.Image
			}
			sync.Restart = slices.Contains(container.Args, "--restart")
			for _, arg := range container.Args {
				written, found := strings.CutPrefix(arg, "--poll-interval=")
				if found && !isDefaultPoll(spec.Duration(written)) {
					sync.PollInterval = spec.Duration(written)
				}
			}
		}
		return
	}
}

// isDefaultPoll reports whether an interval need not be written: it is the default, or none that can be read.
func isDefaultPoll(written spec.Duration) bool {
	span, err := written.Parse()
	byDefault, _ := spec.DefaultPollInterval.Parse() // it is one
	return err != nil || span == byDefault
}
