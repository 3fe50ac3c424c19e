package argocd

import (
	"os"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// exampleOf reads a document of kustomization/argocd/example, and refuses fields that Argo CD does not know.
func exampleOf(t *testing.T, file string, into any, document int) {
	t.Helper()
	text, err := os.ReadFile(inRoot("kustomization/argocd/example/" + file))
	require.NoError(t, err)
	require.NoError(t, yaml.UnmarshalStrict([]byte(strings.Split(string(text), "\n---\n")[document]), into))
}

// TestExampleProjects asks the example's projects about everything that the example's Application applies, and about
// what would open the wall.
func TestExampleProjects(t *testing.T) {
	var wall, team v1alpha1.AppProject
	exampleOf(t, "project.yaml", &wall, 0)
	exampleOf(t, "project.yaml", &team, 1)
	for _, project := range []*v1alpha1.AppProject{&wall, &team} {
		require.NoError(t, project.ValidateProject())
	}
	for _, file := range []string{"application-plugin.yaml", "application-rendered.yaml"} {
		var application v1alpha1.Application
		exampleOf(t, file, &application, 0)
		require.Equal(t, wall.Name, application.Spec.Project)
		require.True(t, wall.IsSourcePermitted(*application.Spec.Source), file)
		require.False(t, team.IsSourcePermitted(*application.Spec.Source), file)
	}
	var application v1alpha1.Application
	exampleOf(t, "application-plugin.yaml", &application, 0)
	serve(t)
	objects, err := manifestsOf(t.Context(), inRoot("examples"), application.Name, *application.Spec.Source)
	require.NoError(t, err)
	inBackend := map[string]bool{}
	for _, object := range objects {
		require.True(t, permitted(t, &wall, object), "%s %s", object.GetKind(), object.GetName())
		if permitted(t, &team, object) {
			inBackend[object.GetKind()] = true
			require.Equal(t, "trackdechets-backend", object.GetNamespace())
		}
	}
	for _, kind := range []string{"ConfigMap", "CronJob", "Deployment", "HorizontalPodAutoscaler", "Service"} {
		require.True(t, inBackend[kind], kind)
	}
	for _, kind := range []string{"Namespace", "NetworkPolicy", "Role", "RoleBinding", "SecretStore", "ExternalSecret"} {
		require.False(t, inBackend[kind], kind)
	}

	foreign := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Namespace"}}
	foreign.SetName("kube-system")
	require.False(t, permitted(t, &wall, foreign))
	foreign.SetKind("Service")
	foreign.SetNamespace("kube-system")
	require.False(t, permitted(t, &wall, foreign))
}

// TestRenderedManifests has Argo CD read a folder that "cloison render -o" has written, as the example's Application
// does. There is no plugin server.
func TestRenderedManifests(t *testing.T) {
	t.Setenv("ARGOCD_PLUGINSOCKFILEPATH", t.TempDir())
	var application v1alpha1.Application
	exampleOf(t, "application-rendered.yaml", &application, 0)
	clone := t.TempDir()
	example := inRoot("examples/trackdechets/overlays/production")
	run(t, clone, "cloison", "render", example, "-o", application.Spec.Source.Path)
	got, err := manifestsOf(t.Context(), clone, application.Name, *application.Spec.Source)
	require.NoError(t, err)
	require.ElementsMatch(t, rendered(t, example), untracked(t, got))
}

// permitted asks a project about an object, as Argo CD does when it applies one.
func permitted(t *testing.T, project *v1alpha1.AppProject, object *unstructured.Unstructured) bool {
	t.Helper()
	cluster := &v1alpha1.Cluster{Server: "https://kubernetes.default.svc"}
	none := func(string) ([]*v1alpha1.Cluster, error) { return nil, nil }
	allowed, err := project.IsResourcePermitted(object.GroupVersionKind().GroupKind(), object.GetName(),
		object.GetNamespace(), cluster, none)
	require.NoError(t, err)
	return allowed
}
