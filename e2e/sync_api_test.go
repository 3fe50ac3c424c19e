package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/internal/emulator"
)

// asked waits for a call to Scaleway.
func (s *lab) asked(call emulator.Endpoint) func(context.Context) (bool, string, error) {
	return func(context.Context) (bool, string, error) { return s.scaleway.Stats().Calls[call] > 0, "no call", nil }
}

// TestTheAPIServerCrashesWhileSecretsAreWritten changes the value all the time,
// and ends the API server meanwhile. The runtime goes on as soon as that is back.
func TestTheAPIServerCrashesWhileSecretsAreWritten(t *testing.T) {
	b := newBundle(t, "crashed")
	running := b.start(t)
	b.reached(t)
	changing, stop := context.WithCancel(t.Context())
	var changes sync.WaitGroup
	changes.Go(func() {
		for changing.Err() == nil {
			assert.NoError(t, b.change())
			time.Sleep(200 * time.Millisecond)
		}
	})
	time.Sleep(2 * time.Second) // so that some are written
	err := shared.Crash(t.Context())
	stop()
	changes.Wait()
	require.NoError(t, err)
	back := time.Now()
	b.reached(t)
	t.Logf("%d changes; the last one was written %s after the API server was back", b.generation,
		time.Since(back).Round(100*time.Millisecond))
	require.Less(t, time.Since(back), 35*time.Second, "the longest pause is 30 s")
	b.condition(t, "True", "secret synced")
	require.NoError(t, running.Stop(), "it must not have ended")
}

// TestOthersWriteTheSecretAllTheTime has somebody add a key again and again, so
// that what the runtime writes conflicts with it.
func TestOthersWriteTheSecretAllTheTime(t *testing.T) {
	b := newBundle(t, "conflicting")
	done := b.run(t.Context(), 0)
	b.reached(t)
	editing, stop := context.WithCancel(t.Context())
	var edits sync.WaitGroup
	edited := 0
	edits.Go(func() {
		for editing.Err() == nil {
			patch := fmt.Appendf(nil,
				`{"stringData": {"MORE": "%d"}, "metadata": {"annotations": {"edited": "%[1]d"}}}`, edited)
			_, err := shared.Clientset.CoreV1().Secrets(b.namespace).Patch(context.Background(), syncedSecret,
				types.MergePatchType, patch, metav1.PatchOptions{FieldManager: "somebody"})
			if err == nil {
				edited++
			}
		}
	})
	for range 3 {
		require.NoError(t, b.change())
		b.reached(t)
	}
	stop()
	edits.Wait()
	require.Greater(t, edited, 20)
	await(t, "the key of others to be gone", func(ctx context.Context) (bool, string, error) {
		secret, err := shared.Clientset.CoreV1().Secrets(b.namespace).Get(ctx, syncedSecret, metav1.GetOptions{})
		return err == nil && len(secret.Data) == bundleKeys, "it is there", err
	})
	b.condition(t, "True", "secret synced")
	t.Logf("%d edits", edited)
	select {
	case err := <-done:
		t.Errorf("the runtime has ended: %v", err)
	default:
	}
	require.Empty(t, b.denied)
}

// unreliable cuts watches, and has those that go on from where they were refused,
// as an API server does that has forgotten what was before.
type unreliable struct {
	mu      sync.Mutex
	open    []io.Closer
	expired int
}

func (u *unreliable) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		query := request.URL.Query()
		if query.Get("watch") == "" {
			return next.RoundTrip(request)
		}
		if query.Get("resourceVersion") != "" && u.expire() {
			body := `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410}`
			return &http.Response{
				Status: "410 Gone", StatusCode: http.StatusGone, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
				Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(body)),
				Body: io.NopCloser(strings.NewReader(body)), Request: request,
			}, nil
		}
		response, err := next.RoundTrip(request)
		if err == nil {
			u.mu.Lock()
			u.open = append(u.open, response.Body)
			u.mu.Unlock()
		}
		return response, err
	})
}

func (u *unreliable) expire() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.expired > 0 {
		u.expired--
		return true
	}
	return false
}

// watches counts those that were opened since the last cut.
func (u *unreliable) watches() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.open)
}

// cut drops all watches. So many of those that go on are refused.
func (u *unreliable) cut(expired int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.expired = expired
	for _, watch := range u.open {
		_ = watch.Close() // It may have ended.
	}
	u.open = nil
}

// TestWatchesAreDropped drops all watches at once while the Secret, the values and
// the store change.
func TestWatchesAreDropped(t *testing.T) {
	b := newBundle(t, "dropped")
	u := &unreliable{}
	b.wrap = u.wrap
	done := b.run(t.Context(), 0)
	b.reached(t)
	watches := u.watches()
	require.Greater(t, watches, 3)
	for _, expired := range []int{0, 4} {
		await(t, "the watches to be back", func(context.Context) (bool, string, error) {
			now := u.watches()
			return now >= watches, strconv.Itoa(now), nil
		})
		u.cut(expired)
		b.patchSecret(t, `{"stringData": {"MORE": "edited"}}`)
		await(t, "the edit to be repaired", func(ctx context.Context) (bool, string, error) {
			secret, err := shared.Clientset.CoreV1().Secrets(b.namespace).Get(ctx, syncedSecret, metav1.GetOptions{})
			return err == nil && len(secret.Data) == bundleKeys, "it is there", err
		})
		u.cut(expired)
		require.NoError(t, b.change())
		b.reached(t)
	}
	u.cut(4)
	_, err := shared.Dynamic.Resource(externalSecrets).Namespace(b.namespace).Patch(t.Context(), syncedExternal,
		types.MergePatchType, []byte(`{"spec": {"target": {"deletionPolicy": "Delete"}}}`), metav1.PatchOptions{})
	require.NoError(t, err)
	b.condition(t, "False", `spec.target.deletionPolicy "Delete" is not served`)
	select {
	case err := <-done:
		t.Errorf("the runtime has ended: %v", err)
	default:
	}
	require.Empty(t, b.denied)
}

// TestAnApplyIsRefusedWhereTheSecretIsAnother applies on the condition that a Secret is
// still as it was, as the runtime does.
func TestAnApplyIsRefusedWhereTheSecretIsAnother(t *testing.T) {
	l := &lab{namespace: "conditional"}
	shared.Apply(t, []byte(`
{apiVersion: v1, kind: Namespace, metadata: {name: conditional}}
---
{apiVersion: v1, kind: Secret, metadata: {name: one, namespace: conditional}, stringData: {A: `+canary+`}}
`))
	seen := l.secret(t, "one")
	secrets := shared.Clientset.CoreV1().Secrets(l.namespace)
	apply := func(of *corev1.Secret, value string) error {
		text := fmt.Appendf(nil, `{"apiVersion": "v1", "kind": "Secret", "stringData": {"A": %q},
			"metadata": {"name": "one", "uid": %q, "resourceVersion": %q}}`, canary+value, of.UID, of.ResourceVersion)
		_, err := secrets.Patch(t.Context(), "one", types.ApplyPatchType, text,
			metav1.PatchOptions{FieldManager: "cloison-sync", Force: new(true)})
		return err
	}
	require.NoError(t, apply(seen, "1"))
	require.True(t, apierrors.IsConflict(apply(seen, "2")))
	now := l.secret(t, "one")
	requireData(t, now, map[string]string{"A": canary + "1"})
	require.NoError(t, secrets.Delete(t.Context(), "one", metav1.DeleteOptions{}))
	require.True(t, apierrors.IsConflict(apply(now, "3")), "what knew the one that is gone does not make it again")
	l.requireNoSecret(t, "one")
}
