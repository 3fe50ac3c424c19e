package controller

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/sync/decide"
	"cloison.dev/cloison/internal/sync/restart"
	"cloison.dev/cloison/internal/wellknown"
)

// Reasons of the events of restarts.
const (
	eventRestarted     = "Restarted"
	eventRestartFailed = "RestartFailed"
	eventNotRestarted  = "NotRestarted"
)

// restartRetry is how long a workload that the API server would not have restarted is left alone.
const restartRetry = time.Minute

// restarts carries out what package restart decides for the workloads of the namespace. All changes are looked at
// together, one after another.
type restarts struct {
	client   client.Client
	pods     typedcorev1.PodInterface
	secrets  typedcorev1.SecretInterface
	recorder events.EventRecorder
	log      *slog.Logger
	config   Config
	metrics  *Metrics
	queue    *queue
	// patched are workloads as they were last patched, by [restart.Workload.String]: what is watched may be older.
	patched map[string]client.Object
	// refused is when a workload may be restarted again, by the same.
	refused map[string]time.Time

	mu sync.Mutex
	// pending are the Secrets with a change, by name.
	pending map[string]pendingChange
}

// pendingChange is the change of one Secret.
type pendingChange struct {
	restart.Change
	// version of the Secret that bears it.
	version string
	// external is the ExternalSecret that the events are about.
	external client.Object
}

// setUpRestarts sets up the controller.
func setUpRestarts(
	m manager.Manager, pods typedcorev1.PodInterface, secrets typedcorev1.SecretInterface, c Config,
) (*restarts, error) {
	r := &restarts{
		client: m.GetClient(), pods: pods, secrets: secrets,
		recorder: m.GetEventRecorder(wellknown.RuntimeName), log: c.Log, config: c, metrics: c.Metrics,
		queue:   &queue{namespace: c.Namespace},
		patched: map[string]client.Object{}, refused: map[string]time.Time{}, pending: map[string]pendingChange{},
	}
	all := handler.EnqueueRequestsFromMapFunc(func(context.Context, client.Object) []reconcile.Request {
		return []reconcile.Request{r.queue.request(everything)}
	})
	return r, builder.ControllerManagedBy(m).
		Named(wellknown.RuntimeName+"-restarts").
		Watches(&appsv1.Deployment{}, all).
		Watches(&appsv1.StatefulSet{}, all).
		Watches(&appsv1.DaemonSet{}, all).
		WatchesRawSource(r.queue.source(everything)). // where there is no workload that would
		WithOptions(options(1)).
		Complete(r)
}

// everything is the name of the one request that there is.
const everything = ""

// look takes note of the change that a Secret bears, which an ExternalSecret writes.
func (r *restarts) look(external client.Object, secret *corev1.Secret) {
	if r == nil || secret == nil {
		return
	}
	change, is := restart.ParseChange(secret.Annotations[wellknown.RestartPendingAnnotation])
	r.mu.Lock()
	defer r.mu.Unlock()
	before, was := r.pending[secret.Name]
	switch {
	case !is && !was:
		return
	case !is:
		delete(r.pending, secret.Name)
		r.queue.add(everything)
		return
	}
	r.pending[secret.Name] = pendingChange{change, secret.ResourceVersion, external}
	if before.Change != change || before.version != secret.ResourceVersion {
		r.queue.add(everything)
	}
}

// forget ends everything for an ExternalSecret that is gone.
func (r *restarts) forget(external string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	before := len(r.pending)
	maps.DeleteFunc(r.pending, func(_ string, p pendingChange) bool { return p.external.GetName() == external })
	if len(r.pending) < before {
		r.queue.add(everything)
	}
}

// Reconcile implements reconcile.Reconciler.
func (r *restarts) Reconcile(ctx context.Context, _ reconcile.Request) (reconcile.Result, error) {
	pending := r.changes()
	if len(pending) == 0 {
		r.tellMetrics(nil, nil)
		return reconcile.Result{}, nil
	}
	objects, workloads, err := r.workloads(ctx)
	if err != nil {
		return reconcile.Result{}, plain(err)
	}
	facts := restart.Facts{
		Workloads: workloads, Pending: map[string]restart.Change{}, Most: r.config.MaxRestarts, Now: time.Now(),
	}
	for secret, p := range pending {
		facts.Pending[secret] = p.Change
	}
	decision := restart.Decide(facts)
	waiting := map[string]bool{}
	for _, w := range decision.Waiting {
		waiting[w.Path()] = true
	}
	defer func() { r.tellMetrics(waiting, pending) }()
	for i := range decision.Restarts {
		one := &decision.Restarts[i]
		restarted, err := r.restart(ctx, objects[one.Workload.String()], one, pending)
		if err != nil {
			return reconcile.Result{}, err
		}
		if restarted {
			delete(waiting, one.Workload.Path())
		}
	}
	for _, secret := range decision.Done {
		if err := r.done(ctx, secret, pending[secret], workloads); err != nil {
			return reconcile.Result{}, err
		}
	}
	if decision.Again.IsZero() {
		return reconcile.Result{}, nil
	}
	return reconcile.Result{RequeueAfter: max(time.Millisecond, time.Until(decision.Again))}, nil
}

// tellMetrics tells which workloads are still to be restarted, and for which changes.
func (r *restarts) tellMetrics(waiting map[string]bool, pending map[string]pendingChange) {
	var workloads, since []sample
	for path := range waiting {
		workloads = append(workloads, sample{[]string{path}, 1})
	}
	for secret, p := range pending {
		since = append(since, sample{[]string{secret}, float64(p.At.Unix())})
	}
	r.metrics.restarts.set(everything, workloads)
	r.metrics.changed.set(everything, since)
}

func (r *restarts) changes() map[string]pendingChange {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.pending)
}

// workloads are those of the namespace that are not being deleted, each as it was last patched where what is watched is
// older.
func (r *restarts) workloads(ctx context.Context) (map[string]client.Object, []restart.Workload, error) {
	var deployments appsv1.DeploymentList
	var statefulSets appsv1.StatefulSetList
	var daemonSets appsv1.DaemonSetList
	for _, list := range []client.ObjectList{&deployments, &statefulSets, &daemonSets} {
		if err := r.client.List(ctx, list, client.InNamespace(r.config.Namespace)); err != nil {
			return nil, nil, err
		}
	}
	var watched []client.Object
	for i := range deployments.Items {
		watched = append(watched, &deployments.Items[i])
	}
	for i := range statefulSets.Items {
		watched = append(watched, &statefulSets.Items[i])
	}
	for i := range daemonSets.Items {
		watched = append(watched, &daemonSets.Items[i])
	}
	objects := map[string]client.Object{}
	var workloads []restart.Workload
	for _, object := range watched {
		if object.GetDeletionTimestamp() != nil {
			continue
		}
		w := workloadOf(object)
		name := w.String()
		if newer := r.patched[name]; newer != nil && newer.GetUID() == object.GetUID() &&
			newer.GetGeneration() > object.GetGeneration() {
			object, w = newer, workloadOf(newer)
		}
		w.NotBefore = r.refused[name]
		objects[name] = object
		workloads = append(workloads, w)
	}
	return objects, workloads, nil
}

func workloadOf(object client.Object) restart.Workload {
	switch o := object.(type) {
	case *appsv1.Deployment:
		return restart.OfDeployment(o)
	case *appsv1.StatefulSet:
		return restart.OfStatefulSet(o)
	case *appsv1.DaemonSet:
		return restart.OfDaemonSet(o)
	}
	panic("no workload is of another kind")
}

// restart patches the annotations of a pod template, on the condition that the workload is still as it was when that
// was decided. done reports whether nothing is left to be done for it.
func (r *restarts) restart(
	ctx context.Context, object client.Object, one *restart.Restart, pending map[string]pendingChange,
) (done bool, err error) {
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"resourceVersion": object.GetResourceVersion()},
		"spec": map[string]any{"template": map[string]any{"metadata": map[string]any{"annotations": map[string]string{
			wellknown.RestartedForAnnotation: one.Marks,
			wellknown.RestartedAtAnnotation:  one.At,
		}}}},
	})
	if err != nil {
		return false, err
	}
	name := one.Workload.String()
	after := object.DeepCopyObject().(client.Object) //nolint:forcetypeassert // a copy is of the same type
	err = r.client.Patch(ctx, after, client.RawPatch(types.StrategicMergePatchType, patch),
		client.FieldOwner(decide.FieldManager))
	switch {
	case apierrors.IsForbidden(err), apierrors.IsInvalid(err), apierrors.IsBadRequest(err):
		r.refused[name] = time.Now().Add(restartRetry)
		r.tell(one, object, pending, corev1.EventTypeWarning, eventRestartFailed,
			name+" cannot be restarted: "+plain(err).Error()+"; it is tried again every minute")
		r.queue.add(everything)
		return false, nil
	case apierrors.IsNotFound(err):
		return true, nil // its deletion queues again
	case err != nil:
		return false, plain(err)
	}
	delete(r.refused, name)
	r.patched[name] = after
	r.log.Info("workload restarted", "workload", name, "secrets", one.Secrets)
	r.tell(one, object, pending, corev1.EventTypeNormal, eventRestarted, one.Describe())
	return true, nil
}

// tell tells of the restart of a workload, each ExternalSecret once. Events that do not differ in what they are about,
// which the workload is a part of, are counted as one, with the message of the first. Facts: docs/facts.md, "Who
// applied an object last, and conditions of an apply".
func (r *restarts) tell(
	one *restart.Restart, workload client.Object, pending map[string]pendingChange, kind, reason, message string,
) {
	for _, secret := range one.Secrets {
		r.recorder.Eventf(pending[secret].external, workload, kind, reason, "Restart", "%s", message)
	}
}

// mostNamed is how many names an event has.
const mostNamed = 10

// done takes the change from a Secret, on the condition that it is still the same, after it has told what was not
// restarted.
func (r *restarts) done(ctx context.Context, secret string, p pendingChange, workloads []restart.Workload) error {
	pods, err := r.pods.List(ctx, metav1.ListOptions{})
	if err != nil {
		return plain(err)
	}
	left := restart.Left(secret, p.Change, workloads, pods.Items)
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{
		"resourceVersion": p.version,
		"annotations":     map[string]any{wellknown.RestartPendingAnnotation: nil},
	}})
	if err != nil {
		return err
	}
	_, err = r.secrets.Patch(ctx, secret, types.MergePatchType, patch,
		metav1.PatchOptions{FieldManager: decide.FieldManager})
	if apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
		return nil // its change queues again
	} else if err != nil {
		return plain(err)
	}
	if len(left) > 0 {
		r.recorder.Eventf(p.external, nil, corev1.EventTypeWarning, eventNotRestarted, "Restart",
			"the Secret %q has changed; these may still hold what it held before, and are not restarted: %s; "+
				"replace their pods yourself", secret, phrase.Few(mostNamed, left))
	}
	return nil
}
