package admission

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// webhookConfiguration has the fields of an admission webhook's configuration that decide which requests are sent to
// which service.
type webhookConfiguration struct {
	Webhooks []struct {
		ClientConfig struct {
			Service struct {
				Namespace string `json:"namespace"`
				Name      string `json:"name"`
			} `json:"service"`
		} `json:"clientConfig"`
		NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector"`
		Rules             []webhookRule         `json:"rules"`
	} `json:"webhooks"`
}

type webhookRule struct {
	APIGroups []string `json:"apiGroups"`
	Resources []string `json:"resources"`
}

func (r webhookRule) hasSecrets() bool {
	return slices.ContainsFunc(r.APIGroups, func(group string) bool { return group == "" || group == "*" }) &&
		slices.ContainsFunc(r.Resources, func(resource string) bool {
			return resource == "secrets" || resource == "*" || resource == "*/*"
		})
}

// webhooks reports webhooks of a declared component to which the API server sends the Secrets of others as they are
// written. Without a Segregation it may be a policy engine, which must see them.
func (j *judge) webhooks() verdict.Result {
	var result verdict.Result
	for _, o := range j.set.All {
		isWebhook := o.Kind == "ValidatingWebhookConfiguration" || o.Kind == "MutatingWebhookConfiguration"
		if isWebhook && o.GroupKind().Group == "admissionregistration.k8s.io" {
			j.webhooksOf(&result, o)
		}
	}
	return result
}

func (j *judge) webhooksOf(result *verdict.Result, o *objects.Object) {
	var configuration webhookConfiguration
	if _, err := o.Decode(&configuration); err != nil {
		return // the API server refuses it, so it is never called
	}
	result.Decide(verdict.Subject{Object: o})
	for i, webhook := range configuration.Webhooks {
		own := j.scope.Of(webhook.ClientConfig.Service.Namespace)
		rule := slices.IndexFunc(webhook.Rules, webhookRule.hasSecrets)
		if own == nil || own.Plan == nil || rule < 0 {
			continue
		}
		other := j.selectedOther(webhook.NamespaceSelector, own)
		if other == nil {
			continue
		}
		result.Add(verdict.Candidate{Precedence: cause, Finding: o.About(finding.Finding{
			Code: finding.ChangesWalls, Severity: finding.Error,
			Field: fieldpath.Of("webhooks").Index(i).Child("rules").Index(rule).Child("resources"),
			Message: fmt.Sprintf("the API server sends every Secret that is written in %s to Service %q of %s",
				describe(other), webhook.ClientConfig.Service.Name, describe(own)),
			Fix: "take Secrets out of the rule, or limit the webhook to the component's own " +
				"namespace by namespaceSelector",
		})})
	}
}

// selectedOther is the first other component whose Namespace a selector selects; nil where there is none.
func (j *judge) selectedOther(selector *metav1.LabelSelector, own *scope.Component) *scope.Component {
	matcher := labels.Everything()
	if selector != nil {
		var err error
		if matcher, err = metav1.LabelSelectorAsSelector(selector); err != nil {
			return nil
		}
	}
	for i := range j.scope.Components {
		if component := &j.scope.Components[i]; component != own &&
			matcher.Matches(j.namespaceLabels(component.Namespace)) {
			return component
		}
	}
	return nil
}

func (j *judge) namespaceLabels(name string) labels.Set {
	set := labels.Set{}
	for _, namespace := range j.set.Namespaces {
		if namespace.Name == name {
			set = labels.Merge(set, namespace.Labels)
		}
	}
	set[wellknown.NamespaceNameLabel] = name
	return set
}
