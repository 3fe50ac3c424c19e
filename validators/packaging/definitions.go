package packaging

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// operatorChart is the Helm chart of the External Secrets Operator, and the last part of its image's name.
const operatorChart = "external-secrets"

// besideOperator reports that the runtime's CRDs, which are for clusters without the External Secrets Operator, stand
// beside the operator or its own CRDs. Two CRDs of one name are another finding already.
func (j *judge) besideOperator() verdict.Result {
	var result verdict.Result
	own := slices.IndexFunc(j.set.All, isRuntimeDefinition)
	if own < 0 {
		return result
	}
	if found := j.operators(); len(found) > 0 {
		result.Add(about(j.set.All[own], finding.Finding{
			Code: finding.DefinitionsBesideOperator, Severity: finding.Error,
			Message: fmt.Sprintf("the CRDs of the sync runtime are for clusters without the External Secrets Operator, "+
				"and must not stand beside it: %s", shortList(found)),
			Fix: "remove the kustomization sync/crds: the runtime serves the operator's CRDs too",
		}))
	}
	return result
}

func isDefinition(o *objects.Object) bool {
	return o.GroupKind() == (schema.GroupKind{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"})
}

func isRuntimeDefinition(o *objects.Object) bool {
	return isDefinition(o) && o.Labels[wellknown.CRDLabel] == wellknown.RuntimeName
}

// operators are the objects that bring the operator or its CRDs, in the order of the input.
func (j *judge) operators() []*objects.Object {
	running := map[*objects.Object]bool{}
	for _, w := range j.set.Workloads {
		for container := range w.Containers() {
			if isOperatorImage(container.Image) {
				running[w.Object] = true
			}
		}
	}
	var found []*objects.Object
	for _, o := range j.set.All {
		if running[o] || isOperatorDefinition(o) || j.deploysOperator(o) {
			found = append(found, o)
		}
	}
	return found
}

// isOperatorImage reports whether an image is the operator's, of any registry and version.
func isOperatorImage(image string) bool {
	name, _, _ := strings.Cut(image, "@")
	parts := strings.Split(name, "/")
	last, _, _ := strings.Cut(parts[len(parts)-1], ":")
	return last == operatorChart && len(parts) > 1 && parts[len(parts)-2] == operatorChart
}

// isOperatorDefinition reports whether an object is a CRD of the operator's groups that is not the runtime's.
func isOperatorDefinition(o *objects.Object) bool {
	if !isDefinition(o) || isRuntimeDefinition(o) {
		return false
	}
	_, group, _ := strings.Cut(o.Name, ".")
	return group == wellknown.ExternalSecretsGroup || strings.HasSuffix(group, "."+wellknown.ExternalSecretsGroup)
}

// chartSource is what a Flux HelmRelease or HelmChart, or a source of an Argo CD Application, says of a chart. Where it
// is none of these it is empty.
type chartSource struct {
	Chart json.RawMessage `json:"chart"`
	URL   string          `json:"url"`
	// ChartRef of a HelmRelease names the object that has the chart.
	ChartRef *struct {
		Kind      string `json:"kind"`
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"chartRef"`
	Source   *chartSource  `json:"source"`
	Sources  []chartSource `json:"sources"`
	Template *struct {
		Spec chartSource `json:"spec"`
	} `json:"template"`
}

// deploysOperator reports whether an object of Flux or Argo CD deploys the operator's chart.
func (j *judge) deploysOperator(o *objects.Object) bool {
	switch o.GroupKind().String() {
	case "HelmRelease.helm.toolkit.fluxcd.io", "Application.argoproj.io", "ApplicationSet.argoproj.io":
	default:
		return false
	}
	spec := chartOf(o)
	if ref := spec.ChartRef; ref != nil {
		return slices.ContainsFunc(j.set.All, func(named *objects.Object) bool {
			return named.Kind == ref.Kind && named.GroupKind().Group == "source.toolkit.fluxcd.io" &&
				named.Name == ref.Name &&
				(ref.Namespace == "" || named.Namespace == ref.Namespace) && chartOf(named).isOperator()
		})
	}
	return spec.isOperator()
}

func chartOf(o *objects.Object) *chartSource {
	var read struct {
		Spec chartSource `json:"spec"`
	}
	if err := o.DecodePart(&read); err != nil {
		return &chartSource{}
	}
	return &read.Spec
}

// isOperator reports whether the chart, or one of several, is the operator's.
func (c *chartSource) isOperator() bool {
	if c.Template != nil && c.Template.Spec.isOperator() || c.Source != nil && c.Source.isOperator() {
		return true
	}
	if slices.ContainsFunc(c.Sources, func(s chartSource) bool { return s.isOperator() }) {
		return true
	}
	return chartName(c.Chart) == operatorChart || strings.HasSuffix(c.URL, "/"+operatorChart)
}

// chartName is the name of a chart: the text itself or, of a HelmRelease, what is below spec.chart.
func chartName(chart json.RawMessage) string {
	var name string
	if json.Unmarshal(chart, &name) == nil {
		return name
	}
	var nested struct {
		Spec struct {
			Chart string `json:"chart"`
		} `json:"spec"`
	}
	_ = json.Unmarshal(chart, &nested) // what is of no such form is no chart
	return nested.Spec.Chart
}
