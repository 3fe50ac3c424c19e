package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

const (
	schemaID = "https://cloison.dev/schemas/v1alpha1/segregation.json"
	title    = "Segregation (" + wellknown.APIVersion + ")"
	// schemaPackage is the package in whose folder the generator runs.
	schemaPackage = "cloison.dev/cloison/internal/schema"
)

// generate makes the schema. Reflection gives the structure; rules add what the types cannot say; the documentation in
// specFolder, relative to the folder of package schema, gives descriptions, defaults and examples.
func generate(specFolder string) (*jsonschema.Schema, error) {
	docs := &jsonschema.Reflector{}
	if err := docs.AddGoComments(schemaPackage, specFolder, jsonschema.WithFullComment()); err != nil {
		return nil, fmt.Errorf("read the documentation of package spec: %w", err)
	}
	root := reflectSegregation(docs.CommentMap)
	types := map[string]*jsonschema.Schema{}
	maps.Copy(types, root.Definitions)
	types["Segregation"] = root
	if err := apply(rules(), types); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		moveAnnotations(types[name], types)
	}
	return root, nil
}

// schemaText writes the schema as JSON.
func schemaText(root *jsonschema.Schema) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("write the schema: %w", err)
	}
	return unescapeHTML(out.Bytes()), nil
}

// reflectSegregation gives the structure: types, fields, required fields and enums.
func reflectSegregation(comments map[string]string) *jsonschema.Schema {
	scalars := scalarTypes()
	reflector := &jsonschema.Reflector{
		RequiredFromJSONSchemaTags: true,
		ExpandedStruct:             true,
		Anonymous:                  true,
		LookupComment: func(t reflect.Type, field string) string {
			return describe(t, field, comments)
		},
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			if _, isScalar := scalars[t]; isScalar {
				return &jsonschema.Schema{Ref: refPrefix + t.Name()}
			}
			return nil
		},
	}
	root := reflector.Reflect(&spec.Segregation{})
	root.ID, root.Title = schemaID, title
	writeOutNamedLists(root)
	for t, schema := range scalars {
		schema.Description = describe(t, "", comments)
		root.Definitions[t.Name()] = schema
	}
	return root
}

// writeOutNamedLists puts the lists of which an overlay may change one item into the fields that have them: a list, or a
// map from names to items.
func writeOutNamedLists(root *jsonschema.Schema) {
	lists := map[string]*jsonschema.Schema{}
	for name, definition := range root.Definitions {
		if definition.Type == "array" {
			lists[refPrefix+name] = definition
			delete(root.Definitions, name)
		}
	}
	for _, definition := range root.Definitions {
		if definition.Properties == nil {
			continue
		}
		for field := definition.Properties.Oldest(); field != nil; field = field.Next() {
			if list := lists[field.Value.Ref]; list != nil {
				items := list.Items
				field.Value.Ref = ""
				field.Value.AnyOf = []*jsonschema.Schema{
					{Type: "array", Items: items}, {Type: "object", AdditionalProperties: items},
				}
			}
		}
	}
}

const refPrefix = "#/$defs/"

// apply carries out the rules. One for a field that does not exist is an error: the field has been renamed.
func apply(rules map[string]rule, types map[string]*jsonschema.Schema) error {
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		typeName, field, isField := strings.Cut(name, ".")
		target := types[typeName]
		if target != nil && isField {
			target = target.Properties.Value(field)
		}
		if target == nil {
			return fmt.Errorf("rule for %s, which package spec does not have", name)
		}
		rules[name](target)
	}
	return nil
}

// unescapeHTML undoes what encoding/json does inside of MarshalJSON methods, where it cannot be told not to.
func unescapeHTML(text []byte) []byte {
	return []byte(strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(text)))
}
