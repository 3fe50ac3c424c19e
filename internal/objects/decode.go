package objects

import (
	"errors"
	"strings"

	"sigs.k8s.io/json"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/form"
)

// Decode reads the object into a pointer to its Go type, as leniently as the API server does: fields that the type does not
// have are passed over. unknown lists those, and the ones that are written twice.
func (o *Object) Decode(into any) (unknown []string, err error) {
	text, err := o.json()
	if err != nil {
		return nil, err
	}
	strict, err := json.UnmarshalStrict(text, into)
	for _, problem := range strict {
		unknown = append(unknown, problem.Error())
	}
	return unknown, err
}

// JSONSource is a Source that gives the object as JSON too: its text is read in another way, or read already.
type JSONSource interface {
	Source
	JSON() ([]byte, error)
}

func (o *Object) json() ([]byte, error) {
	if source, has := o.Source.(JSONSource); has {
		return source.JSON()
	}
	node, err := o.Source.Node()
	if err != nil {
		return nil, err
	}
	return toJSON(node, false)
}

// strictForm finds the path in what the strict decoder says: unknown field "spec.x", duplicate field "spec.x".
var strictForm = form.New(`^(unknown|duplicate) field "(.*)"$`)

// malformed says what keeps the object from being read as its kind.
func (o *Object) malformed(unknown []string, err error) []finding.Finding {
	var findings []finding.Finding
	report := func(field, message, fix string) {
		findings = append(findings, o.About(finding.Finding{
			Code: finding.MalformedObject, Severity: finding.Error, Field: field, Message: message, Fix: fix,
		}))
	}
	if err != nil {
		report(fieldOf(err), "the object cannot be read as a "+o.Kind+": "+o.reason(err), "write the type that the field must have")
	}
	for _, problem := range unknown {
		parts := strictForm().FindStringSubmatch(problem)
		switch {
		case parts == nil:
			report("", "the object cannot be read as a "+o.Kind, "")
		case parts[1] == "unknown":
			report(parts[2], "a "+o.Kind+" has no field "+lastStep(parts[2])+"; the API server refuses or drops it", "correct its name or its place, or remove it")
		default:
			report(parts[2], "the field is given twice", "keep one of the two")
		}
	}
	return findings
}

func lastStep(path string) string {
	all := steps(path)
	if len(all) == 0 {
		return path
	}
	return all[len(all)-1]
}

var (
	// jsonField finds the path in a type error of the JSON decoder.
	jsonField = form.New(`Go struct field \w+\.(\S+) of type`)
	jsonType  = form.New(`cannot unmarshal (\w+).* of type (\S+)`)
)

func fieldOf(err error) string {
	if parts := jsonField().FindStringSubmatch(err.Error()); parts != nil {
		return parts[1]
	}
	return ""
}

// reason says what is wrong without repeating a value, which may be a secret.
func (o *Object) reason(err error) string {
	text := err.Error()
	if parts := jsonType().FindStringSubmatch(text); parts != nil {
		return "got a " + parts[1] + ", must be " + typeName(parts[2])
	}
	if errors.Is(err, errAliasBomb) || strings.Contains(text, "merge keys") {
		return text
	}
	return "a value is malformed"
}

// typeName says for people what the JSON decoder says for Go.
func typeName(goType string) string {
	switch {
	case strings.Contains(goType, "int"):
		return "a whole number"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case strings.HasPrefix(goType, "map["):
		return "a map"
	case strings.HasSuffix(goType, "string"):
		return "text (put it in quotes)"
	case goType == "bool":
		return "true or false"
	}
	return "an object"
}
