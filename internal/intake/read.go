package intake

import (
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/strict"
	"cloison.dev/cloison/internal/wellknown"
)

// kind is a kind of objects that are meant for Cloison.
type kind[T any] struct {
	// plural names several of them.
	plural string
	is     func(apiVersion, kind string) bool
	// load returns nil where one of the findings is an error.
	load func(*yaml.Node, strict.Origin) (*T, []finding.Finding)
	// agree reports whether two of one name say the same.
	agree func(a, b *T) bool
	// unreadable is the code of one that cannot be parsed.
	unreadable finding.Code
}

// written is one object of a kind. Its value is nil where it was refused.
type written[T any] struct {
	object *objects.Object
	value  *T
}

// reading is what came of the objects of a kind.
type reading[T any] struct {
	// accepted has the first of each name.
	accepted []written[T]
	findings []finding.Finding
	// complete reports that none was refused.
	complete bool
}

// read reads the objects of a kind. One may be there several times, where all say the same: as the configuration of a
// function and among the items, by itself and in a kustomization. It is judged once then.
func read[T any](in Input, k kind[T]) reading[T] {
	result := reading[T]{complete: true}
	var distinct []written[T]
	for _, o := range in.Objects {
		if !k.is(o.APIVersion, o.Kind) || repeatsRefused(distinct, o) {
			continue
		}
		value, findings := k.readOne(in, o)
		first := firstAccepted(distinct, o)
		switch {
		case value == nil:
			result.complete = false
		case first.value == nil:
			result.accepted = append(result.accepted, written[T]{o, value})
		case k.agree(first.value, value):
			continue
		default:
			findings = append(findings, k.refuseSecond(in, first.object, o))
			result.complete = false
		}
		result.findings = append(result.findings, findings...)
		distinct = append(distinct, written[T]{o, value})
	}
	return result
}

func (k kind[T]) readOne(in Input, o *objects.Object) (*T, []finding.Finding) {
	node, err := o.Source.Node()
	if err != nil {
		refused := finding.Finding{Code: k.unreadable, Severity: finding.Error, Message: err.Error()}
		return nil, []finding.Finding{in.Place(o, refused)}
	}
	return k.load(node, originOf(o))
}

func originOf(o *objects.Object) strict.Origin {
	return strict.Origin{File: o.File, FirstLine: o.FirstLine}
}

// refuseSecond refuses an object whose name an earlier one has that says something else.
func (k kind[T]) refuseSecond(in Input, first, o *objects.Object) finding.Finding {
	f := finding.Finding{
		Code: finding.InputDuplicate, Severity: finding.Error, Field: fieldpath.Of("metadata", "name"),
		Message: fmt.Sprintf("there are two %s with the name %q; each must have its own", k.plural, o.Name),
		Fix:     "remove or rename one of them",
	}
	if isFunction(first) || isFunction(o) {
		f.Fix = "remove one of them: kustomize patches what is under resources:, and not what is under transformers: or " +
			"generators:"
	}
	return in.Place(o, f)
}

// isFunction reports whether a host runs an object as a function.
func isFunction(o *objects.Object) bool { return o.Annotations[wellknown.FunctionAnnotation] != "" }

// firstAccepted is the first of the name of o that was not refused; the zero value where there is none.
func firstAccepted[T any](before []written[T], o *objects.Object) written[T] {
	for _, w := range before {
		if w.object.Name == o.Name && w.value != nil {
			return w
		}
	}
	return written[T]{}
}

// repeatsRefused reports whether an object says what one of its name said that was refused: reading it would only
// repeat why.
func repeatsRefused[T any](before []written[T], o *objects.Object) bool {
	for _, w := range before {
		if w.value == nil && w.object.Name == o.Name && w.object.APIVersion == o.APIVersion {
			if text := specText(o); text != "" && text == specText(w.object) {
				return true
			}
		}
	}
	return false
}

// specText is the field spec, in one form; empty where there is none.
func specText(o *objects.Object) string {
	node, err := o.Source.Node()
	if err != nil {
		return ""
	}
	field := yaml.NewRNode(node).Field("spec")
	if field == nil {
		return ""
	}
	text, err := field.Value.String()
	if err != nil {
		return ""
	}
	return text
}
