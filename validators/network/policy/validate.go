package policy

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

	"cloison.dev/cloison/internal/fieldpath"
)

// Violation is a reason for which the API server refuses a policy.
type Violation struct {
	Field fieldpath.Path
	// Message quotes the value and says what it must be.
	Message string
}

// Validate returns everything for which the API server refuses a policy. The rules are those of
// pkg/apis/networking/validation of Kubernetes, which is no library.
func Validate(p *netv1.NetworkPolicy) []Violation {
	v := &validator{}
	spec := fieldpath.Of("spec")
	v.selector(spec.Child("podSelector"), &p.Spec.PodSelector)
	for _, d := range Directions() {
		for _, r := range d.Rules(p) {
			for i := range r.Ports {
				v.port(r.Field.Child("ports").Index(i), &r.Ports[i])
			}
			for i := range r.Peers {
				v.peer(r.Field.Child(d.PeersField()).Index(i), &r.Peers[i])
			}
		}
	}
	v.policyTypes(spec.Child("policyTypes"), p.Spec.PolicyTypes)
	return v.violations
}

type validator struct{ violations []Violation }

func (v *validator) refuse(at fieldpath.Path, format string, args ...any) {
	v.violations = append(v.violations, Violation{Field: at, Message: fmt.Sprintf(format, args...)})
}

func (v *validator) policyTypes(at fieldpath.Path, types []netv1.PolicyType) {
	const most = 2
	if len(types) > most {
		v.refuse(at, "it has %d policyTypes, must be at most %d", len(types), most)
	}
	for i, t := range types {
		if t != netv1.PolicyTypeEgress && t != netv1.PolicyTypeIngress {
			v.refuse(at.Index(i), "%q must be Ingress or Egress", t)
		}
	}
}

func (v *validator) selector(at fieldpath.Path, s *metav1.LabelSelector) {
	options := validation.LabelSelectorValidationOptions{}
	for _, err := range validation.ValidateLabelSelector(s, options, field.NewPath("x")) {
		v.refuse(at, "the selector is not valid: %s", err.ErrorBody())
		return
	}
}

func (v *validator) port(at fieldpath.Path, p *netv1.NetworkPolicyPort) {
	if protocol := Protocol(p); !slices.Contains(protocols(), protocol) {
		v.refuse(at.Child("protocol"), "%q must be TCP, UDP or SCTP", protocol)
	}
	switch {
	case p.Port == nil:
		if p.EndPort != nil {
			v.refuse(at.Child("endPort"), "there must be a port where there is an endPort")
		}
		return
	case p.Port.Type == intstr.String:
		for _, problem := range utilvalidation.IsValidPortName(p.Port.StrVal) {
			v.refuse(at.Child("port"), "%q is neither a number nor the name of a port: %s", p.Port.StrVal, problem)
			break
		}
		if p.EndPort != nil {
			v.refuse(at.Child("endPort"), "the port must be a number where there is an endPort")
		}
		return
	}
	first := p.Port.IntVal
	if first < firstPort || first > lastPort {
		v.refuse(at.Child("port"), "%d must be from %d to %d", first, firstPort, lastPort)
		return
	}
	if p.EndPort != nil && (*p.EndPort < first || *p.EndPort > lastPort) {
		v.refuse(at.Child("endPort"), "%d must be from the port, %d, to %d", *p.EndPort, first, lastPort)
	}
}

func (v *validator) peer(at fieldpath.Path, p *netv1.NetworkPolicyPeer) {
	switch {
	case p.IPBlock != nil && (p.NamespaceSelector != nil || p.PodSelector != nil):
		v.refuse(at, "ipBlock must stand alone, without podSelector and namespaceSelector")
	case p.IPBlock == nil && p.NamespaceSelector == nil && p.PodSelector == nil:
		v.refuse(at, "a peer must have a podSelector, a namespaceSelector or an ipBlock")
	}
	if p.NamespaceSelector != nil {
		v.selector(at.Child("namespaceSelector"), p.NamespaceSelector)
	}
	if p.PodSelector != nil {
		v.selector(at.Child("podSelector"), p.PodSelector)
	}
	if p.IPBlock != nil {
		v.block(at.Child("ipBlock"), p.IPBlock)
	}
}

func (v *validator) block(at fieldpath.Path, b *netv1.IPBlock) {
	const must = "must be a block of addresses such as 198.51.100.0/24"
	block, err := netip.ParsePrefix(b.CIDR)
	if err != nil {
		v.refuse(at.Child("cidr"), "%q "+must, b.CIDR)
		return
	}
	for i, text := range b.Except {
		except, err := netip.ParsePrefix(text)
		switch at := at.Child("except").Index(i); {
		case err != nil:
			v.refuse(at, "%q "+must, text)
		case !block.Contains(except.Addr()) || except.Bits() <= block.Bits():
			v.refuse(at, "%q must lie within %q, and be smaller", text, b.CIDR)
		}
	}
}
