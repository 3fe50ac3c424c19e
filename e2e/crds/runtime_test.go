package crds

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/e2e/cluster"
	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/sync/controller"
)

const (
	namespace = "shop-api"
	project   = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"
	// canary is the value that may be in a Secret only.
	canary = "canary-of-the-definitions"
)

var externalSecrets = schema.GroupVersionResource{Group: "external-secrets.io", Version: "v1",
	Resource: "externalsecrets"}

// TestTheRuntimeServesOnOurDefinitionsAlone starts an API server that knows no
// definition of the operator's.
func TestTheRuntimeServesOnOurDefinitionsAlone(t *testing.T) {
	assets, err := cluster.AssetsDir()
	require.NoError(t, err)
	c, err := cluster.StartWith(assets, definitionsOnly(t))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Stop()) })
	deploy(t, c)
	serve(t, c)

	await(t, c, "True", "secret synced")
	filled, err := c.Clientset.CoreV1().Secrets(namespace).Get(t.Context(), "api-secrets", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, canary, string(filled.Data["DATABASE_URL"]))
	requireColumns(t, c)

	// Fields that only newer operators have, at several depths: the API server keeps them, the condition names them.
	patch := `{"spec": {"syncWindows": {"kind": "deny"}, "target": {"manifest": {"kind": "ConfigMap"}},
		"data": [{"secretKey": "DATABASE_URL", "remoteRef": {"key": "path:/shop-api/database-url", "nullBytePolicy": "Fail"}}]}}`
	_, err = c.Dynamic.Resource(externalSecrets).Namespace(namespace).Patch(t.Context(), "api", types.MergePatchType,
		[]byte(patch), metav1.PatchOptions{FieldValidation: metav1.FieldValidationStrict})
	require.NoError(t, err)
	await(t, c, "False", "spec.syncWindows is not served", "spec.target.manifest is not served",
		"spec.data[0].remoteRef.nullBytePolicy is not served")

	// What is no field of a spec is refused as a mistake.
	_, err = c.Dynamic.Resource(externalSecrets).Namespace(namespace).Patch(t.Context(), "api", types.MergePatchType,
		[]byte(`{"sepc": {}}`), metav1.PatchOptions{FieldValidation: metav1.FieldValidationStrict})
	require.ErrorContains(t, err, `unknown field "sepc"`)
}

// definitionsOnly is a folder with our definitions, without the kustomization that
// lists them.
func definitionsOnly(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, plural := range plurals {
		text, err := os.ReadFile(filepath.Join(ours, plural+".yaml"))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, plural+".yaml"), text, 0o600))
	}
	return folder
}

// deploy applies a component by hand, and a Scaleway that it reads from.
func deploy(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	from := emulator.New(emulator.Config{})
	key, err := from.AddKey(emulator.Grant{
		Projects:       []string{project},
		PermissionSets: []emulator.PermissionSet{emulator.SecretManagerSecretAccess, emulator.SecretManagerReadOnly},
	})
	require.NoError(t, err)
	_, err = from.AddSecret(emulator.Secret{ProjectID: project, Path: "/shop-api", Name: "database-url"},
		emulator.Value(canary))
	require.NoError(t, err)
	server := httptest.NewServer(from)
	t.Cleanup(server.Close)
	c.Apply(t, fmt.Appendf(nil, `
{apiVersion: v1, kind: Namespace, metadata: {name: %[1]s}}
---
{apiVersion: v1, kind: Secret, metadata: {name: scw, namespace: %[1]s}, stringData: {access-key: %[2]s, secret-key: %[3]s}}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: api, namespace: %[1]s}
spec:
  controller: cloison
  provider:
    scaleway:
      region: fr-par
      projectId: %[4]s
      apiUrl: %[5]s
      accessKey: {secretRef: {name: scw, key: access-key}}
      secretKey: {secretRef: {name: scw, key: secret-key}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: api, namespace: %[1]s}
spec:
  refreshInterval: 1h
  secretStoreRef: {kind: SecretStore, name: api}
  target: {name: api-secrets, creationPolicy: Owner}
  data: [{secretKey: DATABASE_URL, remoteRef: {key: "path:/shop-api/database-url"}}]
`, namespace, key.AccessKey, key.SecretKey, project, server.URL))
}

// serve runs the runtime until the test ends.
func serve(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	log := slog.New(slog.DiscardHandler)
	done := make(chan error, 1)
	go func() {
		done <- controller.Run(ctx, c.Config, controller.Config{
			Namespace: namespace, PollInterval: time.Second, MetricsAddress: "0", HealthAddress: "0",
			Log: log, Metrics: controller.NewMetrics(prometheus.NewRegistry(), log),
		})
	}()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done)
	})
}

// await waits until the condition Ready has a status and names something.
func await(t *testing.T, c *cluster.Cluster, status string, named ...string) {
	t.Helper()
	what := fmt.Sprintf("ExternalSecret api to be Ready=%s: %s", status, strings.Join(named, "; "))
	require.NoError(t, cluster.WaitFor(t.Context(), what, func(ctx context.Context) (bool, string, error) {
		object, err := c.Dynamic.Resource(externalSecrets).Namespace(namespace).Get(ctx, "api", metav1.GetOptions{})
		if err != nil {
			return false, "", err
		}
		conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
		saw := fmt.Sprint(conditions)
		is := strings.Contains(saw, "status:"+status)
		for _, text := range named {
			is = is && strings.Contains(saw, text)
		}
		return is, saw, nil
	}))
}

// requireColumns requires what "kubectl get" shows, which the API server makes.
func requireColumns(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	for resource, want := range map[string]map[string]string{
		"externalsecrets": {"Name": "api", "StoreType": "SecretStore", "Store": "api", "Refresh Interval": "1h",
			"Status": "SecretSynced", "Ready": "True"},
		"secretstores": {"Name": "api", "Status": "Valid", "Capabilities": "ReadOnly", "Ready": "True"},
	} {
		text, err := c.Clientset.CoreV1().RESTClient().Get().
			AbsPath("/apis/external-secrets.io/v1/namespaces", namespace, resource).
			SetHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").DoRaw(t.Context())
		require.NoError(t, err)
		table := &metav1.Table{}
		require.NoError(t, json.Unmarshal(text, table))
		require.Len(t, table.Rows, 1)
		got := map[string]string{}
		for i, column := range table.ColumnDefinitions {
			if !slices.Contains([]string{"AGE", "Age"}, column.Name) {
				got[column.Name] = fmt.Sprint(table.Rows[0].Cells[i])
			}
		}
		require.Equal(t, want, got, resource)
	}
}
