// Package served reads ExternalSecrets and SecretStores as the sync runtime serves them, and names what it does not
// serve. Nothing of an object is ignored in silence: a field that is not known is refused by its name.
package served

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
	"sigs.k8s.io/json"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/phrase"
)

// Refusal is a field that is not served.
type Refusal struct {
	Field fieldpath.Path
	// Why, in words that can follow the field.
	Why string
}

// String formats r. Example: spec.target.deletionPolicy "Delete" is not served: it must be Retain.
func (r Refusal) String() string { return r.Field.String() + " " + r.Why }

// Texts formats refusals, in their order.
func Texts(refusals []Refusal) []string {
	var all []string
	for _, refusal := range refusals {
		all = append(all, refusal.String())
	}
	return all
}

// refusals collects what is not served.
type refusals []Refusal

func (r *refusals) add(at fieldpath.Path, format string, values ...any) {
	*r = append(*r, Refusal{Field: at, Why: fmt.Sprintf(format, values...)})
}

// oneOf refuses a value that is none of those that are served; an empty one means the default.
func (r *refusals) oneOf(at fieldpath.Path, value string, allowed ...string) {
	if value != "" && !slices.Contains(allowed, value) {
		r.add(at, "%s is not served: it must be %s", phrase.Quote(value), strings.Join(allowed, " or "))
	}
}

// decode reads an object in JSON, and refuses the fields of its spec that the type does not have.
func (r *refusals) decode(text []byte, into any) {
	unknown, err := json.UnmarshalStrict(text, into, json.DisallowUnknownFields)
	if err != nil {
		r.add(fieldpath.Of("spec"), "is not of the form of %s", eso.APIVersion)
		return
	}
	for _, one := range unknown {
		var at json.FieldError
		if errors.As(one, &at) && strings.HasPrefix(at.FieldPath(), "spec.") {
			r.add(fieldpath.Parse(at.FieldPath()), "is not served")
		}
	}
	for _, field := range eso.BoundedFields(into) {
		if field.Since.IsKnown() && !isDefault(text, field.Path) {
			r.add(fieldpath.Parse(field.Path), "is not served")
		}
	}
}

// isDefault reports whether a field of later versions of the operator says what the runtime does all the same. The API server of newer
// operators writes such defaults into every object.
func isDefault(text []byte, path string) bool {
	if !strings.HasSuffix(path, ".nullBytePolicy") {
		return false
	}
	return gjson.GetBytes(text, strings.NewReplacer("[", ".", "]", "").Replace(path)).String() == "Ignore"
}
