package strict

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
)

// Origin is where the text of a document came from, for messages.
type Origin struct {
	// File the document was read from; empty means not known.
	File string
	// FirstLine is the line, counted from 1, that the node's line 1 has in File or in the input; 0 where a host has
	// rewritten the text, so that the node's lines are not those of the user's file.
	FirstLine int
}

// Document collects the findings about one document, and has the lines of its fields.
type Document struct {
	object   finding.Object
	origin   Origin
	findings []finding.Finding
	// lines has the line of every field that was read, by path, relative to the node.
	lines map[fieldpath.Path]int
	// undecoded has the paths whose value could not be read, which validation must skip.
	undecoded map[fieldpath.Path]bool
	// moved has where a value was written that is at another path of what was decoded.
	moved map[fieldpath.Path]fieldpath.Path
	// names has those of the items of lists that were written as maps, by the path of the list.
	names map[fieldpath.Path][]string
}

// NewDocument returns a Document about the object in node, named by its metadata.name.
func NewDocument(node *yaml.Node, origin Origin, apiVersion, kind string) *Document {
	object := finding.Object{APIVersion: apiVersion, Kind: kind, Name: nameOf(node)}
	return &Document{object: object, origin: origin, lines: map[fieldpath.Path]int{},
		undecoded: map[fieldpath.Path]bool{}, moved: map[fieldpath.Path]fieldpath.Path{},
		names: map[fieldpath.Path][]string{}}
}

// Findings are the findings so far, sorted by [finding.Sort].
func (d *Document) Findings() []finding.Finding {
	finding.Sort(d.findings)
	return d.findings
}

// nameOf finds metadata.name in a node that may be malformed.
func nameOf(node *yaml.Node) string {
	name := yaml.NewRNode(node).Field("metadata")
	if name == nil || name.Value.YNode().Kind != yaml.MappingNode {
		return ""
	}
	return nameField(name.Value.YNode(), "name")
}

// nameField is a field of a mapping that is a text; empty where it has none.
func nameField(mapping *yaml.Node, name string) string {
	field := yaml.NewRNode(mapping).Field(name)
	if field == nil || field.Value.YNode().Tag != yaml.NodeTagString {
		return ""
	}
	return field.Value.YNode().Value
}

// Problem adds an error at path. message quotes the value and says what the field must be.
func (d *Document) Problem(code finding.Code, path fieldpath.Path, message, fix string) {
	d.add(finding.Error, code, path, message, fix)
}

// Warn adds a warning at path.
func (d *Document) Warn(code finding.Code, path fieldpath.Path, message, fix string) {
	d.add(finding.Warning, code, path, message, fix)
}

func (d *Document) add(severity finding.Severity, code finding.Code, where fieldpath.Path, message, fix string) {
	if d.IsUndecoded(where) {
		return
	}
	path := d.Place(where)
	f := finding.Finding{
		Code:     code,
		Severity: severity,
		Object:   d.object,
		Field:    path,
		File:     d.origin.File,
		Line:     d.line(path),
		Message:  message,
		Fix:      fix,
	}
	if path == where || !slices.Contains(d.findings, f) { // what was written once may count in several places
		d.findings = append(d.findings, f)
	}
}

// Move says that the value at from, and all that is in it, was written at to.
func (d *Document) Move(from, to fieldpath.Path) { d.moved[from] = to }

// Place is where the value at path was written: path itself, unless it was moved.
func (d *Document) Place(path fieldpath.Path) fieldpath.Path {
	if len(d.moved) == 0 {
		return path
	}
	for around := path; !around.IsZero(); around = around.Parent() {
		if to, moved := d.moved[around]; moved {
			inside, _ := path.Within(around)
			return d.Place(to.Join(inside))
		}
	}
	return path
}

// Names are the names of the items of the list at path, in their order; nil where it was written as a list.
func (d *Document) Names(path fieldpath.Path) []string { return d.names[path] }

// line is the line of path or, where path was not written, of the nearest field around it.
func (d *Document) line(path fieldpath.Path) int {
	if d.origin.FirstLine == 0 {
		return 0
	}
	path = d.Place(path)
	for {
		if line, known := d.lines[path]; known {
			return d.origin.FirstLine + line - 1
		}
		if path.IsZero() {
			return 0
		}
		path = path.Parent()
	}
}

// WrittenAt is where the value at path was written, and its line; 0 where lines are not known. ok is false where nobody
// wrote it.
func (d *Document) WrittenAt(path fieldpath.Path) (place fieldpath.Path, line int, ok bool) {
	place = d.Place(path)
	if _, ok = d.lines[place]; !ok {
		return fieldpath.Path{}, 0, false
	}
	return place, d.line(place), true
}

// Written reports whether the field at path was given, and not filled with its default.
func (d *Document) Written(path fieldpath.Path) bool {
	_, known := d.lines[d.Place(path)]
	return known
}

// IsUndecoded reports whether the field at path, or one around it, was given and could not be read.
func (d *Document) IsUndecoded(path fieldpath.Path) bool {
	path = d.Place(path)
	for ; !path.IsZero(); path = path.Parent() {
		if d.undecoded[path] {
			return true
		}
	}
	return d.undecoded[fieldpath.Path{}]
}

// AnyUndecoded reports whether one of the named fields of path was given and could not be read.
func (d *Document) AnyUndecoded(path fieldpath.Path, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return d.IsUndecoded(path.Child(name)) })
}

// UndecodedBelow reports whether a field inside path was given and could not be read.
func (d *Document) UndecodedBelow(path fieldpath.Path) bool {
	path = d.Place(path)
	for at := range d.undecoded {
		if path.Contains(at) {
			return true
		}
	}
	return false
}
