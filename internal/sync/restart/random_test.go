package restart_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/sync/restart"
	"cloison.dev/cloison/internal/testkit"
)

// world is a namespace, without a runtime that would remember anything.
type world struct {
	t      *testing.T
	random *rand.Rand
	most   int
	now    time.Time
	// pending are the annotations of the Secrets, and last their last changes.
	pending, last map[string]restart.Change
	workloads     []restart.Workload
	// restarted counts the restarts of a workload for a change.
	restarted map[string]int
	counts    map[string]int
}

var secretNames = []string{"a", "b", "c"}

// step lets one thing happen.
func (w *world) step(n int) {
	switch w.random.IntN(7) {
	case 0:
		secret := secretNames[w.random.IntN(len(secretNames))]
		change := restart.NewChange(fmt.Sprintf("%d-x", n), w.now)
		w.pending[secret], w.last[secret] = change, change
		w.counts["changes"]++
	case 1:
		if len(w.workloads) < 8 {
			w.create(n)
		}
	case 2:
		w.finishOne()
	case 3:
		w.now = w.now.Add(time.Duration(w.random.IntN(8000)) * time.Millisecond)
	default:
		w.run(w.random.IntN(4))
	}
}

func (w *world) create(n int) {
	kinds := []string{"Deployment", "StatefulSet", "DaemonSet"}
	made := restart.Workload{
		Kind: kinds[w.random.IntN(len(kinds))], Name: strconv.Itoa(n), Created: w.now.Truncate(time.Second),
		Marks: map[string]restart.Change{},
	}
	for _, secret := range secretNames {
		if w.random.IntN(2) == 0 {
			made.Uses = append(made.Uses, secret)
		}
	}
	w.workloads = append(w.workloads, made)
}

// finishOne ends one rollout, well or not.
func (w *world) finishOne() {
	for i := range w.workloads {
		one := &w.workloads[i]
		if one.Progress == restart.Rolling {
			one.Progress = restart.Done
			if one.Kind == "Deployment" && w.random.IntN(3) == 0 {
				one.Progress = restart.Failed
			}
			return
		}
	}
}

// run starts the runtime, which is killed after some requests, and would run again at any time.
func (w *world) run(requests int) {
	d := restart.Decide(restart.Facts{
		Workloads: slices.Clone(w.workloads), Pending: maps.Clone(w.pending), Most: w.most, Now: w.now,
	})
	for i := range d.Restarts {
		if requests--; requests < 0 {
			w.counts["killed before a restart"]++
			return
		}
		w.restart(&d.Restarts[i])
	}
	for _, secret := range d.Done {
		if requests--; requests < 0 {
			w.counts["killed before the end of a change"]++
			return
		}
		delete(w.pending, secret)
	}
}

func (w *world) restart(r *restart.Restart) {
	i := slices.IndexFunc(w.workloads, func(one restart.Workload) bool { return one.String() == r.Workload.String() })
	one := &w.workloads[i]
	require.NotEmpty(w.t, r.Secrets)
	for _, secret := range r.Secrets {
		require.Contains(w.t, one.Uses, secret)
		w.restarted[one.String()+" "+w.pending[secret].String()]++
		require.Equal(w.t, 1, w.restarted[one.String()+" "+w.pending[secret].String()], "once per change")
		require.False(w.t, one.Created.After(w.pending[secret].At), "it was made after the change")
	}
	w.counts[fmt.Sprintf("restarts for %d", len(r.Secrets))]++
	marked := maps.Clone(one.Marks)
	for _, secret := range one.Uses {
		if change, is := w.pending[secret]; is {
			marked[secret] = change
		}
	}
	one.Marks, one.Restarted, one.Progress = marked, w.now, restart.Rolling
	rolling := 0
	for i := range w.workloads {
		isOld := w.workloads[i].Kind != "Deployment" && !w.workloads[i].Restarted.Add(restart.Patience).After(w.now)
		if w.workloads[i].Progress == restart.Rolling && !isOld {
			rolling++
		}
	}
	require.LessOrEqual(w.t, rolling, w.most, "as many roll out at a time as may")
}

// settle lets everything come to its end.
func (w *world) settle() {
	for range 200 {
		if len(w.pending) == 0 {
			return
		}
		w.now = w.now.Add(restart.Quiet)
		w.finishOne()
		w.run(len(w.workloads) + len(w.pending))
	}
	require.Empty(w.t, w.pending, "every change comes to its end")
}

// TestEveryChangeRestartsEachWorkloadOnce lets Secrets change and workloads come and roll out while the runtime is
// killed at any point.
func TestEveryChangeRestartsEachWorkloadOnce(t *testing.T) {
	counts := map[string]int{}
	for _, random := range testkit.Seeds(t, 300) {
		w := &world{
			t: t, random: random, most: 1 + random.IntN(3), now: now, counts: counts,
			pending: map[string]restart.Change{}, last: map[string]restart.Change{}, restarted: map[string]int{},
		}
		for n := range 80 {
			w.step(n)
		}
		w.settle()
		for i := range w.workloads {
			one := &w.workloads[i]
			for _, secret := range one.Uses {
				last, changed := w.last[secret]
				if changed && !one.Created.After(last.At) {
					require.Equal(t, 1, w.restarted[one.String()+" "+last.String()], "no change is lost")
					counts["last changes that arrived"]++
				}
			}
		}
	}
	testkit.Counts(t, map[string]int{
		"changes": 3370, "last changes that arrived": 3129,
		"restarts for 1": 1893, "restarts for 2": 856, "restarts for 3": 241,
		"killed before a restart": 591, "killed before the end of a change": 247,
	}, counts)
}
