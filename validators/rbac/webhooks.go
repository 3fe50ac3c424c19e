package rbac

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
)

// webhooks is the part of an admission webhook's configuration that says who is asked about what.
type webhooks struct {
	Webhooks []struct {
		ClientConfig struct {
			Service struct {
				Namespace string `json:"namespace"`
				Name      string `json:"name"`
			} `json:"service"`
		} `json:"clientConfig"`
		NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector"`
		Rules             []struct {
			APIGroups []string `json:"apiGroups"`
			Resources []string `json:"resources"`
		} `json:"rules"`
	} `json:"webhooks"`
}

// secretsWebhooks reports webhooks of a declared component to which the API server sends the Secrets of others as they are
// written. Without a Segregation it may be a policy engine, which is meant to see them.
func (c *check) secretsWebhooks() {
	for _, o := range c.set.All {
		isWebhook := o.Kind == "ValidatingWebhookConfiguration" || o.Kind == "MutatingWebhookConfiguration"
		if !isWebhook || o.GroupKind().Group != "admissionregistration.k8s.io" {
			continue
		}
		var configuration webhooks
		if _, err := o.Decode(&configuration); err != nil {
			continue // what the API server refuses asks nobody
		}
		for i, webhook := range configuration.Webhooks {
			own := c.scope.Of(webhook.ClientConfig.Service.Namespace)
			if own == nil || own.Plan == nil {
				continue
			}
			other := c.selected(webhook.NamespaceSelector, own)
			for j, rule := range webhook.Rules {
				if other != nil && contains(rule.APIGroups, "") && (contains(rule.Resources, "secrets") || slices.Contains(rule.Resources, "*/*")) {
					c.report(o.About(webhookFinding(own, other, webhook.ClientConfig.Service.Name, i, j)))
					break
				}
			}
		}
	}
}

func webhookFinding(own, other *scope.Component, service string, webhook, rule int) finding.Finding {
	return finding.Finding{
		Code: finding.ChangesWalls, Severity: finding.Error,
		Field: objects.Index(objects.Index("webhooks", webhook)+".rules", rule) + ".resources",
		Message: fmt.Sprintf("the API server sends every Secret that is written in %s to Service %q of %s",
			describe(other), service, describe(own)),
		Fix: "take Secrets out of the rule, or limit the webhook to the component's own namespace by namespaceSelector",
	}
}

// selected is the first other component whose Namespace a selector selects; nil where there is none.
func (c *check) selected(selector *metav1.LabelSelector, own *scope.Component) *scope.Component {
	matcher := labels.Everything()
	if selector != nil {
		var err error
		if matcher, err = metav1.LabelSelectorAsSelector(selector); err != nil {
			return nil
		}
	}
	for i := range c.scope.Components {
		component := &c.scope.Components[i]
		set := labels.Set{}
		for _, namespace := range c.set.Namespaces {
			if namespace.Name == component.Namespace {
				set = labels.Merge(set, namespace.Labels)
			}
		}
		set["kubernetes.io/metadata.name"] = component.Namespace
		if component != own && matcher.Matches(set) {
			return component
		}
	}
	return nil
}
