package model

import (
	"strings"

	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

const (
	yes = ternary.Yes
	no  = ternary.No
)

// Policy is a NetworkPolicy.
type Policy struct {
	objects.Typed[netv1.NetworkPolicy]
	Selector policy.Selector
	// Violations are the reasons for which the API server refuses it.
	Violations []policy.Violation
}

// verdictName is the name of the policy in verdicts.
func (p *Policy) verdictName() string { return p.Namespace + "/" + p.Name }

// SelectorField is the field by which the policy selects pods.
func (p *Policy) SelectorField() fieldpath.Path { return fieldpath.Of("spec", "podSelector") }

// PeerRule is a rule of a NetworkPolicy for one of its peers, or a rule that names no peer.
type PeerRule struct {
	*Policy
	Direction policy.Direction
	// Rule is the rule's path, Field that of the peer; they are the same for a rule without peers.
	Rule, Field fieldpath.Path
	// Everybody is a rule without peers: every pod and every address.
	Everybody bool
	// Block is set for an ipBlock, block is what is written there.
	Block policy.Addresses
	block *netv1.IPBlock
	// In are the namespaces of the peer, Pods the peer's pods in them.
	In    PeerNamespaces
	Pods  policy.Selector
	Ports policy.RulePorts
}

// String names the rule as findings do: NetworkPolicy shop/allow-x spec.egress[0].
func (r *PeerRule) String() string { return r.Object.String() + " " + r.Rule.String() }

// BlockText is the ipBlock as it is written: 10.0.0.0/8 except 10.1.0.0/16; empty for a rule without one.
func (r *PeerRule) BlockText() string {
	switch {
	case r.block == nil:
		return ""
	case len(r.block.Except) == 0:
		return r.block.CIDR
	}
	return r.block.CIDR + " except " + strings.Join(r.block.Except, ", ")
}

// IsBroad reports whether a rule is broad: it has no peers, or one in every namespace.
func (r *PeerRule) IsBroad() bool { return r.Everybody || r.Block == nil && r.In.IsAny() }

// IsEveryPod reports whether a rule is for every pod of every namespace, without an exception.
func (r *PeerRule) IsEveryPod() bool {
	return !r.Everybody && r.Block == nil && r.In.IsAny() && len(r.In.Selector) == 0 && len(r.Pods) == 0
}

// IsNamed reports whether the rule is the one that a verdict names.
func (r *PeerRule) IsNamed(name policy.RuleName) bool {
	return r.verdictName() == name.Policy && r.Rule.String() == name.Field
}

// isFor reports whether the rule is for pods of a namespace.
func (r *PeerRule) isFor(n *Namespace) ternary.Answer { return r.In.Matches(n, r.Namespace) }

// Connections are those that a rule allows between pods of its own namespace and of another. Ports given by name are
// those of known workloads.
func (r *PeerRule) Connections(home, other *Namespace) []solver.Connections {
	base := solver.Connections{Own: r.Selector, Peer: r.Pods, Ports: r.Ports.Fixed}
	var all []solver.Connections
	if !base.Ports.IsEmpty() {
		all = append(all, base)
	}
	accepting, selector := home, r.Selector
	if r.Direction == policy.Egress {
		accepting, selector = other, r.Pods
	}
	for _, named := range r.Ports.Named {
		for _, pods := range accepting.Matching(selector) {
			for _, p := range pods.Ports {
				if !named.IsName(p) {
					continue
				}
				c, port := base, policy.Port{Protocol: named.Protocol, Number: p.ContainerPort}
				c.Ports, c.Named = policy.OnePort(port), &solver.ResolvedPort{Name: named.Name, Port: port}
				if r.Direction == policy.Egress {
					c.Peer = c.Peer.And(policy.Exactly(pods.Labels))
				} else {
					c.Own = c.Own.And(policy.Exactly(pods.Labels))
				}
				all = append(all, c)
			}
		}
	}
	return all
}

// ConnectionsWithAnyPod are those that a rule allows between pods of its own namespace and pods of which nothing is
// known.
func (r *PeerRule) ConnectionsWithAnyPod(home *Namespace) []solver.Connections {
	return r.Connections(home, &Namespace{})
}

// ConnectionsWithAddresses are those that a rule allows between pods of its own namespace and addresses; none for one
// that is for pods.
func (r *PeerRule) ConnectionsWithAddresses(a Addresses, home *Namespace) []solver.Connections {
	set := r.Block
	if r.Everybody {
		set = a.Everywhere
	}
	if set == nil {
		return nil
	}
	all := r.ConnectionsWithAnyPod(home)
	for i := range all {
		all[i].Addresses = set
	}
	return all
}

// Side has the policies of a namespace for one direction.
type Side struct {
	// Policies are those that isolate in the direction.
	Policies []*Policy
	Rules    []*PeerRule

	// byName are the rules by the name of the namespace they are for; others those for which names do not decide.
	byName map[string][]*PeerRule
	others []*PeerRule
}

// add reads a policy into the side, where it isolates in the direction.
func (s *Side) add(d policy.Direction, sets *policy.AddressSets, p *Policy) {
	if !d.Isolates(p.Value) {
		return
	}
	s.Policies = append(s.Policies, p)
	for _, r := range d.Rules(p.Value) {
		base := PeerRule{Policy: p, Direction: d, Rule: r.Field, Field: r.Field, Ports: policy.ReadPorts(r)}
		if len(r.Peers) == 0 {
			everybody := base
			everybody.Everybody = true
			s.put(&everybody)
		}
		for i := range r.Peers {
			rule := base
			rule.Field = r.Field.Child(d.PeersField()).Index(i)
			if rule.readPeer(sets, &r.Peers[i]) {
				s.put(&rule)
			}
		}
	}
}

// readPeer fills in the peer of the rule. It returns false where the API server refuses the peer.
func (r *PeerRule) readPeer(sets *policy.AddressSets, from *netv1.NetworkPolicyPeer) bool {
	switch {
	case from.IPBlock != nil:
		r.Block, r.block = sets.Block(from.IPBlock), from.IPBlock
		return true
	case from.NamespaceSelector == nil && from.PodSelector == nil:
		return false
	}
	r.In = readNamespaces(from.NamespaceSelector)
	if from.PodSelector == nil {
		return true
	}
	var ok bool
	r.Pods, ok = policy.ReadSelector(from.PodSelector)
	return ok
}

func (s *Side) put(r *PeerRule) {
	s.Rules = append(s.Rules, r)
	if s.byName == nil {
		s.byName = map[string][]*PeerRule{}
	}
	switch {
	case r.Block != nil:
	case r.Everybody:
		s.others = append(s.others, r)
	case r.In.Own:
		s.byName[r.Namespace] = append(s.byName[r.Namespace], r)
	case r.In.Named:
		for _, name := range r.In.Names {
			s.byName[name] = append(s.byName[name], r)
		}
	default:
		s.others = append(s.others, r)
	}
}

// To lists the rules for pods of a namespace, all those for which that is answered with at least so much.
func (s *Side) To(n *Namespace, least ternary.Answer) []*PeerRule {
	var all []*PeerRule
	for _, list := range [][]*PeerRule{s.byName[n.Name], s.others} {
		for _, r := range list {
			if r.Everybody || r.isFor(n) >= least {
				all = append(all, r)
			}
		}
	}
	return all
}

// HasBroad reports whether a rule is broad.
func (s *Side) HasBroad() bool {
	for _, r := range s.others {
		if r.IsBroad() {
			return true
		}
	}
	return false
}

// CatchAll is a policy that selects every pod; nil where there is none.
func (s *Side) CatchAll() *Policy {
	for _, p := range s.Policies {
		if len(p.Selector) == 0 {
			return p
		}
	}
	return nil
}

// Named is the policy that verdicts name so; nil where there is none.
func (s *Side) Named(name string) *Policy {
	for _, p := range s.Policies {
		if p.verdictName() == name {
			return p
		}
	}
	return nil
}
