package spelling

import "strings"

const (
	// maxSlips is how many letters may be wrong, missing or too many in a misspelt name.
	maxSlips = 2
	// minSimilar is the length from which on names are similar in spite of slips.
	minSimilar = 5
	// none is more slips than any two names that are similar have.
	none = maxSlips + 1
)

// Similar says whether one name may be a misspelling of another: but for case and separators they are the same, or at most two
// letters of five or more are wrong, missing or too many.
func Similar(a, b string) bool { return slips(a, b) < none }

// Closest finds the name that was probably meant: one that is Similar, with the fewest slips, and of equally close ones the
// first. It returns "" where there is none.
func Closest(name string, known []string) string {
	best, fewest := "", none
	for _, candidate := range known {
		if s := slips(name, candidate); s < fewest {
			best, fewest = candidate, s
		}
	}
	return best
}

func slips(a, b string) int {
	a, b = simplified(a), simplified(b)
	if a == b {
		return 0
	}
	if min(len(a), len(b)) < minSimilar || max(len(a), len(b))-min(len(a), len(b)) > maxSlips {
		return none
	}
	return Distance(a, b)
}

func simplified(name string) string {
	return strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(name))
}
