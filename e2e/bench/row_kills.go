package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/secret"
)

const (
	// killKeys are those of each of the two Secrets of a runtime: one of as many secrets, one of one JSON secret.
	killKeys = 37
	// runtimes are killed side by side.
	runtimes = 4
	// lease of the runtimes: after a kill, nobody serves for that long.
	lease = time.Second
	// keptVersions are those that a secret has at a time; Scaleway allows 20.
	keptVersions = 5
	// killCall is how long each call takes, so that kills find calls under way.
	killCall = 5 * time.Millisecond
)

// killed is what kills found: how many Secrets held the old and the new content then.
type killed struct {
	kills, old, renewed, during int
	broken                      []string
}

// measureKills kills the runtime at random points of its life, and looks at every Secret each time.
func (b *bench) measureKills(ctx context.Context) ([]row, error) {
	results, errs := make([]killed, runtimes), make([]error, runtimes)
	var labs []*lab
	for range runtimes {
		l, err := b.newLab(ctx, ours, segregation{groups: map[string]group{"many": keysOf(killKeys), "json": propertiesOf(killKeys)}})
		if err != nil {
			return nil, err
		}
		defer closing(l, &err)
		labs = append(labs, l)
	}
	var group sync.WaitGroup
	for i, l := range labs {
		group.Go(func() { results[i], errs[i] = l.killed(ctx, b.kills/runtimes) })
	}
	group.Wait()
	var all killed
	for _, one := range results {
		all.kills, all.old, all.renewed = all.kills+one.kills, all.old+one.old, all.renewed+one.renewed
		all.during += one.during
		all.broken = append(all.broken, one.broken...)
	}
	return []row{
		{
			name: fmt.Sprintf("%d kills: Secrets that were neither old nor new, whole", all.kills),
			ours: calls(len(all.broken)), budget: wholeAfterKills(all),
			note: strings.Join(all.broken[:min(3, len(all.broken))], "; "),
		},
		{name: "Secrets that held the old content", ours: calls(all.old)},
		{name: "Secrets that held the new content", ours: calls(all.renewed)},
		{name: "kills between the two Secrets", ours: calls(all.during)},
	}, errors.Join(errs...)
}

// wholeAfterKills is held where no Secret was broken, and kills came both before and after it was written.
func wholeAfterKills(all killed) budget {
	return budget{"none", func(ours, _ figure) verdict {
		switch {
		case ours.value > 0:
			return missed
		case all.old == 0 || all.renewed == 0:
			return undecided
		}
		return held
	}}
}

// killed lets versions arrive while no runtime runs, starts one, and kills it, again and again.
func (l *lab) killed(ctx context.Context, kills int) (k killed, err error) {
	ids, err := l.seedGeneration()
	if err != nil {
		return k, err
	}
	if err := l.scaleway.delay(killCall); err != nil {
		return k, err
	}
	life, err := l.firstLife(ctx)
	if err != nil {
		return k, err
	}
	last := 0 // the newest generation that a Secret may hold
	held := map[string]int{}
	for range kills {
		last++
		if err := l.nextGeneration(ids, last); err != nil {
			return k, err
		}
		if err := l.start("--lease-duration=" + lease.String()); err != nil {
			return k, err
		}
		if err := pause(ctx, life.pick()); err != nil {
			return k, err
		}
		if err := l.running.Kill(); err != nil {
			return k, err
		}
		k.kills++
		if err := l.lookAt(ctx, &k, held, last); err != nil {
			return k, err
		}
	}
	// The last runtime is let live, and everything is new.
	return k, l.lastLife(ctx, last)
}

// life is when a runtime that was started wrote its Secrets.
type life struct{ written time.Duration }

// pick is a time at which it is killed: from the start on, most often about when it writes.
func (l life) pick() time.Duration {
	if rand.N(4) == 0 { //nolint:gosec // no secret is made of it
		return rand.N(l.written) //nolint:gosec // as above
	}
	return l.written*3/4 + rand.N(l.written/2) //nolint:gosec // as above
}

// firstLife fills the Secrets for the first time, kills the runtime, and measures a life behind the lease of another.
func (l *lab) firstLife(ctx context.Context) (life, error) {
	start := func(create bool) func(context.Context) error {
		return func(ctx context.Context) error {
			if err := l.start("--lease-duration=" + lease.String()); err != nil || !create {
				return err
			}
			return l.create("many", "json")(ctx)
		}
	}
	var took figure
	for generation := range 2 {
		if generation > 0 {
			if err := l.running.Kill(); err != nil {
				return life{}, err
			}
			if err := l.deleteTargets(ctx); err != nil {
				return life{}, err
			}
		}
		var err error
		if took, err = l.fill(ctx, l.generation(0), l.bound, start(generation == 0)); err != nil {
			return life{}, err
		}
	}
	if took.more {
		return life{}, fmt.Errorf("%s has not filled its Secrets within %s", l.who, l.bound)
	}
	return life{time.Duration(took.value * float64(time.Second))}, l.running.Kill()
}

// deleteTargets deletes both Secrets, which a runtime then makes anew.
func (l *lab) deleteTargets(ctx context.Context) error {
	for _, name := range []string{l.target("many"), l.target("json")} {
		if err := l.Clientset.CoreV1().Secrets(l.namespace()).Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
			return err
		}
		l.secrets.forget(name)
	}
	return nil
}

// lastLife lets a runtime live until everything is new.
func (l *lab) lastLife(ctx context.Context, last int) error {
	took, err := l.fill(ctx, l.generation(last), l.bound, func(context.Context) error {
		return l.start("--lease-duration=" + lease.String())
	})
	if err == nil && took.more {
		err = fmt.Errorf("%s has not filled its Secrets within %s after the last kill", l.who, l.bound)
	}
	return err
}

// generation are the tests that both Secrets are of a generation.
func (l *lab) generation(n int) map[string]test {
	is := func(s *corev1.Secret) bool { return generationOf(s.Data) == n }
	return map[string]test{l.target("many"): is, l.target("json"): is}
}

// none is the generation of a Secret that is not whole.
const none = -1

// generationOf returns the generation of which all keys are.
func generationOf(data map[string][]byte) int {
	if len(data) != killKeys {
		return none
	}
	of := none
	for i := range killKeys {
		var n int
		if _, err := fmt.Sscanf(string(data[keyName(i)]), "generation %d", &n); err != nil || of != none && n != of {
			return none
		}
		of = n
	}
	return of
}

// lookAt looks at every Secret after a kill. held is what each held before.
func (l *lab) lookAt(ctx context.Context, k *killed, held map[string]int, last int) error {
	renewed := 0
	for _, group := range []string{"many", "json"} {
		name := l.target(group)
		found, err := l.Clientset.CoreV1().Secrets(l.namespace()).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		now := generationOf(found.Data)
		switch now {
		case last:
			k.renewed++
			renewed++
		case held[name]:
			k.old++
		default:
			k.broken = append(k.broken, fmt.Sprintf("%s: generation %d after %d, at %d", name, now, held[name], last))
		}
		held[name] = now
	}
	if renewed == 1 {
		k.during++
	}
	return nil
}

// seedGeneration stores the secrets, and returns their ids.
func (l *lab) seedGeneration() (ids []string, err error) {
	for i := range killKeys {
		id, err := l.scaleway.put(l.folder("many"), secretName(i), "generation 0")
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	text, err := allOf(0)
	if err != nil {
		return nil, err
	}
	id, err := l.scaleway.put(l.folder("json"), "all", text)
	return append(ids, id), err
}

// nextGeneration gives every secret a new version. The last id is that of the JSON secret.
func (l *lab) nextGeneration(ids []string, n int) error {
	text, err := allOf(n)
	if err != nil {
		return err
	}
	for i, id := range ids {
		value := fmt.Sprintf("generation %d", n)
		if i == killKeys {
			value = text
		}
		revision, err := l.scaleway.AddVersion(id, emulator.Value(value))
		if err != nil {
			return err
		}
		if revision > keptVersions {
			err = l.scaleway.SetVersionStatus(id, revision-keptVersions, secret.Deleted)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// allOf is a JSON secret whose properties are all of a generation.
func allOf(n int) (string, error) {
	all := map[string]string{}
	for i := range killKeys {
		all[secretName(i)] = fmt.Sprintf("generation %d", n)
	}
	text, err := json.Marshal(all)
	return string(text), err
}
