package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// TestRuntimePodIsRestricted tries the pod of the sync runtime where only the
// restricted Pod Security Standard is let in, and then without each of the
// settings that the standard asks for.
func TestRuntimePodIsRestricted(t *testing.T) {
	objects := expandAndApply(t, "restricted", `
sync: {engine: Cloison, image: 'registry.example.com/cloison-sync:v1'}
components:
  a:
    podSecurity: {enforce: restricted}
    secrets: {keys: [A]}
`)
	for _, test := range []struct {
		name    string
		change  func(*corev1.PodSpec)
		refusal string // empty: accepted
	}{
		{"as it is generated", func(*corev1.PodSpec) {}, ""},
		{
			"without runAsNonRoot",
			func(pod *corev1.PodSpec) { pod.SecurityContext.RunAsNonRoot = nil },
			"runAsNonRoot != true",
		},
		{
			"without a seccomp profile",
			func(pod *corev1.PodSpec) { pod.SecurityContext.SeccompProfile = nil },
			"seccompProfile",
		},
		{
			"with privilege escalation",
			func(pod *corev1.PodSpec) { pod.Containers[0].SecurityContext.AllowPrivilegeEscalation = nil },
			"allowPrivilegeEscalation != false",
		},
		{
			"with capabilities",
			func(pod *corev1.PodSpec) { pod.Containers[0].SecurityContext.Capabilities = nil },
			"unrestricted capabilities",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			pod := podOf(t, objects, "cloison-sync")
			test.change(&pod.Spec)
			_, err := shared.Clientset.CoreV1().Pods("restricted-a").Create(t.Context(), pod, metav1.CreateOptions{
				DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict,
			})
			if test.refusal == "" {
				require.NoError(t, err)
				return
			}
			require.Truef(t, apierrors.IsForbidden(err), "must be forbidden: %v", err)
			require.ErrorContains(t, err, test.refusal)
		})
	}
}

// podOf makes the pod of the only Deployment of that name.
func podOf(t *testing.T, objects []*unstructured.Unstructured, name string) *corev1.Pod {
	t.Helper()
	for _, object := range objects {
		if object.GetKind() == "Deployment" && object.GetName() == name {
			template := typed[appsv1.Deployment](t, object).Spec.Template
			template.Name = name + "-0"
			return &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
		}
	}
	require.FailNow(t, "there is no Deployment "+name)
	return nil
}
