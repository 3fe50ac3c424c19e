package e2e

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/testkit"
)

// TestTheRuntimeIsKilledAtAnyTime ends cloison-sync at 20 random times between its
// start and the end of its work, as a crash does. The Secret holds the old or the
// new content, all of it, at every time.
func TestTheRuntimeIsKilledAtAnyTime(t *testing.T) {
	b := newBundle(t, "killed")
	require.NoError(t, b.scaleway.SetFaults(emulator.Faults{Latency: 20 * time.Millisecond}))
	random := testkit.Random(t, 1)
	started := time.Now()
	first := b.start(t)
	b.reached(t)
	longest := time.Since(started) * 3 / 2
	require.NoError(t, first.Kill())

	before := 0
	for range 20 {
		require.NoError(t, b.change())
		killed := b.start(t)
		time.Sleep(time.Duration(random.Int64N(int64(longest))))
		require.NoError(t, killed.Kill())
		b.requireWhole(t)
		secret := b.lab.secret(t, syncedSecret)
		generation, problem := generationOf(secret)
		require.Empty(t, problem)
		require.LessOrEqual(t, generation, b.generation)
		if generation < b.generation {
			before++
		}
	}
	t.Logf("of 20 that were killed within %s, %d had not written yet", longest.Round(time.Millisecond), before)

	last := b.start(t)
	b.reached(t)
	b.condition(t, "True", "secret synced")
	require.NoError(t, last.Stop())
	require.Zero(t, last.ExitCode(time.Second))
}

// TestTheRuntimeIsStoppedInTheMiddle sends SIGTERM while a value is being read. It
// ends at once and in order, so that the next one begins without waiting for the
// lease.
func TestTheRuntimeIsStoppedInTheMiddle(t *testing.T) {
	b := newBundle(t, "stopped")
	first := b.start(t, "--leader-elect")
	b.reached(t)

	require.NoError(t, b.scaleway.SetFaults(emulator.Faults{Latency: 2 * time.Second}))
	b.scaleway.ResetStats()
	require.NoError(t, b.change())
	await(t, "the value to be asked for", b.asked(emulator.AccessSecretVersionByPath))
	stopped := time.Now()
	require.NoError(t, first.Stop())
	require.Zero(t, first.ExitCode(time.Second))
	require.Less(t, time.Since(stopped), 5*time.Second)
	lease, err := shared.Clientset.CoordinationV1().Leases(b.namespace).Get(t.Context(), "cloison-sync",
		metav1.GetOptions{})
	require.NoError(t, err)
	require.Empty(t, *lease.Spec.HolderIdentity, "it gave the lease back")

	require.NoError(t, b.scaleway.SetFaults(emulator.Faults{}))
	started := time.Now()
	second := b.start(t, "--leader-elect")
	b.reached(t)
	require.Less(t, time.Since(started), 12*time.Second, "a lease that is not given back takes 15 s to run out")
	require.NoError(t, second.Stop())
}

// TestADeposedLeaderRevertsNothing pauses the leader of two replicas until the
// other has taken its place. When it goes on, with what it knew, it must end and
// not take the Secret back to that.
func TestADeposedLeaderRevertsNothing(t *testing.T) {
	b := newBundle(t, "deposed")
	const lease = "--lease-duration=3s"
	old := b.start(t, "--leader-elect", lease)
	b.reached(t)
	next := b.start(t, "--leader-elect", lease)
	require.NoError(t, old.Signal(syscall.SIGSTOP))
	for range 2 {
		require.NoError(t, b.change())
		b.reached(t)
	}
	require.NoError(t, old.Signal(syscall.SIGCONT))
	require.Equal(t, 3, old.ExitCode(30*time.Second), "it could not go on")
	require.Contains(t, old.Logs(), "leader election lost")
	require.NoError(t, b.change())
	b.reached(t)
	b.requireWhole(t)
	require.NoError(t, next.Stop())
}
