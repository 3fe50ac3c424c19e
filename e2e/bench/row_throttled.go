package main

import (
	"context"
	"fmt"
)

// measureThrottled measures how long a Secret takes where calls are answered with 429. The operator begins anew with
// each of them, and may never come to its end.
func (b *bench) measureThrottled(ctx context.Context) (rows []row, err error) {
	for _, share := range []float64{.01, .2} {
		oursIs, esoIs, err := both(func(who contestant) (figure, error) { return b.throttle(ctx, who, share) })
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{
			name: fmt.Sprintf("%d keys, %.0f %% of the calls", b.throttled, share*100),
			ours: oursIs, eso: esoIs, budget: withinTime(),
		})
	}
	return rows, nil
}

func (b *bench) throttle(ctx context.Context, who contestant, share float64) (took figure, err error) {
	const name = "throttled"
	l, err := b.newLab(ctx, who, segregation{groups: withWarm(map[string]group{name: keysOf(b.throttled)})})
	if err != nil {
		return figure{}, err
	}
	defer closing(l, &err)
	if err := l.seed(name, b.throttled); err != nil {
		return figure{}, err
	}
	if err := l.warmUp(ctx); err != nil {
		return figure{}, err
	}
	if err := l.scaleway.SetFaults(share429(share)); err != nil {
		return figure{}, err
	}
	return l.fill(ctx, map[string]test{l.target(name): holds(b.throttled)}, b.patience, l.create(name))
}
