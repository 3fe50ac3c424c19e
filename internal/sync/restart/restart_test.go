package restart_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/sync/restart"
)

var now = time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC)

// old and next are changes that are not waited for any more; fresh is one that is.
var (
	old   = restart.NewChange("1-old", now.Add(-time.Hour))
	next  = restart.NewChange("2-next", now.Add(-time.Minute))
	fresh = restart.NewChange("3-fresh", now.Add(-2*time.Second))
)

// workload is one that was made long ago, was never restarted, and consumes the Secrets.
func workload(kind, name string, uses ...string) restart.Workload {
	return restart.Workload{Kind: kind, Name: name, Created: now.Add(-24 * time.Hour), Uses: uses}
}

// with changes a workload.
func with(w restart.Workload, change func(w *restart.Workload)) restart.Workload {
	change(&w)
	return w
}

// rollsSince is a workload that was restarted for a change of Secret a.
func rollsSince(w restart.Workload, change restart.Change, at time.Time) restart.Workload {
	return with(w, func(w *restart.Workload) {
		w.Progress, w.Restarted, w.Marks = restart.Rolling, at, map[string]restart.Change{"a": change}
	})
}

func says(d restart.Decision) string {
	var lines []string
	for i := range d.Restarts {
		lines = append(lines, d.Restarts[i].Describe())
	}
	for _, secret := range d.Done {
		lines = append(lines, "done: "+secret)
	}
	if !d.Again.IsZero() {
		lines = append(lines, "again at "+d.Again.Format(time.TimeOnly))
	}
	return strings.Join(lines, "\n")
}

func TestDecide(t *testing.T) {
	api, web := workload("Deployment", "api", "a"), workload("Deployment", "web", "a", "b")
	db := workload("StatefulSet", "db", "a")
	pending := map[string]restart.Change{"a": next}
	const restarted = `Deployment api is restarted: the Secret "a" has changed`
	const restartedDB = `StatefulSet db is restarted: the Secret "a" has changed`
	another := workload("StatefulSet", "e", "a")
	for name, test := range map[string]struct {
		workloads []restart.Workload
		pending   map[string]restart.Change
		most      int
		want      string
	}{
		"nothing is pending": {[]restart.Workload{api}, nil, 1, ""},
		"nobody consumes the Secret": {
			[]restart.Workload{workload("Deployment", "x", "z")}, pending, 1, "done: a",
		},
		"one consumes it":                 {[]restart.Workload{api}, pending, 1, restarted},
		"one at a time, by kind and name": {[]restart.Workload{db, web, api}, pending, 1, restarted},
		"two at a time": {
			[]restart.Workload{db, web, api}, pending, 2,
			restarted + "\nDeployment web is restarted: the Secret \"a\" has changed",
		},
		"several Secrets of one workload at once": {
			[]restart.Workload{web}, map[string]restart.Change{"a": next, "b": old}, 1,
			`Deployment web is restarted: the Secrets "a", "b" have changed`,
		},
		"changes that may have company wait": {
			[]restart.Workload{web}, map[string]restart.Change{"a": next, "b": fresh}, 1, "again at 12:00:03",
		},
		"a change that nobody waits for is settled when nobody can have been overlooked": {
			nil, map[string]restart.Change{"b": fresh}, 1, "again at 12:00:03",
		},
		"it was restarted for this change": {[]restart.Workload{rollsSince(api, next, now)}, pending, 1, "done: a"},
		"the next waits for a rollout":     {[]restart.Workload{rollsSince(api, next, now), db}, pending, 1, ""},
		"a rollout that failed is not waited for": {[]restart.Workload{
			with(rollsSince(api, next, now), func(w *restart.Workload) { w.Progress = restart.Failed }), db,
		}, pending, 1, restartedDB},
		"a rollout of somebody else is not waited for": {[]restart.Workload{
			with(workload("Deployment", "x"), func(w *restart.Workload) { w.Progress = restart.Rolling }), api,
		}, pending, 1, restarted},
		"a StatefulSet is waited for, but not for ever": {
			[]restart.Workload{rollsSince(db, next, now.Add(-time.Minute)), another}, pending, 1, "again at 12:14:00",
		},
		"patience ends": {
			[]restart.Workload{rollsSince(db, next, now.Add(-restart.Patience)), another}, pending, 1,
			`StatefulSet e is restarted: the Secret "a" has changed`,
		},
		"a change during the rollout restarts at once": {
			[]restart.Workload{rollsSince(api, old, now)}, pending, 1, restarted,
		},
		"it was made after the change": {
			[]restart.Workload{with(api, func(w *restart.Workload) { w.Created = now })}, pending, 1, "done: a",
		},
		"it was made in the second of the change": {
			[]restart.Workload{with(api, func(w *restart.Workload) { w.Created = next.At })}, pending, 1, restarted,
		},
		"one that replaces no pods takes no place": {[]restart.Workload{
			with(workload("DaemonSet", "z", "a"), func(w *restart.Workload) { w.Progress = restart.Manual }), api,
		}, pending, 1, "DaemonSet z is restarted: the Secret \"a\" has changed\n" + restarted},
		"one that the API server refuses does not stop the others": {[]restart.Workload{
			with(api, func(w *restart.Workload) { w.NotBefore = now.Add(time.Minute) }), db,
		}, pending, 1, restartedDB + "\nagain at 12:01:00"},
	} {
		got := restart.Decide(restart.Facts{
			Workloads: test.workloads, Pending: test.pending, Most: test.most, Now: now,
		})
		assert.Equal(t, test.want, says(got), name)
	}
}

func TestMarksAreOfTheSecretsThatAreConsumed(t *testing.T) {
	w := with(workload("Deployment", "api", "a", "b"), func(w *restart.Workload) {
		w.Marks = map[string]restart.Change{"a": old, "gone": old}
	})
	d := restart.Decide(restart.Facts{
		Workloads: []restart.Workload{w}, Pending: map[string]restart.Change{"b": next, "c": next}, Most: 1, Now: now,
	})
	assert.Equal(t, "a=1-old@2026-07-03T11:00:00.000Z,b=2-next@2026-07-03T11:59:00.000Z", d.Restarts[0].Marks)
	assert.Equal(t, "2026-07-03T12:00:00.000Z", d.Restarts[0].At)
	assert.Equal(t, []string{"c"}, d.Done)
	require.Len(t, d.Waiting, 1)
	assert.Equal(t, "Deployment api", d.Waiting[0].String(), "it is restarted, which may fail")
}

func TestAStateIsOfReferencesAndRevisions(t *testing.T) {
	revisions := map[string]int{"path:/shop/a": 1, "path:/shop/b": 2}
	state := restart.State(3, revisions)
	assert.Regexp(t, "^3-[0-9a-f]{16}$", state)
	assert.Equal(t, state, restart.State(3, map[string]int{"path:/shop/b": 2, "path:/shop/a": 1}))
	assert.NotEqual(t, state, restart.State(4, revisions))
	assert.NotEqual(t, state, restart.State(3, map[string]int{"path:/shop/a": 2, "path:/shop/b": 2}))
	assert.NotEqual(t, state, restart.State(3, map[string]int{"path:/shop/a": 1}))
}

func TestChangesAreReadAsTheyAreWritten(t *testing.T) {
	change := restart.NewChange("3-9f86d081884c7d65", now.Add(1234567*time.Nanosecond).In(time.FixedZone("x", 3600)))
	assert.Equal(t, "3-9f86d081884c7d65@2026-07-03T12:00:00.001Z", change.String())
	got, is := restart.ParseChange(change.String())
	assert.True(t, is)
	same := map[restart.Change]int{change: 1}
	assert.Equal(t, 1, same[got], "changes are compared as they are")
	for _, text := range []string{"", "x", "@2026-07-03T12:00:00.001Z", "3-9f86@yesterday", "3-9f86@"} {
		_, is := restart.ParseChange(text)
		assert.False(t, is, text)
	}
}
