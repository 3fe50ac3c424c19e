package fault

import (
	"maps"
	"slices"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/id"
)

// Faults are latency and faults of calls. They leave out api.Metadata, whose failure the SDK hides, unless it is named.
type Faults struct {
	// Latency is added to every answer, faulty ones included.
	Latency time.Duration
	// Latencies replace Latency for the endpoints that they name.
	Latencies map[api.Endpoint]time.Duration
	// RateLimitFirst is how many calls, counted from Injector.Set, get a 429.
	RateLimitFirst int
	// RateLimitShare is the share, 0 to 1, of the calls after those that get one. The same sequence of calls always
	// suffers the same refusals.
	RateLimitShare float64
	// Rules strike further calls. A call is offered to the rate limit above, then to the rules in their order, and
	// suffers the first that strikes.
	Rules []Rule
	// RedirectTo is the http or https address, without path, of the host that Redirect leads to. Omitted, it is
	// http://elsewhere.invalid, a name that never exists.
	RedirectTo string
	// Drip is the time between two bytes of a Slow answer. Omitted, it is 1 s.
	Drip time.Duration
}

const (
	defaultRedirect = "http://elsewhere.invalid"
	defaultDrip     = time.Second
)

// Rule is a Kind of fault and the calls that it strikes.
type Rule struct {
	Fault Kind
	// Endpoints are the calls that the rule may strike. Omitted, they are all that the fault makes sense for,
	// api.Metadata excepted.
	Endpoints []api.Endpoint
	// First is how many of the calls that are offered to the rule, counted from Injector.Set, it strikes.
	First int
	// Share is the share, 0 to 1, of the calls after those that it strikes. Where First and Share are both 0, the rule
	// strikes every call.
	Share float64
}

// concerns reports whether the rule may strike a call of an endpoint.
func (r Rule) concerns(e api.Endpoint) bool {
	switch {
	case r.Fault.isForLists() && !e.Lists():
		return false
	case len(r.Endpoints) == 0:
		return e != api.Metadata
	}
	return slices.Contains(r.Endpoints, e)
}

// clone shares nothing with the faults that a caller may go on to change.
func (f Faults) clone() Faults {
	f.Latencies, f.Rules = maps.Clone(f.Latencies), slices.Clone(f.Rules)
	for i, r := range f.Rules {
		f.Rules[i].Endpoints = slices.Clone(r.Endpoints)
	}
	return f
}

// latency is how long an endpoint's answers are delayed.
func (f Faults) latency(e api.Endpoint) time.Duration {
	if d, named := f.Latencies[e]; named {
		return d
	}
	if e == api.Metadata {
		return 0
	}
	return f.Latency
}

// counters returns the rules in the order in which calls are offered to them, with nothing counted.
func (f Faults) counters() []*counter {
	var all []*counter
	if f.RateLimitFirst > 0 || f.RateLimitShare > 0 {
		limit := Rule{Fault: RateLimit, First: f.RateLimitFirst, Share: f.RateLimitShare}
		all = append(all, &counter{Rule: limit, purpose: "429"})
	}
	for _, r := range f.Rules {
		all = append(all, &counter{Rule: r, purpose: "fault " + string(r.Fault)})
	}
	return all
}

// counter is a rule with the number of calls that were offered to it.
type counter struct {
	Rule
	purpose string // of the draws
	offered int
}

// offer counts the next call, of an endpoint, and reports whether the rule strikes it.
func (c *counter) offer(draws id.Source, e api.Endpoint) bool {
	if !c.concerns(e) {
		return false
	}
	c.offered++
	return c.offered <= c.First || c.First == 0 && c.Share == 0 || draws.Fraction(c.purpose, c.offered) < c.Share
}
