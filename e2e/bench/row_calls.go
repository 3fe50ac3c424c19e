package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"cloison.dev/cloison/internal/emulator"
)

// measureCalls counts the calls of a refresh that is forced. Polls are too rare to be among them.
func (b *bench) measureCalls(ctx context.Context) (rows []row, err error) {
	const properties = 37
	groups := map[string]group{"json": propertiesOf(properties)}
	for _, n := range b.keys {
		groups[ofKeys(n)] = keysOf(n)
	}
	oursAre, esoAre, err := both(func(who contestant) (map[string]figure, error) {
		return b.countCalls(ctx, who, groups, properties)
	})
	if err != nil {
		return nil, err
	}
	for _, n := range b.keys {
		rows = append(rows, callsRow(fmt.Sprintf("%d keys", n), oursAre[ofKeys(n)], esoAre[ofKeys(n)], n, n, 3))
	}
	return append(rows, callsRow(fmt.Sprintf("%d keys of one JSON secret", properties), oursAre["json"], esoAre["json"],
		properties, 1, 30)), nil
}

func ofKeys(n int) string { return fmt.Sprintf("k%d", n) }

// callsPerKey is what the operator calls for each key of a refresh. It makes twice as many at times, which is no reason
// to let the runtime do so.
const callsPerKey = 3

// pageSize is how many secrets a page of a list has.
const pageSize = 100

// callsRow has the budget of a share of the operator's calls, and the pages of the folder.
func callsRow(name string, ours, eso figure, keys, secrets int, share float64) row {
	pages := (secrets + pageSize - 1) / pageSize
	limit := min(eso.value, float64(callsPerKey*keys))/share + float64(pages)
	r := row{name: name, ours: ours, eso: eso, budget: atMost(figure{value: limit, unit: count})}
	if eso.measured() {
		r.budget.text = fmt.Sprintf("at most 1/%g + pages", share)
	}
	return r
}

func (b *bench) countCalls(
	ctx context.Context, who contestant, groups map[string]group, properties int,
) (counted map[string]figure, err error) {
	l, err := b.newLab(ctx, who, segregation{poll: "10m", groups: withWarm(groups)})
	if err != nil {
		return nil, err
	}
	defer closing(l, &err)
	all := map[string]string{}
	for i := range properties {
		all[secretName(i)] = "value"
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	if _, err := l.scaleway.put(l.folder("json"), "all", string(text)); err != nil {
		return nil, err
	}
	if err := l.warmUp(ctx); err != nil {
		return nil, err
	}
	sizes := map[string]int{"json": properties}
	for _, n := range b.keys {
		sizes[ofKeys(n)] = n
		if err := l.seed(ofKeys(n), n); err != nil {
			return nil, err
		}
	}
	counted = map[string]figure{}
	for name, keys := range sizes {
		took, err := l.fill(ctx, map[string]test{l.target(name): holds(keys)}, b.bound, l.create(name))
		if err != nil {
			return nil, err
		} else if took.more {
			return nil, fmt.Errorf("%s has not filled the Secret of %s", who, name)
		}
		if _, err := l.quiet(ctx); err != nil {
			return nil, err
		}
		l.scaleway.ResetStats()
		if err := l.force(ctx, name); err != nil {
			return nil, err
		}
		n, err := l.quiet(ctx)
		if err != nil {
			return nil, err
		}
		counted[name] = calls(n)
	}
	return counted, nil
}

func withWarm(groups map[string]group) map[string]group {
	all := map[string]group{warm: keysOf(1)}
	maps.Copy(all, groups)
	return all
}

// closing closes a lab at the end of a function.
func closing(l *lab, err *error) {
	if closed := l.close(); closed != nil && *err == nil {
		*err = closed
	}
}

// share429 has a share of all calls answered with 429.
func share429(share float64) emulator.Faults { return emulator.Faults{RateLimitShare: share} }
