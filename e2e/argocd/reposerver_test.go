package argocd

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
	"github.com/argoproj/argo-cd/v3/util/git"
	utilio "github.com/argoproj/argo-cd/v3/util/io"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// manifestsOf makes the manifests of an Application as Argo CD's repo-server does, of a folder in place of a clone.
// They carry the annotation by which Argo CD knows them again.
func manifestsOf(ctx context.Context, clone, application string, source v1alpha1.ApplicationSource,
	options ...repository.GenerateManifestOpt) ([]*unstructured.Unstructured, error) {
	const revision = "0911c15f0f2b7c4d1e903a1f0c528d0e4c0e9a53"
	answer, err := repository.GenerateManifests(ctx, filepath.Join(clone, source.Path), clone, revision,
		&apiclient.ManifestRequest{
			AppName: application, AppLabelKey: "app.kubernetes.io/instance",
			TrackingMethod: string(v1alpha1.TrackingMethodAnnotation), KubeVersion: "v1.36.3",
			Repo: &v1alpha1.Repository{Repo: "https://git.example.com/deploy.git"}, ApplicationSource: &source,
		},
		false, git.NoopCredsStore{}, resource.MustParse("10M"), utilio.NewRandomizedTempPaths(clone),
		append([]repository.GenerateManifestOpt{repository.WithCMPTarExcludedGlobs(exclusions)}, options...)...)
	if err != nil {
		return nil, err
	}
	var all []*unstructured.Unstructured
	for _, text := range answer.Manifests {
		object := &unstructured.Unstructured{}
		if err := json.Unmarshal([]byte(text), object); err != nil {
			return nil, err
		}
		all = append(all, object)
	}
	return all, nil
}

// plugged is the source of an Application that names the plugin. Parameters are strings, by their names.
func plugged(path string, parameters ...v1alpha1.ApplicationSourcePluginParameter) v1alpha1.ApplicationSource {
	return v1alpha1.ApplicationSource{
		Path: path, Plugin: &v1alpha1.ApplicationSourcePlugin{Name: "cloison", Parameters: parameters},
	}
}

// parameter is one that is a string.
func parameter(name, value string) v1alpha1.ApplicationSourcePluginParameter {
	return v1alpha1.ApplicationSourcePluginParameter{Name: name, String_: &value}
}

// refused is the error with which Argo CD shows that an Application has no manifests.
func refused(t *testing.T, clone string, source v1alpha1.ApplicationSource) string {
	t.Helper()
	objects, err := manifestsOf(t.Context(), clone, "shop", source)
	require.Error(t, err, "the manifests:\n%v", objects)
	return err.Error()
}

// rendered is what "cloison render" writes.
func rendered(t *testing.T, folder string) []*unstructured.Unstructured {
	t.Helper()
	objects, err := kube.SplitYAML([]byte(run(t, folder, "cloison", "render", ".")))
	require.NoError(t, err)
	require.NotEmpty(t, objects)
	return objects
}

// untracked takes away what Argo CD has added.
func untracked(t *testing.T, objects []*unstructured.Unstructured) []*unstructured.Unstructured {
	t.Helper()
	for _, object := range objects {
		annotations := object.GetAnnotations()
		require.Contains(t, annotations, "argocd.argoproj.io/tracking-id")
		delete(annotations, "argocd.argoproj.io/tracking-id")
		if len(annotations) == 0 {
			annotations = nil
		}
		object.SetAnnotations(annotations)
	}
	return objects
}

// exampleFolders are the examples, as paths of Applications in a repository of them.
func exampleFolders(t *testing.T) []string {
	t.Helper()
	folders := []string{
		"product/overlays/dev", "product/overlays/production", "product/overlays/staging",
		"project-per-component", "secret-groups", "trackdechets/overlays/dev", "trackdechets/overlays/production",
		"trackdechets/overlays/staging",
	}
	expected := strings.Fields(run(t, inRoot("examples"), "find", ".", "-name", "expected*.yaml"))
	require.Len(t, folders, len(expected), "the examples are %s", expected)
	return folders
}
