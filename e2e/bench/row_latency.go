package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// repeated is how often something that is short is measured. The median counts.
const repeated = 3

// measureLatency measures how long a Secret takes.
func (b *bench) measureLatency(ctx context.Context) (rows []row, err error) {
	oursAre, esoAre, err := both(func(who contestant) (map[string]figure, error) { return b.latencies(ctx, who) })
	if err != nil {
		return nil, err
	}
	for _, n := range b.keys {
		for _, each := range b.delays {
			r := row{
				name: fmt.Sprintf("%d keys, %d ms per call", n, each.Milliseconds()),
				ours: oursAre[cell(n, each)], eso: esoAre[cell(n, each)],
			}
			if each == 30*time.Millisecond && n >= 370 {
				r.budget = faster(20)
			} else if each == 30*time.Millisecond {
				r.budget = faster(10)
			}
			rows = append(rows, r)
		}
	}
	return rows, nil
}

func cell(keys int, each time.Duration) string {
	return fmt.Sprintf("%s-d%d", ofKeys(keys), each.Milliseconds())
}

// repeats is how often a cell is measured: what takes the operator long, once.
func repeats(keys int, each time.Duration) int {
	if time.Duration(callsPerKey*keys)*each > 5*time.Second {
		return 1
	}
	return repeated
}

func (b *bench) latencies(ctx context.Context, who contestant) (found map[string]figure, err error) {
	groups := map[string]group{}
	b.cells(func(keys int, each time.Duration, nth int) {
		groups[fmt.Sprintf("%s-n%d", cell(keys, each), nth)] = keysOf(keys)
	})
	l, err := b.newLab(ctx, who, segregation{groups: withWarm(groups)})
	if err != nil {
		return nil, err
	}
	defer closing(l, &err)
	if err := l.warmUp(ctx); err != nil {
		return nil, err
	}
	all := map[string][]figure{}
	var failed error
	b.cells(func(keys int, each time.Duration, nth int) {
		if failed != nil {
			return
		}
		var took figure
		took, failed = l.latency(ctx, fmt.Sprintf("%s-n%d", cell(keys, each), nth), keys, each)
		all[cell(keys, each)] = append(all[cell(keys, each)], took)
	})
	found = map[string]figure{}
	for name, figures := range all {
		found[name] = median(figures)
	}
	return found, failed
}

// cells goes through what is measured.
func (b *bench) cells(do func(keys int, each time.Duration, nth int)) {
	for _, keys := range b.keys {
		for _, each := range b.delays {
			for nth := range repeats(keys, each) {
				do(keys, each, nth)
			}
		}
	}
}

// latency measures one group, once no call is being made.
func (l *lab) latency(ctx context.Context, group string, keys int, each time.Duration) (took figure, err error) {
	if err := l.seed(group, keys); err != nil {
		return figure{}, err
	}
	if err := l.scaleway.delay(each); err != nil {
		return figure{}, err
	}
	if took, err = l.fill(ctx, map[string]test{l.target(group): holds(keys)}, l.bound, l.create(group)); err != nil {
		return figure{}, err
	}
	if err := l.scaleway.delay(0); err != nil {
		return figure{}, err
	}
	_, err = l.quiet(ctx)
	return took, err
}

// median of figures of one unit. One that was cut off is more than all that were not.
func median(figures []figure) figure {
	sorted := slices.Clone(figures)
	slices.SortFunc(sorted, func(a, b figure) int {
		switch {
		case a.more != b.more && a.more, a.more == b.more && a.value > b.value:
			return 1
		case a.more == b.more && a.value == b.value:
			return 0
		}
		return -1
	})
	return sorted[len(sorted)/2]
}
