package argocd

import (
	"errors"
	"fmt"
	"testing"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/engine"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/tracing"
	"github.com/go-logr/logr"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// manager is the name under which Argo CD applies.
const manager = "argocd-controller"

// target is a cluster that Argo CD applies to.
type target struct {
	environment *envtest.Environment
	end         engine.StopFunc

	config    *rest.Config
	dynamic   dynamic.Interface
	clientset kubernetes.Interface
	mapper    meta.RESTMapper
	kubectl   *kube.KubectlCmd
	engine    engine.GitOpsEngine
}

// newTarget starts an API server with custom resources. The caller must call stop, after an error too.
func newTarget(crds ...string) (*target, error) {
	to := &target{
		environment: &envtest.Environment{
			BinaryAssetsDirectory: assets, CRDDirectoryPaths: crds, ErrorIfCRDPathMissing: true,
		},
		kubectl: &kube.KubectlCmd{Log: logr.Discard(), Tracer: tracing.NopTracer{}},
	}
	config, err := to.environment.Start()
	if err != nil {
		return to, err
	}
	config.QPS, config.Burst = 500, 1000
	config.WarningHandler = rest.NoWarnings{}
	to.config = config
	if to.dynamic, err = dynamic.NewForConfig(config); err != nil {
		return to, err
	}
	clientset, err := kubernetes.NewForConfig(config)
	if err != nil {
		return to, err
	}
	to.clientset = clientset
	to.mapper = restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(clientset.Discovery()))
	whole := func(*unstructured.Unstructured, bool) (info any, keep bool) { return nil, true }
	live := cache.NewClusterCache(config, cache.SetLogr(logr.Discard()), cache.SetKubectl(to.kubectl),
		cache.SetPopulateResourceInfoHandler(whole))
	to.engine = engine.NewEngine(config, live, engine.WithLogr(logr.Discard()), engine.WithKubectl(to.kubectl))
	to.end, err = to.engine.Run()
	return to, err
}

// stop ends the API server.
func (to *target) stop() error {
	if to.end != nil {
		to.end()
	}
	return to.environment.Stop()
}

// sync applies objects as Argo CD does with the options. All of them must be applied.
func (to *target) sync(t *testing.T, objects []*unstructured.Unstructured, options ...sync.SyncOpt) {
	t.Helper()
	require.NoError(t, to.trySync(t, objects, options...))
}

// trySync returns what was not applied.
func (to *target) trySync(t *testing.T, objects []*unstructured.Unstructured, options ...sync.SyncOpt) error {
	t.Helper()
	options = append(options, sync.WithLogr(logr.Discard()), sync.WithServerSideApplyManager(manager),
		sync.WithManifestValidation(false)) // which takes three times as long; the tests above this module ask for it
	results, err := to.engine.Sync(t.Context(), copies(objects), func(*cache.Resource) bool { return false }, "revision",
		"default", options...)
	problems := []error{err}
	for _, result := range results {
		if result.Status != common.ResultCodeSynced {
			problems = append(problems, fmt.Errorf("%s: %s", result.ResourceKey, result.Message))
		}
	}
	if len(results) != len(objects) {
		problems = append(problems, fmt.Errorf("%d of %d objects were applied", len(results), len(objects)))
	}
	return errors.Join(problems...)
}

// client is the client for an object's kind and namespace.
func (to *target) client(t *testing.T, of *unstructured.Unstructured) dynamic.ResourceInterface {
	t.Helper()
	kind := of.GroupVersionKind()
	mapping, err := to.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	require.NoError(t, err)
	if of.GetNamespace() == "" {
		return to.dynamic.Resource(mapping.Resource)
	}
	return to.dynamic.Resource(mapping.Resource).Namespace(of.GetNamespace())
}

// get reads an object back.
func (to *target) get(t *testing.T, of *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	live, err := to.client(t, of).Get(t.Context(), of.GetName(), metav1.GetOptions{})
	require.NoError(t, err)
	return live
}

// remove removes what is in namespaces; these themselves stay, as nothing here takes them away.
func (to *target) remove(t *testing.T, objects []*unstructured.Unstructured) {
	t.Helper()
	now := metav1.DeletePropagationBackground
	for _, of := range objects {
		if of.GetNamespace() != "" {
			require.NoError(t, to.client(t, of).Delete(t.Context(), of.GetName(),
				metav1.DeleteOptions{PropagationPolicy: &now}))
		}
	}
}

// copies keeps objects from being changed.
func copies(objects []*unstructured.Unstructured) []*unstructured.Unstructured {
	var all []*unstructured.Unstructured
	for _, object := range objects {
		all = append(all, object.DeepCopy())
	}
	return all
}
