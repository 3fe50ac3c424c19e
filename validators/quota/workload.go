package quota

import (
	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/objects"
)

// workload is a workload with what its pods will be.
type workload struct {
	*objects.Workload
	// pod is one of its pods as the API server stores it. It must not be changed.
	pod   *corev1.Pod
	count podCount
	// taken is what one pod takes of a quota's resources; nil where the namespace has no quota.
	taken corev1.ResourceList
}

// container is one container that requests resources, as written and with what the API server fills in.
type container struct {
	objects.Container
	effective corev1.ResourceRequirements
}

// resourced visits the containers of a workload that may request resources: all but ephemeral ones.
func (w *workload) resourced() []container {
	var found []container
	inits, others := 0, 0
	for c := range w.Containers() {
		switch {
		case c.Ephemeral:
		case c.Init:
			found = append(found, container{c, w.pod.Spec.InitContainers[inits].Resources})
			inits++
		default:
			found = append(found, container{c, w.pod.Spec.Containers[others].Resources})
			others++
		}
	}
	return found
}
