package fault

import (
	"net/http"
	"slices"
	"strings"
)

// Kind names a fault.
type Kind string

// The faults of every call. Unless its comment says that it changes an answer, a fault replaces the answer and the call
// changes nothing.
const (
	// RateLimit answers 429, no body, no Retry-After, X-Envoy-Ratelimited.
	RateLimit Kind = "rate-limit"

	// The four answer with Scaleway's JSON body for errors inside it.
	Status500 Kind = "500"
	Status502 Kind = "502"
	Status503 Kind = "503"
	Status504 Kind = "504"
	// The four answer with the HTML page of a proxy.
	Status500HTML Kind = "500-html"
	Status502HTML Kind = "502-html"
	Status503HTML Kind = "503-html"
	Status504HTML Kind = "504-html"
	// The four answer without a body.
	Status500Empty Kind = "500-empty"
	Status502Empty Kind = "502-empty"
	Status503Empty Kind = "503-empty"
	Status504Empty Kind = "504-empty"

	// HTML answers 200 with a web page, as a captive portal does.
	HTML Kind = "html"
	// Empty answers 200 with an empty body.
	Empty Kind = "empty"
	// EmptyObject answers 200 with {}.
	EmptyObject Kind = "empty-object"
	// Redirect answers 307 to the same path and query at Faults.RedirectTo.
	Redirect Kind = "redirect"
	// Hang reads the call and never answers.
	Hang Kind = "hang"
	// Reset ends the connection with a TCP reset.
	Reset Kind = "reset"

	// Truncated changes an answer: its second half is not sent, though Content-Length counts it. An answer without body
	// stays whole.
	Truncated Kind = "truncated"
	// Slow changes an answer: its body is sent one byte each Faults.Drip.
	Slow Kind = "slow"
	// JSONAsHTML changes an answer: its Content-Type is text/html.
	JSONAsHTML Kind = "json-as-html"
)

// The faults of lists. They change the answer; one that is an error stays as it is, as does a list without items except
// where the comment of a fault says otherwise.
const (
	// Endless makes total_count grow with each page. Pages after the first hold
	// items that do not exist, made of those of the first. A list without items
	// still claims one more on each page.
	Endless Kind = "endless"
	// SamePage answers the first page, whichever is asked for. total_count counts
	// at least three such pages.
	SamePage Kind = "same-page"
	// Duplicates puts the first item of the page in the place of its last; an
	// only item is there twice. total_count stays right.
	Duplicates Kind = "duplicates"
	// HalfPage leaves out the second half of the page's items, rounded up.
	// total_count stays right.
	HalfPage Kind = "half-page"
)

// AllKinds returns all kinds, in the order of their documentation.
func AllKinds() []Kind {
	return slices.Concat(
		[]Kind{RateLimit, Status500, Status502, Status503, Status504},
		[]Kind{Status500HTML, Status502HTML, Status503HTML, Status504HTML},
		[]Kind{Status500Empty, Status502Empty, Status503Empty, Status504Empty},
		[]Kind{HTML, Empty, EmptyObject, Redirect, Hang, Reset, Truncated, Slow, JSONAsHTML},
		listKinds(),
	)
}

func listKinds() []Kind { return []Kind{Endless, SamePage, Duplicates, HalfPage} }

// isForLists reports whether the fault is for calls that list only.
func (k Kind) isForLists() bool { return slices.Contains(listKinds(), k) }

// status is the status and the form of a fault that is named after its status.
func (k Kind) status() (status int, form string, ok bool) {
	digits, form, _ := strings.Cut(string(k), "-")
	switch digits {
	case "500":
		return http.StatusInternalServerError, form, true
	case "502":
		return http.StatusBadGateway, form, true
	case "503":
		return http.StatusServiceUnavailable, form, true
	case "504":
		return http.StatusGatewayTimeout, form, true
	}
	return 0, "", false
}
