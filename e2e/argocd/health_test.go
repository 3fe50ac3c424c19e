package argocd

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// scaleway is what the emulated Scaleway holds at first: one of the two secrets that are asked for.
const scaleway = `
keys:
- name: web
  accessKey: SCWWEBXXXXXXXXXXXXXX
  secretKey: 5ca1ab1e-0000-4000-8000-000000000001
  permissionSets: [SecretManagerReadOnly, SecretManagerSecretAccess]
region: fr-par
project: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
secrets:
- {path: /shop-web, name: token, values: [canary]}
%s`

// TestHealth syncs CRDs, namespaces and what is in them at once into a cluster that knows none of the kinds, has the
// sync runtime fill the Secret, and asks Argo CD how healthy what it applied is. What the runtime writes is no
// difference.
//
// The first sync of all to a cluster may fail, as Argo CD has looked up the kinds before it applied the CRDs.
func TestHealth(t *testing.T) {
	url := emulate(t, "")
	to, err := newTarget()
	t.Cleanup(func() { require.NoError(t, to.stop()) })
	require.NoError(t, err)
	objects := append(runtimeKinds(t), withRuntime(t, url)...)
	if err := to.trySync(t, objects, sync.WithServerSideApply(true)); err != nil {
		require.ErrorContains(t, err, "ensure CRDs are installed first")
		to.sync(t, objects, sync.WithServerSideApply(true))
	}
	externalSecret, store := one(t, objects, "ExternalSecret", "web-"), one(t, objects, "SecretStore", "web-")
	for _, object := range []*unstructured.Unstructured{externalSecret, store} {
		require.Equal(t, health.HealthStatusProgressing, to.health(t, object).Status, object.GetKind())
	}

	to.sync(t, []*unstructured.Unstructured{credentials()})
	to.runRuntime(t)
	to.awaitHealth(t, externalSecret, health.HealthStatusDegraded)
	require.Contains(t, to.health(t, externalSecret).Message, "PASSWORD")
	to.awaitHealth(t, store, health.HealthStatusHealthy)

	// The same with a Scaleway that has all.
	store = withStore(t, store, emulate(t, "- {path: /shop-web, name: password, values: [canary]}\n"))
	to.sync(t, []*unstructured.Unstructured{store}, sync.WithServerSideApply(true))
	to.awaitHealth(t, externalSecret, health.HealthStatusHealthy)
	to.awaitHealth(t, store, health.HealthStatusHealthy)
	for i, object := range objects {
		if object.GetKind() == "SecretStore" {
			objects[i] = store
		}
	}
	require.Empty(t, to.drift(t, objects, true))
}

// emulate serves an emulated Scaleway that holds more secrets too, and returns its address.
func emulate(t *testing.T, secrets string) string {
	t.Helper()
	folder := cloned(t, files{"seed.yaml": fmt.Sprintf(scaleway, secrets)})
	variables := filepath.Join(folder, "scw.env")
	start(t, nil, inRoot("bin/cloison-dev"), "scaleway", "--seed", filepath.Join(folder, "seed.yaml"), "--env-file",
		variables)
	var text []byte
	require.Eventually(t, func() bool {
		var err error
		text, err = os.ReadFile(variables)
		return err == nil
	}, time.Minute, 20*time.Millisecond, "the emulator must serve")
	_, after, _ := strings.Cut(string(text), "SCW_API_URL=")
	url, _, _ := strings.Cut(after, "\n")
	require.NotEmpty(t, url)
	return url
}

// runtimeKinds are the CRDs for clusters without the External Secrets Operator.
func runtimeKinds(t *testing.T) []*unstructured.Unstructured {
	t.Helper()
	objects, err := kube.SplitYAML([]byte(run(t, root, "kustomize", "build", "kustomization/sync/crds")))
	require.NoError(t, err)
	return objects
}

// withRuntime is a component whose Secret the sync runtime fills from a Scaleway at an address.
func withRuntime(t *testing.T, url string) []*unstructured.Unstructured {
	t.Helper()
	return rendered(t, cloned(t, files{"segregation.yaml": `apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90, apiURL: ` + url + `}
  sync: {engine: Cloison, image: "registry.example.com/cloison-sync:v1", pollInterval: 1s}
  validation: {paths: "Off"}
  components:
    web: {secrets: {keys: [TOKEN, PASSWORD]}}
`}))
}

// withStore is a store that asks at another address.
func withStore(t *testing.T, store *unstructured.Unstructured, url string) *unstructured.Unstructured {
	t.Helper()
	changed := store.DeepCopy()
	require.NoError(t, unstructured.SetNestedField(changed.Object, url, "spec", "provider", "scaleway", "apiUrl"))
	return changed
}

// credentials is the Secret with the component's API key.
func credentials() *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Secret",
		"metadata": map[string]any{"name": "scw-web-credentials", "namespace": "shop-web"},
		"stringData": map[string]any{
			"access-key": "SCWWEBXXXXXXXXXXXXXX", "secret-key": "5ca1ab1e-0000-4000-8000-000000000001",
		},
	}}
}

// health is Argo CD's judgement of what is there, with the rules that it brings along.
func (to *target) health(t *testing.T, of *unstructured.Unstructured) *health.HealthStatus {
	t.Helper()
	status, err := health.GetResourceHealth(to.get(t, of), lua.ResourceHealthOverrides{})
	require.NoError(t, err)
	require.NotNil(t, status)
	return status
}

func (to *target) awaitHealth(t *testing.T, of *unstructured.Unstructured, want health.HealthStatusCode) {
	t.Helper()
	require.Eventually(t, func() bool { return to.health(t, of).Status == want }, time.Minute, 100*time.Millisecond,
		"%s must be %s", of.GetKind(), want)
}

// runRuntime runs the sync runtime of the component as its ServiceAccount, until the end of the test.
func (to *target) runRuntime(t *testing.T) {
	t.Helper()
	const namespace, only = "shop-web", "only"
	request := &authenticationv1.TokenRequest{}
	token, err := to.clientset.CoreV1().ServiceAccounts(namespace).CreateToken(t.Context(), "cloison-sync", request,
		metav1.CreateOptions{})
	require.NoError(t, err)
	config, err := clientcmd.Write(api.Config{
		Clusters: map[string]*api.Cluster{only: {
			Server: to.config.Host, CertificateAuthorityData: to.config.CAData,
		}},
		AuthInfos:      map[string]*api.AuthInfo{only: {Token: token.Status.Token}},
		Contexts:       map[string]*api.Context{only: {Cluster: only, AuthInfo: only}},
		CurrentContext: only,
	})
	require.NoError(t, err)
	folder := cloned(t, files{"kubeconfig": string(config)})
	start(t, []string{"KUBECONFIG=" + filepath.Join(folder, "kubeconfig")}, inRoot("bin/cloison-sync"), "--namespace",
		namespace, "--poll-interval", "1s")
}
