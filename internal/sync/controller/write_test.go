package controller

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"cloison.dev/cloison/internal/sync/decide"
)

// TestReplacingTakesNoLabelsOfOthersAway looks at the merge patch of a Secret that has keys of others: a null of labels
// or annotations would take all of them away.
func TestReplacingTakesNoLabelsOfOthersAway(t *testing.T) {
	clients := fake.NewClientset()
	var patched map[string]any
	clients.PrependReactor("patch", "secrets", func(action clienttesting.Action) (bool, runtime.Object, error) {
		patched = map[string]any{}
		return true, &corev1.Secret{}, json.Unmarshal(action.(clienttesting.PatchAction).GetPatch(), &patched)
	})
	current := &corev1.Secret{Data: map[string][]byte{"OLD": nil}}
	current.Name, current.ResourceVersion, current.Labels = "api", "7", map[string]string{"of": "others"}
	wanted := &corev1.Secret{Data: map[string][]byte{"A": []byte("a")}}
	wanted.Name = "api"
	write := &decide.Write{Secret: wanted, Replace: true, Remove: []string{"OLD"}}

	_, err := replace(t.Context(), clients.CoreV1().Secrets("shop"), current, write)
	require.NoError(t, err)
	metadata := patched["metadata"].(map[string]any)
	assert.Equal(t, map[string]any{}, metadata["labels"])
	assert.Equal(t, map[string]any{}, metadata["annotations"])
	assert.Equal(t, "7", metadata["resourceVersion"])
	assert.Equal(t, map[string]any{"A": "YQ==", "OLD": nil}, patched["data"])
}
