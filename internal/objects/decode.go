package objects

import (
	"errors"
	"strings"

	"sigs.k8s.io/json"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/kubeyaml"
)

// StrayField is a field that is in the text of an object and not in its value.
type StrayField struct {
	// Path of the field; zero where the decoder does not say it.
	Path fieldpath.Path
	// Twice is set where the field is given more than once, of which the last counts. Else its kind has no such field.
	Twice bool
}

// Decode reads the object into a pointer to its Go type, as leniently as the API server does: it passes over fields
// that the type does not have or that are given twice, and returns them.
func (o *Object) Decode(into any) (stray []StrayField, err error) {
	text, twice, err := o.light()
	if err != nil {
		return nil, err
	}
	strict, err := json.UnmarshalStrict(text, into)
	if len(strict)+len(twice) == 0 {
		return nil, err
	}
	for _, problem := range strict {
		stray = append(stray, o.strayField(problem))
	}
	for _, path := range twice {
		stray = append(stray, StrayField{Path: path, Twice: true})
	}
	return stray, err
}

// DecodePart reads some fields of the object into a pointer to a type that has no others. Where to find the rest is not
// looked for, as [Object.Decode] does: that costs more than all else.
func (o *Object) DecodePart(into any) error {
	text, _, err := o.light()
	if err != nil {
		return err
	}
	return json.UnmarshalCaseSensitivePreserveInts(text, into)
}

// light is the JSON of the object, without a number that takes long to read.
func (o *Object) light() (text []byte, twice []fieldpath.Path, err error) {
	if text, twice, err = o.json(); err != nil {
		return nil, nil, err
	}
	return text, twice, heavyNumber(text)
}

// JSON is the object as kubectl would send it. Of fields that are given twice the last one counts.
func (o *Object) JSON() ([]byte, error) {
	text, _, err := o.json()
	return text, err
}

// JSONSource is a Source that gives the object as JSON too: its text is read in another way, or read already. twice has
// the fields that are given more than once: only the last one is in the JSON.
type JSONSource interface {
	Source
	JSON() (text []byte, twice []fieldpath.Path, err error)
}

func (o *Object) json() (text []byte, twice []fieldpath.Path, err error) {
	if source, has := o.Source.(JSONSource); has {
		return source.JSON()
	}
	return toJSON(o.Source, kubeyaml.Hosts)
}

// strictForm finds the path in what the strict decoder says: unknown field "spec.x", duplicate field "spec.x".
var strictForm = form.New(`^(unknown|duplicate) field "(.*)"$`)

// strayField reads what the strict decoder says.
func (o *Object) strayField(problem error) StrayField {
	found := strictForm().FindStringSubmatch(problem.Error())
	if found == nil {
		return StrayField{}
	}
	return StrayField{Path: o.locate(found[2]), Twice: found[1] == "duplicate"}
}

// malformed has the findings on what keeps the object from being read as its kind.
func (o *Object) malformed(stray []StrayField, err error) []finding.Finding {
	var findings []finding.Finding
	add := func(field fieldpath.Path, message, fix string) {
		findings = append(findings, *o.refused(field, message, fix))
	}
	if err != nil {
		add(o.fieldOf(err), "the object cannot be read as a "+o.Kind+": "+o.reason(err),
			"write the type that the field must have")
	}
	for _, field := range stray {
		switch {
		case field.Path.IsZero():
			add(field.Path, "the object cannot be read as a "+o.Kind, "")
		case field.Twice:
			add(field.Path, "the field is given twice", "keep one of the two")
		default:
			add(field.Path, "a "+o.Kind+" has no field "+field.Path.Last()+"; the API server refuses or drops it",
				"correct its name or its place, or remove it")
		}
	}
	return findings
}

var (
	// jsonField finds the path in a type error of the JSON decoder.
	jsonField = form.New(`Go struct field \w+\.(\S+) of type`)
	jsonType  = form.New(`cannot unmarshal (\w+).* of type (\S+)`)
)

// fieldOf is the path of the field that has the wrong type; empty where the decoder does not say it.
func (o *Object) fieldOf(err error) fieldpath.Path {
	if parts := jsonField().FindStringSubmatch(err.Error()); parts != nil {
		return o.locate(parts[1])
	}
	return fieldpath.Path{}
}

// reason is what is wrong, without a value, which may be a secret.
func (o *Object) reason(err error) string {
	if parts := jsonType().FindStringSubmatch(err.Error()); parts != nil {
		must := typeName(parts[2])
		if must == "text" && (parts[1] == "number" || parts[1] == "bool") {
			must += " (put it in quotes)"
		}
		return "got " + jsonTypeName(parts[1]) + ", must be " + must
	}
	if refused, is := errors.AsType[*kubeyaml.Refusal](err); is {
		return refused.Reason
	}
	if errors.Is(err, kubeyaml.ErrAliasBomb) {
		return err.Error()
	}
	return "a value is malformed"
}

// jsonTypeName is the JSON decoder's name of a type with its article.
func jsonTypeName(name string) string {
	switch name {
	case "object":
		return "an object"
	case "array":
		return "a list"
	case "bool":
		return "true or false"
	}
	return "a " + name
}

// typeName describes a type of Go for people.
func typeName(goType string) string {
	switch {
	case strings.Contains(goType, "int"):
		return "a whole number"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case strings.HasPrefix(goType, "map["):
		return "a map"
	case strings.HasSuffix(goType, "string"):
		return "text"
	case goType == "bool":
		return "true or false"
	}
	return "an object"
}
