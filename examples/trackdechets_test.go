package examples_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

var (
	trackdechetsComponents   = []string{"backend", "databases", "frontend"}
	trackdechetsEnvironments = []string{"dev", "staging", "production"}
)

// TestTrackdechetsIsCompact holds the Segregation to the size that the project promises.
func TestTrackdechetsIsCompact(t *testing.T) {
	content, err := os.ReadFile("trackdechets/base/segregation.yaml")
	require.NoError(t, err)
	assert.LessOrEqual(t, bytes.Count(content, []byte("\n")), 120)
	for line := range strings.Lines(string(content)) {
		assert.LessOrEqual(t, len(line), 121, line)
	}
}

// TestTrackdechetsYieldsEveryKind holds that each component gets every object there is for it.
func TestTrackdechetsYieldsEveryKind(t *testing.T) {
	everywhere := []string{
		"Namespace", "ServiceAccount default", "Role", "RoleBinding", "ResourceQuota", "LimitRange", "SecretStore",
		"ExternalSecret",
		"NetworkPolicy default-deny", "NetworkPolicy allow-dns", "NetworkPolicy allow-same-namespace",
	}
	flows := map[string][]string{
		"frontend": {"allow-to-backend", "allow-from-ingress-nginx"},
		"backend": {
			"allow-to-internet", "allow-to-databases", "allow-from-frontend",
			"allow-from-ingress-nginx-to-app-api", "allow-from-ingress-nginx-to-app-notifier",
		},
		"databases": {
			"allow-from-backend-to-app-elasticsearch", "allow-from-backend-to-app-mongodb",
			"allow-from-backend-to-app-postgres",
			"allow-from-backend-to-app-redis",
		},
	}
	for _, environment := range trackdechetsEnvironments {
		generated := generatedObjects(trackdechets(t, environment))
		for _, component := range trackdechetsComponents {
			for _, want := range everywhere {
				assert.Contains(t, generated[component], want, "%s: %s", environment, component)
			}
			var policies []string
			for name := range generated[component] {
				policy, found := strings.CutPrefix(name, "NetworkPolicy ")
				if found && (strings.HasPrefix(policy, "allow-to-") || strings.HasPrefix(policy, "allow-from-")) {
					policies = append(policies, policy)
				}
			}
			assert.ElementsMatch(t, flows[component], policies, "%s: %s", environment, component)
		}
	}
}

// generatedObjects lists what Cloison made, by component: "Kind" and "Kind name".
func generatedObjects(objects []*unstructured.Unstructured) map[string]map[string]bool {
	byComponent := map[string]map[string]bool{}
	for _, object := range objects {
		if object.GetLabels()["app.kubernetes.io/managed-by"] != "cloison" {
			continue
		}
		component := object.GetLabels()["cloison.dev/component"]
		if byComponent[component] == nil {
			byComponent[component] = map[string]bool{}
		}
		byComponent[component][object.GetKind()] = true
		byComponent[component][object.GetKind()+" "+object.GetName()] = true
	}
	return byComponent
}

// TestTrackdechetsEnvironmentsDiffer holds that no two environments share a Scaleway project or folder, or have the
// same quotas.
func TestTrackdechetsEnvironmentsDiffer(t *testing.T) {
	seen := map[string]map[string]string{"project": {}, "folder": {}, "quotas": {}}
	for _, environment := range trackdechetsEnvironments {
		objects := trackdechets(t, environment)
		var quotas []string
		for _, quota := range ofKind(objects, "ResourceQuota") {
			hard, _, err := unstructured.NestedMap(quota.Object, "spec", "hard")
			require.NoError(t, err)
			quotas = append(quotas, fmt.Sprint(hard))
		}
		projects := map[string]bool{}
		for _, store := range ofKind(objects, "SecretStore") {
			project, found, err := unstructured.NestedString(store.Object, "spec", "provider", "scaleway", "projectId")
			require.NoError(t, err)
			require.True(t, found)
			projects[project] = true
		}
		require.Len(t, projects, 1, environment)
		for project := range projects {
			unique(t, seen["project"], project, environment)
		}
		unique(t, seen["quotas"], strings.Join(quotas, " "), environment)
		for _, folder := range folders(t, objects) {
			unique(t, seen["folder"], folder, environment)
		}
	}
}

// unique fails when an earlier environment has the value too.
func unique(t *testing.T, seen map[string]string, value, environment string) {
	t.Helper()
	other, found := seen[value]
	assert.True(t, !found || other == environment, "%s and %s both have %s", other, environment, value)
	seen[value] = environment
}

// TestTrackdechetsPathsHaveThePrefix holds that an environment reads nothing outside its own folder.
func TestTrackdechetsPathsHaveThePrefix(t *testing.T) {
	for _, environment := range trackdechetsEnvironments {
		found := folders(t, trackdechets(t, environment))
		assert.Len(t, found, len(trackdechetsComponents))
		for _, folder := range found {
			assert.True(t, strings.HasPrefix(folder, "/"+environment+"/trackdechets-"), "%s reads %s",
				environment, folder)
		}
	}
}

// folders lists the folders that ExternalSecrets read, once each.
func folders(t *testing.T, objects []*unstructured.Unstructured) []string {
	t.Helper()
	var folders []string
	seen := map[string]bool{}
	for _, secret := range ofKind(objects, "ExternalSecret") {
		for _, reference := range references(t, secret) {
			if folder := filepath.ToSlash(filepath.Dir(reference)); !seen[folder] {
				seen[folder] = true
				folders = append(folders, folder)
			}
		}
	}
	return folders
}

// references lists what an ExternalSecret reads, as /folder/name. A search for optional keys reads /folder/*.
func references(t *testing.T, secret *unstructured.Unstructured) []string {
	t.Helper()
	var references []string
	data, _, err := unstructured.NestedSlice(secret.Object, "spec", "data")
	require.NoError(t, err)
	for _, entry := range data {
		key, _, err := unstructured.NestedString(entry.(map[string]any), "remoteRef", "key")
		require.NoError(t, err)
		path, isPath := strings.CutPrefix(key, "path:")
		require.True(t, isPath, "%s must be a reference by path", key)
		references = append(references, path)
	}
	searches, _, err := unstructured.NestedSlice(secret.Object, "spec", "dataFrom")
	require.NoError(t, err)
	for _, entry := range searches {
		folder, found, err := unstructured.NestedString(entry.(map[string]any), "find", "path")
		require.NoError(t, err)
		require.True(t, found, "a search must name its folder")
		references = append(references, folder+"/*")
	}
	return references
}

func ofKind(objects []*unstructured.Unstructured, kind string) []*unstructured.Unstructured {
	var found []*unstructured.Unstructured
	for _, object := range objects {
		if object.GetKind() == kind {
			found = append(found, object)
		}
	}
	return found
}

// trackdechets reads the committed output of an overlay. TestKustomize holds that it is what kustomize prints.
func trackdechets(t *testing.T, environment string) []*unstructured.Unstructured {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("trackdechets", "overlays", environment, expectedFile))
	require.NoError(t, err)
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), len(content))
	var objects []*unstructured.Unstructured
	for {
		object := &unstructured.Unstructured{}
		err := decoder.Decode(object)
		if errors.Is(err, io.EOF) {
			return objects
		}
		require.NoError(t, err)
		objects = append(objects, object)
	}
}
