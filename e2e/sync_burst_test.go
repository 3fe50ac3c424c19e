package e2e

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"cloison.dev/cloison/internal/emulator"
)

// TestABurstOfEventsStarvesNobody changes ten Secrets 1,000 times each, as fast as
// the API server takes it. A new version of the eleventh is written meanwhile, and
// the memory stays below the limit that the generated pod has.
func TestABurstOfEventsStarvesNobody(t *testing.T) {
	const groups, each = 10, 1_000
	r := deployBurst(t, groups)
	quiet := r.scaleway.put(t, "/burst-own", "a", canary+"1")
	r.giveKey(t)
	running := r.start(t)
	r.condition(t, "True", "secret synced")
	for i := range groups {
		r.says(t, fmt.Sprintf("own-g%d-externalsecret", i), "True", "secret synced")
	}
	started := time.Now()
	edited := r.editAll(t, groups, each)
	_, err := r.scaleway.AddVersion(quiet, emulator.Value(canary+"2"))
	require.NoError(t, err)
	added := time.Now()
	await(t, "the quiet Secret to change", r.hasValue(syncedSecret, canary+"2"))
	written := time.Since(added)
	require.Less(t, written, 15*time.Second, "a poll is a second, on a machine that is busy with the events")
	require.NoError(t, edited())
	t.Logf("%d events in %s; the new version was written after %s", groups*each, time.Since(started).Round(time.Second),
		written.Round(time.Millisecond))

	r.patchSecret(t, `{"stringData": {"A": "edited"}}`)
	r.data(t, map[string]string{"A": canary + "2"})
	peak := residentPeak(t, running.PID())
	t.Logf("at most %d MiB were resident", peak>>20)
	require.Less(t, peak, 128<<20)
	require.NoError(t, running.Stop())
	_, _ = r.Write([]byte(running.Logs()))
	r.checkRuntimeForCanaries(t, "")
}

// deployBurst deploys a component with so many Secrets and one more.
func deployBurst(t *testing.T, groups int) *syncRuntime {
	t.Helper()
	spec := `
sync: {engine: Cloison, image: "example.com/cloison-sync:v1"}
components:
  own:
    secrets: {keys: [A]}
    secretGroups:
`
	for i := range groups {
		spec += fmt.Sprintf("      g%d: {keys: [A]}\n", i)
	}
	from := deployRuntimeOf(t, "burst", spec, asItIs)
	for i := range groups {
		from.put(t, fmt.Sprintf("/burst-own-g%d", i), "a", canary+"1")
		giveKeyTo(t, "burst-own", fmt.Sprintf("scw-own-g%d-credentials", i), from.key)
	}
	return &syncRuntime{lab: &lab{namespace: "burst-own", scaleway: from}}
}

// editAll changes each of the Secrets so often, all at a time. What it returns waits
// for the end.
func (r *syncRuntime) editAll(t *testing.T, groups, each int) (edited func() error) {
	t.Helper()
	unlimited := rest.CopyConfig(shared.Config)
	unlimited.QPS = -1
	clients, err := kubernetes.NewForConfig(unlimited)
	require.NoError(t, err)
	var edits sync.WaitGroup
	failed := make([]error, groups)
	for i := range groups {
		edits.Go(func() {
			for n := range each {
				patch := fmt.Appendf(nil, `{"metadata": {"annotations": {"burst": "%d"}}}`, n)
				_, err := clients.CoreV1().Secrets(r.namespace).Patch(t.Context(), fmt.Sprintf("own-g%d-secrets", i),
					types.MergePatchType, patch, metav1.PatchOptions{FieldManager: "somebody"})
				failed[i] = errors.Join(failed[i], err)
			}
		})
	}
	return func() error {
		edits.Wait()
		return errors.Join(failed...)
	}
}

// residentPeak is the most memory that a process had resident, in bytes.
func residentPeak(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(t, err)
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
			kib, err := strconv.Atoi(fields[1])
			require.NoError(t, err)
			return kib << 10
		}
	}
	t.Fatal("the kernel does not tell the memory of a process")
	return 0
}
