package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/emulator"
)

// freshKeys are those of the Secret of which one key changes.
const freshKeys = 37

// freshness is how old a Secret gets, and what it costs.
type freshness struct{ longest, median, hourly figure }

// measureFreshness measures how long a new version takes to its Secret.
func (b *bench) measureFreshness(ctx context.Context) ([]row, error) {
	oursIs, esoIs, err := both(func(who contestant) (freshness, error) { return b.freshness(ctx, who) })
	if err != nil {
		return nil, err
	}
	return []row{
		{
			name: fmt.Sprintf("the longest of %d, pollInterval %s", b.versions, b.poll),
			ours: oursIs.longest, eso: esoIs.longest, budget: atMost(duration(b.poll + time.Second)),
		},
		{name: "their median", ours: oursIs.median, eso: esoIs.median},
		{name: fmt.Sprintf("calls per hour of %d keys, extrapolated", freshKeys), ours: oursIs.hourly, eso: esoIs.hourly},
	}, nil
}

func (b *bench) freshness(ctx context.Context, who contestant) (f freshness, err error) {
	const name = "fresh"
	s := segregation{groups: withWarm(map[string]group{name: keysOf(freshKeys)}), poll: b.poll.String()}
	if who == eso {
		s.poll, s.refresh = "", b.poll.String()
	}
	l, err := b.newLab(ctx, who, s)
	if err != nil {
		return f, err
	}
	defer closing(l, &err)
	var changing string
	for i := range freshKeys {
		if changing, err = l.scaleway.put(l.folder(name), secretName(i), "version 0"); err != nil {
			return f, err
		}
	}
	if err := l.warmUp(ctx); err != nil {
		return f, err
	}
	if _, err := l.fill(ctx, map[string]test{l.target(name): holds(freshKeys)}, b.bound, l.create(name)); err != nil {
		return f, err
	}
	var all []figure
	for version := range b.versions {
		if err := pause(ctx, rand.N(b.poll)); err != nil { //nolint:gosec // no secret is made of it
			return f, err
		}
		value := fmt.Sprintf("version %d", version+1)
		isNew := func(s *corev1.Secret) bool { return string(s.Data[keyName(freshKeys-1)]) == value }
		took, err := l.fill(ctx, map[string]test{l.target(name): isNew}, 4*b.poll, func(context.Context) error {
			_, err := l.scaleway.AddVersion(changing, emulator.Value(value))
			return err
		})
		if err != nil {
			return f, err
		}
		all = append(all, took)
	}
	f.median, f.longest = median(all), longest(all)
	l.scaleway.ResetStats()
	window := 6 * b.poll
	if err := pause(ctx, window); err != nil {
		return f, err
	}
	f.hourly = calls(int(float64(l.scaleway.Stats().Total()) * float64(time.Hour) / float64(window)))
	return f, nil
}

func longest(figures []figure) figure {
	most := figures[0]
	for _, f := range figures {
		if f.more && !most.more || f.more == most.more && f.value > most.value {
			most = f
		}
	}
	return most
}
