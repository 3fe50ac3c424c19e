package network

import (
	"slices"

	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/objects"
)

// direction says which end of a connection a policy holds.
type direction int

const (
	egress direction = iota
	ingress
)

var directions = [...]direction{egress, ingress}

// String is the name of the direction's rules in a policy.
func (d direction) String() string {
	if d == egress {
		return "egress"
	}
	return "ingress"
}

// peersField is the name of the field that holds the peers of a rule.
func (d direction) peersField() string {
	if d == egress {
		return "to"
	}
	return "from"
}

func (d direction) policyType() netv1.PolicyType {
	if d == egress {
		return netv1.PolicyTypeEgress
	}
	return netv1.PolicyTypeIngress
}

// holds says whether a policy isolates the pods it selects in this direction. Without policyTypes it always does for
// ingress, and for egress where it has rules for it (API reference of NetworkPolicySpec).
func (d direction) holds(policy *netv1.NetworkPolicy) bool {
	if len(policy.Spec.PolicyTypes) == 0 {
		return d == ingress || len(policy.Spec.Egress) > 0
	}
	return slices.Contains(policy.Spec.PolicyTypes, d.policyType())
}

// rule is a rule of either direction.
type rule struct {
	peers []netv1.NetworkPolicyPeer
	ports []netv1.NetworkPolicyPort
	// field is the rule's path. Format: spec.egress[0].
	field string
}

// rules are those of the direction, whether or not the policy holds it.
func (d direction) rules(policy *netv1.NetworkPolicy) []rule {
	var rules []rule
	if d == egress {
		for i, r := range policy.Spec.Egress {
			rules = append(rules, rule{peers: r.To, ports: r.Ports, field: objects.Index("spec.egress", i)})
		}
		return rules
	}
	for i, r := range policy.Spec.Ingress {
		rules = append(rules, rule{peers: r.From, ports: r.Ports, field: objects.Index("spec.ingress", i)})
	}
	return rules
}
