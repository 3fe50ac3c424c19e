package plan

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/spec"
)

func resolvePod(p *spec.RuntimePod) (RuntimePod, error) {
	resolved := RuntimePod{NodeSelector: p.NodeSelector, PriorityClassName: p.PriorityClassName}
	if p.Replicas != nil {
		resolved.Replicas = int32(*p.Replicas) //nolint:gosec // the Segregation bounds it
	}
	var err error
	if resolved.Resources.Requests, err = resourceList(p.Resources.Requests); err != nil {
		return resolved, fmt.Errorf("requests of the sync runtime: %w", err)
	}
	if resolved.Resources.Limits, err = resourceList(p.Resources.Limits); err != nil {
		return resolved, fmt.Errorf("limits of the sync runtime: %w", err)
	}
	for _, secret := range p.ImagePullSecrets {
		resolved.ImagePullSecrets = append(resolved.ImagePullSecrets, corev1.LocalObjectReference{Name: secret.Name})
	}
	for _, t := range p.Tolerations {
		resolved.Tolerations = append(resolved.Tolerations, resolveToleration(t))
	}
	return resolved, nil
}

// resolveToleration keeps what was left out left out: the API server adds nothing to it.
func resolveToleration(t spec.Toleration) corev1.Toleration {
	resolved := corev1.Toleration{
		Key: t.Key, Operator: corev1.TolerationOperator(t.Operator), Value: t.Value,
		Effect: corev1.TaintEffect(t.Effect),
	}
	if t.TolerationSeconds != nil {
		seconds := int64(*t.TolerationSeconds)
		resolved.TolerationSeconds = &seconds
	}
	return resolved
}
