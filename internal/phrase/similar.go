package phrase

import (
	"fmt"
	"strings"
)

// A slip is a letter that is wrong, missing or too many. Case and the separators "-", "_" and "." are no slips.
const (
	maxSlips = 2
	// none is more slips than any two names that are similar have.
	none = maxSlips + 1
	// minName is the length from which on names are similar in spite of slips.
	minName = 5
)

// Similar reports whether one of two names that people chose may be a misspelling of the other: they are the same but
// for at most two slips, and for none where one is shorter than five letters, as short names are close to many others.
func Similar(a, b string) bool { return slips(a, b, betweenNames) < none }

// Closest finds the name that was probably meant: one that is [Similar], with the fewest slips, and of equally close
// ones the first. It returns "" where there is none.
func Closest(name string, known []string) string { return closest(name, known, betweenNames) }

// ClosestWord is [Closest] for the words of a list that is known in full, such as the fields of a type: short words may
// have slips too, as nothing else can be meant.
func ClosestWord(word string, known []string) string { return closest(word, known, betweenWords) }

// DidYouMean is a question about the name that was probably meant, to be put behind the wrong one; empty where there is
// none. Example: (did you mean "backend"?), after a space.
func DidYouMean(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", name)
}

// Write is the fix for a misspelt name; empty where no other was meant. Example: write "backend".
func Write(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf("write %q", name)
}

func closest(name string, known []string, most func(a, b string) int) string {
	best, fewest := "", none
	for _, candidate := range known {
		if s := slips(name, candidate, most); s < fewest {
			best, fewest = candidate, s
		}
	}
	return best
}

// betweenNames is how many slips two names may have.
func betweenNames(a, b string) int {
	if min(len(a), len(b)) < minName {
		return 0
	}
	return maxSlips
}

// betweenWords is how many slips a word of a list may have: at least one of its letters must be right.
func betweenWords(_, known string) int { return min(maxSlips, len(known)-1) }

func slips(a, b string, most func(a, b string) int) int {
	a, b = simplified(a), simplified(b)
	if a == b {
		return 0
	}
	allowed := most(a, b)
	if max(len(a), len(b))-min(len(a), len(b)) > allowed {
		return none
	}
	if s := distance(a, b); s <= allowed {
		return s
	}
	return none
}

func simplified(name string) string {
	return strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(name))
}
