package probe_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/scaleway"
	"cloison.dev/cloison/internal/sync/probe"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/wall"
)

// world is a Scaleway on the clock of the test, which answers reads of names that do not exist.
type world struct {
	mu      sync.Mutex
	latency time.Duration
	// answers by the path of a folder; empty is a value. A folder without one is not found.
	answers map[string]scaleway.Failure
	calls   []asked
}

// asked is a call: of which store, in which folder, when, and what it was answered.
type asked struct {
	store, path, name string
	at                time.Time
	answer            scaleway.Failure
}

func newWorld() *world { return &world{answers: map[string]scaleway.Failure{}} }

func (w *world) answer(path string, with scaleway.Failure) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers[path] = with
}

// called lists the calls since the last time.
func (w *world) called() []asked {
	w.mu.Lock()
	defer w.mu.Unlock()
	calls := w.calls
	w.calls = nil
	return calls
}

// vault is the world as a store reads it.
type vault struct {
	*world
	store string
}

func (v vault) ReadPath(ctx context.Context, path, name, _ string) (scaleway.Value, error) {
	v.mu.Lock()
	with, has := v.answers[path]
	if !has {
		with = scaleway.Absent
	}
	if own := "/" + v.store; has && with == scaleway.Denied && path == own {
		with = scaleway.Absent // nobody is refused in a folder of their own
	}
	v.calls = append(v.calls, asked{v.store, path, name, time.Now(), with})
	latency := v.latency
	v.mu.Unlock()
	select {
	case <-time.After(latency):
	case <-ctx.Done():
		return scaleway.Value{}, failure(scaleway.Stopped)
	}
	if with == "" {
		return scaleway.Value{Data: []byte("CANARY")}, nil
	}
	return scaleway.Value{}, failure(with)
}

// store is one that reads in a folder of its name, with a key.
func (w *world) store(name string, key int) probe.Store {
	open := func(string, string) (probe.Vault, error) { return vault{w, name}, nil }
	return probe.Store{Name: name, Key: key, Own: folder("/" + name), Open: open}
}

// runtime is one that probes until the test ends, or it is stopped.
type runtime struct {
	*probe.Prober
	stop func()

	mu     sync.Mutex
	stores []probe.Store
	told   []string
}

func start(t *testing.T, terms probe.Terms, stores ...probe.Store) *runtime {
	t.Helper()
	r := &runtime{stores: stores}
	r.Prober = probe.New(probe.Config{
		Terms:  terms,
		Stores: func() []probe.Store { r.mu.Lock(); defer r.mu.Unlock(); return r.stores },
		Probed: func(store string, f probe.Finding) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.told = append(r.told, fmt.Sprint(store, " ", f.Folder.Path, " ", f.Result))
		},
	})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	r.stop = sync.OnceFunc(func() {
		stop()
		assert.NoError(t, <-done)
	})
	t.Cleanup(r.stop)
	return r
}

// probed lists the probes that were told of.
func (r *runtime) probed() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.told)
}

func (r *runtime) use(stores ...probe.Store) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stores = stores
}

// says formats what is known of a store.
func (r *runtime) says(store probe.Store) string {
	var parts []string
	for _, f := range r.Findings(store) {
		parts = append(parts, f.Folder.Path+" "+strings.TrimSpace(string(f.Result)+" "+f.Why))
	}
	return strings.Join(parts, ", ")
}

const notYet = "unknown it has not been probed yet since the runtime started, or with this API key"

// hourly are terms of two folders.
func hourly() probe.Terms {
	return probe.Terms{Turns: probe.Turns{Interval: time.Hour}, Folders: []wall.Folder{folder("/b"), folder("/c")}}
}

func TestTheWallIsProbedInTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.answer("/b", scaleway.Denied)
		w.answer("/c", scaleway.Denied)
		a, z := w.store("a", 1), w.store("z", 1)
		r := start(t, hourly(), a, z)
		assert.Equal(t, "/b "+notYet+", /c "+notYet, r.says(a))
		time.Sleep(time.Hour) // the clock starts at a whole hour: the slot that has begun is left out
		assert.Len(t, w.called(), 2*3)
		time.Sleep(time.Hour)
		assert.Equal(t, []string{"a /c refused", "z /b refused", "z /c refused", "a /b refused", "a /c refused",
			"z /b refused", "z /c refused"},
			r.probed())
		assert.Equal(t, "/b refused, /c refused", r.says(a))
		for i, call := range w.called() {
			want := []string{"/a", "/b", "/a", "/c", "/z", "/b", "/z", "/c"}[i]
			assert.Equal(t, want, call.path)
			begin := time.Date(2000, 1, 1, 1, 0, 0, 0, time.UTC).Add(time.Duration(i/2) * wall.Spacing)
			assert.WithinRange(t, call.at, begin.Add(5*time.Second), begin.Add(35*time.Second),
				"both calls are within the slot")
			assert.True(t, syntax.SecretName.Matches(call.name), call.name)
		}
	})
}

func TestNamesAreNewEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		start(t, hourly(), w.store("a", 1))
		time.Sleep(10 * time.Hour)
		seen := map[string]int{}
		for _, call := range w.called() {
			seen[call.name]++
		}
		assert.Len(t, seen, 19)
		for name, times := range seen {
			assert.Equal(t, 2, times, name)
		}
	})
}

func TestNothingElseIsAskedWhereTheOwnFolderAnswersOtherwise(t *testing.T) {
	for _, own := range []scaleway.Failure{scaleway.KeyRefused, scaleway.Failing, scaleway.Unreachable, ""} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			w.answer("/a", own)
			a := w.store("a", 1)
			r := start(t, hourly(), a)
			time.Sleep(2 * time.Hour)
			for _, call := range w.called() {
				assert.Equal(t, "/a", call.path)
			}
			assert.Equal(t, 2, strings.Count(r.says(a), `unknown a read in its own folder must be answered with "not `+
				`found"`))
			assert.NotContains(t, r.says(a), "CANARY")
		})
	}
}

func TestASlowScalewayIsUnknownAndTheSlotIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.latency = time.Minute
		a := w.store("a", 1)
		r := start(t, hourly(), a)
		time.Sleep(time.Hour)
		assert.Equal(t, "/b "+notYet+`, /c unknown a read in its own folder must be answered with "not found", and `+
			`was not: the API says stopped`, r.says(a))
		assert.Len(t, w.called(), 1)
	})
}

func TestABreachEndsWithARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.answer("/c", scaleway.Denied)
		a := w.store("a", 1)
		r := start(t, hourly(), a)
		time.Sleep(61 * time.Minute)
		assert.Equal(t, "/b breach, /c refused", r.says(a))
		w.answer("/b", "")
		time.Sleep(time.Hour)
		assert.Equal(t, "/b breach, /c refused", r.says(a), "a value is a breach too")
		w.answer("/b", scaleway.Failing)
		time.Sleep(time.Hour)
		assert.Equal(t, "/b breach, /c refused", r.says(a), "nothing says that it has ended")
		told := r.probed()
		assert.Equal(t, "a /b unknown", told[len(told)-2])
		assert.WithinDuration(t, time.Now(), r.Findings(a)[0].At, time.Hour)
		w.answer("/b", scaleway.Denied)
		time.Sleep(time.Hour)
		assert.Equal(t, "/b refused, /c refused", r.says(a))
		w.answer("/b", scaleway.Failing)
		time.Sleep(time.Hour)
		assert.Equal(t, "/b unknown the API says failing, /c refused", r.says(a))
	})
}

func TestAnotherKeyIsProbedAfresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		before, after := w.store("a", 1), w.store("a", 2)
		r := start(t, hourly(), before)
		time.Sleep(61 * time.Minute)
		assert.Equal(t, "/b breach, /c breach", r.says(before))
		r.use(after)
		assert.Equal(t, "/b "+notYet+", /c "+notYet, r.says(after))
		w.called()
		time.Sleep(50 * time.Minute)
		assert.Empty(t, w.called(), "it waits for its turn")
		time.Sleep(11 * time.Minute)
		assert.Equal(t, "/b breach, /c breach", r.says(after))

		r.Forget("a")
		assert.Equal(t, "/b "+notYet+", /c "+notYet, r.says(after))
		broken := after
		broken.Problem = "the API key is missing"
		r.use(broken)
		w.called()
		time.Sleep(time.Hour)
		assert.Empty(t, w.called())
		assert.Equal(t, "/b unknown the API key is missing, /c unknown the API key is missing", r.says(broken))
	})
}

func TestABreachStandsWhileItCannotBeTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.answer("/c", scaleway.Denied)
		a := w.store("a", 1)
		r := start(t, hourly(), a)
		time.Sleep(61 * time.Minute)
		a.Problem = "nothing reads from it"
		assert.Equal(t, "/b breach, /c unknown nothing reads from it", r.says(a))
		a.Key = 0 // the API key is gone
		assert.Equal(t, "/b unknown nothing reads from it, /c unknown nothing reads from it", r.says(a))
	})
}

func TestAStoreWithoutATurnIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		terms := hourly()
		terms.Offset = time.Hour - 3*wall.Spacing
		a, b := w.store("a", 1), w.store("b", 1)
		r := start(t, terms, a, b)
		time.Sleep(3 * time.Hour)
		assert.Equal(t, "/b breach, /c breach", r.says(a))
		assert.Contains(t, r.says(b), "/c unknown the interval of the probes has no turn for it")
		for _, call := range w.called() {
			assert.NotEqual(t, "b/c", call.store+call.path, "that slot is another runtime's")
		}
	})
}

func TestABreachOutlivesTheProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.answer("/b", scaleway.Denied)
		a := w.store("a", 1)
		r := start(t, hourly(), a)
		r.Remember(a, []wall.Folder{folder("/b"), folder("/of-before")})
		assert.Equal(t, "/b breach, /c "+notYet, r.says(a))
		assert.True(t, r.Findings(a)[0].At.IsZero())
		time.Sleep(61 * time.Minute)
		assert.Equal(t, "/b refused, /c breach", r.says(a))
	})
}

func TestAStoreThatComesShiftsNoProbeIntoASecondTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := start(t, hourly(), w.store("b", 1))
		time.Sleep(time.Hour + 30*time.Second) // b in /b
		w.called()
		r.use(w.store("a", 1), w.store("b", 1))
		time.Sleep(3 * time.Minute) // number 1 is now a in /c, 2 is b in /b, and 3 is b in /c
		var folders []string
		for _, call := range w.called() {
			folders = append(folders, call.store+call.path)
		}
		assert.Equal(t, []string{"a/a", "a/c", "b/b", "b/c"}, folders,
			"b has been tried in /b an interval ago at least")
	})
}

// TestManyRuntimesStayUnderTenRefusals lets the runtimes of a Segregation probe for two days, each restarted now and
// then, all with keys that the wall holds off.
func TestManyRuntimesStayUnderTenRefusals(t *testing.T) {
	const components, length = 15, 48 * time.Hour
	synctest.Test(t, func(t *testing.T) {
		random := testkit.Random(t, 7)
		w := newWorld()
		w.latency = 200 * time.Millisecond
		var stores [components][]probe.Store
		probes, all := 0, 0
		for i := range stores {
			for group := range 1 + i%3 {
				store := w.store(fmt.Sprintf("c%02d-%d", i, group), 1)
				stores[i] = append(stores[i], store)
				w.answer(store.Own.Path, scaleway.Denied)
				all++
			}
		}
		for i := range stores {
			probes += len(stores[i]) * (all - len(stores[i]))
		}
		terms := probe.Terms{Turns: probe.Turns{Interval: wall.Interval(probes)}}
		for i := range stores {
			terms.Folders = nil
			for j := range stores {
				for _, store := range stores[j] {
					if j != i {
						terms.Folders = append(terms.Folders, store.Own)
					}
				}
			}
			go live(t, rand.New(rand.NewPCG(random.Uint64(), 0)), length, terms, stores[i])
			terms.Offset += time.Duration(len(stores[i])*len(terms.Folders)) * wall.Spacing
		}
		time.Sleep(length + time.Minute)
		var refused []time.Time
		for _, call := range w.called() {
			if call.answer == scaleway.Denied {
				refused = append(refused, call.at)
			}
		}
		most := 0
		for i, at := range refused {
			n := 0
			for n < len(refused[i:]) && refused[i+n].Sub(at) < 5*time.Minute {
				n++
			}
			most = max(most, n)
		}
		t.Logf("%d probes every %s: %d refusals, at most %d in 5 minutes", probes, terms.Interval, len(refused), most)
		assert.LessOrEqual(t, most, 9)
		assert.Greater(t, most, 6, "they use their turns")
		turns := float64(probes) * float64(length/terms.Interval)
		assert.Greater(t, float64(len(refused)), 0.8*turns)
	})
}

// live runs a runtime for some time, with restarts.
func live(t *testing.T, random *rand.Rand, length time.Duration, terms probe.Terms, stores []probe.Store) {
	end := time.Now().Add(length)
	for time.Now().Before(end) {
		r := start(t, terms, stores...)
		time.Sleep(min(time.Until(end), time.Duration(random.Int64N(int64(6*time.Hour)))))
		r.stop()
		time.Sleep(time.Duration(random.Int64N(int64(time.Minute))))
	}
}
