package main

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const (
	// eachCall is how long a call takes where rows differ in something else.
	eachCall = 30 * time.Millisecond
	// headStart is how long the first ExternalSecret is being read when the second comes.
	headStart = 100 * time.Millisecond
	// slowCall is how long a call of a slow store takes.
	slowCall = 2 * time.Second
	// slowKeys are those of its ExternalSecret, and besideKeys those of the one beside it.
	slowKeys, besideKeys = 10, 37
)

// measureBehind measures how long a Secret takes while another one is being read.
func (b *bench) measureBehind(ctx context.Context) ([]row, error) {
	oursAre, esoAre, err := both(func(who contestant) (map[string]figure, error) { return b.behind(ctx, who) })
	if err != nil {
		return nil, err
	}
	rowOf := func(name, key string) row { return row{name: name, ours: oursAre[key], eso: esoAre[key]} }
	alone := rowOf(fmt.Sprintf("%d keys, alone", besideKeys), "alone")
	beside := rowOf(fmt.Sprintf("%d keys, beside a store of %s per call", besideKeys, slowCall), "beside")
	beside.budget = atMost(duration(time.Duration(2 * alone.ours.value * float64(time.Second))))
	beside.budget.text = "at most twice as long as alone"
	return []row{
		rowOf(fmt.Sprintf("1 key, behind %d keys of another store", b.large), "other"),
		rowOf(fmt.Sprintf("1 key, behind %d keys of the same store", b.large), "same"),
		alone, beside,
	}, nil
}

func (b *bench) behind(ctx context.Context, who contestant) (found map[string]figure, err error) {
	slow, err := newScaleway()
	if err != nil {
		return nil, err
	}
	defer slow.close() //nolint:errcheck // nothing is lost with it
	l, err := b.newLab(ctx, who, segregation{replaced: map[string]string{"slow": slow.url}, groups: withWarm(map[string]group{
		"large1": keysOf(b.large), "large2": keysOf(b.large), "other": keysOf(1), "same": keysOf(1),
		"alone": keysOf(besideKeys), "beside": keysOf(besideKeys), "slow": keysOf(slowKeys),
	})})
	if err != nil {
		return nil, err
	}
	defer closing(l, &err)
	sizes := map[string]int{
		"large1": b.large, "large2": b.large + 1, "other": 1, "alone": besideKeys, "beside": besideKeys,
	}
	for name, n := range sizes {
		if err := l.seed(name, n); err != nil {
			return nil, err
		}
	}
	if err := l.warmUp(ctx); err != nil {
		return nil, err
	}
	if err := l.readFrom("same", "large2", b.large); err != nil {
		return nil, err
	}
	if err := l.scaleway.delay(eachCall); err != nil {
		return nil, err
	}
	found = map[string]figure{}
	for _, one := range []struct {
		name, behind string
		keys         int
	}{{"other", "large1", 1}, {"same", "large2", 1}, {"alone", "", besideKeys}} {
		if found[one.name], err = l.after(ctx, one.behind, one.name, one.keys); err != nil {
			return nil, err
		}
		if _, err := l.quiet(ctx); err != nil {
			return nil, err
		}
	}
	found["beside"], err = l.besideSlow(ctx, slow)
	return found, err
}

// readFrom has the ExternalSecret of a group read its one key from the store and the folder of another group: a secret
// that this one does not read.
func (l *lab) readFrom(group, other string, secret int) error {
	object := l.externals[l.external(group)]
	if err := unstructured.SetNestedField(object.Object, l.store(other), "spec", "secretStoreRef", "name"); err != nil {
		return err
	}
	return unstructured.SetNestedSlice(object.Object, []any{map[string]any{
		"secretKey": keyName(0), "remoteRef": map[string]any{"key": "path:" + l.folder(other) + "/" + secretName(secret)},
	}}, "spec", "data")
}

// after measures a group that is created while another one is being read; none where that is empty.
func (l *lab) after(ctx context.Context, other, group string, keys int) (figure, error) {
	if other != "" {
		if err := l.create(other)(ctx); err != nil {
			return figure{}, err
		}
		if err := pause(ctx, headStart); err != nil {
			return figure{}, err
		}
		if l.secrets.get(l.target(other)) != nil {
			return figure{}, fmt.Errorf("%s has read %q before anything could wait behind it", l.who, other)
		}
	}
	return l.fill(ctx, map[string]test{l.target(group): holds(keys)}, l.bound, l.create(group))
}

func (l *lab) besideSlow(ctx context.Context, slow *scaleway) (figure, error) {
	for i := range slowKeys {
		if _, err := slow.put(l.folder("slow"), secretName(i), "value"); err != nil {
			return figure{}, err
		}
	}
	if err := slow.delay(slowCall); err != nil {
		return figure{}, err
	}
	return l.after(ctx, "slow", "beside", besideKeys)
}
