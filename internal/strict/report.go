package strict

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/finding"
)

// Origin says where the text of a document came from, for messages.
type Origin struct {
	// File the document was read from; empty means not known.
	File string
	// FirstLine is the line, counted from 1, that the node's line 1 has in File or in the input; 0 means that the node's
	// lines mean nothing to the user (a host has rewritten the text).
	FirstLine int
}

// Report collects the problems of one document and knows where its fields stand.
type Report struct {
	object   finding.Object
	origin   Origin
	findings []finding.Finding
	// lines has the line of every field that was read, by path, relative to the node.
	lines map[string]int
	// undecoded has the paths whose value could not be read: judging them again would only repeat the problem.
	undecoded map[string]bool
}

// NewReport starts a Report about the object in node, whose name is found there.
func NewReport(node *yaml.Node, origin Origin, apiVersion, kind string) *Report {
	object := finding.Object{APIVersion: apiVersion, Kind: kind, Name: nameOf(node)}
	return &Report{object: object, origin: origin, lines: map[string]int{}, undecoded: map[string]bool{}}
}

// Findings are the problems so far, sorted for reading.
func (r *Report) Findings() []finding.Finding {
	finding.Sort(r.findings)
	return r.findings
}

// nameOf finds metadata.name in a node that may be malformed.
func nameOf(node *yaml.Node) string {
	name := yaml.NewRNode(node).Field("metadata")
	if name == nil || name.Value.YNode().Kind != yaml.MappingNode {
		return ""
	}
	field := name.Value.Field("name")
	if field == nil || field.Value.YNode().Tag != yaml.NodeTagString {
		return ""
	}
	return field.Value.YNode().Value
}

// Problem adds an error at path. message quotes the value and says what it must be.
func (r *Report) Problem(code finding.Code, path, message, fix string) {
	r.add(finding.Error, code, path, message, fix)
}

// Warn adds a warning at path.
func (r *Report) Warn(code finding.Code, path, message, fix string) {
	r.add(finding.Warning, code, path, message, fix)
}

func (r *Report) add(severity finding.Severity, code finding.Code, path, message, fix string) {
	if r.IsUndecoded(path) {
		return
	}
	r.findings = append(r.findings, finding.Finding{
		Code:     code,
		Severity: severity,
		Object:   r.object,
		Field:    path,
		File:     r.origin.File,
		Line:     r.line(path),
		Message:  message,
		Fix:      fix,
	})
}

// line finds the line of path or, where path was not written, of the nearest field around it.
func (r *Report) line(path string) int {
	if r.origin.FirstLine == 0 {
		return 0
	}
	for {
		if line, known := r.lines[path]; known {
			return r.origin.FirstLine + line - 1
		}
		if path == "" {
			return 0
		}
		path = parent(path)
	}
}

// Written says whether the field at path was given, and not filled with its default.
func (r *Report) Written(path string) bool {
	_, known := r.lines[path]
	return known
}

// IsUndecoded says whether the field at path, or one around it, was given and could not be read.
func (r *Report) IsUndecoded(path string) bool {
	for ; path != ""; path = parent(path) {
		if r.undecoded[path] {
			return true
		}
	}
	return r.undecoded[""]
}

// AnyUndecoded says whether one of the fields below path was given and could not be read.
func (r *Report) AnyUndecoded(path string, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return r.IsUndecoded(Child(path, name)) })
}

// UndecodedBelow says whether something inside path was given and could not be read.
func (r *Report) UndecodedBelow(path string) bool {
	for at := range r.undecoded {
		if at != path && strings.HasPrefix(at, path) {
			return true
		}
	}
	return false
}

// longestStep bounds a name in a path, which every message about something inside repeats. Names that are valid are shorter.
const longestStep = 320

func needsBrackets(r rune) bool {
	return r != '-' && r != '_' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
}

func needsQuotes(r rune) bool {
	return r == utf8.RuneError || !unicode.IsPrint(r) || strings.ContainsRune("[] ", r)
}

// Child is the path of a field, or of a map's entry, below path. Names that hold a dot are put in brackets, as in
// spec.components.backend.quota[requests.cpu].
func Child(path, name string) string {
	if len(name) > longestStep {
		name = name[:longestStep] + "..."
	}
	if name == "" || strings.ContainsFunc(name, needsBrackets) {
		if strings.ContainsFunc(name, needsQuotes) {
			name = strconv.Quote(name)
		}
		return path + "[" + name + "]"
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

// Index is the path of the i-th item below path.
func Index(path string, i int) string {
	return fmt.Sprintf("%s[%d]", path, i)
}

// parent cuts the last step off path. It returns "" for a path of one step.
func parent(path string) string {
	if strings.HasSuffix(path, "]") {
		return path[:max(strings.LastIndexByte(path, '['), 0)]
	}
	return path[:max(strings.LastIndexByte(path, '.'), 0)]
}
