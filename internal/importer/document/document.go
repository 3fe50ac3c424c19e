// Package document writes a Segregation as YAML for people: fields that have their default are left out, short values
// stand on one line, and notes stand as comments above the fields that they are about.
package document

import (
	"bytes"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/specyaml"
)

// Document is a Segregation as YAML.
type Document struct{ node *yaml.Node }

// Encode writes a Segregation as YAML.
func Encode(segregation *spec.Segregation) *Document {
	return &Document{node: specyaml.Encode(segregation)}
}

// Refusals are the findings with which Cloison would refuse the Segregation for a cluster.
func (d *Document) Refusals(in cluster.Cluster) []finding.Finding {
	_, found := spec.Load(d.node, spec.Origin{}, in)
	return slices.DeleteFunc(found, func(f finding.Finding) bool { return f.Severity != finding.Error })
}

// Write is the text of the Segregation. Notes stand above the field that they are about or, where it was not written,
// above the nearest one around it; notes about no field stand at the end. header, lines that are comments, is at the top.
func (d *Document) Write(header string, notes []draft.Note) []byte {
	var rest []string
	comments := map[*yaml.Node][]string{}
	for _, n := range notes {
		if key := d.key(n.At); key != nil {
			comments[key] = append(comments[key], comment(n.Text()))
			continue
		}
		rest = append(rest, comment(n.Text()))
	}
	for key, lines := range comments {
		key.HeadComment = strings.Join(lines, "\n")
	}
	var out bytes.Buffer
	out.WriteString(header)
	encoder := yaml.NewEncoderWithOptions(&out, &yaml.EncoderOptions{SeqIndent: yaml.WideSequenceStyle})
	if err := encoder.Encode(d.node); err != nil {
		panic("document: a Segregation cannot be written as YAML: " + err.Error())
	}
	if len(rest) > 0 {
		out.WriteString("\n" + strings.Join(rest, "\n") + "\n")
	}
	return out.Bytes()
}

// key is the name of the field at a path or, where it was not written, of the nearest one around it that has a line
// of its own; nil where there is none.
func (d *Document) key(at fieldpath.Path) *yaml.Node {
	var key *yaml.Node
	node := d.node
	for _, name := range at.Steps() {
		if node.Kind != yaml.MappingNode || node.Style == yaml.FlowStyle {
			break
		}
		i := 0
		for i < len(node.Content) && node.Content[i].Value != name {
			i += 2
		}
		if i >= len(node.Content) {
			break
		}
		key, node = node.Content[i], node.Content[i+1]
	}
	return key
}

// longestComment is the length in bytes at which a line of a comment is broken.
const longestComment = 110

// comment breaks text into lines that start with "# ".
func comment(text string) string {
	var lines []string
	line := "#"
	for word := range strings.FieldsSeq(text) {
		if len(line)+1+len(word) > longestComment && line != "#" {
			lines = append(lines, line)
			line = "#  "
		}
		line += " " + word
	}
	return strings.Join(append(lines, line), "\n")
}
