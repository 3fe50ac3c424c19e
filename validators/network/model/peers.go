package model

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

// PeerNamespaces are the namespaces in which the pods of a peer are.
type PeerNamespaces struct {
	// Own is the policy's own namespace: the peer has no namespaceSelector.
	Own bool
	// Selector is on the labels of namespaces.
	Selector policy.Selector
	// Names are the only namespaces there can be, where Named is set.
	Named bool
	Names []string
	// Impossible means that no namespace can have such labels.
	Impossible bool

	// labelled means that a label other than the name must be there, which whoever may label namespaces can set.
	labelled bool
}

// readNamespaces reads the namespaceSelector of a peer; nil is the policy's own namespace.
func readNamespaces(from *metav1.LabelSelector) PeerNamespaces {
	if from == nil {
		return PeerNamespaces{Own: true}
	}
	s, ok := policy.ReadSelector(from)
	if !ok {
		return PeerNamespaces{Impossible: true}
	}
	p := PeerNamespaces{Selector: s}
	for _, r := range s {
		if r.Key != wellknown.NamespaceNameLabel {
			p.labelled = p.labelled || r.Op == policy.In || r.Op == policy.Exists
			continue
		}
		if r.Op == policy.In && !p.Named {
			p.Named, p.Names = true, r.Values
		}
		p.Impossible = p.Impossible || r.Op == policy.DoesNotExist
	}
	p.Names = slices.DeleteFunc(slices.Clone(p.Names), func(name string) bool { return !p.mayBeNamed(name) })
	_, answer := solver.Solve(solver.Literals(solver.Own, s), nil)
	p.Impossible = p.Impossible || answer == no
	return p
}

// mayBeNamed reports whether what is demanded of the name holds for it.
func (p *PeerNamespaces) mayBeNamed(name string) bool {
	label := map[string]string{wellknown.NamespaceNameLabel: name}
	return !slices.ContainsFunc(p.Selector, func(r policy.Requirement) bool {
		return r.Key == wellknown.NamespaceNameLabel && !r.Holds(label)
	})
}

// IsAny reports whether the peer is in every namespace, but for some that are named or labelled as exceptions.
func (p *PeerNamespaces) IsAny() bool { return !p.Own && !p.Named && !p.labelled && !p.Impossible }

// IsForgeable reports whether the peer's namespaces are selected only by labels that anyone may set.
func (p *PeerNamespaces) IsForgeable() bool { return !p.Own && !p.Named && p.labelled && !p.Impossible }

// Matches answers whether a namespace is one of those of a peer. It is unknown where that depends on labels of a
// namespace that is not in the input.
func (p *PeerNamespaces) Matches(n *Namespace, policyNamespace string) ternary.Answer {
	switch {
	case p.Own:
		return ternary.Of(n.Name == policyNamespace)
	case p.Impossible, !p.mayBeNamed(n.Name):
		return no
	case n.Object != nil:
		return ternary.Of(p.Selector.Matches(n.Labels))
	}
	isLabel := func(r policy.Requirement) bool { return r.Key != wellknown.NamespaceNameLabel }
	if slices.ContainsFunc(p.Selector, isLabel) {
		return ternary.Unknown
	}
	return yes
}
