package validators

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// annotation accepts the findings of a code about its object. That of a Segregation accepts those on Scaleway paths, of
// whichever of its folders.
type annotation struct {
	object *objects.Object
	code   finding.Code
	reason string
}

// readAnnotations reads what the objects that would be applied, and the Segregations, accept. unjudged are the
// Segregations of which it is not known what has no effect. The problems are about annotations that accept nothing
// wherever they are.
func (a *acceptances) readAnnotations(applied, instructions []*objects.Object, unjudged map[string]bool) (problems []finding.Finding) {
	for _, o := range slices.Concat(applied, instructions) {
		for _, name := range slices.Sorted(maps.Keys(o.Annotations)) {
			code, accepts := strings.CutPrefix(name, wellknown.SuppressPrefix)
			if !accepts {
				problems = append(problems, misspelt(o, name)...)
				continue
			}
			one := annotation{object: o, code: finding.Code(code), reason: strings.TrimSpace(o.Annotations[name])}
			if message, fix := one.problem(); message != "" {
				problems = append(problems, one.about(finding.SuppressionInvalid, finding.Error, message, fix))
				continue
			}
			place := one.about(finding.SuppressionUnused, finding.Warning, "", "")
			a.add(exactly(one.code, o.Identity()), acceptance{
				code: one.code, reason: one.reason, place: place, by: "annotation of " + named(place),
				mayBeIdle: o.IsInstruction() && unjudged[o.Name],
			})
		}
	}
	return problems
}

// named names the object of a finding and where it is. Format: Service shop-web/web (web.yaml:4).
func named(f finding.Finding) string {
	if place := f.Place(); place != "" {
		return fmt.Sprintf("%s (%s)", f.Object, place)
	}
	return f.Object.String()
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
			"write the code of the finding, as in " + wellknown.SuppressPrefix +
				string(cmp.Or(finding.MeantCode(string(a.code)), finding.UndeclaredEgress))
	case a.reason == "":
		return "the annotation gives no reason, so nothing is suppressed",
			"say why the finding is accepted, as the annotation's value"
	case !a.code.Acceptable():
		return fmt.Sprintf("%s says that something is not what is applied, which nobody can accept", a.code),
			"do what the finding says, and remove the annotation"
	case !a.object.IsInstruction():
		return "", ""
	case a.object.Kind == wellknown.InventoryKind:
		return "annotations of an Inventory suppress nothing: they are gone when it is written again",
			"remove it, or annotate the Segregation"
	case a.object.Kind == wellknown.ClusterKind:
		return "annotations of a Cluster suppress nothing", "annotate the object that the finding is about"
	case !strings.HasPrefix(string(a.code), "CLS-"+pathsFamily):
		return fmt.Sprintf("an annotation of a Segregation accepts findings of family I only, so %s is not suppressed",
			a.code), "annotate the object that the finding is about, or add it to spec.accept"
	}
	return "", ""
}

// misspelt reports an annotation that was meant to accept findings, and has another prefix. On a Segregation it is a
// finding of family S.
func misspelt(o *objects.Object, name string) []finding.Finding {
	if !endsAsCode(name) { // nearly all annotations of nearly all objects
		return nil
	}
	prefix, code, _ := strings.Cut(name, "/")
	meant := finding.MeantCode(strings.TrimLeft(strings.TrimPrefix(code, "suppress"), "-_"))
	isMeant := prefix == wellknown.Group || phrase.Similar(prefix+"/", wellknown.SuppressPrefix)
	if meant == "" || !isMeant || o.IsInstruction() {
		return nil
	}
	return []finding.Finding{o.About(finding.Finding{
		Code: finding.SuppressionInvalid, Severity: finding.Error,
		Field:   fieldpath.Of("metadata", "annotations", name),
		Message: fmt.Sprintf("the annotation %s suppresses nothing: it must begin with %s", phrase.Quote(name), wellknown.SuppressPrefix),
		Fix:     phrase.Write(wellknown.SuppressPrefix + string(meant)),
	})}
}

// endsAsCode reports whether a text ends as codes of findings do: with a letter and three digits.
func endsAsCode(text string) bool {
	const length = len("N004")
	if len(text) < length {
		return false
	}
	end := text[len(text)-length:]
	return strings.Trim(end[1:], "0123456789") == "" && strings.ContainsAny(end[:1], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
}

func (a annotation) about(code finding.Code, severity finding.Severity, message, fix string) finding.Finding {
	field := fieldpath.Of("metadata", "annotations", wellknown.SuppressPrefix+string(a.code))
	return a.object.About(finding.Finding{Code: code, Severity: severity, Field: field,
		Message: message, Fix: fix})
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
