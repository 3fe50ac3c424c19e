package main

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// filled is what it took to fill many Secrets.
type filled struct {
	took, calls, cpu, peak, after figure
}

// measureMany measures many ExternalSecrets.
func (b *bench) measureMany(ctx context.Context) ([]row, error) {
	oursIs, esoIs, err := both(func(who contestant) (filled, error) { return b.fillMany(ctx, who, b.many, b.manyKeys, b.bound) })
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("%d of %d keys", b.many, b.manyKeys)
	took := row{name: what + ": time", ours: oursIs.took, eso: esoIs.took}
	if b.many >= 1000 {
		took.budget = faster(5)
	}
	return []row{
		took,
		{name: what + ": calls", ours: oursIs.calls, eso: esoIs.calls},
		{name: what + ": CPU", ours: oursIs.cpu, eso: esoIs.cpu},
		{name: what + ": peak memory", ours: oursIs.peak, eso: esoIs.peak},
	}, nil
}

// linear is how much more than linear something may grow, for what is measured once on a machine with other work.
const linear = 1.3

// measureGrowth measures how time and memory grow.
func (b *bench) measureGrowth(ctx context.Context) (rows []row, err error) {
	const keys = 2
	var times, memories []row
	for i, n := range b.growth {
		oursIs, esoIs, err := both(func(who contestant) (filled, error) {
			limit := b.bound
			if who == eso { // whose growth is not judged
				limit = 2 * b.patience
			}
			return b.fillMany(ctx, who, n, keys, limit)
		})
		if err != nil {
			return nil, err
		}
		took := row{name: fmt.Sprintf("%d: time", n), ours: oursIs.took, eso: esoIs.took}
		held := row{name: fmt.Sprintf("%d: memory afterwards", n), ours: oursIs.after, eso: esoIs.after}
		if i > 0 {
			times, memories = append(times, growing(times, took, b.growth[i-1], n)), append(memories, growing(memories, held, b.growth[i-1], n))
		} else {
			times, memories = append(times, took), append(memories, held)
		}
		rows = append(rows, times[i], memories[i], row{name: fmt.Sprintf("%d: CPU", n), ours: oursIs.cpu, eso: esoIs.cpu})
	}
	return rows, nil
}

// growing gives a row the budget of growing no more than linearly since the row before.
func growing(before []row, now row, from, to int) row {
	factor := float64(to) / float64(from)
	last := before[len(before)-1].ours
	now.budget = atMost(figure{value: last.value * factor * linear, unit: last.unit})
	now.budget.text = fmt.Sprintf("linear: at most %.3gx %s", factor*linear, last)
	if !last.measured() || last.more {
		now.budget.judge = func(_, _ figure) verdict { return undecided }
	}
	return now
}

// settleAfter is how long a program has for the garbage of its work before its memory is looked at.
const settleAfter = 15 * time.Second

// fillMany creates n ExternalSecrets of one store at once.
func (b *bench) fillMany(ctx context.Context, who contestant, n, keys int, limit time.Duration) (f filled, err error) {
	l, err := b.newLab(ctx, who, segregation{groups: map[string]group{warm: keysOf(1)}})
	if err != nil {
		return f, err
	}
	defer closing(l, &err)
	objects, tests, err := l.copies(n, keys)
	if err != nil {
		return f, err
	}
	if l.who == ours {
		if err := l.mayWrite(ctx, tests); err != nil {
			return f, err
		}
	}
	if err := l.warmUp(ctx); err != nil {
		return f, err
	}
	before, err := usedBy(l.running.PID())
	if err != nil {
		return f, err
	}
	l.scaleway.ResetStats()
	if f.took, err = l.fill(ctx, tests, limit, func(ctx context.Context) error { return l.createAll(ctx, objects) }); err != nil {
		return f, err
	}
	now, err := usedBy(l.running.PID())
	if err != nil {
		return f, err
	}
	f.calls, f.cpu, f.peak = calls(l.scaleway.Stats().Total()), duration(now.cpu-before.cpu), memory(now.peak)
	if f.took.more { // what it took until it was done is not known
		f.calls, f.cpu, f.peak = figure{}, figure{}, figure{}
		return f, nil
	}
	if err := pause(ctx, settleAfter); err != nil {
		return f, err
	}
	now, err = usedBy(l.running.PID())
	f.after = memory(now.memory)
	return f, err
}

// copies makes n ExternalSecrets of the store of the warm group, stores what they read, and returns the tests of their
// Secrets.
func (l *lab) copies(n, keys int) (objects []*unstructured.Unstructured, tests map[string]test, err error) {
	tests = map[string]test{}
	for i := range n {
		object := l.externals[l.external(warm)].DeepCopy()
		name := fmt.Sprintf("many-%04d", i)
		object.SetName(name)
		var data []any
		for key := range keys {
			secret := i*keys + key
			folder := fmt.Sprintf("/%s/%03d", l.namespace(), secret/pageSize)
			if _, err := l.scaleway.put(folder, secretName(secret), "value"); err != nil {
				return nil, nil, err
			}
			data = append(data, map[string]any{
				"secretKey": keyName(key), "remoteRef": map[string]any{"key": "path:" + folder + "/" + secretName(secret)},
			})
		}
		if err := unstructured.SetNestedSlice(object.Object, data, "spec", "data"); err != nil {
			return nil, nil, err
		}
		if err := unstructured.SetNestedField(object.Object, name, "spec", "target", "name"); err != nil {
			return nil, nil, err
		}
		objects, tests[name] = append(objects, object), holds(keys)
	}
	return objects, tests, nil
}

// mayWrite names more Secrets in the generated Role.
func (l *lab) mayWrite(ctx context.Context, names map[string]test) error {
	rules, _, err := unstructured.NestedSlice(l.role.Object, "rules")
	if err != nil {
		return err
	}
	for _, rule := range rules {
		of, _ := rule.(map[string]any)
		resources, _, err := unstructured.NestedStringSlice(of, "resources")
		if err != nil || len(resources) != 1 || resources[0] != "secrets" {
			continue
		}
		named, _, err := unstructured.NestedStringSlice(of, "resourceNames")
		if err != nil || len(named) == 0 {
			return fmt.Errorf("the generated Role must name the Secrets of the rule %v", of)
		}
		for name := range names {
			named = append(named, name)
		}
		if err := unstructured.SetNestedStringSlice(of, named, "resourceNames"); err != nil {
			return err
		}
	}
	if err := unstructured.SetNestedSlice(l.role.Object, rules, "rules"); err != nil {
		return err
	}
	return l.Submit(ctx, []*unstructured.Unstructured{l.role})
}
