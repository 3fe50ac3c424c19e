package emulator

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Sizes of pages. That 37 secrets fit on a page whose size was not asked for is
// recorded (list-secret-versions-all-secrets); both numbers are inferred from
// other Scaleway APIs.
const (
	defaultPageSize = 50
	maxPageSize     = 100
)

// refusal keeps the first thing that is wrong with a call.
type refusal struct{ err error }

func (r *refusal) fail(name, reason, help string) {
	if r.err == nil {
		r.err = errArgument(name, reason, help)
	}
}

// arguments reads query parameters and keeps the first thing that is wrong with
// them. Parameters that nobody asks for are ignored, as the real API is
// presumed to.
type arguments struct {
	query url.Values
	refusal
}

// text returns a parameter that may be given once.
func (a *arguments) text(name string) (value string, given bool) {
	values := a.query[name]
	if len(values) > 1 {
		a.fail(name, "format", "must be given once")
	}
	if len(values) == 0 {
		return "", false
	}
	return values[0], true
}

// flag returns a boolean, nil when it is not given.
func (a *arguments) flag(name string) *bool {
	value, given := a.text(name)
	if !given {
		return nil
	}
	set, err := strconv.ParseBool(value)
	if err != nil {
		a.fail(name, "format", "must be a boolean")
	}
	return &set
}

// number returns a whole number from 0 to limit; 0 and nothing mean fallback.
func (a *arguments) number(name string, fallback, limit int) int {
	value, given := a.text(name)
	if !given {
		return fallback
	}
	n, err := strconv.ParseInt(value, 10, 32)
	switch {
	case err != nil:
		a.fail(name, "format", "must be a number")
	case n < 0 || int(n) > limit:
		a.fail(name, "constraint", fmt.Sprintf("must be from 0 to %d", limit))
	case n > 0:
		return int(n)
	}
	return fallback
}

// page is which part of a list is asked for.
type page struct{ number, size int }

func (a *arguments) page() page {
	return page{a.number("page", 1, math.MaxInt32), a.number("page_size", defaultPageSize, maxPageSize)}
}

// paged returns the part of all that is on the page, nothing after the last one.
func paged[T any](all []T, p page) []T {
	start := min((p.number-1)*p.size, len(all))
	return all[start:min(start+p.size, len(all))]
}

// choice returns one of the known values, fallback when nothing is given.
func (a *arguments) choice(name, fallback string, known ...string) string {
	value, given := a.text(name)
	if !given {
		return fallback
	}
	if !slices.Contains(known, value) {
		a.fail(name, "format", "must be one of "+strings.Join(known, ", "))
	}
	return value
}

// id returns a UUID in lower case.
func (a *arguments) id(name string) (value string, given bool) {
	value, given = a.text(name)
	if given && !isUUID(value) {
		a.fail(name, "format", "must be a UUID")
	}
	return strings.ToLower(value), given
}

// required returns a parameter that must be given and not be empty.
func (a *arguments) required(name string) string {
	value, _ := a.text(name)
	if value == "" {
		a.fail(name, "required", "")
	}
	return value
}

func parseRevision(revision string) (int, error) {
	n, err := strconv.ParseUint(revision, 10, 31)
	if err != nil {
		return 0, errArgument("revision", "format", "must be a number, latest or latest_enabled")
	}
	return int(n), nil
}
