package e2e

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/e2e/cluster"
)

// TestTheBaseIsAcceptedWherePodsAreRestricted applies the base for people who write
// manifests by hand, whose namespace is component, and has a pod of its template
// admitted.
func TestTheBaseIsAcceptedWherePodsAreRestricted(t *testing.T) {
	var manifests []string
	for _, file := range []string{"runtime.yaml", "dns.yaml"} {
		text, err := os.ReadFile("../kustomization/sync/base/" + file)
		require.NoError(t, err)
		manifests = append(manifests, string(text))
	}
	const namespace = "component"
	shared.Apply(t, []byte(`
apiVersion: v1
kind: Namespace
metadata:
  name: `+namespace+`
  labels: {pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/enforce-version: latest}
`))
	shared.Apply(t, []byte(strings.Join(manifests, "---\n")))
	deployment, err := shared.Clientset.AppsV1().Deployments(namespace).Get(t.Context(), "cloison-sync",
		metav1.GetOptions{})
	require.NoError(t, err)
	require.NoError(t, createPod(t, deployment))

	// The level is enforced: a pod that may gain rights is refused.
	weakened := deployment.DeepCopy()
	weakened.Spec.Template.Spec.Containers[0].SecurityContext.AllowPrivilegeEscalation = new(true)
	err = createPod(t, weakened)
	require.True(t, apierrors.IsForbidden(err), "%v", err)
	require.ErrorContains(t, err, `violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false`)
}

// createPod asks whether a pod of the Deployment's template would be created.
func createPod(t *testing.T, of *appsv1.Deployment) error {
	t.Helper()
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "cloison-sync-0", Labels: of.Spec.Template.Labels},
		Spec:       of.Spec.Template.Spec,
	}
	_, err := shared.Clientset.CoreV1().Pods(of.Namespace).Create(t.Context(), pod,
		metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	return err
}

// TestTheBaseHasTheRightsOfAGeneratedRuntime asks about everything that the API
// server serves.
func TestTheBaseHasTheRightsOfAGeneratedRuntime(t *testing.T) {
	text, err := os.ReadFile("../kustomization/sync/base/runtime.yaml")
	require.NoError(t, err)
	shared.Apply(t, []byte("{apiVersion: v1, kind: Namespace, metadata: {name: component}}"))
	shared.Apply(t, text)
	account := cluster.ServiceAccount("component", "cloison-sync")
	everybody := everybodysPermissions(t)
	for name, grants := range map[string][]grant{
		"": nil, "component-secrets": runtimeNamed["own-secrets"], "cloison-sync": runtimeNamed["cloison-sync"],
		"scw-component-credentials": runtimeNamed["scw-own-credentials"],
	} {
		want := permissions(append(append([]grant{}, runtimeAny...), grants...))
		got := without(shared.Permissions(t, account, "component", name), everybody)
		require.Equal(t, want, got, "on an object named %q", name)
	}
}
