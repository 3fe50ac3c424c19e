package controller

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/sync/decide"
)

// reconciler serves the ExternalSecrets of one namespace.
type reconciler struct {
	client   client.Client
	writes   typedcorev1.SecretInterface
	recorder events.EventRecorder
	secrets  *secrets
	stores   *stores
	// restarts is nil where no workload is restarted.
	restarts *restarts
	metrics  *Metrics
	log      *slog.Logger

	// readsChanged is told of stores by which other folders are read than before.
	readsChanged func(stores []string)

	// looking has one ExternalSecret looked at after another, in memory: what one has just opened, another would end as
	// unused otherwise. What is decided is carried out side by side, which takes as long as the API server does.
	looking sync.Mutex

	mu sync.Mutex
	// known are the ExternalSecrets that are served, by name.
	known map[string]*known
	// keys are the names of the Secrets with the API keys of the SecretStores that are served, by the name of the
	// store.
	keys map[string][]string
}

// Reconcile implements reconcile.Reconciler. It is called side by side, but never twice for the same object.
func (r *reconciler) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	object, facts, err := r.look(ctx, request.NamespacedName)
	if err != nil || object == nil {
		return reconcile.Result{}, err // what there is to wait for queues it again
	}
	refused, err := r.carryOut(ctx, object, facts)
	switch {
	case err != nil:
		return reconcile.Result{}, err
	case refused:
		return reconcile.Result{RequeueAfter: refusedPause}, nil
	}
	if !facts.Reading.Settled && facts.Reading.Problem != "" {
		return reconcile.Result{RequeueAfter: max(time.Second, time.Until(facts.Reading.Since.Add(decide.Grace)))}, nil
	}
	return reconcile.Result{}, nil
}

// look finds an ExternalSecret and what is known of it. There is no object where there is nothing to do.
func (r *reconciler) look(
	ctx context.Context, key client.ObjectKey,
) (object *unstructured.Unstructured, facts decide.Facts, err error) {
	r.looking.Lock()
	defer r.looking.Unlock()
	object = &unstructured.Unstructured{}
	object.SetGroupVersionKind(externalSecretKind)
	err = r.client.Get(ctx, key, object)
	switch {
	case apierrors.IsNotFound(err), err == nil && object.GetDeletionTimestamp() != nil:
		r.forget(key.Name)
		return nil, facts, nil
	case err != nil:
		return nil, facts, err
	}
	facts, wait, err := r.facts(ctx, object)
	if err != nil || wait {
		return nil, facts, err
	}
	return object, facts, nil
}

// refusedPause is how long a Secret is left alone that the API server did not take: until a Role or a quota is mended.
const refusedPause = 30 * time.Second

// carryOut does what is decided. refused reports whether the API server did not take the Secret.
func (r *reconciler) carryOut(
	ctx context.Context, object *unstructured.Unstructured, facts decide.Facts,
) (refused bool, err error) {
	decision := decide.Decide(facts)
	known := r.remember(facts.External.Name)
	if decision.Write != nil {
		after, err := apply(ctx, r.writes, facts.Current, decision.Write)
		name := decision.Write.Secret.Name
		switch {
		case err == nil:
			known.wrote(facts.Current, after)
			r.restarts.look(object, after)
			if decision.Repairs {
				r.metrics.repaired(facts.External.Name)
			}
			r.log.Info(
				"secret written",
				"secret",
				name,
				"externalsecret",
				facts.External.Name,
				"data",
				decision.Write.DataChanges,
			)
		case failure(err, name) != "":
			decision, refused = decide.Failed(facts, failure(err, name)), true
		default:
			return false, plain(err)
		}
	}
	if decision.Written != nil {
		known.content, known.applied = decision.Written, decide.AppliedAt(cmp.Or(known.after, facts.Current))
		if decision.Written == facts.Content {
			known.madeOf = eso.SyncedVersion(&facts.External.ObjectMeta)
		}
	}
	if err := r.writeStatus(ctx, object, facts, decision.Status); err != nil {
		return false, err
	}
	for _, event := range decision.Events {
		kind := corev1.EventTypeNormal
		if event.Warning {
			kind = corev1.EventTypeWarning
		}
		r.recorder.Eventf(object, nil, kind, event.Reason, "Sync", "%s", event.Message)
	}
	r.tellMetrics(facts, &decision.Status)
	known.asked = known.asked && !facts.Reading.Settled
	return refused, nil
}

// tellMetrics tells of what is decided. While values are being read, or cannot be, the Secret is as fresh as it was.
func (r *reconciler) tellMetrics(facts decide.Facts, status *eso.ExternalSecretStatus) {
	external := facts.External
	if ready := status.Condition(eso.ConditionReady); ready != nil {
		r.metrics.state(external.Name, ready.Status == metav1.ConditionTrue)
	}
	if !facts.Reading.Settled {
		return
	}
	read, due := facts.Reading.At, time.Time{}
	if interval := interval(&external.Spec); !read.IsZero() && interval > 0 {
		due = read.Add(interval)
	}
	r.metrics.freshness(external.Name, read, due)
}

// writeStatus writes a status that says something else than the one that is there.
func (r *reconciler) writeStatus(
	ctx context.Context, object *unstructured.Unstructured, facts decide.Facts, status eso.ExternalSecretStatus,
) error {
	if equality.Semantic.DeepEqual(facts.External.ReadStatus(), status) {
		return nil
	}
	return r.patchStatus(ctx, object, status)
}

// plain is an error of the API server without what it quotes: it is logged.
func plain(err error) error {
	if reason := apierrors.ReasonForError(err); reason != metav1.StatusReasonUnknown {
		return fmt.Errorf("the API server answered %s", reason)
	}
	return errors.New("the API server did not answer")
}
