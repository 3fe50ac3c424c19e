package report

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/printable"
)

// Bounds of a list of places in a group: how many, and in characters. The short one leaves room for other groups.
const (
	mostPlaces     = 10
	longPlaces     = 220
	shortPlaces    = 70
	fewestOfPlaces = 2
)

// likewise says where else the findings of a group are, a line each: the objects, and the files. It is empty for a
// group of one. A list of names has about so many characters at most.
func (g group) likewise(longest int) []string {
	first, others := g.first(), g.findings[1:]
	if len(others) == 0 {
		return nil
	}
	lines := []string{fmt.Sprintf("and %d more like it", len(others))}
	what, names := elsewhere(first, others)
	if len(names) > 0 {
		lines[0] += fmt.Sprintf(", in %s: %s", phrase.Count(len(names), what), fewPlaces(longest, names))
	}
	places := distinct(others, finding.Finding.Place)
	places = slices.DeleteFunc(places, func(place string) bool { return place == "" || place == first.Place() })
	if len(places) > 0 {
		lines = append(lines, "at "+fewPlaces(longest, places))
	}
	return lines
}

// elsewhere names what the others are about, in the terms in which they differ from the first.
func elsewhere(first finding.Finding, others []finding.Finding) (what string, names []string) {
	all := func(is func(o finding.Object) bool) bool {
		return !slices.ContainsFunc(others, func(f finding.Finding) bool { return !is(f.Object) })
	}
	o := first.Object
	sameKind := all(func(other finding.Object) bool { return other.Kind == o.Kind })
	switch {
	case all(func(other finding.Object) bool { return other == o }):
		if names = distinct(others, fieldOf(first)); len(names) > 0 {
			return "field", names
		}
		return "folder", distinct(others, rootOf(first))
	case sameKind && (o.Kind == "Namespace" || all(func(other finding.Object) bool { return other.Name == o.Name })):
		return "namespace", distinct(others, namespaceOf)
	case sameKind:
		return "object", distinct(others, func(f finding.Finding) string {
			f.Object.Kind = ""
			return f.Object.String()
		})
	}
	return "object", distinct(others, func(f finding.Finding) string { return f.Object.String() })
}

// fieldOf is the field of a finding where it differs from that of the first.
func fieldOf(first finding.Finding) func(finding.Finding) string {
	return func(f finding.Finding) string {
		if f.Field == first.Field {
			return ""
		}
		return f.Field.String()
	}
}

// rootOf is what was checked when a finding was made, where that is not what the first is of.
func rootOf(first finding.Finding) func(finding.Finding) string {
	return func(f finding.Finding) string {
		if f.Root == first.Root {
			return ""
		}
		return f.Root
	}
}

// distinct are the texts of findings, each once, in their order.
func distinct(findings []finding.Finding, text func(finding.Finding) string) []string {
	seen := map[string]bool{}
	var texts []string
	for _, f := range findings {
		if t := text(f); t != "" && !seen[t] {
			seen[t] = true
			texts = append(texts, t)
		}
	}
	return texts
}

// fewPlaces lists the first of many names, in about so many characters.
func fewPlaces(longest int, names []string) string {
	shown := make([]string, 0, mostPlaces)
	length := 0
	for _, name := range names[:min(len(names), mostPlaces)] {
		name = printable.Line(name)
		if length += len(name) + len(", "); length > longest && len(shown) >= fewestOfPlaces {
			break
		}
		shown = append(shown, name)
	}
	if more := len(names) - len(shown); more > 0 {
		return fmt.Sprintf("%s and %d more", phrase.List(shown), more)
	}
	return phrase.List(shown)
}

// rows is how many rows of a wide terminal a text takes, whose lines end in line breaks.
func rows(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		n += max(1, (width(line)+columns-1)/columns)
	}
	return n
}

// width counts the characters of a line, without the escape sequences of colors.
func width(line string) int {
	n, inEscape := 0, false
	for _, r := range line {
		switch {
		case r == '\x1b':
			inEscape = true
		case inEscape:
			inEscape = r != 'm'
		case r != '\n':
			n++
		}
	}
	return n
}
