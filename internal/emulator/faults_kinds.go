package emulator

import (
	"net/http"
	"slices"
	"strings"
)

// Fault names a trouble.
type Fault string

// The faults of every call. Unless it says that an answer is spoiled, a fault
// takes the place of the answer and the call changes nothing.
const (
	// RateLimit answers 429, no body, no Retry-After, X-Envoy-Ratelimited.
	RateLimit Fault = "rate-limit"

	// The four answer with Scaleway's JSON body for errors inside it.
	Status500 Fault = "500"
	Status502 Fault = "502"
	Status503 Fault = "503"
	Status504 Fault = "504"
	// The four answer with the HTML page of a proxy.
	Status500HTML Fault = "500-html"
	Status502HTML Fault = "502-html"
	Status503HTML Fault = "503-html"
	Status504HTML Fault = "504-html"
	// The four answer without a body.
	Status500Empty Fault = "500-empty"
	Status502Empty Fault = "502-empty"
	Status503Empty Fault = "503-empty"
	Status504Empty Fault = "504-empty"

	// HTML answers 200 with a web page, as a captive portal does.
	HTML Fault = "html"
	// Empty answers 200 with an empty body.
	Empty Fault = "empty"
	// EmptyObject answers 200 with {}.
	EmptyObject Fault = "empty-object"
	// Redirect answers 307 to the same path and query at Faults.RedirectTo.
	Redirect Fault = "redirect"
	// Hang reads the call and never answers.
	Hang Fault = "hang"
	// Reset ends the connection with a TCP reset.
	Reset Fault = "reset"

	// Truncated spoils an answer: its second half is not sent, though
	// Content-Length counts it. An answer without body stays whole.
	Truncated Fault = "truncated"
	// Slow spoils an answer: its body is sent one byte each Faults.Drip.
	Slow Fault = "slow"
	// JSONAsHTML spoils an answer: its Content-Type is text/html.
	JSONAsHTML Fault = "json-as-html"
)

// The faults of lists. They spoil the answer; one that is an error stays as it
// is, as does a list without items except where a fault says otherwise.
const (
	// Endless makes total_count grow with each page. Pages after the first hold
	// items that do not exist, made of those of the first. A list without items
	// still claims one more on each page.
	Endless Fault = "endless"
	// SamePage answers the first page, whichever is asked for. total_count counts
	// at least three such pages.
	SamePage Fault = "same-page"
	// Duplicates puts the first item of the page in the place of its last; an
	// only item is there twice. total_count stays right.
	Duplicates Fault = "duplicates"
	// HalfPage leaves out the second half of the page's items, rounded up.
	// total_count stays right.
	HalfPage Fault = "half-page"
)

// AllFaults lists the names of all faults, in the order of their documentation.
func AllFaults() []Fault {
	return slices.Concat(
		[]Fault{RateLimit, Status500, Status502, Status503, Status504},
		[]Fault{Status500HTML, Status502HTML, Status503HTML, Status504HTML},
		[]Fault{Status500Empty, Status502Empty, Status503Empty, Status504Empty},
		[]Fault{HTML, Empty, EmptyObject, Redirect, Hang, Reset, Truncated, Slow, JSONAsHTML},
		listFaults(),
	)
}

func listFaults() []Fault { return []Fault{Endless, SamePage, Duplicates, HalfPage} }

// concerns reports whether the rule may strike a call of an endpoint.
func (r Rule) concerns(e Endpoint) bool {
	switch {
	case slices.Contains(listFaults(), r.Fault) && !e.lists():
		return false
	case len(r.Endpoints) == 0:
		return e != Metadata
	}
	return slices.Contains(r.Endpoints, e)
}

// lists reports whether the endpoint answers pages.
func (e Endpoint) lists() bool { return e == BrowseSecrets || strings.HasPrefix(string(e), "List") }

// status is the status and the form of a fault that is named after its status.
func (f Fault) status() (status int, form string, ok bool) {
	digits, form, _ := strings.Cut(string(f), "-")
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
