package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/emulator"
)

// faultySpec reads values as they are, properties of a JSON secret, all properties
// of another, and 37 values that fit into a Secret only while they are small.
const faultySpec = `
sync: {engine: Cloison, image: "example.com/cloison-sync:v1"}
components:
  own:
    secrets: {keys: [A, B], map: {USER: {secret: json, property: user}}}
    secretGroups:
      all: {extract: [json]}
      big: {keys: [%s]}
`

// faulty is the component, with what Scaleway has for it.
type faulty struct {
	*syncRuntime
	b, json, all string   // ids
	big          []string // ids
}

// TestTheRuntimeMeetsFaults has one thing after the other go wrong. Each is said,
// with all that it concerns, the Secret stays, and all is well again afterwards.
func TestTheRuntimeMeetsFaults(t *testing.T) {
	f := &faulty{}
	var keys []string
	for i := range 37 {
		keys = append(keys, fmt.Sprintf("K%02d", i))
	}
	from := deployRuntimeOf(t, "faulty", fmt.Sprintf(faultySpec, strings.Join(keys, ", ")), asItIs)
	from.put(t, "/faulty-own", "a", canary+"a")
	f.b = from.put(t, "/faulty-own", "b", canary+"b")
	f.json = from.put(t, "/faulty-own", "json", `{"user": "`+canary+`user"}`)
	f.all = from.put(t, "/faulty-own-all", "json", `{"FIRST": "`+canary+`first"}`)
	for _, key := range keys {
		f.big = append(f.big, from.put(t, "/faulty-own-big", strings.ToLower(key), canary+"small"))
	}
	for _, credentials := range []string{"scw-own-credentials", "scw-own-all-credentials", "scw-own-big-credentials"} {
		giveKeyTo(t, "faulty-own", credentials, from.key)
	}
	f.syncRuntime = startRuntime(t, "faulty-own", from, 0)
	f.well(t)
	t.Run("the key is rotated to one without a right", f.rotation)
	t.Run("a version is disabled", f.disabled)
	t.Run("a value is not JSON", f.notJSON)
	t.Run("the values are too large", f.tooLarge)
	t.Run("a property cannot be a key", f.invalidKey)
	t.Run("the store is deleted and made again", f.storeDeleted)
	f.metricsAreNormal(t)
}

// giveKeyTo puts an API key into a Secret.
func giveKeyTo(t *testing.T, namespace, name string, key emulator.Key) {
	t.Helper()
	shared.Apply(t, fmt.Appendf(nil, `
{apiVersion: v1, kind: Secret, metadata: {name: %s, namespace: %s}, stringData: {access-key: %s, secret-key: %s}}
`, name, namespace, key.AccessKey, key.SecretKey))
}

// well waits until all is as it is to be.
func (f *faulty) well(t *testing.T) {
	t.Helper()
	f.condition(t, "True", "secret synced")
	f.requireData(t)
	for _, external := range []string{"own-all-externalsecret", "own-big-externalsecret"} {
		f.says(t, external, "True", "secret synced")
	}
}

// requireData requires what the Secret holds in spite of all faults.
func (f *faulty) requireData(t *testing.T) {
	t.Helper()
	requireData(t, f.secret(t, syncedSecret), map[string]string{
		"A": canary + "a", "B": canary + "b", "USER": canary + "user",
	})
}

func (f *faulty) rotation(t *testing.T) {
	powerless, err := f.scaleway.AddKey()
	require.NoError(t, err)
	giveKeyTo(t, f.namespace, "scw-own-credentials", powerless)
	f.condition(t, "False", "A (path:/faulty-own/a), B (path:/faulty-own/b), USER (path:/faulty-own/json): the API at")
	f.condition(t, "False", "lacks the permission")
	f.requireData(t)

	// A Secret that somebody deletes meanwhile comes back from memory.
	secrets := shared.Clientset.CoreV1().Secrets(f.namespace)
	require.NoError(t, secrets.Delete(t.Context(), syncedSecret, metav1.DeleteOptions{}))
	f.data(t, map[string]string{"A": canary + "a", "B": canary + "b", "USER": canary + "user"})
	f.condition(t, "False", "lacks the permission")

	giveKeyTo(t, f.namespace, "scw-own-credentials", f.scaleway.key)
	f.well(t)
}

func (f *faulty) disabled(t *testing.T) {
	require.NoError(t, f.scaleway.SetVersionStatus(f.b, 1, emulator.Disabled))
	f.askForRefresh(t, syncedExternal)
	f.condition(t, "False", "B (path:/faulty-own/b): there is no such secret, or no revision of it is enabled")
	f.requireData(t)
	require.NoError(t, f.scaleway.SetVersionStatus(f.b, 1, "enabled"))
	f.askForRefresh(t, syncedExternal)
	f.well(t)
}

func (f *faulty) notJSON(t *testing.T) {
	for _, value := range []string{canary, `{"name": "` + canary, `[{"user": "` + canary + `"}]`} {
		_, err := f.scaleway.AddVersion(f.json, emulator.Value(value))
		require.NoError(t, err)
		_, err = f.scaleway.AddVersion(f.all, emulator.Value(value))
		require.NoError(t, err)
		f.condition(t, "False", `USER (path:/faulty-own/json): its value has no property "user"`)
		f.says(t, "own-all-externalsecret", "False", "its value must be a JSON object, and is none")
		f.requireData(t)
		requireData(t, f.secret(t, "own-all-secrets"), map[string]string{"FIRST": canary + "first"})
		_, err = f.scaleway.AddVersion(f.json, emulator.Value(`{"user": "`+canary+`user"}`))
		require.NoError(t, err)
		_, err = f.scaleway.AddVersion(f.all, emulator.Value(`{"FIRST": "`+canary+`first"}`))
		require.NoError(t, err)
		f.well(t)
	}
}

// tooLarge makes 37 values of 64 KiB each.
func (f *faulty) tooLarge(t *testing.T) {
	before := f.secret(t, "own-big-secrets")
	for _, id := range f.big {
		_, err := f.scaleway.AddVersion(id, emulator.Value(canary+strings.Repeat("x", 65536-len(canary))))
		require.NoError(t, err)
	}
	f.says(t, "own-big-externalsecret", "False", "all values together have 2424832 bytes; a Secret can hold 1048576: "+
		"spread the keys over several ExternalSecrets")
	require.Equal(t, before.ResourceVersion, f.secret(t, "own-big-secrets").ResourceVersion, "the Secret stays")

	// It is said, and no more happens than before.
	f.mu.Lock()
	f.writes = 0
	f.mu.Unlock()
	f.scaleway.ResetStats()
	time.Sleep(4 * time.Second)
	f.mu.Lock()
	require.Zero(t, f.writes, "requests that change something")
	f.mu.Unlock()
	require.Zero(t, f.scaleway.Stats().Calls[emulator.AccessSecretVersionByPath], "values that were read")

	for _, id := range f.big {
		_, err := f.scaleway.AddVersion(id, emulator.Value(canary+"small again"))
		require.NoError(t, err)
	}
	f.well(t)
}

// invalidKey has names of properties that no Secret can have, and that must not be
// repeated, since they come out of a value.
func (f *faulty) invalidKey(t *testing.T) {
	for _, name := range []string{canary + strings.Repeat("x", 300), "..", "."} {
		_, err := f.scaleway.AddVersion(f.all, emulator.Value(`{"FIRST": "x", "`+name+`": "y"}`))
		require.NoError(t, err)
		f.says(t, "own-all-externalsecret", "False", "must be")
		requireData(t, f.secret(t, "own-all-secrets"), map[string]string{"FIRST": canary + "first"})
		_, err = f.scaleway.AddVersion(f.all, emulator.Value(`{"FIRST": "`+canary+`first"}`))
		require.NoError(t, err)
		f.well(t)
	}
}

func (f *faulty) storeDeleted(t *testing.T) {
	stores := shared.Dynamic.Resource(externalSecrets.GroupVersion().WithResource("secretstores")).Namespace(f.namespace)
	store, err := stores.Get(t.Context(), "own-secretstore", metav1.GetOptions{})
	require.NoError(t, err)
	require.NoError(t, stores.Delete(t.Context(), "own-secretstore", metav1.DeleteOptions{}))
	f.condition(t, "False", `SecretStore "own-secretstore" does not exist`)
	f.requireData(t)
	require.NotContains(t, f.storesOfMetrics(t), "own-secretstore", "its metrics are gone")
	require.Contains(t, f.storesOfMetrics(t), "own-all-secretstore")

	store.SetResourceVersion("")
	store.SetUID("")
	_, err = stores.Create(t.Context(), store, metav1.CreateOptions{})
	require.NoError(t, err)
	f.well(t)
	require.Contains(t, f.storesOfMetrics(t), "own-secretstore")
}

// storesOfMetrics are those that the metrics are about.
func (r *syncRuntime) storesOfMetrics(t *testing.T) []string {
	t.Helper()
	return labels(t, r.registry, "cloison_sync_store_last_success_timestamp_seconds", "store",
		func(float64) bool { return true })
}

// metricsAreNormal requires that no metric tells of what is over.
func (f *faulty) metricsAreNormal(t *testing.T) {
	externals := []string{"own-all-externalsecret", "own-big-externalsecret", syncedExternal}
	ready := labels(t, f.registry, "cloison_sync_ready", "externalsecret",
		func(value float64) bool { return value == 1 })
	require.Equal(t, externals, ready)
	soon := float64(time.Now().Add(-time.Hour).Unix())
	require.Equal(t, externals, labels(t, f.registry, "cloison_sync_refreshed_timestamp_seconds", "externalsecret",
		func(value float64) bool { return value > soon }))
}

// labels are the values of a label of a metric, where its own value is as wanted,
// sorted.
func labels(t *testing.T, registry *prometheus.Registry, metric, label string, is func(float64) bool) []string {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	var found []string
	for _, family := range families {
		if family.GetName() != metric {
			continue
		}
		for _, one := range family.GetMetric() {
			for _, pair := range one.GetLabel() {
				if pair.GetName() == label && is(one.GetGauge().GetValue()) {
					found = append(found, pair.GetValue())
				}
			}
		}
	}
	slices.Sort(found)
	return found
}
