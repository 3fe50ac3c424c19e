package eso

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// RewriteKey is the key for a found name or an extracted property, by the rewrites or, without any, by the conversion
// strategy. known is false where a template or a merge makes it, or where the operator refuses the rewrites.
//
// Facts: docs/facts.md, "Rewriting".
func RewriteKey(name string, rewrites []Rewrite, conversion string) (key string, known bool) {
	if len(rewrites) == 0 {
		return ConvertKey(name, conversion), true
	}
	for _, rewrite := range rewrites {
		if rewrite.RegExp == nil {
			return "", false
		}
		if name, known = rewrite.RegExp.Replace(name); !known {
			return "", false
		}
	}
	return name, name != ""
}

// Replace applies the rewrite. known is false where source or target are missing, source is no expression, or target or
// name are longer than 4096. One that matches one name only, which is the usual case, is not compiled.
func (r *RewriteRegExp) Replace(name string) (key string, known bool) {
	if r.Source == nil || r.Target == nil {
		return "", false
	}
	if literal, exact := ParseExactName(*r.Source); exact && !strings.Contains(*r.Target, "$") {
		if literal == name {
			return *r.Target, true
		}
		return name, true
	}
	compiled, err := regexp.Compile(*r.Source)
	if err != nil || len(name) > longestName || len(*r.Target) > longestName {
		return "", false
	}
	return compiled.ReplaceAllString(name, *r.Target), true
}

// longestName bounds names and targets, in bytes: a rewrite may make a name longer each time, and a key of a Secret has
// 253 at most.
const longestName = 4096

// ConvertKey replaces what a key of a Secret cannot hold: with an underscore or, by the strategy Unicode, with the
// number of the character.
func ConvertKey(name, strategy string) string {
	var key strings.Builder
	for _, r := range name {
		switch {
		case unicode.IsLetter(r), unicode.IsNumber(r), strings.ContainsRune("-._", r):
			key.WriteRune(r)
		case strategy == ConversionUnicode:
			fmt.Fprintf(&key, "_U%04x_", r)
		default:
			key.WriteByte('_')
		}
	}
	return key.String()
}

// Decodes reports whether a decoding strategy changes the value that was read.
func Decodes(strategy string) bool { return strategy != "" && strategy != DecodingNone }
