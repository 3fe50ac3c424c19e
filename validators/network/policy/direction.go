package policy

import (
	"slices"

	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/fieldpath"
)

// Direction is the end of a connection that a policy is for.
type Direction int

// The directions: Egress is for the pod that opens the connection, Ingress for the one that accepts it.
const (
	Egress Direction = iota
	Ingress
)

// Directions are both of them.
func Directions() [2]Direction { return [2]Direction{Egress, Ingress} }

// String is the name of the direction's rules in a policy.
func (d Direction) String() string { return [...]string{"egress", "ingress"}[d] }

// PeersField is the name of the field that holds the peers of a rule.
func (d Direction) PeersField() string { return [...]string{"to", "from"}[d] }

// PolicyType is the direction as policyTypes name it.
func (d Direction) PolicyType() netv1.PolicyType {
	return [...]netv1.PolicyType{netv1.PolicyTypeEgress, netv1.PolicyTypeIngress}[d]
}

// Opposite is the direction that counts at the other end.
func (d Direction) Opposite() Direction { return 1 - d }

// Isolates reports whether a policy isolates the pods it selects in this direction. Without policyTypes it always does
// for ingress, and for egress where it has rules for it. Facts: docs/facts.md, "Semantics of NetworkPolicies".
func (d Direction) Isolates(policy *netv1.NetworkPolicy) bool {
	if len(policy.Spec.PolicyTypes) == 0 {
		return d == Ingress || len(policy.Spec.Egress) > 0
	}
	return slices.Contains(policy.Spec.PolicyTypes, d.PolicyType())
}

// HasRules reports whether a policy has rules for the direction, whether or not it isolates in it.
func (d Direction) HasRules(policy *netv1.NetworkPolicy) bool {
	if d == Egress {
		return len(policy.Spec.Egress) > 0
	}
	return len(policy.Spec.Ingress) > 0
}

// Rule is a rule of either direction.
type Rule struct {
	Peers []netv1.NetworkPolicyPeer
	Ports []netv1.NetworkPolicyPort
	// Field is the rule's path: spec.egress[0].
	Field fieldpath.Path
}

// Rules are those of the direction, whether or not the policy isolates in it.
func (d Direction) Rules(policy *netv1.NetworkPolicy) []Rule {
	var rules []Rule
	field := fieldpath.Of("spec", d.String())
	if d == Egress {
		for i, r := range policy.Spec.Egress {
			rules = append(rules, Rule{Peers: r.To, Ports: r.Ports, Field: field.Index(i)})
		}
		return rules
	}
	for i, r := range policy.Spec.Ingress {
		rules = append(rules, Rule{Peers: r.From, Ports: r.Ports, Field: field.Index(i)})
	}
	return rules
}
