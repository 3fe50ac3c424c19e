package pods

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/objects"
)

// isProvider reports whether a namespace is that of a storage driver: it is trusted, the driver is called by it, as
// Rook's are, or its pods mount the kubelet's folder of plugins.
func (j *judge) isProvider(namespace, driver string) bool {
	if j.cluster.Trusts(namespace) != "" || strings.HasPrefix(driver, namespace+".") {
		return true
	}
	return slices.ContainsFunc(j.set.Workloads, func(w *objects.Workload) bool {
		return w.Namespace == namespace && slices.ContainsFunc(w.Pod.Spec.Volumes, func(v corev1.Volume) bool {
			return v.HostPath != nil && strings.HasPrefix(v.HostPath.Path, "/var/lib/kubelet/plugins")
		})
	})
}
