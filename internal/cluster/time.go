package cluster

import "time"

// ParseTime reads a time in the form of RFC 3339, or a date, which is its first moment in UTC. It reports false for any
// other text.
func ParseTime(text string) (time.Time, bool) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, true
	}
	at, err := time.Parse(time.DateOnly, text)
	return at, err == nil
}

// ParseEnd reads when something ends, as ParseTime does: of a date, the whole day is still part of it.
func ParseEnd(text string) (time.Time, bool) {
	at, is := ParseTime(text)
	if is && len(text) == len(time.DateOnly) {
		at = at.AddDate(0, 0, 1)
	}
	return at, is
}
