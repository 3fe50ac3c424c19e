package policy

import (
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Operator is what a [Requirement] demands of a label. Every operator has its negation among them.
type Operator uint8

// The operators of label selectors.
const (
	In Operator = iota
	// NotIn holds for a missing label too, as in the API.
	NotIn
	Exists
	DoesNotExist
)

// Negated is the operator that holds where o does not.
func (o Operator) Negated() Operator { return [...]Operator{NotIn, In, DoesNotExist, Exists}[o] }

// Requirement is one demand on one label. That of package labels is not used: it validates whatever it is made of, and
// a search makes thousands.
type Requirement struct {
	Key string
	Op  Operator
	// Values are for In and NotIn.
	Values []string
}

// Selector is a conjunction of requirements. The empty one selects everything.
type Selector []Requirement

// ReadSelector reads a selector of the API; ok is false where the API server refuses it.
func ReadSelector(from *metav1.LabelSelector) (s Selector, ok bool) {
	s, ok = Exactly(from.MatchLabels), true
	for _, e := range from.MatchExpressions {
		r := Requirement{Key: e.Key, Values: e.Values}
		switch e.Operator {
		case metav1.LabelSelectorOpIn:
			r.Op, ok = In, ok && len(e.Values) > 0
		case metav1.LabelSelectorOpNotIn:
			r.Op, ok = NotIn, ok && len(e.Values) > 0
		case metav1.LabelSelectorOpExists:
			r.Op, ok = Exists, ok && len(e.Values) == 0
		case metav1.LabelSelectorOpDoesNotExist:
			r.Op, ok = DoesNotExist, ok && len(e.Values) == 0
		default:
			ok = false
		}
		s = append(s, r)
	}
	return s, ok
}

// Exactly selects what has all these labels. Without any it selects everything.
func Exactly(labels map[string]string) Selector {
	var s Selector
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		s = append(s, Requirement{Key: key, Op: In, Values: []string{labels[key]}})
	}
	return s
}

// And selects what both select.
func (s Selector) And(other Selector) Selector {
	switch {
	case len(s) == 0:
		return other
	case len(other) == 0:
		return s
	}
	return slices.Concat(s, other)
}

// Matches reports whether the labels fulfil every requirement.
func (s Selector) Matches(labels map[string]string) bool {
	return !slices.ContainsFunc(s, func(r Requirement) bool { return !r.Holds(labels) })
}

// Holds reports whether the labels fulfil the requirement.
func (r *Requirement) Holds(labels map[string]string) bool {
	value, found := labels[r.Key]
	switch r.Op {
	case In:
		return found && slices.Contains(r.Values, value)
	case NotIn:
		return !found || !slices.Contains(r.Values, value)
	case Exists:
		return found
	}
	return !found
}

// Implies reports whether another selector selects all that the selector does, as far as their requirements show one by
// one: each of the other follows from one of these.
func (s Selector) Implies(other Selector) bool {
	return !slices.ContainsFunc(other, func(r Requirement) bool {
		return !slices.ContainsFunc(s, func(own Requirement) bool { return own.implies(r) })
	})
}

func (r Requirement) implies(other Requirement) bool {
	if r.Key != other.Key {
		return false
	}
	isOther := func(value string) bool { return slices.Contains(other.Values, value) }
	switch {
	case r.Op == In && other.Op == In:
		return !slices.ContainsFunc(r.Values, func(value string) bool { return !isOther(value) })
	case r.Op == In && other.Op == NotIn:
		return !slices.ContainsFunc(r.Values, isOther)
	case r.Op == NotIn && other.Op == NotIn:
		return !slices.ContainsFunc(other.Values, func(value string) bool { return !slices.Contains(r.Values, value) })
	case r.Op == DoesNotExist && other.Op == NotIn:
		return true
	}
	return r.Op == other.Op && (r.Op == Exists || r.Op == DoesNotExist) || r.Op == In && other.Op == Exists
}

// DemandsLabel reports whether some label must be there.
func (s Selector) DemandsLabel() bool {
	return slices.ContainsFunc(s, func(r Requirement) bool { return r.Op == In || r.Op == Exists })
}

// String formats the selector as kubectl does: app=ui,tier in (a,b),!legacy.
func (s Selector) String() string {
	texts := make([]string, len(s))
	for i, r := range s {
		values := "(" + strings.Join(r.Values, ",") + ")"
		switch {
		case r.Op == In && len(r.Values) == 1:
			texts[i] = r.Key + "=" + r.Values[0]
		case r.Op == In:
			texts[i] = r.Key + " in " + values
		case r.Op == NotIn:
			texts[i] = r.Key + " notin " + values
		case r.Op == Exists:
			texts[i] = r.Key
		default:
			texts[i] = "!" + r.Key
		}
	}
	return strings.Join(texts, ",")
}

// IsControllerLabel reports whether controllers of Kubernetes or Istio set a label on the pods they make, beside those
// of the template. Facts: docs/facts.md, "Labels of controllers".
func IsControllerLabel(key string) bool {
	switch key {
	case "pod-template-hash", "controller-revision-hash", "pod-template-generation",
		"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index",
		"job-name", "controller-uid", "batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid",
		"batch.kubernetes.io/job-completion-index",
		"topology.kubernetes.io/zone", "topology.kubernetes.io/region":
		return true
	}
	return strings.HasSuffix(key, ".istio.io/tlsMode") || strings.HasPrefix(key, "service.istio.io/")
}
