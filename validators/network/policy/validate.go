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

	"cloison.dev/cloison/internal/fieldpath"
)

// Violation is a reason for which the API server refuses a policy.
type Violation struct {
	Field fieldpath.Path
	// Message quotes the value and says what it must be.
	Message string
}

// Validate returns everything for which the API server refuses a policy. Facts: docs/facts.md, "NetworkPolicies that
// are refused".
func Validate(p *netv1.NetworkPolicy) []Violation {
	v := &validator{}
	spec := fieldpath.Of("spec")
	if message := refusedSelector(&p.Spec.PodSelector); message != "" {
		v.refuse(spec.Child("podSelector"), "%s", message)
	}
	for _, d := range Directions() {
		for _, r := range d.Rules(p) {
			for i := range r.Ports {
				v.port(item{r.Field, "ports", i}, &r.Ports[i])
			}
			for i := range r.Peers {
				v.peer(item{r.Field, d.PeersField(), i}, &r.Peers[i])
			}
		}
	}
	v.policyTypes(spec.Child("policyTypes"), p.Spec.PolicyTypes)
	return v.violations
}

type validator struct{ violations []Violation }

// item is an item of a list of a rule. Its path is made only where it is refused, which is nearly nowhere.
type item struct {
	rule  fieldpath.Path
	list  string
	index int
}

func (i item) path(names ...string) fieldpath.Path {
	return i.rule.Child(i.list).Index(i.index).Child(names...)
}

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

// refusedSelector is the reason for which a selector is refused; empty where it is not.
func refusedSelector(s *metav1.LabelSelector) string {
	options := validation.LabelSelectorValidationOptions{}
	for _, err := range validation.ValidateLabelSelector(s, options, nil) {
		return "the selector is not valid: " + err.ErrorBody()
	}
	return ""
}

func (v *validator) port(at item, p *netv1.NetworkPolicyPort) {
	if protocol := Protocol(p); !slices.Contains(protocols(), protocol) {
		v.refuse(at.path("protocol"), "%q must be TCP, UDP or SCTP", protocol)
	}
	switch {
	case p.Port == nil:
		if p.EndPort != nil {
			v.refuse(at.path("endPort"), "there must be a port where there is an endPort")
		}
		return
	case p.Port.Type == intstr.String:
		for _, problem := range utilvalidation.IsValidPortName(p.Port.StrVal) {
			v.refuse(at.path("port"), "%q is neither a number nor the name of a port: %s", p.Port.StrVal, problem)
			break
		}
		if p.EndPort != nil {
			v.refuse(at.path("endPort"), "the port must be a number where there is an endPort")
		}
		return
	}
	first := p.Port.IntVal
	if first < firstPort || first > lastPort {
		v.refuse(at.path("port"), "%d must be from %d to %d", first, firstPort, lastPort)
		return
	}
	if p.EndPort != nil && (*p.EndPort < first || *p.EndPort > lastPort) {
		v.refuse(at.path("endPort"), "%d must be from the port, %d, to %d", *p.EndPort, first, lastPort)
	}
}

func (v *validator) peer(at item, p *netv1.NetworkPolicyPeer) {
	switch {
	case p.IPBlock != nil && (p.NamespaceSelector != nil || p.PodSelector != nil):
		v.refuse(at.path(), "ipBlock must stand alone, without podSelector and namespaceSelector")
	case p.IPBlock == nil && p.NamespaceSelector == nil && p.PodSelector == nil:
		v.refuse(at.path(), "a peer must have a podSelector, a namespaceSelector or an ipBlock")
	}
	v.peerSelector(at, "namespaceSelector", p.NamespaceSelector)
	v.peerSelector(at, "podSelector", p.PodSelector)
	if p.IPBlock != nil {
		v.block(at, p.IPBlock)
	}
}

func (v *validator) peerSelector(at item, name string, s *metav1.LabelSelector) {
	if s == nil {
		return
	}
	if message := refusedSelector(s); message != "" {
		v.refuse(at.path(name), "%s", message)
	}
}

func (v *validator) block(at item, b *netv1.IPBlock) {
	const must = "must be a block of addresses such as 198.51.100.0/24"
	block, err := netip.ParsePrefix(b.CIDR)
	if err != nil {
		v.refuse(at.path("ipBlock", "cidr"), "%q "+must, b.CIDR)
		return
	}
	for i, text := range b.Except {
		except, err := netip.ParsePrefix(text)
		switch {
		case err != nil:
			v.refuse(at.path("ipBlock", "except").Index(i), "%q "+must, text)
		case !block.Contains(except.Addr()) || except.Bits() <= block.Bits():
			v.refuse(at.path("ipBlock", "except").Index(i), "%q must lie within %q, and be smaller", text, b.CIDR)
		}
	}
}
