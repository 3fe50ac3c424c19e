package network

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// nameLabel is set by the API server on every namespace to its name, and nobody can set it to anything else.
const nameLabel = corev1.LabelMetadataName

// where says in which namespaces the pods of a peer are.
type where struct {
	// own is the policy's own namespace: the peer has no namespaceSelector.
	own bool
	// selector is on the labels of namespaces.
	selector selector
	// names are the only namespaces there can be, where named is set.
	named bool
	names []string
	// labelled says that a label other than the name must be there, which whoever may label namespaces can set.
	labelled bool
	// impossible says that no namespace can have such labels.
	impossible bool
}

// readWhere reads the namespaceSelector of a peer; nil is the policy's own namespace.
func readWhere(from *metav1.LabelSelector) where {
	if from == nil {
		return where{own: true}
	}
	s, ok := selectorOf(from)
	if !ok {
		return where{impossible: true}
	}
	w := where{selector: s}
	var literals []literal
	for _, r := range s {
		literals = append(literals, literal{requirement: r})
		if r.key != nameLabel {
			w.labelled = w.labelled || r.op == isIn || r.op == isSet
			continue
		}
		if r.op == isIn && !w.named {
			w.named, w.names = true, r.values
		}
		w.impossible = w.impossible || r.op == isUnset
	}
	w.names = slices.DeleteFunc(slices.Clone(w.names), func(name string) bool { return !namesMatch(s, name) })
	_, outcome := solve(literals, nil)
	w.impossible = w.impossible || outcome == nothing
	return w
}

func namesMatch(s selector, name string) bool {
	return !slices.ContainsFunc(s, func(r requirement) bool { return r.key == nameLabel && !r.holds(name, true) })
}

// any says that the peer is in every namespace, but for some that are named or labelled as exceptions.
func (w where) any() bool { return !w.own && !w.named && !w.labelled && !w.impossible }

// forgeable says that only labels which anyone may set on a namespace tell the peer.
func (w where) forgeable() bool { return !w.own && !w.named && w.labelled && !w.impossible }

// answer is what is known.
type answer uint8

const (
	no answer = iota
	yes
	// maybe depends on labels of a namespace that is not in the input.
	maybe
)

// matches says whether a namespace is one of them.
func (w where) matches(n *space, policyNamespace string) answer {
	switch {
	case w.own:
		return knownAs(n.name == policyNamespace)
	case w.impossible, !namesMatch(w.selector, n.name):
		return no
	case n.labelsKnown:
		return knownAs(w.selector.matches(n.labels, nil))
	case slices.ContainsFunc(w.selector, func(r requirement) bool { return r.key != nameLabel }):
		return maybe
	}
	return yes
}

func knownAs(is bool) answer {
	if is {
		return yes
	}
	return no
}
