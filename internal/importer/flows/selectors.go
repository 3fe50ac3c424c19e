package flows

import (
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"cloison.dev/cloison/internal/wellknown"
)

// isEverything reports whether a selector is empty.
func isEverything(selector *metav1.LabelSelector) bool {
	return len(selector.MatchLabels) == 0 && len(selector.MatchExpressions) == 0
}

// mostChoices bounds how many flows one selector may become.
const mostChoices = 8

// choices are the sets of labels one of which a pod must have to be selected. It is false for a selector that no such
// sets express, for example one with NotIn. A nil set is every pod.
func choices(selector *metav1.LabelSelector) ([]map[string]string, bool) {
	found := []map[string]string{maps.Clone(selector.MatchLabels)}
	for _, expression := range selector.MatchExpressions {
		if expression.Operator != metav1.LabelSelectorOpIn || len(found)*len(expression.Values) > mostChoices {
			return nil, false
		}
		var next []map[string]string
		for _, chosen := range found {
			for _, value := range slices.Sorted(slices.Values(expression.Values)) {
				if given, has := chosen[expression.Key]; has && given != value {
					continue
				}
				with := map[string]string{expression.Key: value}
				maps.Copy(with, chosen)
				next = append(next, with)
			}
		}
		found = next
	}
	for i := range found {
		if len(found[i]) == 0 {
			found[i] = nil
		}
	}
	return found, true
}

// byName are the namespaces that a selector picks by the label that has their name.
func byName(selector *metav1.LabelSelector) []string {
	found, expressible := choices(selector)
	if !expressible {
		return nil
	}
	var names []string
	for _, labels := range found {
		name := labels[wellknown.NamespaceNameLabel]
		if name == "" || len(labels) > 1 {
			return nil
		}
		names = append(names, name)
	}
	return names
}

// labelsOf are the labels of a namespace in a cluster: those that are written, and the one that the API server sets.
func labelsOf(written map[string]string, name string) labels.Set {
	set := labels.Set{wellknown.NamespaceNameLabel: name}
	maps.Copy(set, written)
	return set
}
