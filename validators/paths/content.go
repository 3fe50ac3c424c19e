package paths

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/phrase"
)

// content judges the properties of the value.
func (g *groupCheck) content(w wanted, s *inventory.Secret, revision int) {
	c, looked := s.Content(revision)
	if w.extract() {
		if looked {
			g.object(w, c)
		} else if !g.source.failedFor(g.ref, s.Name) {
			what := fmt.Sprintf("which properties secret %s has is not known", g.name(w))
			g.about(g.plan, g.source.unknown(w.field, what, fmt.Sprintf("the content of revision %d", revision)))
		}
		return
	}
	found, known := has(c, w.property)
	switch {
	case known && !found:
		g.propertyMissing(w, c)
	case !known && !g.source.failedFor(g.ref, s.Name):
		what := fmt.Sprintf("whether secret %s has something at %s is not known", g.name(w), quoted(w.property))
		g.about(g.plan, g.source.unknown(w.field, what, fmt.Sprintf("the answer for revision %d", revision)))
	}
}

// has reports whether a query finds something, null included, of which the External Secrets Operator makes an empty
// value.
func has(c inventory.Content, query string) (found, known bool) {
	if found, known = c.Queries[query]; known {
		return found, true
	}
	if isPlain(query) && c.Properties != nil {
		return slices.Contains(c.Properties, query), true
	}
	return false, false
}

// isPlain reports whether a gjson query is certainly the name of one property: letters, digits, underscores and dashes,
// which have no meaning in gjson's syntax, the first being a letter or an underscore. There are other such names; those
// are left to gjson.
//
// Facts: docs/facts.md, "Plain queries".
func isPlain(query string) bool {
	for i := range len(query) {
		c := query[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c != '-' && (c < '0' || '9' < c)) {
			return false
		}
	}
	return query != ""
}

// escaped is the gjson query for one property of an object.
func escaped(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r < 128 && !isPlain("_"+string(r)) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// quoted quotes a query as it is written, without doubling its backslashes.
func quoted(query string) string { return `"` + query + `"` }

// named lists properties, and quotes those that are not plain.
func named(properties []string) string {
	names := make([]string, len(properties))
	for i, name := range properties {
		names[i] = name
		if !isPlain(name) {
			names[i] = fmt.Sprintf("%q", name)
		}
	}
	return list(names)
}

func (g *groupCheck) propertyMissing(w wanted, c inventory.Content) {
	message := fmt.Sprintf("revision %d of secret %s has nothing at %s", c.Revision, g.name(w), quoted(w.property))
	switch meant := phrase.Closest(strings.ReplaceAll(w.property, `\`, ""), c.Properties); {
	case c.Properties == nil:
		message += ": its value is no JSON object"
	case len(c.Properties) == 0:
		message += ": its value has no properties"
	case meant != "":
		message += fmt.Sprintf(" (did you mean %s?): its properties are %s", quoted(escaped(meant)),
			named(c.Properties))
	default:
		message += ": its properties are " + named(c.Properties)
	}
	g.wrong(w, finding.PropertyMissing, message, "correct the property (in gjson's syntax a dot of a name "+
		"is written \\.), or the value")
}
