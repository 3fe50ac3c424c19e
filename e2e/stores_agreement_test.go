package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/e2e/cluster"
	in "cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	family "cloison.dev/cloison/validators/stores"
)

// beyondTheServer are fields that only the operator needs, or refuses: the API
// server knows nothing of them.
var beyondTheServer = []string{
	"region", "projectId", "apiUrl", "version", // their form
	"secretRef", "secretRef.name", "secretRef.key", "secretRef.namespace", // that there is one
	"dataFrom", "spec.externalSecretSpec", "secretStoreRef", "storeRef.name", // that there is something to read
	"refreshInterval", "refreshTime", // that it is a duration
	"namespaceSelector", "namespaceSelectors", "labelSelector", "selector", // that labels and operators are valid
}

// TestStoresAgreeWithTheServer changes one thing at a time of full objects, and asks the API server and family E.
func TestStoresAgreeWithTheServer(t *testing.T) {
	documents, err := cluster.Decode([]byte(fullObjects))
	require.NoError(t, err)
	require.NoError(t, shared.Try(t.Context(), documents))
	counts := map[string]int{}
	for _, document := range documents {
		require.Empty(t, refusedByUs(t, document), "%s", document.GetKind())
		for _, mutant := range mutantsOf(document) {
			server := ""
			if _, err := shared.Preview(t.Context(), mutant.object); err != nil {
				server = err.Error()
			}
			ours := refusedByUs(t, mutant.object)
			counts[fmt.Sprintf("server refuses: %v, family E: %v", server != "", len(ours) > 0)]++
			switch {
			case server != "" && len(ours) == 0:
				t.Errorf("%s, %s: only the API server refuses it: %s", document.GetKind(), mutant.name, server)
			case server == "" && len(ours) > 0 && slices.ContainsFunc(ours, isBeyondTheServer):
				counts["only the operator minds "+ours[0].Field.String()]++
			case server == "" && len(ours) > 0:
				t.Errorf("%s, %s: only family E refuses it: %v", document.GetKind(), mutant.name, ours)
			}
		}
	}
	t.Log(counts)
}

func isBeyondTheServer(f finding.Finding) bool {
	return f.Code != finding.UnknownESOField && f.Code != finding.NotServed &&
		slices.ContainsFunc(beyondTheServer, func(suffix string) bool {
			field := f.Field.String()
			if cut := strings.LastIndexByte(field, '['); cut >= 0 && strings.HasSuffix(field, "]") {
				field = field[:cut]
			}
			return field == suffix || strings.HasSuffix(field, "."+suffix)
		})
}

// refusedByUs are the findings that say that an object cannot be stored, or does not work.
func refusedByUs(t *testing.T, object *unstructured.Unstructured) []finding.Finding {
	t.Helper()
	text, err := yaml.Marshal(object.Object)
	require.NoError(t, err)
	found := judge(t, string(text))
	return slices.DeleteFunc(found, func(f finding.Finding) bool {
		return !slices.Contains([]finding.Code{
			finding.UnknownESOField, finding.MissingESOField, finding.InvalidESOField, finding.NotServed,
			finding.InvalidScalewayField,
			finding.StoreNamespace, finding.MalformedObject,
		}, f.Code)
	})
}

// judge gives the findings of family E, and of what could not be read.
func judge(t *testing.T, text string) []finding.Finding {
	t.Helper()
	all, err := objects.Parse("", []byte(text))
	require.NoError(t, err)
	set, found := objects.NewSet(all)
	stands := in.Cluster{ExternalSecrets: in.ExternalSecrets{Version: "v0.20"}} // that of the server's CRDs
	return append(found, family.Check(set, scope.New(set, nil), secretflow.New(set), stands).Findings...)
}

// TestVersionsAgreeWithTheServer asks which versions are served.
func TestVersionsAgreeWithTheServer(t *testing.T) {
	documents, err := cluster.Decode([]byte(fullObjects))
	require.NoError(t, err)
	for _, document := range documents {
		for _, version := range []string{"v1", "v1alpha1", "v1beta1", "v2"} {
			document.SetAPIVersion(eso.Group + "/" + version)
			_, err := shared.Preview(t.Context(), document)
			ours := slices.ContainsFunc(refusedByUs(t, document),
				func(f finding.Finding) bool { return f.Code == finding.NotServed })
			assert.Equal(t, err != nil, ours, "%s %s: %v", document.GetKind(), version, err)
		}
	}
}

// TestExamplesHaveNoFindingsOfStores checks what the other tests of the examples apply.
func TestExamplesHaveNoFindingsOfStores(t *testing.T) {
	paths, err := filepath.Glob(examplesDir + "/*/expected.yaml")
	require.NoError(t, err)
	overlays, err := filepath.Glob(examplesDir + "/*/overlays/*/expected.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, overlays)
	for _, path := range append(paths, overlays...) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		if !strings.Contains(string(text), "-shared-") { // which only a Segregation can allow
			assert.Empty(t, judge(t, string(text)), "%s", path)
		}
		manifests, err := objectsIn(path)
		require.NoError(t, err)
		assert.NoError(t, shared.Try(t.Context(), manifests))
	}
}

// TestStoresAgreeWithTheOperator compares the findings about references with what the operator does with them.
func TestStoresAgreeWithTheOperator(t *testing.T) {
	lab := newLab(t)
	lab.scaleway.put(t, "/folder", "a", canary+"a")
	for name, test := range map[string]struct {
		entry string
		// code of the finding about the entry; empty for one that works.
		code finding.Code
	}{
		"path":             {`{secretKey: B, remoteRef: {key: "path:/folder/a"}}`, ""},
		"latest":           {`{secretKey: B, remoteRef: {key: "path:/folder/a", version: latest_enabled}}`, ""},
		"name-with-folder": {`{secretKey: B, remoteRef: {key: "name:folder/a"}}`, finding.ImpossibleName},
		"relative-path":    {`{secretKey: B, remoteRef: {key: "path:folder/a"}}`, finding.ImpossibleName},
		"no-form":          {`{secretKey: B, remoteRef: {key: folder/a}}`, finding.ImpossibleName},
		"unknown-form":     {`{secretKey: B, remoteRef: {key: "ref:/folder/a"}}`, finding.ImpossibleName},
		"no-id":            {`{secretKey: B, remoteRef: {key: "id:a"}}`, finding.ImpossibleName},
		"no-revision": {`{secretKey: B, remoteRef: {key: "path:/folder/a", version: newest}}`,
			finding.InvalidESOField},
		"no-store": {`{secretKey: B, remoteRef: {key: "path:/folder/a"}, sourceRef: {storeRef: {name: nowhere}}}`,
			finding.StoreMissing},
		"cluster-store": {`{secretKey: B, remoteRef: {key: "path:/folder/a"}, sourceRef: {storeRef: {name: store, ` +
			`kind: ClusterSecretStore}}}`, finding.StoreMissing},
	} {
		t.Run(name, func(t *testing.T) {
			first := required("A", "/folder", "a")
			lab.applyExternalSecret(t, name, "store", sources{data: []string{first, test.entry}})
			var codes []finding.Code
			for _, f := range judge(t, storeText+externalText(first, test.entry)) {
				codes = append(codes, f.Code)
			}
			if test.code == "" {
				require.Empty(t, codes)
				lab.expectSynced(t, name, map[string]string{"A": canary + "a", "B": canary + "a"})
				return
			}
			require.Equal(t, []finding.Code{test.code}, codes)
			lab.expectFailed(t, name, nil) // the other key is kept from syncing
		})
	}
}

const storeText = `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: store, namespace: lab}
spec:
  provider:
    scaleway:
      region: fr-par
      projectId: ` + project + `
      accessKey: {secretRef: {name: keys, key: access-key}}
      secretKey: {secretRef: {name: keys, key: secret-key}}
---
`

func externalText(entries ...string) string {
	return "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: e, namespace: lab}\nspec: " +
		"{secretStoreRef: {name: store}, data: [" +
		strings.Join(entries, ", ") + "]}\n"
}

// TestMalformedDurationStopsTheOperator shows that while there is one ExternalSecret
// with a malformed interval, the operator serves no new one.
func TestMalformedDurationStopsTheOperator(t *testing.T) {
	lab := newLab(t)
	lab.scaleway.put(t, "/folder", "a", canary+"a")
	text := fmt.Sprintf(`
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: malformed, namespace: %s}
spec: {refreshInterval: 1 hour, secretStoreRef: {name: store}, data: [{secretKey: A, remoteRef: {key: "path:/folder/a"}}]}
`, lab.namespace)
	found := refusedByUs(t, decodeOne(t, text))
	require.Len(t, found, 1)
	require.Equal(t, finding.InvalidESOField, found[0].Code)

	shared.Apply(t, []byte(text))
	lab.applyExternalSecret(t, "good", "store", sources{data: []string{required("A", "/folder", "a")}})
	// Without the malformed one it takes a tenth of a second.
	const patience = 3 * time.Second
	require.Never(t, func() bool {
		ready, _, err := lab.ready(t.Context(), "externalsecrets", "good")
		return err != nil || ready != ""
	}, patience, patience/10)

	client := shared.Dynamic.Resource(externalSecrets).Namespace(lab.namespace)
	require.NoError(t, client.Delete(t.Context(), "malformed", metav1.DeleteOptions{}))
	lab.expectSynced(t, "good", map[string]string{"A": canary + "a"})
}

func decodeOne(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	all, err := cluster.Decode([]byte(text))
	require.NoError(t, err)
	require.Len(t, all, 1)
	return all[0]
}
