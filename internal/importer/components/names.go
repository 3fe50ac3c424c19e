package components

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wellknown"
)

// fallbackName is that of the Segregation where the namespaces have no beginning in common.
const fallbackName = "application"

// commonPrefix is the beginning, up to a dash, that most of the namespaces have in common, at least two of them. Of
// several it is the longest.
func commonPrefix(namespaces []string) string {
	count := map[string]int{}
	for _, namespace := range namespaces {
		for i, c := range namespace[:max(len(namespace)-1, 0)] {
			if c == '-' && namespace[i+1] != '-' && i > 0 && namespace[i-1] != '-' {
				count[namespace[:i+1]]++
			}
		}
	}
	best, most := "", 1
	for _, prefix := range slices.Sorted(maps.Keys(count)) {
		if n := count[prefix]; n > most || n == most && best != "" && len(prefix) > len(best) {
			best, most = prefix, n
		}
	}
	return best
}

// segregationName is the name that follows from the namespaces.
func (f *finder) segregationName(prefix string, namespaces []string) string {
	switch {
	case prefix != "":
		return strings.TrimSuffix(prefix, "-")
	case len(namespaces) == 1:
		return namespaces[0]
	}
	f.Remark(draft.Changed, fieldpath.Of("metadata", "name"),
		"the namespaces have no beginning in common: choose a name, or import with --name")
	return fallbackName
}

// generatedName is the Segregation that most of the namespaces were generated from; empty where there is none.
func (f *finder) generatedName(namespaces []string) string {
	var names []string
	seen := map[string]bool{}
	for _, o := range f.set.All {
		namespace := cmp.Or(o.Namespace, o.Name)
		if wellknown.IsGenerated(o.Labels) && !seen[namespace] && slices.Contains(namespaces, namespace) {
			seen[namespace] = true
			names = append(names, o.Labels[wellknown.SegregationLabel])
		}
	}
	slices.Sort(names)
	return draft.MostCommon(names, "")
}

// generatedComponents has the components' names of the namespaces that Cloison generated.
func generatedComponents(set *objects.Set) map[string]string {
	names := map[string]string{}
	for _, o := range set.All {
		if wellknown.IsGenerated(o.Labels) {
			names[cmp.Or(o.Namespace, o.Name)] = o.Labels[wellknown.ComponentLabel]
		}
	}
	return names
}
