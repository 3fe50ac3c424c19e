package e2e

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/internal/emulator"
)

// TestASecretChangesHands hands a Secret from the operator to the runtime and back,
// by the steps of docs/runtime.md, "Switching from ESO and back". The operator runs
// all the time, and a workload consumes the Secret.
func TestASecretChangesHands(t *testing.T) {
	lab := newLab(t)
	a := lab.scaleway.put(t, "/folder", "a", canary+"a")
	lab.applyExternalSecret(t, "handed", "store", sources{data: []string{required("A", "/folder", "a")}})
	made := lab.expectSynced(t, "handed", map[string]string{"A": canary + "a"})
	lab.allowRuntime(t)
	manifest, _, _ := strings.Cut(strings.ReplaceAll(restartable, "own-secrets", "handed"), "---")
	shared.Apply(t, fmt.Appendf(nil, manifest, lab.namespace))
	r := &syncRuntime{lab: lab}

	// From when the store names the runtime, the operator leaves the Secret alone, which stays as it is.
	lab.serveBy(t, "cloison")
	lab.change(t, a, "b")
	lab.askForRefresh(t, "handed")
	time.Sleep(2 * time.Second)
	stays := lab.secret(t, "handed")
	requireSameData(t, made, stays)
	require.Equal(t, made.ResourceVersion, stays.ResourceVersion)

	// The runtime takes it over with what there is now. Nothing restarts for that.
	ctx, stop := context.WithCancel(t.Context())
	done := r.run(ctx, 1)
	adopted := lab.awaitSecret(t, "handed", func(s *corev1.Secret) bool { return string(s.Data["A"]) == canary+"b" })
	requireSameObject(t, made, adopted)
	require.Equal(t, made.Annotations[dataHash], adopted.Annotations[dataHash])
	require.True(t, slices.ContainsFunc(adopted.ManagedFields, func(entry metav1.ManagedFieldsEntry) bool {
		return entry.Manager == "cloison-sync" && entry.Operation == metav1.ManagedFieldsOperationApply
	}))
	r.restarted(t, map[string]int64{"api": 0})

	// It serves it: a new version comes within its poll, and restarts.
	lab.change(t, a, "c")
	r.restarted(t, map[string]int64{"api": 1})
	r.settledOf(t, "handed")
	served := lab.secret(t, "handed")
	requireData(t, served, map[string]string{"A": canary + "c"})

	// And back. The operator takes it over at once; the runtime, which still runs, leaves it alone.
	lab.serveBy(t, "")
	lab.refresh(t, "handed")
	requireSameData(t, served, lab.expectSynced(t, "handed", map[string]string{"A": canary + "c"}))
	lab.change(t, a, "d")
	time.Sleep(2 * time.Second) // polls of the runtime
	requireData(t, lab.secret(t, "handed"), map[string]string{"A": canary + "c"})
	stop()
	require.NoError(t, <-done)
	r.check(t)
	lab.refresh(t, "handed")
	requireSameObject(t, served, lab.expectSynced(t, "handed", map[string]string{"A": canary + "d"}))
	r.restarted(t, map[string]int64{"api": 1})
}

// change adds a version to a secret.
func (l *lab) change(t *testing.T, id, value string) {
	t.Helper()
	_, err := l.scaleway.AddVersion(id, emulator.Value(canary+value))
	require.NoError(t, err)
}

func (l *lab) awaitSecret(t *testing.T, name string, is func(*corev1.Secret) bool) *corev1.Secret {
	t.Helper()
	var found *corev1.Secret
	await(t, "Secret "+name, func(ctx context.Context) (bool, string, error) {
		secret, err := shared.Clientset.CoreV1().Secrets(l.namespace).Get(ctx, name, metav1.GetOptions{})
		found = secret
		return err == nil && is(secret), "it is another", err
	})
	return found
}

// requireSameObject requires that it is the same Secret, of the same owner.
func requireSameObject(t *testing.T, before, after *corev1.Secret) {
	t.Helper()
	require.Equal(t, before.UID, after.UID, "nothing was deleted")
	require.Equal(t, before.OwnerReferences, after.OwnerReferences)
	require.Equal(t, before.Labels, after.Labels)
	require.Equal(t, before.Type, after.Type)
}

// requireSameData requires that it is the same Secret, of the same owner, with the same values.
func requireSameData(t *testing.T, before, after *corev1.Secret) {
	t.Helper()
	requireSameObject(t, before, after)
	require.True(t, maps.EqualFunc(before.Data, after.Data, bytes.Equal), "the values must stay")
}

// serveBy changes the controller of the store.
func (l *lab) serveBy(t *testing.T, controller string) {
	t.Helper()
	stores := shared.Dynamic.Resource(externalSecrets.GroupVersion().WithResource("secretstores")).Namespace(l.namespace)
	patch := fmt.Appendf(nil, `{"spec": {"controller": %q}}`, controller)
	_, err := stores.Patch(t.Context(), "store", types.MergePatchType, patch, metav1.PatchOptions{})
	require.NoError(t, err)
}
