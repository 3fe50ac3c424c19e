package eso

import (
	"maps"
	"regexp"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/wellknown"
)

// Namespace is a namespace with the labels that selectors match.
type Namespace struct {
	name string
	// labels are nil where they are not known.
	labels labels.Set
}

// NewNamespace is a namespace with all its labels. The label that the API server sets is added.
func NewNamespace(name string, written map[string]string) Namespace {
	all := labels.Set{}
	maps.Copy(all, written)
	all[wellknown.NamespaceNameLabel] = name
	return Namespace{name: name, labels: all}
}

// NamespaceOf is a namespace of which only the name is known.
func NamespaceOf(name string) Namespace { return Namespace{name: name} }

// IsSelected answers whether a selector matches n. A nil or malformed one matches no namespace.
func (n Namespace) IsSelected(selector *metav1.LabelSelector) ternary.Answer {
	if selector == nil {
		return ternary.No
	}
	if n.labels != nil {
		return matches(selector, n.labels)
	}
	onlyName := labels.Set{wellknown.NamespaceNameLabel: n.name}
	answer := ternary.Yes
	for label, value := range selector.MatchLabels {
		if label != wellknown.NamespaceNameLabel {
			answer = ternary.Unknown
		} else if value != n.name {
			return ternary.No
		}
	}
	for i, expression := range selector.MatchExpressions {
		one := &metav1.LabelSelector{MatchExpressions: selector.MatchExpressions[i : i+1]}
		if expression.Key != wellknown.NamespaceNameLabel {
			answer = ternary.Unknown
		} else if matches(one, onlyName) == ternary.No {
			return ternary.No
		}
	}
	return answer
}

func (n Namespace) isSelectedByOne(selectors []*metav1.LabelSelector) ternary.Answer {
	answer := ternary.No
	for _, selector := range selectors {
		answer = ternary.Or(answer, n.IsSelected(selector))
	}
	return answer
}

func matches(selector *metav1.LabelSelector, all labels.Set) ternary.Answer {
	compiled, err := metav1.LabelSelectorAsSelector(selector)
	return ternary.Of(err == nil && compiled.Matches(all))
}

// UsableFrom answers whether the ClusterSecretStore may be used from a namespace: where one of its conditions matches
// it, and from everywhere where there are none.
func (s *StoreSpec) UsableFrom(n Namespace) ternary.Answer {
	answer := ternary.Of(len(s.Conditions) == 0)
	for _, condition := range s.Conditions {
		named := slices.Contains(condition.Namespaces, n.name) || matchesAny(condition.NamespaceRegexes, n.name)
		answer = ternary.Or(answer, ternary.Of(named), n.IsSelected(condition.NamespaceSelector))
	}
	return answer
}

// matchesAny reports whether an expression matches. A malformed one matches nothing.
func matchesAny(expressions []string, name string) bool {
	return slices.ContainsFunc(expressions, func(expression string) bool {
		found, err := regexp.MatchString(expression, name)
		return err == nil && found
	})
}

// MakesIn answers whether an ExternalSecret is made in a namespace: where it is named, or matched by one of the
// selectors.
func (s *ClusterExternalSecretSpec) MakesIn(n Namespace) ternary.Answer {
	named := ternary.Of(slices.Contains(s.Namespaces, n.name))
	return ternary.Or(named, n.IsSelected(s.NamespaceSelector), n.isSelectedByOne(s.NamespaceSelectors))
}

// MakesIn answers whether a PushSecret is made in a namespace: where one of the selectors matches it.
func (s *ClusterPushSecretSpec) MakesIn(n Namespace) ternary.Answer {
	return n.isSelectedByOne(s.NamespaceSelectors)
}

// PushesTo reports whether the PushSecret writes to a store with these labels.
func (s *PushSecretSpec) PushesTo(store string, storeLabels map[string]string) bool {
	return slices.ContainsFunc(s.SecretStoreRefs, func(ref PushStoreRef) bool {
		if ref.Name == store {
			return true
		}
		return ref.LabelSelector != nil && matches(ref.LabelSelector, labels.Set(storeLabels)) == ternary.Yes
	})
}
