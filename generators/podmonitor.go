package generators

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/wellknown"
)

// podMonitorSpec is what is written of a PodMonitor of the Prometheus operator. Its Go module would bring the types of
// all its kinds.
type podMonitorSpec struct {
	Selector            metav1.LabelSelector `json:"selector"`
	PodMetricsEndpoints []podMetricsEndpoint `json:"podMetricsEndpoints"`
}

// podMetricsEndpoint is a port of the pods, by its name, that metrics are read from.
type podMetricsEndpoint struct {
	Port string `json:"port"`
}

// runtimePodMonitor tells the Prometheus operator of the runtime's metrics, in the runtime's own namespace.
func (c component) runtimePodMonitor() Object {
	return &Manifest[podMonitorSpec]{
		TypeMeta:   typeMeta(wellknown.MonitoringGroup+"/v1", wellknown.PodMonitorKind),
		ObjectMeta: c.meta(wellknown.RuntimeName),
		Spec: podMonitorSpec{
			Selector:            *podSelector(runtimeLabels()),
			PodMetricsEndpoints: []podMetricsEndpoint{{Port: wellknown.RuntimeMetricsPort}},
		},
	}
}
