// Package ways joins findings to ways: a component takes over a node, finds the token of another there, and reads with
// it the Secrets of a third. It finds the one fix that closes most of them, and what is lost where something falls.
//
// Nodes of the graph are ends, as findings name them, and fixes: the findings about one object that go together. An
// edge leads from who has something to what follows from it: by the manifests as they are meant (a pod holds the token
// of its service account), or by a fix (whoever is in the pod has its node).
package ways

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
)

// Found is a finding. An accepted one still is a step of ways.
type Found struct {
	finding.Finding
	Accepted bool
}

// Fix is what closes steps: one thing to do about one object, whatever number of findings it has.
type Fix struct {
	// Findings are sorted. Each has the same object and leads to the same.
	Findings []finding.Finding
	// Accepted is true where somebody accepts all of them.
	Accepted bool
}

// Codes are those of the findings, each once.
func (f *Fix) Codes() []finding.Code {
	var codes []finding.Code
	for _, one := range f.Findings {
		codes = append(codes, one.Code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// String names the fix, and where the first of its findings is. Example: CLS-R001 RoleBinding db/read db.yaml:7, accepted.
func (f *Fix) String() string {
	var codes []string
	for _, code := range f.Codes() {
		codes = append(codes, string(code))
	}
	first := &f.Findings[0]
	words := slices.DeleteFunc([]string{strings.Join(codes, ", "), first.Object.String(), first.Place()}, isEmpty)
	text := strings.Join(words, " ")
	if f.Accepted {
		text += ", accepted"
	}
	return text
}

func isEmpty(text string) bool { return text == "" }

// unit is a Fix with what it opens.
type unit struct {
	Fix

	from, to []finding.End
	// toSet is the number of its ends among those of all units.
	toSet int
}

// unitKey is the same for findings that one fix closes.
type unitKey struct {
	object   finding.Object
	accepted bool
	to       string
}

// unitsOf joins the findings that lead somewhere, and are decided, to units in the order of their first findings.
func unitsOf(found []Found) []*unit {
	sorted := slices.DeleteFunc(slices.Clone(found), func(f Found) bool { return f.Lead == nil || f.Undecided })
	slices.SortStableFunc(sorted, func(a, b Found) int { return finding.Compare(a.Finding, b.Finding) })
	known := map[unitKey]*unit{}
	sets := map[string]int{}
	var units []*unit
	for _, f := range sorted {
		to := keyOf(f.Lead.To)
		key := unitKey{f.Object, f.Accepted, to}
		u := known[key]
		if u == nil {
			if _, isKnown := sets[to]; !isKnown {
				sets[to] = len(sets)
			}
			u = &unit{Fix: Fix{Accepted: f.Accepted}, to: directFirst(f.Lead.To), toSet: sets[to]}
			known[key], units = u, append(units, u)
		}
		u.Findings = append(u.Findings, f.Finding)
		u.from = append(u.from, f.Lead.From...)
	}
	return units
}

// directFirst sorts ends so that of two ways of one length the more direct one is found.
func directFirst(ends []finding.End) []finding.End {
	order := []finding.EndKind{
		finding.OfSecret, finding.OfSecrets, finding.OfAccount, finding.OfAccounts, finding.OfNewPods, finding.OfPods,
		finding.OfWorkload, finding.OfPerson, finding.OfNode, finding.OfCluster,
	}
	sorted := slices.SortedFunc(slices.Values(ends), func(a, b finding.End) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)), a.Compare(b))
	})
	return slices.Compact(sorted)
}

func keyOf(ends []finding.End) string {
	sorted := slices.SortedFunc(slices.Values(ends), finding.End.Compare)
	var key []byte
	for _, e := range slices.Compact(sorted) {
		key = append(append(append(key, string(e.Kind)...), '\n'), (e.Namespace + "/" + e.Name + "\n\n")...)
	}
	return string(key)
}

// compareFixes orders fixes that close as much: fewer findings first.
func compareFixes(a, b *unit) int {
	return cmp.Or(cmp.Compare(len(a.Findings), len(b.Findings)), finding.Compare(a.Findings[0], b.Findings[0]))
}
