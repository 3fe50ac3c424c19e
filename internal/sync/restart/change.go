package restart

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// State names what a Secret holds: the generation of its ExternalSecret and the revisions of what was read, by
// reference. Nothing of a value goes into it. Example: 3-9f86d081884c7d65.
func State(generation int64, revisions map[string]int) string {
	const digits = 16
	sum := sha256.New()
	for _, reference := range slices.Sorted(maps.Keys(revisions)) {
		fmt.Fprintf(sum, "%q %d\n", reference, revisions[reference])
	}
	return fmt.Sprintf("%d-%s", generation, hex.EncodeToString(sum.Sum(nil))[:digits])
}

// Change is one change of the data of a Secret. Two changes differ, for one is later.
type Change struct {
	// State of the Secret after it.
	State string
	// At is when it was decided, in whole milliseconds.
	At time.Time
}

const (
	separator  = "@"
	timeLayout = "2006-01-02T15:04:05.000Z07:00"
)

// NewChange is a change to a state.
func NewChange(state string, at time.Time) Change {
	return Change{State: state, At: at.UTC().Truncate(time.Millisecond)}
}

// String formats c for annotations. Example: 3-9f86d081884c7d65@2026-07-03T12:00:00.000Z.
func (c Change) String() string { return c.State + separator + c.At.Format(timeLayout) }

// ParseChange is the opposite of String. It reports whether the text is a change.
func ParseChange(text string) (c Change, is bool) {
	state, at, found := strings.Cut(text, separator)
	when, err := time.Parse(timeLayout, at)
	return NewChange(state, when), found && state != "" && err == nil
}

// marks are the changes that a workload was restarted for, by the name of their Secret.
type marks map[string]Change

// String formats m for an annotation. Example: api-secrets=3-9f86d081884c7d65@2026-07-03T12:00:00.000Z,tls=...
func (m marks) String() string {
	var parts []string
	for _, secret := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, secret+"="+m[secret].String())
	}
	return strings.Join(parts, ",")
}

// parseMarks is the opposite of String. What is no mark is left out.
func parseMarks(text string) marks {
	m := marks{}
	for part := range strings.SplitSeq(text, ",") {
		secret, change, _ := strings.Cut(part, "=")
		if c, is := ParseChange(change); is {
			m[secret] = c
		}
	}
	return m
}
