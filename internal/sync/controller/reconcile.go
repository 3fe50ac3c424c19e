package controller

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
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
	"cloison.dev/cloison/internal/sync/content"
	"cloison.dev/cloison/internal/sync/decide"
	"cloison.dev/cloison/internal/sync/fetch"
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

	mu sync.Mutex
	// known are the ExternalSecrets that are served, by name.
	known map[string]*known
	// keys are the names of the Secrets with the API keys of the SecretStores that are served, by the name of the store.
	keys map[string][]string
}

// known is what the runtime remembers of an ExternalSecret. It is lost when the runtime ends, and nothing depends on it
// but that less is read and written.
type known struct {
	// uses are the stores that it reads from, and usedBy is the state of the ExternalSecret in which they were told so.
	uses   fetch.Stores
	usedBy string
	// version is the state of the ExternalSecret that was looked at last, and forced its annotation that asks for a
	// reading. asked reports whether such a reading has not come to its end.
	version, forced string
	asked           bool
	// memo is the content as it was last made.
	memo content.Memo
	// content of the Secret as it was last written, of which state of the ExternalSecret, and when it was applied.
	content *content.Content
	madeOf  string
	applied metav1.Time
	// after is the Secret as it was last written: what is watched may be older, which it is while it has one of the
	// resource versions before and was not deleted more often than deletions says.
	before    []string
	after     *corev1.Secret
	deletions int
	// secrets are the names of the Secrets that it needs, and folders the first ones that it reads by path, by the names
	// of the stores. They and uses are read by others, under the reconciler's lock.
	secrets []string
	folders map[string]string
}

// Reconcile implements reconcile.Reconciler.
func (r *reconciler) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(externalSecretKind)
	err := r.client.Get(ctx, request.NamespacedName, object)
	switch {
	case apierrors.IsNotFound(err), err == nil && object.GetDeletionTimestamp() != nil:
		r.forget(request.Name)
		return reconcile.Result{}, nil
	case err != nil:
		return reconcile.Result{}, err
	}
	facts, wait, err := r.facts(ctx, object)
	switch {
	case err != nil:
		return reconcile.Result{}, err
	case wait:
		return reconcile.Result{}, nil // what it waits for queues it again
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

// remember finds or makes what is known of an ExternalSecret.
func (r *reconciler) remember(name string) *known {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := r.known[name]
	if k == nil {
		k = &known{}
		r.known[name] = k
	}
	return k
}

// needs takes note of the Secrets that an ExternalSecret needs, and of the folders that it reads.
func (r *reconciler) needs(k *known, secrets []string, folders map[string]string) {
	r.mu.Lock()
	before := k.folders
	k.secrets, k.folders = secrets, folders
	r.mu.Unlock()
	if !maps.Equal(before, folders) {
		r.readsChanged(slices.Concat(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(folders))))
	}
}

// folderOf is the first folder that is read by path with a store; empty where none is.
func (r *reconciler) folderOf(store string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := ""
	for _, k := range r.known {
		if folder := k.folders[store]; first == "" || folder != "" && folder < first {
			first = folder
		}
	}
	return first
}

// needsKey takes note of the Secrets with the API key of a SecretStore; without any it is forgotten.
func (r *reconciler) needsKey(store string, secrets []string) {
	r.mu.Lock()
	before := r.keys[store]
	r.keys[store] = secrets
	if secrets == nil {
		delete(r.keys, store)
	}
	r.mu.Unlock()
	if !slices.Equal(before, secrets) {
		r.forgetUnusedSecrets()
	}
}

// uses takes note of the stores that an ExternalSecret reads from, and ends its use of others.
func (r *reconciler) uses(k *known, name string, stores fetch.Stores) {
	r.mu.Lock()
	before := k.uses
	k.uses = stores
	r.mu.Unlock()
	for store, is := range before {
		if stores[store] != is {
			is.Drop(name)
		}
	}
	if len(before) > 0 {
		r.forgetUnused()
	}
}

// forget ends everything for an ExternalSecret that is gone.
func (r *reconciler) forget(name string) {
	r.mu.Lock()
	k := r.known[name]
	delete(r.known, name)
	r.mu.Unlock()
	if k != nil {
		k.uses.Drop(name)
		r.readsChanged(slices.Collect(maps.Keys(k.folders)))
	}
	r.metrics.forget(name)
	r.restarts.forget(name)
	r.forgetUnused()
}

// forgetUnused ends the watches and the stores that nothing known needs. Only the reconciles of ExternalSecrets may call
// it, which open stores: one after another, or one would end what the other has just opened.
func (r *reconciler) forgetUnused() {
	r.forgetUnusedSecrets()
	r.mu.Lock()
	defer r.mu.Unlock()
	stores := map[string]bool{}
	for _, k := range r.known {
		for name := range k.uses {
			stores[name] = true
		}
	}
	r.stores.keep(stores)
}

// forgetUnusedSecrets ends the watches that nothing known needs. It holds the lock until then: what is needed from now
// on is watched anew.
func (r *reconciler) forgetUnusedSecrets() {
	r.mu.Lock()
	defer r.mu.Unlock()
	secrets := map[string]bool{}
	for _, k := range r.known {
		for _, name := range k.secrets {
			secrets[name] = true
		}
	}
	for _, names := range r.keys {
		for _, name := range names {
			secrets[name] = true
		}
	}
	r.secrets.keep(secrets)
}

// usersOf are the ExternalSecrets that need a Secret, and the SecretStores whose API key it holds.
func (r *reconciler) usersOf(secret string) (names, stores []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, k := range r.known {
		if slices.Contains(k.secrets, secret) {
			names = append(names, name)
		}
	}
	for store, keys := range r.keys {
		if slices.Contains(keys, secret) {
			stores = append(stores, store)
		}
	}
	return names, stores
}

// newest is the Secret as it is: as it is watched, or as it was last written where what is watched is older.
func (k *known) newest(watched look) *corev1.Secret {
	if k.after == nil || !slices.Contains(k.before, versionOf(watched.secret)) || watched.deletions != k.deletions {
		k.before, k.after, k.deletions = nil, nil, watched.deletions
		return watched.secret
	}
	return k.after
}

// wrote takes note of a Secret that was written.
func (k *known) wrote(before, after *corev1.Secret) {
	k.before = append(k.before, versionOf(before))
	k.after = after
}

// isAnothers reports whether a Secret was applied by another process since this one has: by one that took its place. So
// what this one knows of Scaleway may be older than what the Secret holds.
func (k *known) isAnothers(current *corev1.Secret) bool {
	at := decide.AppliedAt(current)
	return k.content != nil && !at.IsZero() && !at.Equal(&k.applied)
}

func versionOf(s *corev1.Secret) string {
	if s == nil {
		return ""
	}
	return s.ResourceVersion
}

// plain is an error of the API server without what it quotes: it is logged.
func plain(err error) error {
	if reason := apierrors.ReasonForError(err); reason != metav1.StatusReasonUnknown {
		return fmt.Errorf("the API server answered %s", reason)
	}
	return errors.New("the API server did not answer")
}
