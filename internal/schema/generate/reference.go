package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	"cloison.dev/cloison/internal/phrase"
)

// chapters are the types in the order in which a reader meets them.
var chapters = []string{
	"Segregation", "Metadata", "Spec", "Scaleway", "Defaults", "Sync", "RuntimePod", "Resources", "PullSecret", "Toleration",
	"Validation", "Generated", "GeneratedKind", "Acceptance",
	"SharedGroup", "SharedReader",
	"Component", "PodSecurity", "SecretGroup", "Source", "Credentials",
	"IngressFlow", "EgressFlow", "Peer", "LimitItem", "Access", "Subject",
	"Duration", "Quantity", "Port", "Revision",
}

const referenceHead = `# The Segregation, field by field

<!-- Written by "make generate" from the types in internal/spec. -->

Here you look up every field of the spec: its type, its default and what leaving it out means.

Parsing is strict: unknown, duplicate and wrongly-cased fields, wrong types and values that are not in their form are
refused, all at once, each with its field, its value and what it must be ([findings](findings.md)).
` + "`cloison schema`" + ` prints the same as a JSON Schema for your editor.
`

// reference writes the schema as a page for people. It is an error where a type has no chapter, or a chapter no type.
func reference(root *jsonschema.Schema) ([]byte, error) {
	types := maps.Clone(root.Definitions)
	types["Segregation"] = root
	for name := range types {
		if !slices.Contains(chapters, name) {
			return nil, fmt.Errorf("type %s is in no chapter of the reference", name)
		}
	}
	var page strings.Builder
	page.WriteString(referenceHead)
	for _, name := range chapters {
		if types[name] == nil {
			return nil, fmt.Errorf("the reference has a chapter for %s, which package spec does not have", name)
		}
		fmt.Fprintf(&page, "\n## %s\n\n%s\n", name, types[name].Description)
		writeFields(&page, types[name])
	}
	return []byte(page.String()), nil
}

func writeFields(page *strings.Builder, schema *jsonschema.Schema) {
	if schema.Properties == nil || schema.Properties.Len() == 0 {
		return
	}
	page.WriteString("\n| field | type | default | meaning |\n|---|---|---|---|\n")
	for field := schema.Properties.Oldest(); field != nil; field = field.Next() {
		fallback := defaultOf(field.Value)
		if slices.Contains(schema.Required, field.Key) {
			fallback = "**required**"
		}
		fmt.Fprintf(page, "| `%s` | %s | %s | %s |\n", field.Key, typeOf(field.Value), fallback, meaningOf(field.Value))
	}
}

func defaultOf(schema *jsonschema.Schema) string {
	if schema.Default == nil || schema.Default == "" {
		return ""
	}
	return fmt.Sprintf("`%v`", schema.Default)
}

// typeOf names a type, with a link where the page has a chapter for it.
func typeOf(schema *jsonschema.Schema) string {
	switch {
	case schema.Ref != "":
		name := strings.TrimPrefix(schema.Ref, refPrefix)
		return fmt.Sprintf("[%s](#%s)", name, strings.ToLower(name))
	case schema.Type == "string":
		return cmp.Or(choicesOf(schema), "text")
	case len(schema.AnyOf) == 2 && schema.AnyOf[0].Type == "array":
		return typeOf(schema.AnyOf[0]) + ", or " + typeOf(schema.AnyOf[1])
	case len(schema.AnyOf) > 0:
		return typeOf(schema.AnyOf[0]) + " or " + typeOf(schema.AnyOf[1])
	case schema.Type == "array":
		return "list of " + typeOf(schema.Items)
	case schema.Type == "object" && schema.AdditionalProperties != nil:
		return "map to " + typeOf(schema.AdditionalProperties)
	}
	return schema.Type
}

// choicesOf are the words that a text must be one of; empty where it may be any, or there are too many for a table.
func choicesOf(schema *jsonschema.Schema) string {
	var words []string
	for _, one := range append([]*jsonschema.Schema{schema}, schema.AnyOf...) {
		for _, word := range one.Enum {
			words = append(words, fmt.Sprintf("`%v`", word))
		}
	}
	const most = 6
	if len(words) > most {
		return ""
	}
	return phrase.Or(words)
}

func meaningOf(schema *jsonschema.Schema) string {
	meaning := strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;").Replace(schema.Description)
	if len(schema.Examples) > 0 {
		meaning += fmt.Sprintf(" Example: `%v`.", schema.Examples[0])
	}
	return strings.TrimSpace(meaning)
}
