package network

import (
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// operator is what a requirement demands of a label. Every operator has its negation among them.
type operator uint8

const (
	isIn operator = iota
	// isNotIn holds for a missing label too, as in the API.
	isNotIn
	isSet
	isUnset
)

func (o operator) negated() operator { return [...]operator{isNotIn, isIn, isUnset, isSet}[o] }

// requirement is one demand on one label. Values are for isIn and isNotIn.
type requirement struct {
	key    string
	op     operator
	values []string
}

// selector is a conjunction of requirements. The empty one selects everything.
type selector []requirement

// selectorOf reads a selector of the API. ok is false where the API server refuses it.
func selectorOf(from *metav1.LabelSelector) (s selector, ok bool) {
	for _, key := range slices.Sorted(maps.Keys(from.MatchLabels)) {
		s = append(s, requirement{key: key, op: isIn, values: []string{from.MatchLabels[key]}})
	}
	ok = true
	for _, e := range from.MatchExpressions {
		r := requirement{key: e.Key, values: e.Values}
		switch e.Operator {
		case metav1.LabelSelectorOpIn:
			r.op, ok = isIn, ok && len(e.Values) > 0
		case metav1.LabelSelectorOpNotIn:
			r.op, ok = isNotIn, ok && len(e.Values) > 0
		case metav1.LabelSelectorOpExists:
			r.op, ok = isSet, ok && len(e.Values) == 0
		case metav1.LabelSelectorOpDoesNotExist:
			r.op, ok = isUnset, ok && len(e.Values) == 0
		default:
			ok = false
		}
		s = append(s, r)
	}
	return s, ok
}

// exactly selects what has all these labels; nil selects everything.
func exactly(labels map[string]string) selector {
	var s selector
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		s = append(s, requirement{key: key, op: isIn, values: []string{labels[key]}})
	}
	return s
}

// and selects what both select.
func (s selector) and(other selector) selector {
	switch {
	case len(s) == 0:
		return other
	case len(other) == 0:
		return s
	}
	return append(slices.Clip(slices.Clone(s)), other...)
}

// matches says whether the labels fulfil every requirement on a label that is not free. A free label may have any value or
// be missing.
func (s selector) matches(labels map[string]string, free func(key string) bool) bool {
	for _, r := range s {
		value, found := labels[r.key]
		if !found && free != nil && free(r.key) {
			continue
		}
		if !r.holds(value, found) {
			return false
		}
	}
	return true
}

func (r requirement) holds(value string, found bool) bool {
	switch r.op {
	case isIn:
		return found && slices.Contains(r.values, value)
	case isNotIn:
		return !found || !slices.Contains(r.values, value)
	case isSet:
		return found
	}
	return !found
}

// demandsLabel says whether some label must be there.
func (s selector) demandsLabel() bool {
	return slices.ContainsFunc(s, func(r requirement) bool { return r.op == isIn || r.op == isSet })
}

// String formats the selector as kubectl does: app=ui,tier in (a,b),!legacy.
func (s selector) String() string {
	texts := make([]string, len(s))
	for i, r := range s {
		values := "(" + strings.Join(r.values, ",") + ")"
		switch {
		case r.op == isIn && len(r.values) == 1:
			texts[i] = r.key + "=" + r.values[0]
		case r.op == isIn:
			texts[i] = r.key + " in " + values
		case r.op == isNotIn:
			texts[i] = r.key + " notin " + values
		case r.op == isSet:
			texts[i] = r.key
		default:
			texts[i] = "!" + r.key
		}
	}
	return strings.Join(texts, ",")
}
