package admission

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
)

const (
	registrationGroup = "admissionregistration.k8s.io"
	mutatingWebhooks  = "MutatingWebhookConfiguration"
)

// matching selects the requests that a webhook or a policy is asked about.
type matching struct {
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector"`
	ObjectSelector    *metav1.LabelSelector `json:"objectSelector"`
}

// webhookConfiguration has the fields of an admission webhook's configuration that decide which requests are sent to
// whom.
type webhookConfiguration struct {
	Webhooks []webhook `json:"webhooks"`
}

type webhook struct {
	matching

	ClientConfig    clientConfig `json:"clientConfig"`
	Rules           []rule       `json:"rules"`
	MatchConditions []any        `json:"matchConditions"`
}

// webhooks reports webhooks to which the API server sends the Secrets of others as they are written, or which may
// change what leads to them.
func (j *judge) webhooks() verdict.Result {
	var result verdict.Result
	for _, o := range j.set.All {
		isWebhook := o.Kind == "ValidatingWebhookConfiguration" || o.Kind == mutatingWebhooks
		if !isWebhook || o.GroupKind().Group != registrationGroup {
			continue
		}
		var configuration webhookConfiguration
		if err := o.DecodePart(&configuration); err != nil {
			continue // the API server refuses it, so it is never called
		}
		result.Decide(verdict.Subject{Object: o})
		for i := range configuration.Webhooks {
			if f, wrong := j.webhook(&configuration.Webhooks[i], o.Kind == mutatingWebhooks); wrong {
				f.Field = fieldpath.Of("webhooks").Index(i).Join(f.Field)
				result.Add(about(o, f))
			}
		}
	}
	return result
}

// webhook is the finding about the first rule of a webhook by which it gets at the objects of a component that is not
// its server's.
func (j *judge) webhook(w *webhook, changes bool) (f finding.Finding, wrong bool) {
	by, found := j.serverOf(w.ClientConfig)
	if !found {
		return f, false
	}
	for i, r := range w.Rules {
		of, leads := r.leads(changes)
		if !leads {
			continue
		}
		other, is := j.other(w.matching, of, by.component)
		if !is {
			continue
		}
		what := fmt.Sprintf("is sent every Secret that is written in %s", describe(other))
		if of.changed {
			what = fmt.Sprintf("may change %s of %s as they are written", of, describe(other))
		}
		f = by.judged(what)
		f.Lead = by.lead(j.sent(w.matching, of, by.component))
		if len(w.MatchConditions) > 0 && f.Severity == finding.Error {
			f = undecided(by.text + " " + what + ", unless matchConditions, which are not evaluated, keep it from that")
		}
		f.Field = fieldpath.Of("rules").Index(i).Child("resources")
		f.Fix = "take the resource out of the rule, or limit the webhook to the component's own namespace by " +
			"namespaceSelector"
		return f, true
	}
	return f, false
}

// other is the first component, but own, whose objects of a resource are selected; nil, and true, where it is none of
// the input: namespaces without labels are selected, and own has the only component.
func (j *judge) other(m matching, of resource, own *scope.Component) (component *scope.Component, found bool) {
	namespaces, byLabels := selector(m.NamespaceSelector), selector(m.ObjectSelector)
	others := false
	for i := range j.scope.Components {
		component = &j.scope.Components[i]
		if component == own {
			continue
		}
		others = true
		selected := of.cluster || namespaces.Matches(j.labelsOf(component.Namespace))
		if selected && j.selectsObjects(byLabels, of, component) {
			return component, true
		}
	}
	everywhere := namespaces.Matches(labels.Set{}) && byLabels.Matches(labels.Set{})
	return nil, !others && everywhere
}

// sent is what a webhook gets of the components, but own, whose objects of a resource are selected: Secrets or, where it
// may change what leads to them, pods of its own.
func (j *judge) sent(m matching, of resource, own *scope.Component) []finding.End {
	kind := finding.OfSecrets
	if of.changed {
		kind = finding.OfNewPods
	}
	var ends []finding.End
	for i := range j.scope.Components {
		component := &j.scope.Components[i]
		selected := of.cluster || selector(m.NamespaceSelector).Matches(j.labelsOf(component.Namespace))
		if component != own && selected && j.selectsObjects(selector(m.ObjectSelector), of, component) {
			ends = append(ends, kind.In(component.Namespace)...)
		}
	}
	return ends
}

// selectsObjects reports whether a selector takes objects without labels, or one of the component's.
func (j *judge) selectsObjects(s labels.Selector, of resource, component *scope.Component) bool {
	if s.Matches(labels.Set{}) {
		return true
	}
	for _, o := range j.set.All {
		here := of.cluster || o.Namespace == component.Namespace
		if here && o.GroupKind() == of.groupKind() && s.Matches(labels.Set(o.Labels)) {
			return true
		}
	}
	return false
}

// selector reads a selector; one that is left out selects everything, and one that the API server refuses nothing.
func selector(written *metav1.LabelSelector) labels.Selector {
	if written == nil {
		return labels.Everything()
	}
	read, err := metav1.LabelSelectorAsSelector(written)
	if err != nil {
		return labels.Nothing()
	}
	return read
}
