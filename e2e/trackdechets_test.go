package e2e

import (
	"context"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/emulator"
)

// productionProject is what the production overlay reads from.
const productionProject = "e4f7a2d3-91c8-4d06-b5fe-27a6c0918d35"

var (
	frontend  = groupOf("trackdechets", "frontend", "frontend", productionProject)
	backend   = groupOf("trackdechets", "backend", "backend", productionProject)
	databases = groupOf("trackdechets", "databases", "databases", productionProject)
)

// trackdechets is the production overlay of the example, with what Scaleway has
// for it: data by component, and ids by component and key.
type trackdechets struct {
	*example
	data, ids map[string]map[string]string
}

// TestTrackdechets follows the production overlay from kustomize to the Secrets,
// and through what goes wrong later.
func TestTrackdechets(t *testing.T) {
	td := deployTrackdechets(t, unchanged)
	td.start(t)
	t.Run("syncs every key of every component", func(t *testing.T) {
		for _, group := range td.groups {
			secret := td.expect(t, group, "True", td.data[group.component])
			requireOurs(t, secret, "trackdechets", group)
		}
	})
	t.Run("adds the optional key once it is there", td.optionalKey)
	t.Run("keeps a Secret whose required key is gone", td.requiredKey)
	t.Run("fails a component whose credential has no right, and no other", td.credential)
}

// optionalKey begins without the SENTRY_DSN of the frontend.
func (td *trackdechets) optionalKey(t *testing.T) {
	require.NotContains(t, td.data["frontend"], "SENTRY_DSN")
	td.seed(t, frontend, "SENTRY_DSN", "sentry-dsn")
	td.refresh(t, frontend)
	td.expect(t, frontend, "True", td.data["frontend"])
}

func (td *trackdechets) requiredKey(t *testing.T) {
	require.NoError(t, td.scaleway.ScheduleDeletion(td.ids["frontend"]["API_ENDPOINT"]))
	td.refresh(t, frontend)
	td.expect(t, frontend, "False", td.data["frontend"])

	td.seed(t, frontend, "API_ENDPOINT", "api-endpoint")
	td.refresh(t, frontend)
	td.expect(t, frontend, "True", td.data["frontend"])
}

// credential also changes a secret of each component, so that a Secret that is
// merely left alone is noticed.
func (td *trackdechets) credential(t *testing.T) {
	old := maps.Clone(td.data["databases"])
	td.giveKey(t, databases)
	for key, group := range map[string]group{"POSTGRES_PASSWORD": databases, "DATABASE_URL": backend,
		"API_ENDPOINT": frontend} {
		td.data[group.component][key] += "-changed"
		_, err := td.scaleway.AddVersion(td.ids[group.component][key], emulator.Value(td.data[group.component][key]))
		require.NoError(t, err)
	}
	for _, group := range td.groups {
		td.refresh(t, group)
	}
	td.expect(t, databases, "False", old)
	td.expect(t, backend, "True", td.data["backend"])
	td.expect(t, frontend, "True", td.data["frontend"])

	td.giveKey(t, databases, mayRead(productionProject))
	td.refresh(t, databases)
	td.expect(t, databases, "True", td.data["databases"])
}

// deployTrackdechets puts into Scaleway, by the documented rules, every secret that
// the Segregation requires, and none that it does not: what is generated has no say
// in this. The Segregation is as change makes it.
func deployTrackdechets(t *testing.T, change func(spec map[string]any)) *trackdechets {
	t.Helper()
	groups := []group{frontend, backend, databases}
	const segregation = "trackdechets/base/segregation.yaml"
	td := &trackdechets{data: map[string]map[string]string{}, ids: map[string]map[string]string{}}
	td.example = deploy(t, "trackdechets/overlays/production", segregation, groups, change)
	t.Cleanup(func() { td.remove(t) })
	for _, group := range groups {
		td.data[group.component], td.ids[group.component] = map[string]string{}, map[string]string{}
		for key, name := range requiredSecrets(t, examplesDir+"/"+segregation, group.component) {
			td.seed(t, group, key, name)
		}
	}
	require.Len(t, td.data["frontend"], 1)
	require.Len(t, td.data["backend"], 33)
	require.Len(t, td.data["databases"], 4)
	return td
}

// remove deletes all that has to do with secrets, so that another test can deploy
// the example anew: the namespaces stay.
func (td *trackdechets) remove(t *testing.T) {
	t.Helper()
	ctx := context.Background() // The test's own has ended.
	for _, group := range td.groups {
		for _, resource := range []string{"externalsecrets", "secretstores"} {
			of := externalSecrets.GroupVersion().WithResource(resource)
			assert.NoError(t, shared.Dynamic.Resource(of).Namespace(group.namespace).DeleteCollection(ctx,
				metav1.DeleteOptions{}, metav1.ListOptions{}))
		}
		assert.NoError(t, shared.Clientset.CoreV1().Secrets(group.namespace).DeleteCollection(ctx,
			metav1.DeleteOptions{}, metav1.ListOptions{}))
	}
}

// seed puts the secret of a key into the group's folder.
func (td *trackdechets) seed(t *testing.T, group group, key, name string) {
	t.Helper()
	value := canary + group.component + "-" + name
	id, err := td.scaleway.AddSecret(
		emulator.Secret{ProjectID: productionProject, Path: "/production/" + group.namespace, Name: name},
		emulator.Value(value))
	require.NoError(t, err)
	td.data[group.component][key], td.ids[group.component][key] = value, id
}

// requiredSecrets returns the names of a component's secrets by key.
func requiredSecrets(t *testing.T, path, component string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	var segregation struct {
		Spec struct {
			Components map[string]struct {
				Secrets struct {
					Keys []string
					Map  map[string]struct{ Secret string }
				}
			}
		}
	}
	require.NoError(t, yaml.Unmarshal(content, &segregation))
	secrets := segregation.Spec.Components[component].Secrets
	names := map[string]string{}
	for _, key := range secrets.Keys {
		names[key] = strings.ToLower(strings.ReplaceAll(key, "_", "-"))
	}
	for key, of := range secrets.Map {
		names[key] = of.Secret
	}
	return names
}
