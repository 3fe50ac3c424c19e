package network

import (
	"fmt"
	"net/netip"
	"slices"

	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/intstr"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// validate reports everything for which the API server refuses a policy (pkg/apis/networking/validation of Kubernetes). It
// returns nil for a policy that is accepted.
func (w *world) validate(p objects.Typed[netv1.NetworkPolicy]) *suspect {
	v := &policyValidator{}
	v.selector("spec.podSelector", &p.Value.Spec.PodSelector)
	for _, d := range directions {
		for _, r := range d.rules(p.Value) {
			for i := range r.ports {
				v.port(objects.Index(r.field+".ports", i), &r.ports[i])
			}
			for i := range r.peers {
				v.peer(objects.Index(r.field+"."+d.peersField(), i), &r.peers[i])
			}
		}
	}
	v.policyTypes(p.Value.Spec.PolicyTypes)
	for _, f := range v.findings {
		w.report(p.Object, f)
	}
	if len(v.findings) == 0 {
		return nil
	}
	return &suspect{Finding: v.findings[0], policy: p.Object, stays: true}
}

type policyValidator struct{ findings []finding.Finding }

func (v *policyValidator) refuse(at, format string, args ...any) {
	v.findings = append(v.findings, finding.Finding{
		Code: finding.InvalidPolicy, Severity: finding.Error, Field: at,
		Message: "the API server refuses the policy: " + fmt.Sprintf(format, args...), Fix: "correct the field",
	})
}

func (v *policyValidator) policyTypes(types []netv1.PolicyType) {
	if len(types) > len(directions) {
		v.refuse("spec.policyTypes", "it has %d policyTypes, must be at most 2", len(types))
	}
	for i, t := range types {
		if t != netv1.PolicyTypeEgress && t != netv1.PolicyTypeIngress {
			v.refuse(objects.Index("spec.policyTypes", i), "%q must be Ingress or Egress", t)
		}
	}
}

func (v *policyValidator) selector(at string, s *metav1.LabelSelector) {
	for _, err := range validation.ValidateLabelSelector(s, validation.LabelSelectorValidationOptions{}, field.NewPath("x")) {
		v.refuse(at, "the selector is not valid: %s", err.ErrorBody())
		return
	}
}

func (v *policyValidator) port(at string, p *netv1.NetworkPolicyPort) {
	if protocol := protocolOf(p); !slices.Contains(protocols[:], protocol) {
		v.refuse(at+".protocol", "%q must be TCP, UDP or SCTP", protocol)
	}
	switch {
	case p.Port == nil:
		if p.EndPort != nil {
			v.refuse(at+".endPort", "there must be a port where there is an endPort")
		}
		return
	case p.Port.Type == intstr.String:
		for _, problem := range utilvalidation.IsValidPortName(p.Port.StrVal) {
			v.refuse(at+".port", "%q is neither a number nor the name of a port: %s", p.Port.StrVal, problem)
			break
		}
		if p.EndPort != nil {
			v.refuse(at+".endPort", "the port must be a number where there is an endPort")
		}
		return
	}
	first := p.Port.IntVal
	if first < firstPort || first > lastPort {
		v.refuse(at+".port", "%d must be from %d to %d", first, firstPort, lastPort)
		return
	}
	if p.EndPort != nil && (*p.EndPort < first || *p.EndPort > lastPort) {
		v.refuse(at+".endPort", "%d must be from the port, %d, to %d", *p.EndPort, first, lastPort)
	}
}

func (v *policyValidator) peer(at string, p *netv1.NetworkPolicyPeer) {
	switch {
	case p.IPBlock != nil && (p.NamespaceSelector != nil || p.PodSelector != nil):
		v.refuse(at, "ipBlock must stand alone, without podSelector and namespaceSelector")
	case p.IPBlock == nil && p.NamespaceSelector == nil && p.PodSelector == nil:
		v.refuse(at, "a peer must have a podSelector, a namespaceSelector or an ipBlock")
	}
	if p.NamespaceSelector != nil {
		v.selector(at+".namespaceSelector", p.NamespaceSelector)
	}
	if p.PodSelector != nil {
		v.selector(at+".podSelector", p.PodSelector)
	}
	if p.IPBlock != nil {
		v.block(at+".ipBlock", p.IPBlock)
	}
}

func (v *policyValidator) block(at string, b *netv1.IPBlock) {
	block, err := netip.ParsePrefix(b.CIDR)
	if err != nil {
		v.refuse(at+".cidr", "%q must be a block of addresses such as 198.51.100.0/24", b.CIDR)
		return
	}
	for i, text := range b.Except {
		except, err := netip.ParsePrefix(text)
		switch field := objects.Index(at+".except", i); {
		case err != nil:
			v.refuse(field, "%q must be a block of addresses such as 198.51.100.0/24", text)
		case !block.Contains(except.Addr()) || except.Bits() <= block.Bits():
			v.refuse(field, "%q must lie within %q, and be smaller", text, b.CIDR)
		}
	}
}
