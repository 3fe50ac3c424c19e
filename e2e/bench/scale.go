package main

import (
	"context"
	"time"
)

// measurement is a section of the table, and how it is measured.
type measurement struct {
	name, about string
	measure     func(b *bench, ctx context.Context) ([]row, error)
}

func measurements() []measurement {
	return []measurement{
		{"calls", "calls to Scaleway of one full refresh", (*bench).measureCalls},
		{"latency", "from the creation of an ExternalSecret to its Secret, by the time of each call", (*bench).measureLatency},
		{"behind", "from the creation of an ExternalSecret to its Secret, while another one is being read, 30 ms per call",
			(*bench).measureBehind},
		{"many", "ExternalSecrets that are created at once, of one store, in folders of 100 secrets", (*bench).measureMany},
		{"throttled", "from the creation of an ExternalSecret to its Secret, where some calls are answered with 429",
			(*bench).measureThrottled},
		{"fresh", "from a new version to the Secret; the operator's refreshInterval is the runtime's pollInterval",
			(*bench).measureFreshness},
		{"idle", "nothing changes; pollInterval 30 s, refreshInterval 1 h; generated for secret groups of one component",
			(*bench).measureIdle},
		{"growth", "ExternalSecrets of two keys that are created at once, of one store, in folders of 100 secrets",
			(*bench).measureGrowth},
		{"kills", "kill -9 at random points, new versions in between, a lease of 1 s; ESO is not killed", (*bench).measureKills},
	}
}

// scale is how much is measured.
type scale struct {
	keys      []int
	delays    []time.Duration
	large     int // the keys of the ExternalSecret that others wait behind
	many      int
	manyKeys  int
	throttled int // keys
	// patience is how long a Secret is waited for that may never come, and bound how long any other.
	patience, bound time.Duration
	poll            time.Duration // of the freshness
	versions        int
	idle            []int
	// settle is how long programs are left alone before the window: in full, longer than the two minutes after which Go
	// looks for garbage though there is nothing to do.
	settle, window time.Duration
	growth         []int
	kills          int
}

var full = scale{
	keys: []int{37, 370}, delays: []time.Duration{0, 30 * time.Millisecond, 100 * time.Millisecond},
	large: 370, many: 1000, manyKeys: 10, throttled: 370, patience: time.Minute, bound: 5 * time.Minute,
	poll: 5 * time.Second, versions: 6, idle: []int{5, 100}, settle: 130 * time.Second, window: 60 * time.Second,
	growth: []int{100, 1000, 3000}, kills: 200,
}

var quick = scale{
	keys: []int{37}, delays: []time.Duration{0, 30 * time.Millisecond},
	large: 50, many: 60, manyKeys: 10, throttled: 100, patience: 10 * time.Second, bound: time.Minute,
	poll: 2 * time.Second, versions: 2, idle: []int{5, 100}, settle: 5 * time.Second, window: 10 * time.Second,
	growth: []int{30, 100, 300}, kills: 16,
}
