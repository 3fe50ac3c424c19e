package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/sync/probe"
	"cloison.dev/cloison/internal/wall"
)

// policy is the policy of an application in the emulator's IAM, as its
// administrator changes it.
type policy struct {
	*scaleway
	admin emulator.Key
	id    string
}

// newPolicy finds the policy that gives a key its rights.
func newPolicy(t *testing.T, of *scaleway) *policy {
	t.Helper()
	admin, err := of.AddKey(emulator.Grant{PermissionSets: []emulator.PermissionSet{"IAMManager"}, Organization: true})
	require.NoError(t, err)
	p := &policy{scaleway: of, admin: admin}
	var key struct {
		ApplicationID string `json:"application_id"`
	}
	p.call(t, http.MethodGet, "/api-keys/"+of.key.AccessKey, nil, &key)
	var found struct {
		Policies []struct {
			ID            string
			ApplicationID string `json:"application_id"`
		}
	}
	p.call(t, http.MethodGet, "/policies?organization_id="+of.OrganizationID(), nil, &found)
	for _, one := range found.Policies {
		if one.ApplicationID == key.ApplicationID {
			p.id = one.ID
		}
	}
	require.NotEmpty(t, p.id)
	return p
}

func (p *policy) call(t *testing.T, method, path string, body, into any) {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), method, p.url+"/iam/v1alpha1"+path,
		strings.NewReader(string(text)))
	require.NoError(t, err)
	request.Header.Set("X-Auth-Token", p.admin.SecretKey)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	require.Equal(t, http.StatusOK, response.StatusCode, "%s %s", method, path)
	require.NoError(t, json.NewDecoder(response.Body).Decode(into))
}

// allow lets the key read the values of names that begin with a text.
func (p *policy) allow(t *testing.T, beginning string) {
	t.Helper()
	p.call(t, http.MethodPut, "/rules", map[string]any{"policy_id": p.id, "rules": []any{map[string]any{
		"permission_set_names": []string{"SecretManagerSecretAccess"}, "project_ids": []string{project},
		"condition": fmt.Sprintf("resource.name.startsWith(%q)", beginning),
	}}}, &struct{}{})
}

// storeCondition waits until a condition of a SecretStore says something; empty
// is the status of none.
func (r *syncRuntime) storeCondition(t *testing.T, store, kind, status, message string) {
	t.Helper()
	await(t, fmt.Sprintf("SecretStore %s to be %s=%s: %s", store, kind, status, message),
		func(ctx context.Context) (bool, string, error) {
			found, err := r.stores().Get(ctx, store, metav1.GetOptions{})
			if err != nil {
				return false, "", err
			}
			var read struct {
				Status struct{ Conditions []metav1.Condition }
			}
			text, err := found.MarshalJSON()
			if err == nil {
				err = json.Unmarshal(text, &read)
			}
			saw := fmt.Sprint(read.Status)
			for _, c := range read.Status.Conditions {
				if c.Type == kind {
					return string(c.Status) == status && strings.Contains(c.Message, message), saw, err
				}
			}
			return status == "", saw, err
		})
}

func (r *syncRuntime) stores() dynamic.ResourceInterface {
	return shared.Dynamic.Resource(externalSecrets.GroupVersion().WithResource("secretstores")).Namespace(r.namespace)
}

// metric waits until a metric has samples with these values, by their labels; an
// empty one has none.
func (r *syncRuntime) metric(t *testing.T, name string, want map[string]float64) {
	t.Helper()
	await(t, fmt.Sprintf("metric %s %v", name, want), func(context.Context) (bool, string, error) {
		families, err := r.registry.Gather()
		got := map[string]float64{}
		for _, f := range families {
			if f.GetName() != "cloison_sync_"+name {
				continue
			}
			for _, m := range f.GetMetric() {
				var labels []string
				for _, pair := range m.GetLabel() {
					labels = append(labels, pair.GetValue())
				}
				got[strings.Join(labels, " ")] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
		return fmt.Sprint(got) == fmt.Sprint(want), fmt.Sprint(got), err
	})
}

// TestTheRuntimeProbesTheWall widens the condition of a key, and narrows it again.
func TestTheRuntimeProbesTheWall(t *testing.T) {
	const own, others = "/walled-own", "fr-par/" + project + "/walled-other"
	const store, kind = "own-secretstore", probe.ConditionBreach
	from := deployRuntime(t, "walled")
	from.put(t, own, "a", canary+"1")
	from.put(t, own, "b", canary+"2")
	iam := newPolicy(t, from)
	iam.allow(t, own+"/")
	other, err := wall.ParseFolder(others)
	require.NoError(t, err)
	terms := probe.Terms{
		Turns:   probe.Turns{Interval: 2 * time.Second, Spacing: 2 * time.Second},
		Folders: []wall.Folder{other},
	}
	r := &syncRuntime{lab: &lab{namespace: "walled-own", scaleway: from}, probe: terms}
	ctx, stop := context.WithCancel(t.Context())
	done := r.run(ctx, 0)
	t.Cleanup(func() { stop() })
	results := func(result string) map[string]float64 {
		return map[string]float64{others + " " + result + " " + store: 1}
	}

	// Without a key nothing is known; with one, the wall stands. Conditions of others stay.
	r.storeCondition(t, store, kind, "Unknown", "the API key is missing")
	_, err = r.stores().Patch(t.Context(), store, types.MergePatchType, []byte(`{"status": {"conditions": [{"type": `+
		`"Others", "status": "True"}]}}`),
		metav1.PatchOptions{}, "status")
	require.NoError(t, err)
	r.giveKey(t)
	r.data(t, map[string]string{"A": canary + "1", "B": canary + "2"})
	r.storeCondition(t, store, kind, "False", "refused")
	r.storeCondition(t, store, "Ready", "True", "store validated")
	r.storeCondition(t, store, "Others", "True", "")
	r.metric(t, "wall_probe", results("refused"))

	// A policy that is too wide is noticed, and once it is mended, that too.
	iam.allow(t, "/walled")
	r.storeCondition(t, store, kind, "True", `"`+others+`"`)
	r.metric(t, "wall_probe", results("breach"))
	r.storeEvent(t, kind, others)
	iam.allow(t, own+"/")
	r.storeCondition(t, store, kind, "False", "refused")
	r.metric(t, "wall_probe", results("refused"))

	// Where the own folder is not to be read, nothing is known.
	iam.allow(t, "/nowhere/")
	r.storeCondition(t, store, kind, "Unknown", "own folder")
	r.metric(t, "wall_probe", results("unknown"))

	// A breach outlives the process that found it, until the folder is no argument any more.
	iam.allow(t, "/walled")
	r.storeCondition(t, store, kind, "True", others)
	again := func(terms probe.Terms) {
		stop()
		require.NoError(t, <-done)
		r.probe = terms
		ctx, stop = context.WithCancel(t.Context())
		done = r.run(ctx, 0)
	}
	again(probe.Terms{Turns: probe.Turns{Interval: 1000 * time.Hour, Offset: 999 * time.Hour}, Folders: terms.Folders})
	r.metric(t, "wall_probe", results("breach"))
	r.storeCondition(t, store, kind, "True", others)
	again(probe.Terms{})
	r.storeCondition(t, store, kind, "", "")
	r.metric(t, "wall_probe", map[string]float64{})
	r.storeCondition(t, store, "Others", "True", "")
	stop()
	require.NoError(t, <-done)
	r.check(t)
}

// storeEvent waits for a warning about a SecretStore.
func (r *syncRuntime) storeEvent(t *testing.T, reason, part string) {
	t.Helper()
	await(t, "event "+reason, func(ctx context.Context) (bool, string, error) {
		events, err := shared.Clientset.EventsV1().Events(r.namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, "", err
		}
		for i := range events.Items {
			e := &events.Items[i]
			if e.Reason == reason && e.Type == "Warning" && e.Regarding.Kind == "SecretStore" &&
				strings.Contains(e.Note, part) {
				return true, "", nil
			}
		}
		return false, fmt.Sprint(len(events.Items), " other events"), nil
	})
}

// TestTheRuntimeJudgesStoresThatNobodyReadsFrom applies a SecretStore that no
// ExternalSecret names.
func TestTheRuntimeJudgesStoresThatNobodyReadsFrom(t *testing.T) {
	from := deployRuntime(t, "idle")
	from.put(t, "/idle-own", "a", canary+"1")
	from.put(t, "/idle-own", "b", canary+"2")
	r := startRuntime(t, "idle-own", from, 0)
	r.giveKey(t)
	r.data(t, map[string]string{"A": canary + "1", "B": canary + "2"})
	const idle = `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: idle, namespace: %s}
spec: {controller: cloison, provider: {scaleway: {region: %s, projectId: %s, apiUrl: %s,
  accessKey: {secretRef: {name: scw-own-credentials, key: access-key}}, secretKey: {secretRef: {name: scw-own-credentials, key: %s}}}}}
`
	before := from.Stats().Calls[emulator.AccessSecretVersionByPath]
	shared.Apply(t, fmt.Appendf(nil, idle, r.namespace, "fr-par", project, from.url, "absent"))
	r.storeCondition(t, "idle", "Ready", "False", `Secret "scw-own-credentials" has no key "absent"`)
	shared.Apply(t, fmt.Appendf(nil, idle, r.namespace, "fr-par", "shop", from.url, "secret-key"))
	r.storeCondition(t, "idle", "Ready", "False", `the project "shop" must be`)
	shared.Apply(t, fmt.Appendf(nil, idle, r.namespace, "fr-par", project, from.url, "secret-key"))
	r.storeCondition(t, "idle", "Ready", "True", "store validated")

	// A key that goes is noticed too.
	require.NoError(t,
		shared.Clientset.CoreV1().Secrets(r.namespace).Delete(t.Context(), "scw-own-credentials",
			metav1.DeleteOptions{}))
	r.storeCondition(t, "idle", "Ready", "False", "the API key is missing")
	r.storeCondition(t, "own-secretstore", "Ready", "False", "the API key is missing")
	require.Equal(t, before, from.Stats().Calls[emulator.AccessSecretVersionByPath],
		"no value is read to judge a store")
}
