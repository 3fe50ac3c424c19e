package runtime

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// monitorVersion is the only version of PodMonitors.
const monitorVersion = wellknown.MonitoringGroup + "/v1"

// podMonitor is what a runtime's PodMonitor has; whatever else it says is stray.
type podMonitor struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	Spec struct {
		Selector            metav1.LabelSelector `json:"selector"`
		PodMetricsEndpoints []metricsEndpoint    `json:"podMetricsEndpoints"`
	} `json:"spec"`
}

type metricsEndpoint struct {
	Port string `json:"port"`
}

// monitors are the PodMonitors that have the runtime's name, by namespace.
func monitors(set *objects.Set) map[string]*objects.Object {
	found := map[string]*objects.Object{}
	for _, o := range set.All {
		isMonitor := o.GroupKind() == schema.GroupKind{Group: wellknown.MonitoringGroup, Kind: wellknown.PodMonitorKind}
		if isMonitor && o.Name == wellknown.RuntimeName {
			found[o.Namespace] = o
		}
	}
	return found
}

// judgeMonitor judges the PodMonitor of a component whose runtime's metrics a namespace reads. One that says more than
// that is refused: it may have Prometheus read Secrets of the namespace, and send them.
func judgeMonitor(o *objects.Object, c *scope.Component) (result verdict.Result) {
	if o == nil {
		result.Add(verdict.Candidate{Finding: finding.Finding{
			Code: finding.RuntimeMissing, Severity: finding.Error,
			Object: finding.Object{
				APIVersion: monitorVersion, Kind: wellknown.PodMonitorKind,
				Namespace: c.Namespace, Name: wellknown.RuntimeName,
			},
			Message: fmt.Sprintf("namespace %q reads the metrics of the sync runtime of component %q, "+
				"and its PodMonitor is not in the manifests", c.Sync.MetricsFrom, c.Name),
			Fix: "restore it as Cloison generates it, or remove spec.sync.metricsFrom",
		}})
		return result
	}
	spec := fieldpath.Of("spec")
	var read podMonitor
	stray, err := o.Decode(&read)
	found := requirements{
		{fieldpath.Of("apiVersion"), finding.RuntimeDiffers, mustBe(monitorVersion, o.APIVersion)},
		{spec, finding.RuntimeDiffers, unless(err == nil, "must be that of a PodMonitor")},
		{spec.Child("selector"), finding.RuntimeDiffers, unless(
			equality.Semantic.DeepEqual(read.Spec.Selector, metav1.LabelSelector{
				MatchLabels: map[string]string{nameLabel: wellknown.RuntimeName},
			}), fmt.Sprintf("must be {matchLabels: {%s: %s}}", nameLabel, wellknown.RuntimeName))},
		{spec.Child("podMetricsEndpoints"), finding.RuntimeDiffers, unless(
			equality.Semantic.DeepEqual(read.Spec.PodMetricsEndpoints,
				[]metricsEndpoint{{Port: wellknown.RuntimeMetricsPort}}),
			fmt.Sprintf("must be [{port: %s}]", wellknown.RuntimeMetricsPort))},
	}
	for _, field := range stray {
		if status := fieldpath.Of("status"); field.Path == status || status.Contains(field.Path) {
			continue // the operator's
		}
		found = append(found, requirement{field.Path, finding.RuntimeDiffers,
			"must be left out: the Segregation says which metrics are read"})
	}
	return found.judge(o, "restore the generated PodMonitor")
}
