package paths

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// list joins names with commas, and counts those after the tenth.
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

// didYouMean asks about the name that was probably meant.
func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", name)
}
