package api

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/emulator/id"
)

// Sizes of pages. At least 37 secrets fit on a page whose size was not asked for; both numbers are inferred. Facts:
// docs/facts.md, "Lists of secrets".
const (
	defaultPageSize = 50
	maxPageSize     = 100
)

// Refusal keeps the first thing that is wrong with a call.
type Refusal struct{ err error }

// Fail records a wrong argument. The parameters are those of [BadArgument].
func (r *Refusal) Fail(name, reason, help string) {
	if r.err == nil {
		r.err = BadArgument(name, reason, help)
	}
}

// Err returns the first thing that is wrong, nil where nothing is.
func (r *Refusal) Err() error { return r.err }

// Arguments reads query parameters and keeps the first thing that is wrong with them. Other parameters are ignored,
// as the real API is presumed to.
type Arguments struct {
	query url.Values
	Refusal
}

// Arguments returns a reader of the call's query parameters.
func (c Call) Arguments() *Arguments { return &Arguments{query: c.Query} }

// Values returns all values of a parameter that may be given several times.
func (a *Arguments) Values(name string) []string { return a.query[name] }

// Text returns a parameter that may be given once.
func (a *Arguments) Text(name string) (value string, given bool) {
	values := a.query[name]
	if len(values) > 1 {
		a.Fail(name, "format", "must be given once")
	}
	if len(values) == 0 {
		return "", false
	}
	return values[0], true
}

// Flag returns a boolean, nil when it is not given.
func (a *Arguments) Flag(name string) *bool {
	value, given := a.Text(name)
	if !given {
		return nil
	}
	set, err := strconv.ParseBool(value)
	if err != nil {
		a.Fail(name, "format", "must be a boolean")
	}
	return &set
}

// number returns a whole number from 0 to limit; 0 and nothing mean fallback.
func (a *Arguments) number(name string, fallback, limit int) int {
	value, given := a.Text(name)
	if !given {
		return fallback
	}
	n, err := strconv.ParseInt(value, 10, 32)
	switch {
	case err != nil:
		a.Fail(name, "format", "must be a number")
	case n < 0 || int(n) > limit:
		a.Fail(name, "constraint", fmt.Sprintf("must be from 0 to %d", limit))
	case n > 0:
		return int(n)
	}
	return fallback
}

// Choice returns one of the known values, fallback when nothing is given.
func (a *Arguments) Choice(name, fallback string, known ...string) string {
	value, given := a.Text(name)
	if !given {
		return fallback
	}
	if !slices.Contains(known, value) {
		a.Fail(name, "format", "must be one of "+strings.Join(known, ", "))
	}
	return value
}

// ID returns a UUID in lower case.
func (a *Arguments) ID(name string) (value string, given bool) {
	value, given = a.Text(name)
	if given && !id.IsUUID(value) {
		a.Fail(name, "format", "must be a UUID")
	}
	return strings.ToLower(value), given
}

// Required returns a parameter that must be given and not be empty.
func (a *Arguments) Required(name string) string {
	value, _ := a.Text(name)
	if value == "" {
		a.Fail(name, "required", "")
	}
	return value
}

// Page is the section of a list that a call asks for. Numbers start at 1.
type Page struct{ number, size int }

// Page reads page and page_size.
func (a *Arguments) Page() Page {
	return Page{a.number("page", 1, math.MaxInt32), a.number("page_size", defaultPageSize, maxPageSize)}
}

// Paged returns the section of all that is on the page: nothing behind the last page.
func Paged[T any](all []T, p Page) []T {
	start := min((p.number-1)*p.size, len(all))
	return all[start:min(start+p.size, len(all))]
}
