package phrase

import "strings"

// ReplaceWords is a text with each word of it as replace gives it. A word is as long as it can be: letters, digits and
// the signs of names, addresses and paths, so that "copies/a.yaml:12" is one. replace is given the text before it, too.
func ReplaceWords(text string, replace func(before, word string) string) string {
	var replaced strings.Builder
	replaced.Grow(len(text))
	for at := 0; at < len(text); {
		end := at
		for end < len(text) && isOfWord(text[end]) {
			end++
		}
		if end == at {
			replaced.WriteByte(text[at])
			at++
			continue
		}
		word := strings.TrimRight(text[at:end], ".:") // the end of a sentence is none of the word
		if word == "" {
			word = text[at:end]
		}
		replaced.WriteString(replace(text[:at], word))
		replaced.WriteString(text[at+len(word) : end])
		at = end
	}
	return replaced.String()
}

// isOfWord takes each byte of a letter that is not ASCII for one of a word.
func isOfWord(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c >= 0x80:
		return true
	}
	return strings.IndexByte("-_./:", c) >= 0
}

// IsManifestName reports whether a word names a file of manifests, with a line or without: "a/b.yaml:12".
func IsManifestName(word string) bool {
	name, _, _ := strings.Cut(word, ":")
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".json")
}

// WithoutHash is a name without the hash that kustomize puts at the end of those of generated ConfigMaps and Secrets, and
// that is another for each content; without one it is the name. Facts: docs/facts.md, "Hashes in the names of kustomize".
func WithoutHash(name string) string {
	const length = 10
	at := len(name) - length - 1
	if at <= 0 || name[at] != '-' || strings.Trim(name[at+1:], "2456789bcdfghkmt") != "" {
		return name
	}
	return name[:at]
}
