package secretflow

import (
	"maps"
	"regexp"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/objects"
)

// nameLabel is set on every namespace by the API server.
const nameLabel = "kubernetes.io/metadata.name"

// Namespaces are those of the input: those that have an object, whose labels are known, and those that others name.
type Namespaces struct {
	names  []string
	labels map[string]labels.Set
}

// Answer to the question whether a namespace is selected.
type Answer int

// The answers, least certain last.
const (
	No Answer = iota
	Yes
	// Unknown is the answer where it depends on labels that are not in the input.
	Unknown
)

// NewNamespaces collects the namespaces of the input.
func NewNamespaces(set *objects.Set) *Namespaces {
	known := map[string]labels.Set{}
	seen := map[string]bool{}
	for _, o := range set.All {
		if o.Namespace != "" {
			seen[o.Namespace] = true
		}
	}
	for _, namespace := range set.Namespaces {
		seen[namespace.Name] = true
		all := labels.Set{}
		maps.Copy(all, namespace.Labels)
		all[nameLabel] = namespace.Name
		known[namespace.Name] = all
	}
	return &Namespaces{names: slices.Sorted(maps.Keys(seen)), labels: known}
}

// Names of all namespaces, sorted.
func (n *Namespaces) Names() []string { return n.names }

// Selected says whether a selector of namespaces matches one. A selector that is no selector matches none.
func (n *Namespaces) Selected(selector *metav1.LabelSelector, namespace string) Answer {
	if selector == nil {
		return No
	}
	if all, known := n.labels[namespace]; known {
		return matches(selector, all)
	}
	// Of a namespace without an object only the name is known.
	onlyName := labels.Set{nameLabel: namespace}
	answer := Yes
	for name, value := range selector.MatchLabels {
		if name != nameLabel {
			answer = Unknown
		} else if value != namespace {
			return No
		}
	}
	for i, expression := range selector.MatchExpressions {
		if expression.Key != nameLabel {
			answer = Unknown
		} else if matches(&metav1.LabelSelector{MatchExpressions: selector.MatchExpressions[i : i+1]}, onlyName) == No {
			return No
		}
	}
	return answer
}

func matches(selector *metav1.LabelSelector, all labels.Set) Answer {
	if compiled, err := metav1.LabelSelectorAsSelector(selector); err == nil && compiled.Matches(all) {
		return Yes
	}
	return No
}

// Any is Yes where one of the answers is, else Unknown where one is.
func anyOf(a, b Answer) Answer {
	if a == Yes || b == Yes {
		return Yes
	}
	return max(a, b)
}

// MakesIn says whether a ClusterExternalSecret makes an ExternalSecret in a namespace.
func (n *Namespaces) MakesIn(spec *eso.ClusterExternalSecretSpec, namespace string) Answer {
	answer := n.Selected(spec.NamespaceSelector, namespace)
	for _, selector := range spec.NamespaceSelectors {
		answer = anyOf(answer, n.Selected(selector, namespace))
	}
	if slices.Contains(spec.Namespaces, namespace) {
		return Yes
	}
	return answer
}

// MayUse says whether a store may be used from a namespace.
func (n *Namespaces) MayUse(store *Store, namespace string) Answer {
	switch {
	case !store.Cluster:
		if store.Namespace == namespace {
			return Yes
		}
		return No
	case len(store.Spec.Conditions) == 0:
		return Yes
	}
	answer := No
	for _, condition := range store.Spec.Conditions {
		answer = anyOf(answer, n.Selected(condition.NamespaceSelector, namespace))
		if slices.Contains(condition.Namespaces, namespace) || matchesAny(condition.NamespaceRegexes, namespace) {
			return Yes
		}
	}
	return answer
}

func matchesAny(expressions []string, namespace string) bool {
	return slices.ContainsFunc(expressions, func(expression string) bool {
		found, err := regexp.MatchString(expression, namespace)
		return err == nil && found
	})
}
