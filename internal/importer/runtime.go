package importer

import (
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/version"
	"cloison.dev/cloison/internal/wellknown"
)

// isRuntime reports whether an object is one of a sync runtime that Cloison generated.
func isRuntime(o *objects.Object) bool { return isGenerated(o) && o.Name == wellknown.RuntimeName }

// readRuntime takes the settings of the engine Cloison from a sync runtime of the input.
func (im *importer) readRuntime(sync *spec.Sync) {
	for _, w := range im.set.Workloads {
		if _, isDeployment := w.Typed.(*appsv1.Deployment); !isDeployment || !isRuntime(w.Object) {
			continue
		}
		for container := range w.Containers() {
			if container.Image != version.RuntimeImage {
				sync.Image = container.Image
			}
			sync.Restart = slices.Contains(container.Args, "--restart")
			for _, arg := range container.Args {
				written, found := strings.CutPrefix(arg, "--poll-interval=")
				if span, err := spec.Duration(written).Parse(); found && err == nil && span != defaultPoll {
					sync.PollInterval = spec.Duration(written)
				}
			}
		}
		return
	}
}

const defaultPoll = 30 * time.Second
