package importer

import (
	"bytes"
	"reflect"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/spec"
)

const header = "# Written by \"cloison import\" from manifests. It is never applied to a cluster: Cloison expands it. Look at every comment,\n" +
	"# then compare what it expands to with what is deployed.\n"

// result writes the Segregation with its comments.
func (im *importer) result() *Result {
	if len(im.components) == 0 {
		sortNotes(im.notes)
		return &Result{Notes: im.notes}
	}
	node := encode(reflect.ValueOf(im.seg))
	im.noteRefusals(node)
	sortNotes(im.notes)
	var rest []string
	comments := map[*yaml.Node][]string{}
	for _, n := range im.notes {
		if key := place(node, n.at); key != nil {
			comments[key] = append(comments[key], comment(n.text()))
			continue
		}
		rest = append(rest, comment(n.text()))
	}
	for key, lines := range comments {
		key.HeadComment = strings.Join(lines, "\n")
	}
	var out bytes.Buffer
	out.WriteString(header)
	encoder := yaml.NewEncoderWithOptions(&out, &yaml.EncoderOptions{SeqIndent: yaml.WideSequenceStyle})
	if err := encoder.Encode(node); err != nil {
		panic("importer: a Segregation cannot be written as YAML: " + err.Error())
	}
	if len(rest) > 0 {
		out.WriteString("\n" + strings.Join(rest, "\n") + "\n")
	}
	return &Result{Segregation: out.Bytes(), Notes: im.notes}
}

// noteRefusals says what of the Segregation Cloison would refuse, so that it stands where it must be mended.
func (im *importer) noteRefusals(node *yaml.Node) {
	known := map[string]bool{}
	for _, n := range im.notes {
		if n.Outcome == Missing {
			known[strings.Join(n.at, "\n")] = true
		}
	}
	_, refusals := spec.Load(node, spec.Origin{})
	for _, refusal := range refusals {
		if at := steps(refusal.Field); !known[strings.Join(at, "\n")] {
			im.remark(Missing, at, "%s: %s", refusal.Field, refusal.Text())
		}
	}
}

// steps cuts a finding's field into names: spec.a[b.c].keys[0] has five.
func steps(field string) []string {
	var names []string
	for field != "" {
		switch field[0] {
		case '.':
			field = field[1:]
		case '[':
			name, rest, _ := strings.Cut(field[1:], "]")
			names, field = append(names, strings.Trim(name, `"`)), rest
		default:
			end := strings.IndexAny(field, ".[")
			if end < 0 {
				end = len(field)
			}
			names, field = append(names, field[:end]), field[end:]
		}
	}
	return names
}

// place is the name of the field at a path or, where it was not written, of the nearest one around it that has a line
// of its own; nil where there is none.
func place(node *yaml.Node, at []string) *yaml.Node {
	var key *yaml.Node
	for _, name := range at {
		if node.Kind != yaml.MappingNode || node.Style == yaml.FlowStyle {
			break
		}
		i := slices.IndexFunc(node.Content, func(n *yaml.Node) bool { return n.Value == name })
		if i < 0 || i%2 != 0 {
			break
		}
		key, node = node.Content[i], node.Content[i+1]
	}
	return key
}

// longestComment is where a comment is broken.
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
