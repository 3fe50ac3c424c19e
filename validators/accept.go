package validators

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// Suppressed is a finding that an annotation of its object accepts.
type Suppressed struct {
	finding.Finding
	// Reason is the value of the annotation.
	Reason string `json:"reason"`
}

// Listed is the finding as it is listed where suppressed ones have no list of their own: never silent, and no failure.
func (s Suppressed) Listed() finding.Finding {
	f := s.Finding
	f.Message = fmt.Sprintf("suppressed %s, accepted because %q: %s", f.Severity, s.Reason, f.Message)
	f.Severity, f.Fix, f.Undecided = finding.Info, "", false
	return f
}

// annotation accepts the findings of a code about its object. That of a Segregation accepts those on Scaleway paths, of
// whichever of its folders, but none that is undecided: nothing was checked, so that it is not known what would be
// accepted.
type annotation struct {
	object *objects.Object
	code   finding.Code
	reason string
}

// readAnnotations reads what the objects that would be applied, and the Segregations, accept. The problems are about
// annotations that accept nothing wherever they are.
func readAnnotations(applied, instructions []*objects.Object) (read []annotation, problems []finding.Finding) {
	for _, o := range slices.Concat(applied, instructions) {
		for _, name := range slices.Sorted(maps.Keys(o.Annotations)) {
			code, accepts := strings.CutPrefix(name, wellknown.SuppressPrefix)
			if !accepts {
				continue
			}
			a := annotation{object: o, code: finding.Code(code), reason: strings.TrimSpace(o.Annotations[name])}
			if message, fix := a.problem(); message != "" {
				problems = append(problems, a.about(finding.SuppressionInvalid, finding.Error, message, fix))
			} else {
				read = append(read, a)
			}
		}
	}
	return read, problems
}

// firstOfName are the Segregations and Inventories among the objects, the first of each kind and name.
func firstOfName(all []*objects.Object) []*objects.Object {
	type name struct{ kind, name string }
	seen := map[name]bool{}
	var first []*objects.Object
	for _, o := range all {
		if !o.IsInstruction() || seen[name{o.Kind, o.Name}] {
			continue
		}
		seen[name{o.Kind, o.Name}] = true
		first = append(first, o)
	}
	return first
}

// problem is why an annotation accepts nothing; empty where it may.
func (a annotation) problem() (message, fix string) {
	_, known := finding.RuleOf(a.code)
	switch {
	case !known:
		return fmt.Sprintf("there is no finding with the code %q, so nothing is suppressed", a.code),
			"write the code of the finding, as in " + wellknown.SuppressPrefix + string(finding.UndeclaredEgress)
	case a.reason == "":
		return "the annotation gives no reason, so nothing is suppressed",
			"say why the finding is accepted, as the annotation's value"
	case !a.object.IsInstruction():
		return "", ""
	case a.object.Kind == wellknown.InventoryKind:
		return "annotations of an Inventory suppress nothing: they are gone when it is written again",
			"remove it, or annotate the Segregation"
	case a.object.Kind == wellknown.ClusterKind:
		return "annotations of a Cluster suppress nothing", "annotate the object that the finding is about"
	case !strings.HasPrefix(string(a.code), "CLS-"+pathsFamily):
		return fmt.Sprintf("a Segregation accepts findings of family I only, so %s is not suppressed", a.code),
			"annotate the object that the finding is about"
	}
	return "", ""
}

func (a annotation) about(code finding.Code, severity finding.Severity, message, fix string) finding.Finding {
	field := fieldpath.Of("metadata", "annotations", wellknown.SuppressPrefix+string(a.code))
	return a.object.About(finding.Finding{Code: code, Severity: severity, Field: field,
		Message: message, Fix: fix})
}

// accept splits findings into those that stay and those that annotations accept. The idle ones are about annotations
// without effect; of a Segregation that is unjudged it is not known which have none.
func accept(
	found []finding.Finding, annotations []annotation, unjudged map[string]bool,
) (standing []finding.Finding, accepted []Suppressed, idle []finding.Finding) {
	type subject struct {
		object finding.Object
		code   finding.Code
	}
	by := make(map[subject]*annotation, len(annotations))
	for i := range annotations {
		by[subject{annotations[i].object.Identity(), annotations[i].code}] = &annotations[i]
	}
	used, refused := map[*annotation]bool{}, map[*annotation]bool{}
	for _, f := range found {
		a := by[subject{f.Object, f.Code}]
		switch {
		case a == nil:
			standing = append(standing, f)
		case f.Undecided && a.object.IsInstruction():
			standing = append(standing, f)
			refused[a] = true
		default:
			accepted = append(accepted, Suppressed{Finding: f, Reason: a.reason})
			used[a] = true
		}
	}
	for i := range annotations {
		switch a := &annotations[i]; {
		case refused[a]:
			idle = append(idle, a.about(finding.SuppressionUnused, finding.Warning,
				fmt.Sprintf("a finding %s says that something was not checked, which is never accepted: it stands",
					a.code),
				"do what the finding says, so that it can be checked"))
		case !used[a] && (!a.object.IsInstruction() || !unjudged[a.object.Name]):
			idle = append(idle, a.about(finding.SuppressionUnused, finding.Warning,
				fmt.Sprintf("the object has no finding %s; a later one would be suppressed unseen", a.code),
				"remove the annotation"))
		}
	}
	slices.SortStableFunc(accepted, func(a, b Suppressed) int { return finding.Compare(a.Finding, b.Finding) })
	return standing, accepted, idle
}

// unjudged are the Segregations of which not every path was judged, by name.
func unjudged(plans []*plan.Plan, onPaths []finding.Finding) map[string]bool {
	names := map[string]bool{}
	for _, p := range plans {
		if p.Paths == spec.PathsOff {
			names[p.Segregation] = true
		}
	}
	for _, f := range onPaths {
		if f.Undecided || f.Code == finding.PathsNotChecked {
			names[f.Object.Name] = true
		}
	}
	return names
}
