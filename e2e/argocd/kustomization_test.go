package argocd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/v3/cmpserver/plugin"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// installation is the kustomization of the documentation, with Argo CD's own manifests of the folder "manifests" of its
// source as install.yaml.
func installation(t *testing.T, manifests string) []*unstructured.Unstructured {
	t.Helper()
	source := strings.TrimSpace(run(t, ".", "go", "list", "-m", "-f", "{{.Dir}}", "github.com/argoproj/argo-cd/v3"))
	install, err := os.ReadFile(filepath.Join(source, "manifests", filepath.FromSlash(manifests)))
	require.NoError(t, err)
	folder := cloned(t, files{
		"argocd/install.yaml": string(install), "argocd/kustomization.yaml": documented(t, "yaml", "kind: Kustomization"),
	})
	require.NoError(t, os.CopyFS(filepath.Join(folder, "kustomization", "argocd"),
		os.DirFS(inRoot("kustomization/argocd"))))
	objects, err := kube.SplitYAML([]byte(run(t, folder, "kustomize", "build", "argocd")))
	require.NoError(t, err)
	return objects
}

// documented is the one block of a language in docs/argocd.md that holds a text.
func documented(t *testing.T, language, text string) string {
	t.Helper()
	page, err := os.ReadFile(inRoot("docs/argocd.md"))
	require.NoError(t, err)
	var found []string
	for _, part := range strings.Split(string(page), "```"+language+"\n")[1:] {
		if block, _, _ := strings.Cut(part, "```"); strings.Contains(block, text) {
			found = append(found, block)
		}
	}
	require.Len(t, found, 1)
	return found[0]
}

// one is the one of objects that has a kind and a name that begins so.
func one(t *testing.T, objects []*unstructured.Unstructured, kind, name string) *unstructured.Unstructured {
	t.Helper()
	var found []*unstructured.Unstructured
	for _, object := range objects {
		if object.GetKind() == kind && strings.HasPrefix(object.GetName(), name) {
			found = append(found, object)
		}
	}
	require.Len(t, found, 1, "%s %s", kind, name)
	return found[0]
}

// read reads an object into a type, and refuses fields that it does not have.
func read(t *testing.T, object *unstructured.Unstructured, into any) {
	t.Helper()
	require.NoError(t, runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object.Object, into, true))
}

// sidecar is the plugin's container of the repo-server, and what is around it.
type sidecar struct {
	deployment appsv1.Deployment
	container  corev1.Container
	config     corev1.ConfigMap
}

func sidecarOf(t *testing.T, objects []*unstructured.Unstructured) sidecar {
	t.Helper()
	var s sidecar
	read(t, one(t, objects, "Deployment", "argocd-repo-server"), &s.deployment)
	read(t, one(t, objects, "ConfigMap", "cloison-plugin-"), &s.config)
	for _, container := range s.deployment.Spec.Template.Spec.Containers {
		if container.Name == "cloison" {
			s.container = container
			return s
		}
	}
	require.Fail(t, "no container cloison")
	return s
}

// TestTheSidecarFitsArgoCD builds the kustomization on what Argo CD installs, and has an API server take it where pods
// are restricted.
func TestTheSidecarFitsArgoCD(t *testing.T) {
	for _, manifests := range []string{"install.yaml", "ha/install.yaml", "core-install.yaml"} {
		objects := installation(t, manifests)
		s := sidecarOf(t, objects)
		require.Equal(t, "registry.example.com/cloison:v1", s.container.Image)
		require.Equal(t, pluginYAML(t), s.config.Data["plugin.yaml"])
		volumes := map[string]corev1.VolumeSource{}
		for _, volume := range s.deployment.Spec.Template.Spec.Volumes {
			volumes[volume.Name] = volume.VolumeSource
		}
		for _, mount := range s.container.VolumeMounts {
			require.Contains(t, volumes, mount.Name)
		}
		require.Equal(t, s.config.Name, volumes["cloison-plugin"].ConfigMap.Name)
		require.False(t, *s.deployment.Spec.Template.Spec.AutomountServiceAccountToken)
		var parameters corev1.ConfigMap
		read(t, one(t, objects, "ConfigMap", "argocd-cmd-params-cm"), &parameters)
		require.Equal(t, strings.Join(exclusions, ";"), parameters.Data["reposerver.plugin.tar.exclusions"])

		shared.admit(t, s)
	}
}

// admit asks whether the Deployment and a pod of it are accepted in a namespace where pods are restricted.
func (to *target) admit(t *testing.T, s sidecar) {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		GenerateName: "argocd-", Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"},
	}}
	namespace, err := to.clientset.CoreV1().Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{})
	require.NoError(t, err)
	s.deployment.Namespace = namespace.Name
	dry := metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict}
	_, err = to.clientset.AppsV1().Deployments(namespace.Name).Create(t.Context(), &s.deployment, dry)
	require.NoError(t, err)
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "argocd-repo-server"}}
	_, err = to.clientset.CoreV1().ServiceAccounts(namespace.Name).Create(t.Context(), account, metav1.CreateOptions{})
	require.NoError(t, err)
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "repo-server"}, Spec: s.deployment.Spec.Template.Spec}
	_, err = to.clientset.CoreV1().Pods(namespace.Name).Create(t.Context(), pod, dry)
	require.NoError(t, err)
}

// TestWithoutARepoServerTheBuildFails lists the component where there is nothing to patch.
func TestWithoutARepoServerTheBuildFails(t *testing.T) {
	folder := cloned(t, files{"all/kustomization.yaml": "components: [../argocd]\n"})
	require.NoError(t, os.CopyFS(filepath.Join(folder, "argocd"), os.DirFS(inRoot("kustomization/argocd"))))
	require.Contains(t, fails(t, folder, "kustomize", "build", "all"), "argocd-repo-server")
}

// TestAnnouncedParameters has the announcements of plugin.yaml be those that the program takes, with its defaults.
func TestAnnouncedParameters(t *testing.T) {
	serve(t)
	folder := cloned(t, files{"plugin.yaml": pluginYAML(t)})
	config, err := plugin.ReadPluginConfig(folder)
	require.NoError(t, err)
	require.Equal(t, "cloison", config.Metadata.Name)
	require.Empty(t, config.Spec.Version, "it would be a part of the name")
	require.False(t, config.Spec.PreserveFileMode)
	require.False(t, config.Spec.ProvideGitCreds)

	clone := cloned(t, shop())
	var announced []v1alpha1.ApplicationSourcePluginParameter
	var names []string
	for _, p := range config.Spec.Parameters.Static {
		announced = append(announced, parameter(p.Name, p.String_))
		names = append(names, p.Name)
	}
	want, err := manifestsOf(t.Context(), clone, "shop", plugged("shop"))
	require.NoError(t, err)
	got, err := manifestsOf(t.Context(), clone, "shop", plugged("shop", announced...))
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Contains(t, refused(t, clone, plugged("shop", parameter("", ""))),
		"must be "+strings.Join(names, " or "))
}
