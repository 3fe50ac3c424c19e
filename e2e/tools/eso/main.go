// Command eso runs the real SecretStore and ExternalSecret controllers of
// External Secrets Operator with its Scaleway provider, and nothing else of it.
//
// Its source is the operator's own module; only the two packages under slim/,
// which list the providers and generators to link, are replaced (see the
// Makefile of the e2e module). Every setting below is the default of the
// operator's own command unless a comment says otherwise.
//
// The API server is found through -kubeconfig, a flag that controller-runtime
// defines. Logs go to standard error as one JSON object per line.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	esv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
	esv1alpha1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1alpha1"
	genv1alpha1 "github.com/external-secrets/external-secrets/apis/generators/v1alpha1"
	ctrlcommon "github.com/external-secrets/external-secrets/pkg/controllers/common"
	"github.com/external-secrets/external-secrets/pkg/controllers/externalsecret"
	"github.com/external-secrets/external-secrets/pkg/controllers/externalsecret/esmetrics"
	ctrlmetrics "github.com/external-secrets/external-secrets/pkg/controllers/metrics"
	"github.com/external-secrets/external-secrets/pkg/controllers/secretstore"
	"github.com/external-secrets/external-secrets/pkg/controllers/secretstore/ssmetrics"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

// options are the few settings that a test may change.
type options struct {
	// namespace confines the operator to one namespace; empty means all.
	namespace string
	// class is the spec.controller that this operator serves beside stores
	// that name none.
	class string
	// concurrent is how many objects each controller reconciles at a time.
	concurrent int
	// storeRequeue is how often a SecretStore is validated again.
	storeRequeue time.Duration
}

func main() {
	opts := parseFlags()
	ctrl.SetLogger(zap.New(zap.JSONEncoder()))
	if err := run(ctrl.SetupSignalHandler(), opts); err != nil {
		fmt.Fprintln(os.Stderr, "eso:", err)
		os.Exit(1)
	}
}

func parseFlags() options {
	var opts options
	flag.StringVar(&opts.namespace, "namespace", "", "the only namespace to serve; empty means all")
	flag.StringVar(&opts.class, "controller-class", "default", "the spec.controller of the stores to serve")
	flag.IntVar(&opts.concurrent, "concurrent", 1, "objects reconciled at a time by each controller")
	flag.DurationVar(&opts.storeRequeue, "store-requeue-interval", 5*time.Minute,
		"how often a SecretStore is validated again")
	flag.Parse()
	return opts
}

// run serves until ctx ends.
func run(ctx context.Context, opts options) error {
	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("find the API server: %w", err)
	}
	mgr, err := newManager(config, opts)
	if err != nil {
		return err
	}
	ctrlmetrics.SetUpLabelNames(false)
	if err := addStoreController(mgr, opts); err != nil {
		return fmt.Errorf("add the SecretStore controller: %w", err)
	}
	if err := addExternalSecretController(mgr, opts); err != nil {
		return fmt.Errorf("add the ExternalSecret controller: %w", err)
	}
	if err := mgr.Start(ctx); err != nil {
		return fmt.Errorf("run the controllers: %w", err)
	}
	return nil
}

// newManager serves neither metrics nor health probes: nothing reads them here.
func newManager(config *rest.Config, opts options) (ctrl.Manager, error) {
	scheme, err := newScheme()
	if err != nil {
		return nil, fmt.Errorf("build the scheme: %w", err)
	}
	managerOptions := ctrl.Options{
		Scheme:  scheme,
		Metrics: metricsserver.Options{BindAddress: "0"},
		Client:  client.Options{Cache: &client.CacheOptions{DisableFor: uncached()}},
	}
	if opts.namespace != "" {
		managerOptions.Cache.DefaultNamespaces = map[string]cache.Config{opts.namespace: {}}
	}
	mgr, err := ctrl.NewManager(config, managerOptions)
	if err != nil {
		return nil, fmt.Errorf("build the manager: %w", err)
	}
	return mgr, nil
}

func newScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		clientgoscheme.AddToScheme,
		esv1.AddToScheme,
		esv1alpha1.AddToScheme,
		genv1alpha1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	return scheme, nil
}

// uncached lists what the operator reads from the API server each time.
func uncached() []client.Object {
	return []client.Object{&corev1.Secret{}, &corev1.ConfigMap{}}
}

func addStoreController(mgr ctrl.Manager, opts options) error {
	ssmetrics.SetUpMetrics()
	reconciler := &secretstore.StoreReconciler{
		Client:          mgr.GetClient(),
		Log:             ctrl.Log.WithName("controllers").WithName("SecretStore"),
		Scheme:          mgr.GetScheme(),
		ControllerClass: opts.class,
		RequeueInterval: opts.storeRequeue,
	}
	return reconciler.SetupWithManager(mgr, controllerOptions(opts))
}

// addExternalSecretController leaves out ClusterSecretStores and generator
// state, both of which need controllers that are not linked here.
func addExternalSecretController(mgr ctrl.Manager, opts options) error {
	esmetrics.SetUpMetrics()
	secretClient, err := ctrlcommon.BuildManagedSecretClient(mgr, opts.namespace)
	if err != nil {
		return fmt.Errorf("build the client of managed Secrets: %w", err)
	}
	reconciler := &externalsecret.Reconciler{
		Client:          mgr.GetClient(),
		SecretClient:    secretClient,
		Log:             ctrl.Log.WithName("controllers").WithName("ExternalSecret"),
		Scheme:          mgr.GetScheme(),
		RestConfig:      mgr.GetConfig(),
		ControllerClass: opts.class,
		RequeueInterval: time.Hour,
		EnableFloodGate: true,
	}
	return reconciler.SetupWithManager(mgr, controllerOptions(opts))
}

func controllerOptions(opts options) controller.Options {
	return controller.Options{
		MaxConcurrentReconciles: opts.concurrent,
		RateLimiter:             ctrlcommon.BuildRateLimiter(),
	}
}
