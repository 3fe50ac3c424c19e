package paths

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/spelling"
)

// list names what a message is about, the first of many.
func list(names []string) string {
	const few = 10
	if more := len(names) - few; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), more)
	}
	return strings.Join(names, ", ")
}

// sorted lists the members of a set.
func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// numbers formats revisions.
func numbers(revisions []int) string {
	texts := make([]string, len(revisions))
	for i, revision := range revisions {
		texts[i] = strconv.Itoa(revision)
	}
	return list(texts)
}

// plural counts things: 1 secret, 2 secrets.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// fullName is the name of a secret with its folder, as it is written in a reference.
func fullName(folder, secret string) string { return path.Join(folder, secret) }

const (
	// maxSlips is how many letters may be wrong, missing or too many in a misspelt name.
	maxSlips = 2
	// minSimilar is the length from which on names are similar in spite of slips.
	minSimilar = 5
)

// closest finds the name that was probably meant: the same but for case and separators, or with the fewest wrong letters. It
// returns "" where there is none. Of equally close names it takes the first.
func closest(name string, known []string) string {
	best, fewest := "", maxSlips+1
	wanted := simplified(name)
	for _, candidate := range known {
		simple := simplified(candidate)
		if simple == wanted {
			return candidate
		}
		if min(len(simple), len(wanted)) < minSimilar || max(len(simple), len(wanted))-min(len(simple), len(wanted)) > maxSlips {
			continue
		}
		if slips := spelling.Distance(simple, wanted); slips < fewest {
			best, fewest = candidate, slips
		}
	}
	return best
}

func simplified(name string) string {
	return strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(name))
}

// didYouMean asks about the name that was probably meant.
func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", name)
}
