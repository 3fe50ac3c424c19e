package emulator

import (
	"maps"
	"slices"
	"time"
)

// Faults are the troubles that the Server makes on demand. They spare Metadata,
// whose failure the SDK hides, unless it is named.
type Faults struct {
	// Latency is added to every answer, faulty ones included.
	Latency time.Duration
	// Latencies replace Latency for the endpoints that they name.
	Latencies map[Endpoint]time.Duration
	// RateLimitFirst is how many calls, counted from SetFaults, get a 429.
	RateLimitFirst int
	// RateLimitShare is the share, 0 to 1, of the calls after those that get
	// one. Which calls they are depends on the seed and on the order of calls
	// only: the same sequence always suffers the same refusals.
	RateLimitShare float64
	// Rules strike further calls. A call is offered to the rate limit above, then
	// to the rules in their order, and suffers the first that strikes.
	Rules []Rule
	// RedirectTo is the http or https address, without path, of the host that
	// Redirect leads to. Omitted, it is http://elsewhere.invalid, a name that never
	// exists (RFC 6761).
	RedirectTo string
	// Drip is the time between two bytes of a Slow answer. Omitted, it is 1 s.
	Drip time.Duration
}

// Rule is a Fault and the calls that it strikes. As with the rate limit, they
// depend on the seed and on the order of calls only.
type Rule struct {
	Fault Fault
	// Endpoints are the calls that the rule may strike. Omitted, they are all that
	// the fault makes sense for, Metadata excepted.
	Endpoints []Endpoint
	// First is how many of the calls that are offered to the rule, counted from
	// SetFaults, it strikes.
	First int
	// Share is the share, 0 to 1, of the calls after those that it strikes. Where
	// First and Share are both 0, the rule strikes every call.
	Share float64
}

const (
	defaultRedirect = "http://elsewhere.invalid"
	defaultDrip     = time.Second
)

// SetFaults replaces the faults; the zero Faults ends all trouble. What is wrong
// with them is reported all at once, and leaves the former faults in place.
func (s *Server) SetFaults(f Faults) error {
	if err := f.check(); err != nil {
		return err
	}
	s.traffic.expose(f.clone())
	return nil
}

// clone shares nothing with the faults that a caller may go on to change.
func (f Faults) clone() Faults {
	f.Latencies, f.Rules = maps.Clone(f.Latencies), slices.Clone(f.Rules)
	for i, r := range f.Rules {
		f.Rules[i].Endpoints = slices.Clone(r.Endpoints)
	}
	return f
}

// strike is a rule with the calls that were offered to it.
type strike struct {
	Rule
	label   string // under which chance draws
	offered int
}

// strikes are the rules in the order in which calls are offered to them.
func (f Faults) strikes() []*strike {
	var all []*strike
	if f.RateLimitFirst > 0 || f.RateLimitShare > 0 {
		limit := Rule{Fault: RateLimit, First: f.RateLimitFirst, Share: f.RateLimitShare}
		all = append(all, &strike{Rule: limit, label: "429"})
	}
	for _, r := range f.Rules {
		all = append(all, &strike{Rule: r, label: "fault " + string(r.Fault)})
	}
	return all
}

// hits decides whether the rule strikes the next call of an endpoint.
func (k *strike) hits(seed uint64, e Endpoint) bool {
	if !k.concerns(e) {
		return false
	}
	k.offered++
	return k.offered <= k.First || k.First == 0 && k.Share == 0 || chance(seed, k.label, k.offered) < k.Share
}

// latency is how long an endpoint's answers are delayed.
func (f Faults) latency(e Endpoint) time.Duration {
	if d, named := f.Latencies[e]; named {
		return d
	}
	if e == Metadata {
		return 0
	}
	return f.Latency
}
