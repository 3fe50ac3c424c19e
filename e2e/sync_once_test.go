package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/internal/emulator"
)

// once is an ExternalSecret that is not read at intervals.
type once struct {
	*syncRuntime
	secret string // its id
	stop   func()
}

// newOnce deploys one with a refreshPolicy, filled with the value 1.
func newOnce(t *testing.T, segregation, policy string) *once {
	t.Helper()
	const spec = `
sync: {engine: Cloison, image: "example.com/cloison-sync:v1"}
components:
  own:
    secrets: {keys: [A]}
`
	from := deployRuntimeOf(t, segregation, spec, asItIs)
	o := &once{syncRuntime: &syncRuntime{lab: &lab{namespace: segregation + "-own", scaleway: from}}}
	o.secret = from.put(t, "/"+o.namespace, "a", canary+"1")
	o.patch(t, fmt.Sprintf(`{"spec": {"refreshPolicy": %q}}`, policy))
	o.giveKey(t)
	o.begin(t)
	o.is(t, "1")
	o.condition(t, "True", "secret synced")
	return o
}

// begin runs a runtime until end.
func (o *once) begin(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := o.run(ctx, 0)
	o.stop = func() {
		stop()
		require.NoError(t, <-done)
		o.check(t)
	}
}

func (o *once) patch(t *testing.T, patch string) {
	t.Helper()
	_, err := shared.Dynamic.Resource(externalSecrets).Namespace(o.namespace).Patch(t.Context(), syncedExternal,
		types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	require.NoError(t, err)
}

func (o *once) add(t *testing.T, value string) {
	t.Helper()
	_, err := o.scaleway.AddVersion(o.secret, emulator.Value(canary+value))
	require.NoError(t, err)
}

func (o *once) edit(t *testing.T) {
	t.Helper()
	o.patchSecret(t, `{"stringData": {"A": "edited"}}`)
}

func (o *once) is(t *testing.T, value string) {
	t.Helper()
	o.data(t, map[string]string{"A": canary + value})
}

// stays requires that the Secret has a value, and some polls later still has it.
func (o *once) stays(t *testing.T, value string) {
	t.Helper()
	time.Sleep(2500 * time.Millisecond)
	requireData(t, o.lab.secret(t, syncedSecret), map[string]string{"A": value})
}

// TestASecretThatIsCreatedOnce is read when it is made and when that is asked for.
func TestASecretThatIsCreatedOnce(t *testing.T) {
	o := newOnce(t, "created", "CreatedOnce")
	o.add(t, "2")
	o.edit(t)
	o.is(t, "1") // It is repaired from memory.
	o.patch(t, `{"metadata": {"labels": {"changed": "yes"}}}`)
	o.stays(t, canary+"1")
	o.patch(t, `{"metadata": {"annotations": {"force-sync": "1"}}}`)
	o.is(t, "2")
	o.edit(t)
	o.is(t, "2")
	o.stop()

	// The next runtime does not know what was read, and may not read it again.
	o.add(t, "3")
	o.edit(t)
	o.begin(t)
	o.stays(t, "edited")
	o.patch(t, `{"metadata": {"annotations": {"force-sync": "2"}}}`)
	o.is(t, "3")
	o.stop()

	// A Secret that is deleted is made again.
	o.add(t, "4")
	require.NoError(t,
		shared.Clientset.CoreV1().Secrets(o.namespace).Delete(t.Context(), syncedSecret, metav1.DeleteOptions{}))
	o.begin(t)
	o.is(t, "4")
	o.stop()
}

// TestASecretThatIsReadOnChange is read when its ExternalSecret changes.
func TestASecretThatIsReadOnChange(t *testing.T) {
	o := newOnce(t, "onchange", "OnChange")
	o.add(t, "2")
	o.edit(t)
	o.is(t, "1")
	o.stays(t, canary+"1")
	o.patch(t, `{"metadata": {"labels": {"changed": "yes"}}}`)
	o.is(t, "2")
	o.stop()
	o.add(t, "3")
	o.edit(t)
	o.begin(t)
	o.stays(t, "edited")
	o.patch(t, `{"metadata": {"labels": {"changed": "again"}}}`)
	o.is(t, "3")
	o.stop()
}
