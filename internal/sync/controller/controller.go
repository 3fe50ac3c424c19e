package controller

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/scaleway"
	"cloison.dev/cloison/internal/sync/probe"
	"cloison.dev/cloison/internal/wellknown"
)

// Config of the runtime.
type Config struct {
	// Namespace whose ExternalSecrets are served.
	Namespace string
	// PollInterval is how often folders are listed for news.
	PollInterval time.Duration
	// LeaderElect lets only one of several replicas serve.
	LeaderElect bool
	// LeaseDuration is how long the replica that serves may be silent before another one does. Default: 15 s.
	LeaseDuration time.Duration
	// MetricsAddress and HealthAddress are listened on; 0 means not to.
	MetricsAddress, HealthAddress string
	// MaxRestarts is how many workloads roll out at a time because a Secret that they consume has changed; 0 has none
	// restarted.
	MaxRestarts int
	// Probe is what the API keys must not read, and when that is tried.
	Probe probe.Terms
	// Log is told what happens, never a value.
	Log *slog.Logger
	// Retry of each call to Scaleway. Default: three attempts; what failed all the same is tried again by the store.
	Retry scaleway.Retry
	// Metrics are registered with controller-runtime's where they are nil.
	Metrics *Metrics
}

var (
	externalSecretKind = schema.FromAPIVersionAndKind(eso.APIVersion, eso.ExternalSecretKind)
	secretStoreKind    = schema.FromAPIVersionAndKind(eso.APIVersion, eso.SecretStoreKind)
)

const defaultLease = 15 * time.Second

// Run serves until ctx ends.
func Run(ctx context.Context, cluster *rest.Config, c Config) error {
	if c.Retry.Attempts == 0 {
		c.Retry.Attempts = 3
	}
	if c.LeaseDuration == 0 {
		c.LeaseDuration = defaultLease
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(metrics.Registry, c.Log)
	}
	m, err := manager.New(cluster, manager.Options{
		Cache: cache.Options{
			DefaultNamespaces: map[string]cache.Config{c.Namespace: {}},
			DefaultTransform:  cache.TransformStripManagedFields(), // a third of each object, which nothing reads
		},
		Client:                        client.Options{Cache: &client.CacheOptions{Unstructured: true}},
		LeaderElection:                c.LeaderElect,
		LeaderElectionID:              wellknown.RuntimeName,
		LeaderElectionNamespace:       c.Namespace,
		LeaderElectionReleaseOnCancel: true,
		// The shares of the durations that are usual, which are 15 s, 10 s and 2 s.
		LeaseDuration:          &c.LeaseDuration,
		RenewDeadline:          new(c.LeaseDuration * 2 / 3),
		RetryPeriod:            new(c.LeaseDuration * 2 / 15),
		Metrics:                metricsserver.Options{BindAddress: c.MetricsAddress},
		HealthProbeBindAddress: c.HealthAddress,
		Logger:                 logr.FromSlogHandler(c.Log.Handler()),
	})
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	for _, add := range []func(string, healthz.Checker) error{m.AddHealthzCheck, m.AddReadyzCheck} {
		if err := add("ping", healthz.Ping); err != nil {
			return fmt.Errorf("start: %w", err)
		}
	}
	// A client of all groups makes the program larger by a fifth, and with it the memory that it takes.
	clients, err := typedcorev1.NewForConfig(cluster)
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	if err := register(ctx, m, clients, c); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	return m.Start(ctx)
}

// LogTo has the libraries below log to a logger, as lines of the same form. It is for the whole program.
func LogTo(log *slog.Logger) {
	sink := logr.FromSlogHandler(log.Handler())
	ctrllog.SetLogger(sink)
	klog.SetLogger(sink)
}

// register sets up the controllers.
func register(ctx context.Context, m manager.Manager, clients typedcorev1.CoreV1Interface, c Config) error {
	q := &queue{namespace: c.Namespace}
	secretsClient := clients.Secrets(c.Namespace)
	r := &reconciler{
		client: m.GetClient(), writes: secretsClient, recorder: m.GetEventRecorder(wellknown.RuntimeName),
		metrics: c.Metrics, log: c.Log, known: map[string]*known{}, keys: map[string][]string{},
	}
	if c.MaxRestarts > 0 {
		restarts, err := setUpRestarts(m, clients.Pods(c.Namespace), secretsClient, c)
		if err != nil {
			return err
		}
		r.restarts = restarts
	}
	r.stores = &stores{
		config: c, connections: scaleway.NewConnections(), changed: func(name string) { q.add(name) }, ctx: ctx,
		open: map[string]*opened{},
	}
	states, err := setUpStoreStates(m, r, c)
	if err != nil {
		return err
	}
	r.readsChanged = func(stores []string) { states.queue.add(stores...) }
	r.secrets = newSecrets(ctx, secretsClient, func(secret string) {
		names, stores := r.usersOf(secret)
		q.add(names...)
		states.queue.add(stores...)
	})
	return builder.ControllerManagedBy(m).
		Named(wellknown.RuntimeName).
		For(object(externalSecretKind), builder.WithPredicates(changes())).
		Watches(object(secretStoreKind), handler.EnqueueRequestsFromMapFunc(r.usersOfStore),
			builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		WatchesRawSource(q.source()).
		WithOptions(options(writers)).
		Complete(r)
}

// writers is how many ExternalSecrets are written at a time, each of which waits for the API server.
const writers = 4

// options of the controllers, each with workers of its own. With priorities, what is there at the start waits until
// nothing else does, which under constant polls is never. What fails is tried again after half a minute at the latest,
// so that an API server that was away for long is noticed soon. The metrics are our own, so that several runtimes of
// one process, which tests have, need no names of their own.
func options(workers int) controller.Options {
	return controller.Options{
		MaxConcurrentReconciles: workers,
		UsePriorityQueue:        new(false), SkipNameValidation: new(true),
		RateLimiter: workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](
			100*time.Millisecond, 30*time.Second),
	}
}

// changes lets through what is no change of the status alone.
func changes() predicate.Predicate {
	return predicate.Or(
		predicate.GenerationChangedPredicate{},
		predicate.LabelChangedPredicate{},
		predicate.AnnotationChangedPredicate{},
	)
}

func object(kind schema.GroupVersionKind) *unstructured.Unstructured {
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(kind)
	return o
}

// usersOfStore are the ExternalSecrets of the namespace: which of them read from the store is seen when each is looked
// at.
func (r *reconciler) usersOfStore(ctx context.Context, store client.Object) []reconcile.Request {
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(externalSecretKind.GroupVersion().WithKind(eso.ExternalSecretKind + "List"))
	if err := r.client.List(ctx, list, client.InNamespace(store.GetNamespace())); err != nil {
		r.log.Error("the ExternalSecrets of a SecretStore cannot be listed", "secretstore", store.GetName())
		return nil
	}
	var requests []reconcile.Request
	for i := range list.Items {
		requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&list.Items[i])})
	}
	return requests
}
