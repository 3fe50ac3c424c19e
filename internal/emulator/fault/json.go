package fault

import (
	"encoding/json"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
)

// duration is written as in "100ms".
type duration time.Duration

// MarshalText implements encoding.TextMarshaler.
func (d duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = duration(parsed)
	return err
}

type faultsJSON struct {
	Latency        duration                  `json:"latency"`
	Latencies      map[api.Endpoint]duration `json:"latencies"`
	RateLimitFirst int                       `json:"rateLimitFirst"`
	RateLimitShare float64                   `json:"rateLimitShare"`
	Rules          []ruleJSON                `json:"rules"`
	RedirectTo     string                    `json:"redirectTo"`
	Drip           duration                  `json:"drip"`
}

type ruleJSON struct {
	Fault     Kind           `json:"fault"`
	Endpoints []api.Endpoint `json:"endpoints"`
	First     int            `json:"first"`
	Share     float64        `json:"share"`
}

// MarshalJSON writes what Read reads.
func (f Faults) MarshalJSON() ([]byte, error) {
	out := faultsJSON{
		Latency: duration(f.Latency), Latencies: map[api.Endpoint]duration{},
		RateLimitFirst: f.RateLimitFirst, RateLimitShare: f.RateLimitShare,
		Rules: []ruleJSON{}, RedirectTo: f.RedirectTo, Drip: duration(f.Drip),
	}
	for e, d := range f.Latencies {
		out.Latencies[e] = duration(d)
	}
	for _, r := range f.Rules {
		out.Rules = append(out.Rules, ruleJSON{r.Fault, append([]api.Endpoint{}, r.Endpoints...), r.First, r.Share})
	}
	return json.Marshal(out)
}
