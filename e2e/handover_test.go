package e2e

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/internal/emulator"
)

// TestASecretChangesHands hands a Secret from the operator to the runtime and back.
func TestASecretChangesHands(t *testing.T) {
	lab := newLab(t)
	a := lab.scaleway.put(t, "/folder", "a", canary+"a")
	lab.applyExternalSecret(t, "handed", "store", sources{data: []string{required("A", "/folder", "a")}})
	made := lab.expectSynced(t, "handed", map[string]string{"A": canary + "a"})
	lab.allowRuntime(t)
	startRuntime(t, lab.namespace, lab.scaleway, 0)

	lab.serveBy(t, "cloison")
	adopted := lab.awaitSecret(t, "handed", func(s *corev1.Secret) bool {
		return slices.ContainsFunc(s.ManagedFields, func(entry metav1.ManagedFieldsEntry) bool {
			return entry.Manager == "cloison-sync" && entry.Operation == metav1.ManagedFieldsOperationApply
		})
	})
	requireSameData(t, made, adopted)
	require.Equal(t, made.Annotations[dataHash], adopted.Annotations[dataHash])

	// The runtime serves it: a new version comes within its poll.
	_, err := lab.scaleway.AddVersion(a, emulator.Value(canary+"b"))
	require.NoError(t, err)
	served := lab.awaitSecret(t, "handed", func(s *corev1.Secret) bool { return string(s.Data["A"]) == canary+"b" })

	lab.serveBy(t, "")
	lab.refresh(t, "handed")
	back := lab.expectSynced(t, "handed", map[string]string{"A": canary + "b"})
	requireSameData(t, served, back)
	_, err = lab.scaleway.AddVersion(a, emulator.Value(canary+"c"))
	require.NoError(t, err)
	lab.refresh(t, "handed")
	lab.expectSynced(t, "handed", map[string]string{"A": canary + "c"})
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

// requireSameData requires that it is the same Secret, of the same owner, with the same values.
func requireSameData(t *testing.T, before, after *corev1.Secret) {
	t.Helper()
	require.Equal(t, before.UID, after.UID, "nothing was deleted")
	require.Equal(t, before.OwnerReferences, after.OwnerReferences)
	require.Equal(t, before.Labels, after.Labels)
	require.Equal(t, before.Type, after.Type)
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
