package syntax

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/phrase"
)

// Fix says what to write instead of a text that has not the form, where that can be guessed; empty where it cannot.
// What it says to write has the form. Example: write "8G" or "8Gi".
func (g Grammar) Fix(text string) string {
	if g.advice != nil {
		if fix := g.advice(text); fix != "" {
			return fix
		}
	}
	var quoted []string
	for _, guess := range g.Meant(text) {
		quoted = append(quoted, phrase.Quote(guess))
	}
	if len(quoted) == 0 {
		return ""
	}
	return "write " + phrase.Or(quoted)
}

// Meant guesses which texts of the form another one was meant to be.
func (g Grammar) Meant(text string) []string {
	if g.meant == nil || g.Matches(text) {
		return nil
	}
	return slices.DeleteFunc(slices.Compact(g.meant(text)), func(guess string) bool { return !g.Matches(guess) })
}

// lowerCase is a name as a DNS label or subdomain could have it. dots is what is written for a dot.
func lowerCase(name, dots string) []string {
	replaced := strings.NewReplacer("_", "-", " ", "-", ".", dots).Replace(strings.ToLower(name))
	return []string{strings.Trim(replaced, "-")}
}

// meantRegion is the region of a zone, of a city, or one that is written in another way.
func meantRegion(text string) []string {
	plain := strings.NewReplacer(" ", "", "_", "-").Replace(strings.ToLower(text))
	if region := RegionOf(plain); region != "" {
		return []string{region}
	}
	for region, names := range map[string][]string{
		"fr-par": {"paris", "par", "par1", "par2", "fr", "france"},
		"nl-ams": {"amsterdam", "ams", "ams1", "nl", "netherlands"},
		"pl-waw": {"warsaw", "warszawa", "waw", "waw1", "pl", "poland"},
	} {
		if slices.Contains(names, plain) {
			return []string{region}
		}
	}
	return []string{cmp.Or(phrase.ClosestWord(plain, Regions()), plain)}
}

// meantProjectID is an id in lower case, with its dashes and without what is around it.
func meantProjectID(text string) []string {
	id := strings.Trim(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(text)), "urn:uuid:"), "{}")
	if plain := strings.ReplaceAll(id, "-", ""); len(plain) == len("3a1f0c528d0e4c0e9a530f2b7c4d1e90") {
		id = strings.Join([]string{plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]}, "-")
	}
	return []string{id}
}

// meantFolder is an absolute path without empty segments.
func meantFolder(text string) []string {
	segments := strings.FieldsFunc(text, func(r rune) bool { return r == '/' })
	return []string{"/" + strings.Join(segments, "/")}
}

// meantRevision reads latest_enabled in other cases, and numbers behind a "v" or "#".
func meantRevision(text string) []string {
	plain := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(text))
	if plain == "latestenabled" {
		return []string{LatestEnabled}
	}
	return []string{strings.TrimPrefix(strings.TrimLeft(plain, "v#"), "rev")}
}

// adviseRevision tells what is not the same as latest_enabled from it.
func adviseRevision(text string) string {
	if strings.EqualFold(text, "latest") {
		return "write " + LatestEnabled + ": the latest revision may be disabled"
	}
	return ""
}

// meantObjectPath has the name of a kind and that of an object apart as reports have them, with a space.
func meantObjectPath(text string) []string {
	return []string{strings.Join(strings.Fields(text), "/")}
}
