package quota

import (
	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/quota/admission"
)

// quota is a ResourceQuota.
type quota struct {
	objects.Typed[corev1.ResourceQuota]

	// refusals are the reasons for which the API server refuses it.
	refusals []admission.Refusal
}

func newQuota(o objects.Typed[corev1.ResourceQuota]) quota {
	return quota{o, admission.QuotaRefusals(o.Value)}
}

// hard is the subject of one resource of the quota.
func (q *quota) hard(name corev1.ResourceName) verdict.Subject {
	return verdict.Subject{Object: q.Object, Field: admission.HardField(name)}
}

// validQuotas are the ResourceQuotas that the API server takes.
func (n *namespace) validQuotas() []*quota {
	var valid []*quota
	for i := range n.quotas {
		if len(n.quotas[i].refusals) == 0 {
			valid = append(valid, &n.quotas[i])
		}
	}
	return valid
}

// invalidQuotas reports ResourceQuotas that the API server refuses.
func (n *namespace) invalidQuotas(result *verdict.Result) {
	for i := range n.quotas {
		q := &n.quotas[i]
		result.Decide(verdict.Subject{Object: q.Object})
		for _, p := range q.refusals {
			about(result, q.Object, finding.Finding{
				Code: finding.InvalidQuota, Severity: finding.Error, Field: p.Field, Message: p.Message, Fix: p.Fix,
			})
		}
	}
}
