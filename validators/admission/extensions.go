package admission

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
)

// definition has the fields of a CustomResourceDefinition that say who converts its objects.
type definition struct {
	Spec struct {
		Group string `json:"group"`
		Names struct {
			Kind   string `json:"kind"`
			Plural string `json:"plural"`
		} `json:"names"`
		Conversion struct {
			Strategy string `json:"strategy"`
			Webhook  struct {
				ClientConfig clientConfig `json:"clientConfig"`
			} `json:"webhook"`
		} `json:"conversion"`
	} `json:"spec"`
}

// conversions reports who converts the objects of kinds that controllers take their orders from: they see all of them,
// and answer with what they like. Other kinds are converted by the operator that they are for.
func (j *judge) conversions() verdict.Result {
	var result verdict.Result
	for _, o := range j.set.All {
		if o.GroupKind() != (schema.GroupKind{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"}) {
			continue
		}
		var d definition
		if err := o.DecodePart(&d); err != nil {
			continue
		}
		result.Decide(verdict.Subject{Object: o, Question: "conversion"})
		by, found := j.serverOf(d.Spec.Conversion.Webhook.ClientConfig)
		if !found || d.Spec.Conversion.Strategy != "Webhook" || !isOperated(d.Spec.Group) || !j.hasOthers(by.component) {
			continue
		}
		f := j.operated(by, fmt.Sprintf("converts the objects of kind %s, those of other components included, and "+
			"answers with what it likes", d.Spec.Names.Kind))
		f.Field = fieldpath.Of("spec", "conversion", "webhook", "clientConfig")
		f.Fix = "have the operator of the kind convert it"
		result.Add(about(o, f))
	}
	return result
}

// operated is the finding about who stands between controllers and their objects. Without a Segregation the component
// may be the controller itself.
func (j *judge) operated(by server, what string) finding.Finding {
	f := by.judged(what)
	f.Lead = by.lead(finding.OfSecrets.In(finding.Everywhere))
	if f.Severity == finding.Error && by.component.Plan == nil {
		f = undecided(by.text + " " + what + ", and whether it is the operator of the kind is not known")
	}
	return f
}

// hasOthers reports whether there may be components beside own.
func (j *judge) hasOthers(own *scope.Component) bool {
	return own == nil || len(j.scope.Components) > 1 || own.Plan == nil
}

// apiService has the fields of an APIService that say who serves a group.
type apiService struct {
	Spec struct {
		Group   string            `json:"group"`
		Version string            `json:"version"`
		Service *serviceReference `json:"service"`
	} `json:"spec"`
}

// services reports who serves an API group in the API server's place, where the objects of the group are those of
// components, or orders to controllers.
func (j *judge) services() verdict.Result {
	var result verdict.Result
	for _, o := range j.set.All {
		if o.GroupKind() != (schema.GroupKind{Group: "apiregistration.k8s.io", Kind: "APIService"}) {
			continue
		}
		var s apiService
		if err := o.DecodePart(&s); err != nil {
			continue
		}
		result.Decide(verdict.Subject{Object: o})
		by, found := j.serverOf(clientConfig{Service: s.Spec.Service})
		group := s.Spec.Group
		if !found || isMetrics(group) || !j.hasOthers(by.component) ||
			!isOperated(group) && !isKubernetes(group) && !j.isUsed(group, by.component) {
			continue
		}
		f := j.operated(by, fmt.Sprintf("serves the API group %q in the API server's place: it is sent what is "+
			"written of it in every namespace, and answers what it likes", group))
		f.Field, f.Fix = fieldpath.Of("spec", "service"), "remove the APIService"
		result.Add(about(o, f))
	}
	return result
}

// isMetrics reports whether a group has measurements only, which lead to no secret.
func isMetrics(group string) bool {
	return slices.Contains([]string{"metrics.k8s.io", "custom.metrics.k8s.io", "external.metrics.k8s.io"}, group)
}

// isKubernetes reports whether a group is one of Kubernetes' own.
func isKubernetes(group string) bool {
	return !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io")
}

// isUsed reports whether a component other than own has objects of a group.
func (j *judge) isUsed(group string, own *scope.Component) bool {
	for _, o := range j.set.All {
		in := j.scope.Of(o.Namespace)
		if o.GroupKind().Group == group && in != nil && in != own {
			return true
		}
	}
	return false
}
