package cilium

import "strings"

// Everything is the pattern of every name.
const Everything = "*"

// NameOf is how a policy writes a host name, in which a * stands for characters of one label.
func NameOf(text string) Name {
	if strings.Contains(text, "*") {
		return Name{MatchPattern: text}
	}
	return Name{MatchName: text}
}

// Text is the name or pattern in the form in which they are compared: lower-case, without the dot at the end.
func (n Name) Text() string {
	return strings.TrimSuffix(strings.ToLower(n.MatchName+n.MatchPattern), ".")
}

// Covers reports whether every host name of one pattern is one of another, both as [Name.Text]. A * stands for
// characters of one label, and alone for every name.
func Covers(pattern, other string) bool {
	switch {
	case pattern == Everything, pattern == other:
		return true
	case other == Everything:
		return false
	}
	return matches(pattern, other)
}

// matches reports whether a pattern matches a text. A * of the text counts as any character but a dot, so that what it
// stands for is matched too.
func matches(pattern, text string) bool {
	before, after, found := strings.Cut(pattern, "*")
	if !found {
		return pattern == text
	}
	rest, has := strings.CutPrefix(text, before)
	if !has {
		return false
	}
	for i := 0; ; i++ {
		if matches(after, rest[i:]) {
			return true
		}
		if i == len(rest) || rest[i] == '.' {
			return false
		}
	}
}
