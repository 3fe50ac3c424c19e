package eso

import (
	"regexp"
	"strings"
)

// ExactName is the expression that matches one name only. The operator fails a whole ExternalSecret where a secret
// that it reads is missing, but takes a search that finds nothing as no keys: searching for exactly one name makes it
// optional.
func ExactName(name string) string { return "^" + regexp.QuoteMeta(name) + "$" }

// ParseExactName is the one name that an expression of the form ^name$ matches, with every special character escaped.
func ParseExactName(expression string) (name string, exact bool) {
	inner, begins := strings.CutPrefix(expression, "^")
	inner, ends := strings.CutSuffix(inner, "$")
	if !begins || !ends || inner == "" {
		return "", false
	}
	var literal strings.Builder
	for i := 0; i < len(inner); i++ {
		switch c := inner[i]; {
		case c == '\\':
			if i++; i == len(inner) || regexp.QuoteMeta(inner[i:i+1]) == inner[i:i+1] {
				return "", false // a class such as \d, or an escape of what needs none
			}
		case regexp.QuoteMeta(inner[i:i+1]) != inner[i:i+1]:
			return "", false
		}
		literal.WriteByte(inner[i])
	}
	return literal.String(), true
}

// Expression that the names must match; empty where every name does.
func (f *Find) Expression() string {
	if f.Name == nil {
		return ""
	}
	return f.Name.RegExp
}

// OnlyName is the one name that is searched; empty where there may be others.
func (f *Find) OnlyName() string {
	name, _ := ParseExactName(f.Expression())
	return name
}

// Folder that is searched, without a trailing slash but for the root. It is empty where every folder of the project is.
func (f *Find) Folder() string {
	if f.Path == nil || *f.Path == "" {
		return ""
	}
	if folder := strings.TrimRight(*f.Path, "/"); folder != "" {
		return folder
	}
	return "/"
}

// HasTrailingSlash reports whether the folder was written with a slash at its end, as [Find.Folder] does not have it.
func (f *Find) HasTrailingSlash() bool { return f.Path != nil && *f.Path != f.Folder() }
