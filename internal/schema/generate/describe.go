package main

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
)

// describe turns the comment of a type, or of one of its fields, into text for people who write YAML: on one line, and
// with the fields named as they are in YAML.
func describe(t reflect.Type, field string, comments map[string]string) string {
	text := strings.Join(strings.Fields(comments[commentKey(t, field)]), " ")
	if t.Kind() != reflect.Struct {
		return text
	}
	for f := range t.Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); !isWord(f.Name, name) {
			text = regexp.MustCompile(`\b`+f.Name+`\b`).ReplaceAllString(text, name)
		}
	}
	return text
}

// isWord reports whether a field's name in Go reads as a plain word or abbreviation, like Name and CIDR, and not only
// as code, like ProjectID.
func isWord(goName, name string) bool {
	return goName[1:] == strings.ToLower(goName[1:]) || strings.ToLower(goName) == name
}

// commentKey is the name under which AddGoComments keeps a comment. Without a field it is the type's.
func commentKey(t reflect.Type, field string) string {
	key := t.PkgPath() + "." + t.Name()
	if field != "" {
		key += "." + field
	}
	return key
}

// moveAnnotations takes examples and defaults out of the descriptions of a type and its fields, into keywords of their
// own. A default that is no value of the field, because it depends on other fields, stays in the description.
func moveAnnotations(s *jsonschema.Schema, types map[string]*jsonschema.Schema) {
	moveExample(s)
	if s.Properties == nil {
		return
	}
	for property := s.Properties.Oldest(); property != nil; property = property.Next() {
		moveExample(property.Value)
		moveDefault(property.Value, types)
	}
}

// cutValue cuts the sentence "<label>: <value>." out of a text, where the value is one word. It returns "" where there
// is none.
func cutValue(text, label string) (value, rest string) {
	sentence := regexp.MustCompile(` ?` + label + `: (\S+)\.( |$)`)
	found := sentence.FindStringSubmatchIndex(text)
	if found == nil {
		return "", text
	}
	return text[found[2]:found[3]], strings.TrimSpace(text[:found[0]] + " " + text[found[1]:])
}

func moveExample(s *jsonschema.Schema) {
	if value, rest := cutValue(s.Description, "Example"); value != "" {
		s.Examples, s.Description = []any{value}, rest
	}
}

func moveDefault(s *jsonschema.Schema, types map[string]*jsonschema.Schema) {
	value, rest := cutValue(s.Description, "Default")
	switch {
	case value == "":
	case s.Type == "boolean":
		s.Default, s.Description = value == "true", rest
	case s.Type == "integer":
		s.Default, s.Description = json.Number(value), rest
	case accepts(s, value, types):
		s.Default, s.Description = value, rest
	}
}

// accepts reports whether a text is a value of a schema with an enum or a pattern.
func accepts(s *jsonschema.Schema, value string, types map[string]*jsonschema.Schema) bool {
	if target := types[strings.TrimPrefix(s.Ref, refPrefix)]; target != nil {
		s = target
	}
	if len(s.AnyOf) > 0 {
		s = s.AnyOf[0]
	}
	return slices.Contains(s.Enum, any(value)) || s.Pattern != "" && regexp.MustCompile(s.Pattern).MatchString(value)
}
