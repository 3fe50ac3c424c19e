package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"cloison.dev/cloison/e2e/cluster"
	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/sync/controller"
	"cloison.dev/cloison/internal/sync/probe"
)

// syncRuntime is a sync runtime that runs in the test, with the rights of its
// service account and no other.
type syncRuntime struct {
	*lab
	probe    probe.Terms
	registry *prometheus.Registry
	// wrap has a say in the requests to the API server; it may be nil.
	wrap   func(http.RoundTripper) http.RoundTripper
	mu     sync.Mutex
	logs   bytes.Buffer
	denied []string
	// writes counts the requests that change an object, but for a Lease.
	writes int
}

// Write implements io.Writer for the log.
func (r *syncRuntime) Write(text []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.logs.Write(text)
}

func (r *syncRuntime) log() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.logs.String()
}

// watching takes note of every request that the API server refuses, and counts
// those that change something.
func (r *syncRuntime) watching(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		if request.Method != http.MethodGet && !strings.Contains(request.URL.Path, "/leases") {
			r.mu.Lock()
			r.writes++
			r.mu.Unlock()
		}
		response, err := next.RoundTrip(request)
		if err == nil && response.StatusCode == http.StatusForbidden {
			r.mu.Lock()
			r.denied = append(r.denied, request.Method+" "+request.URL.Path+"?"+request.URL.RawQuery)
			r.mu.Unlock()
		}
		return response, err
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

// startRuntime runs the runtime of a component until the test ends. Then no
// request may have been refused, and no value be where none belongs.
func startRuntime(t *testing.T, namespace string, from *scaleway, maxRestarts int) *syncRuntime {
	t.Helper()
	r := &syncRuntime{lab: &lab{namespace: namespace, scaleway: from}}
	ctx, stop := context.WithCancel(t.Context())
	done := r.run(ctx, maxRestarts)
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-done)
		r.check(t)
	})
	return r
}

// run runs the runtime until ctx ends.
func (r *syncRuntime) run(ctx context.Context, maxRestarts int) <-chan error {
	account := cluster.ServiceAccount(r.namespace, "cloison-sync")
	config := rest.CopyConfig(shared.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: account.User, Groups: account.Groups}
	config.QPS = -1
	if r.wrap != nil {
		config.Wrap(r.wrap)
	}
	config.Wrap(r.watching)
	log := slog.New(slog.NewJSONHandler(r, nil))
	registry := prometheus.NewRegistry()
	r.registry = registry
	done := make(chan error, 1)
	go func() {
		done <- controller.Run(ctx, config, controller.Config{
			Namespace: r.namespace, PollInterval: time.Second, LeaderElect: true, MetricsAddress: "0", HealthAddress: "0",
			Log: log, Metrics: controller.NewMetrics(registry, log), MaxRestarts: maxRestarts,
			Probe: r.probe,
		})
	}()
	return done
}

// check requires that no request was refused, and that no value is where none
// belongs.
func (r *syncRuntime) check(t *testing.T) {
	assert.Empty(t, r.denied, "every request must be allowed")
	metrics, err := r.registry.Gather()
	assert.NoError(t, err)
	r.checkRuntimeForCanaries(t, fmt.Sprint(metrics))
	if t.Failed() {
		t.Log(r.log())
	}
}

// checkRuntimeForCanaries looks where no value belongs.
func (r *syncRuntime) checkRuntimeForCanaries(t *testing.T, metrics string) {
	ctx := context.Background() // The test's own has ended.
	events, err := shared.Clientset.EventsV1().Events(r.namespace).List(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	objects, err := shared.Dynamic.Resource(externalSecrets).Namespace(r.namespace).List(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	secrets, err := shared.Clientset.CoreV1().Secrets(r.namespace).List(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	var about []metav1.ObjectMeta
	for i := range secrets.Items {
		about = append(about, secrets.Items[i].ObjectMeta)
	}
	for place, text := range map[string]string{
		"the log": r.log(), "the metrics": metrics, "the events": fmt.Sprint(events.Items),
		"the ExternalSecrets": fmt.Sprint(objects.Items), "the metadata of Secrets": fmt.Sprint(about),
	} {
		if strings.Contains(text, canary) {
			t.Errorf("a secret value is in %s", place)
		}
	}
}

// condition waits until the condition Ready of the one ExternalSecret says something.
func (r *syncRuntime) condition(t *testing.T, status, message string) {
	t.Helper()
	r.says(t, syncedExternal, status, message)
}

// says waits until a condition Ready says something.
func (r *syncRuntime) says(t *testing.T, external, status, message string) {
	t.Helper()
	await(t, fmt.Sprintf("ExternalSecret %s to be Ready=%s: %s", external, status, message),
		func(ctx context.Context) (bool, string, error) {
			ready, object, err := r.ready(ctx, "externalsecrets", external)
			if err != nil {
				return false, "", err
			}
			text := fmt.Sprint(object.Object["status"])
			return ready == status && strings.Contains(text, message), text, nil
		})
}

// data waits until the Secret holds something.
func (r *syncRuntime) data(t *testing.T, want map[string]string) *corev1.Secret {
	t.Helper()
	var found *corev1.Secret
	await(t, "Secret "+syncedSecret, func(ctx context.Context) (bool, string, error) {
		secret, err := shared.Clientset.CoreV1().Secrets(r.namespace).Get(ctx, syncedSecret, metav1.GetOptions{})
		if err != nil {
			return false, "there is none", nil //nolint:nilerr // it may come
		}
		found = secret
		same := len(secret.Data) == len(want)
		for key, value := range want {
			same = same && string(secret.Data[key]) == value
		}
		return same, "it holds other data", nil
	})
	return found
}

func (r *syncRuntime) patchSecret(t *testing.T, patch string) {
	t.Helper()
	_, err := shared.Clientset.CoreV1().Secrets(r.namespace).Patch(t.Context(), syncedSecret, types.MergePatchType,
		[]byte(patch),
		metav1.PatchOptions{FieldManager: "somebody"})
	require.NoError(t, err)
}

// What the Segregation of the runtime's tests makes.
const (
	syncedExternal = "own-externalsecret"
	syncedSecret   = "own-secrets"
)

const syncedSpec = `
sync: {engine: Cloison, image: "example.com/cloison-sync:v1", restart: true}
components:
  own:
    secrets: {keys: [A, B], optionalKeys: [C]}
`

// deployRuntime applies a Segregation of the engine Cloison that reads from a
// Scaleway of its own, and gives its component an API key for its folder only.
func deployRuntime(t *testing.T, segregation string) *scaleway {
	t.Helper()
	return deployRuntimeOf(t, segregation, syncedSpec, asItIs)
}

// asItIs is for objects that need no change.
func asItIs(*unstructured.Unstructured) {}

// deployRuntimeOf does the same for a spec, with what change makes of each object.
func deployRuntimeOf(
	t *testing.T, segregation, spec string, change func(*unstructured.Unstructured),
) *scaleway {
	t.Helper()
	from := newScaleway(t)
	key, err := from.AddKey(emulator.Grant{
		Projects:       []string{project},
		PermissionSets: []emulator.PermissionSet{emulator.SecretManagerSecretAccess, emulator.SecretManagerReadOnly},
	})
	require.NoError(t, err)
	from.key = key
	objects := expand(t, segregation, spec)
	for _, object := range objects {
		change(object)
		if object.GetKind() == "SecretStore" {
			require.NoError(t,
				unstructured.SetNestedField(object.Object, from.url, "spec", "provider", "scaleway", "apiUrl"))
		}
	}
	require.NoError(t, shared.Submit(t.Context(), objects))
	return from
}

func (r *syncRuntime) giveKey(t *testing.T) {
	t.Helper()
	shared.Apply(t, fmt.Appendf(nil, `
{apiVersion: v1, kind: Secret, metadata: {name: scw-own-credentials, namespace: %s}, stringData: {access-key: %s, secret-key: %s}}
`, r.namespace, r.scaleway.key.AccessKey, r.scaleway.key.SecretKey))
}

func TestTheRuntimeFillsSecrets(t *testing.T) {
	from := deployRuntime(t, "synced")
	folder := "/synced-own"
	a := from.put(t, folder, "a", canary+"1")
	from.put(t, folder, "b", canary+"2")
	r := startRuntime(t, "synced-own", from, 0)

	// A missing API key is named with the command that makes it; once there, it is used at once.
	r.condition(t, "False", "kubectl -n synced-own create secret generic scw-own-credentials")
	r.giveKey(t)
	filled := r.data(t, map[string]string{"A": canary + "1", "B": canary + "2"})
	r.condition(t, "True", "secret synced")
	require.Len(t, filled.OwnerReferences, 1)
	require.Equal(t, syncedExternal, filled.OwnerReferences[0].Name)

	// A new version, and an optional key that comes.
	_, err := from.AddVersion(a, emulator.Value(canary+"3"))
	require.NoError(t, err)
	from.put(t, folder, "c", canary+"c")
	r.data(t, map[string]string{"A": canary + "3", "B": canary + "2", "C": canary + "c"})

	// Drift is repaired without a call: no value is read, however many polls there are meanwhile.
	before := from.Stats().Calls[emulator.AccessSecretVersionByPath]
	r.patchSecret(t, `{"stringData": {"A": "edited", "MORE": "added"}, "metadata": {"labels": null}}`)
	r.data(t, map[string]string{"A": canary + "3", "B": canary + "2", "C": canary + "c"})
	require.Equal(t, before, from.Stats().Calls[emulator.AccessSecretVersionByPath], "values that were read")
	require.NoError(t,
		shared.Clientset.CoreV1().Secrets(r.namespace).Delete(t.Context(), syncedSecret, metav1.DeleteOptions{}))
	r.data(t, map[string]string{"A": canary + "3", "B": canary + "2", "C": canary + "c"})
	r.metric(t, "drift_repairs_total", map[string]float64{syncedExternal: 2})

	// What is missing is named, and nothing is taken away.
	require.NoError(t, from.ScheduleDeletion(a))
	r.condition(t, "False", "A (path:/synced-own/a): there is no such secret")
	r.data(t, map[string]string{"A": canary + "3", "B": canary + "2", "C": canary + "c"})
	from.put(t, folder, "a", canary+"4")
	r.data(t, map[string]string{"A": canary + "4", "B": canary + "2", "C": canary + "c"})
	r.condition(t, "True", "secret synced")

	// What is not served is named.
	_, err = shared.Dynamic.Resource(externalSecrets).Namespace(r.namespace).Patch(t.Context(), syncedExternal,
		types.MergePatchType,
		[]byte(`{"spec": {"target": {"deletionPolicy": "Delete"}}}`), metav1.PatchOptions{})
	require.NoError(t, err)
	r.condition(t, "False", `spec.target.deletionPolicy "Delete" is not served`)
	require.Contains(t, r.log(), `"msg":"value read"`)
	requireJSONLines(t, r.log())
}

// requireJSONLines requires that every line of a log is JSON.
func requireJSONLines(t *testing.T, log string) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(log))
	for {
		var line map[string]any
		err := decoder.Decode(&line)
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
	}
}
