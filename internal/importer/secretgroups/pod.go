package secretgroups

import (
	"maps"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// fillPod writes how the pods of a sync runtime run, where that is not the default.
func fillPod(pod *spec.RuntimePod, of *appsv1.Deployment) {
	if replicas := of.Spec.Replicas; replicas != nil && *replicas != spec.DefaultReplicas {
		pod.Replicas = new(int(*replicas))
	}
	template := &of.Spec.Template.Spec
	for _, secret := range template.ImagePullSecrets {
		pod.ImagePullSecrets = append(pod.ImagePullSecrets, spec.PullSecret{Name: secret.Name})
	}
	pod.NodeSelector, pod.PriorityClassName = template.NodeSelector, template.PriorityClassName
	for _, t := range template.Tolerations {
		pod.Tolerations = append(pod.Tolerations, tolerationOf(t))
	}
	for i := range template.Containers {
		if c := &template.Containers[i]; c.Name == wellknown.RuntimeName {
			pod.Resources.Requests = amountsOf(c.Resources.Requests, spec.DefaultRequests())
			pod.Resources.Limits = amountsOf(c.Resources.Limits, spec.DefaultLimits())
		}
	}
}

func tolerationOf(t corev1.Toleration) spec.Toleration {
	found := spec.Toleration{Key: t.Key, Operator: string(t.Operator), Value: t.Value, Effect: string(t.Effect)}
	if t.TolerationSeconds != nil {
		found.TolerationSeconds = new(int(*t.TolerationSeconds))
	}
	return found
}

// amountsOf is nil for the default.
func amountsOf(list corev1.ResourceList, byDefault map[string]spec.Quantity) map[string]spec.Quantity {
	amounts := map[string]spec.Quantity{}
	for name, amount := range list {
		amounts[string(name)] = spec.Quantity(amount.String())
	}
	if maps.Equal(amounts, byDefault) {
		return nil
	}
	return amounts
}

// metricsFrom is the namespace that the NetworkPolicy of a sync runtime lets read its metrics; empty for none.
func (a *arranger) metricsFrom() string {
	for _, policy := range a.set.NetworkPolicies {
		if !wellknown.IsRuntime(policy.Name, policy.Labels) {
			continue
		}
		for _, rule := range policy.Value.Spec.Ingress {
			for _, peer := range rule.From {
				if peer.NamespaceSelector != nil && len(peer.NamespaceSelector.MatchLabels) == 1 {
					return peer.NamespaceSelector.MatchLabels[wellknown.NamespaceNameLabel]
				}
			}
		}
	}
	return ""
}
