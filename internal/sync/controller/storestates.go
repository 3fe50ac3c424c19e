package controller

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/scaleway"
	"cloison.dev/cloison/internal/sync/decide"
	"cloison.dev/cloison/internal/sync/probe"
	"cloison.dev/cloison/internal/sync/served"
	"cloison.dev/cloison/internal/wall"
	"cloison.dev/cloison/internal/wellknown"
)

// storeStates says of every SecretStore of the namespace, whether anything reads from it or not, whether it can be read
// from, and what the wall probe has found of its API key.
type storeStates struct {
	*reconciler
	config Config
	queue  *queue
	prober *probe.Prober

	mu sync.Mutex
	// seen are the stores that are served, by name.
	seen map[string]*seenStore
}

// seenStore is a store as it was last looked at.
type seenStore struct {
	key vaultKey
	// problem is why it is not probed, whatever is read from it; empty where nothing is wrong.
	problem string
	// numbered reports whether it has turns of its own.
	numbered bool
	// breached are the folders that were last said to be readable.
	breached []wall.Folder
}

// setUpStoreStates sets up the controller, and the probes where there is any folder to be tried.
func setUpStoreStates(m manager.Manager, r *reconciler, c Config) (*storeStates, error) {
	s := &storeStates{
		reconciler: r, config: c, queue: &queue{namespace: c.Namespace}, seen: map[string]*seenStore{},
	}
	s.prober = probe.New(probe.Config{Terms: c.Probe, Stores: s.probed, Probed: s.found})
	if err := m.Add(manager.RunnableFunc(s.prober.Run)); err != nil { // of the leader alone
		return nil, err
	}
	return s, builder.ControllerManagedBy(m).
		Named(wellknown.RuntimeName+"-stores").
		For(object(secretStoreKind), builder.WithPredicates(storeChanges())).
		WatchesRawSource(s.queue.source()).
		WithOptions(options(1)).
		Complete(s)
}

// storeChanges lets through what is no change of the status alone. A store that was deleted and made again may be seen
// as one that has changed.
func storeChanges() predicate.Predicate {
	return predicate.Or(
		predicate.GenerationChangedPredicate{},
		predicate.LabelChangedPredicate{},
		predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool { return e.ObjectOld.GetUID() != e.ObjectNew.GetUID() }},
	)
}

// conflictPause is how long a status is left alone that somebody else has written meanwhile.
const conflictPause = 100 * time.Millisecond

// Reconcile implements reconcile.Reconciler.
func (s *storeStates) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	store, err := s.readStore(ctx, request.NamespacedName)
	if err != nil {
		return reconcile.Result{}, plain(err)
	}
	if store == nil || store.DeletionTimestamp != nil || !served.ByController(store.Store) {
		s.gone(request.Name)
		return s.write(ctx, store, withoutProbe(store))
	}
	s.needsKey(store.Name, store.secrets())
	if wait := s.lookAtKey(store); wait {
		return reconcile.Result{}, nil // the Secret queues it again
	}
	if len(store.refused) == 0 {
		if _, err := scaleway.NewVault(store.key.config(s.config.Retry)); err != nil {
			store.refused = []string{err.Error()}
		}
	}
	findings, news := s.look(store)
	s.metrics.probed(store.Name, findings)
	result, err := s.write(ctx, store, statusOf(store, findings, time.Now()))
	if err != nil || !result.IsZero() {
		return result, err
	}
	s.said(store.Name, findings)
	if len(news) > 0 {
		s.recorder.Eventf(store.object, nil, corev1.EventTypeWarning, probe.ConditionBreach, "Probe", "%s",
			decide.Note(probe.Sentence(news), probe.ConditionBreach))
	}
	return reconcile.Result{}, nil
}

// look takes note of a store. It returns what is known of the folders of others, and those that are newly found to be
// readable. What the condition of a store says that is seen for the first time, an earlier process has found.
func (s *storeStates) look(store *secretStore) (findings []probe.Finding, news []wall.Folder) {
	seen := &seenStore{key: store.key, problem: strings.Join(slices.Compact(store.refused), "; ")}
	_, seen.numbered = store.Labels[wellknown.ComponentLabel]
	s.mu.Lock()
	before := s.seen[store.Name]
	s.seen[store.Name] = seen
	if before != nil {
		seen.breached = before.breached
	}
	s.mu.Unlock()
	if before == nil {
		conditions := store.ReadStatus().Conditions
		seen.breached = probe.Breached(eso.FindCondition(conditions, probe.ConditionBreach), s.config.Probe.Folders)
		s.prober.Remember(s.subject(store.Name, seen), seen.breached)
	}
	findings = s.prober.Findings(s.subject(store.Name, seen))
	for i := range findings {
		if f := &findings[i]; f.Result == probe.Breach && !slices.Contains(seen.breached, f.Folder) {
			news = append(news, f.Folder)
		}
	}
	return findings, news
}

// said takes note of what the condition and the events of a store have said.
func (s *storeStates) said(name string, findings []probe.Finding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seen := s.seen[name]; seen != nil {
		seen.breached = nil
		for i := range findings {
			if findings[i].Result == probe.Breach {
				seen.breached = append(seen.breached, findings[i].Folder)
			}
		}
	}
}

// gone forgets a store that is not served any more.
func (s *storeStates) gone(name string) {
	s.mu.Lock()
	delete(s.seen, name)
	s.mu.Unlock()
	s.needsKey(name, nil)
	s.prober.Forget(name)
	s.metrics.probed(name, nil)
}

// subject is a store as it is probed.
func (s *storeStates) subject(name string, seen *seenStore) probe.Store {
	folder := s.folderOf(name)
	subject := probe.Store{
		Name: name, Key: seen.key, Problem: seen.problem,
		Own: wall.Folder{Region: seen.key.region, ProjectID: seen.key.project, Path: folder},
		Open: func(region, project string) (probe.Vault, error) {
			key := seen.key
			key.region, key.project = region, project
			retry := s.config.Retry
			retry.Attempts = 1
			vault, err := scaleway.NewVault(key.config(retry))
			if err != nil {
				return nil, err
			}
			return vault, nil
		},
	}
	switch {
	case subject.Problem != "":
	case !seen.numbered:
		subject.Problem = "the store has no label " + wellknown.ComponentLabel + ", so that it is none of the " +
			"Segregation's, " +
			"and no turn is its own"
	case folder == "":
		subject.Problem = "no ExternalSecret reads from the store by path, so that there is no folder of its own to " +
			"compare with"
	}
	return subject
}

// probed implements the Stores of [probe.Config].
func (s *storeStates) probed() []probe.Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []probe.Store
	for name, seen := range s.seen {
		if seen.numbered {
			all = append(all, s.subject(name, seen))
		}
	}
	slices.SortFunc(all, func(a, b probe.Store) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// found implements the Probed of [probe.Config].
func (s *storeStates) found(store string, f probe.Finding) {
	log := s.log.Info
	if f.Result != probe.Refused {
		log = s.log.Warn
	}
	log("wall probed", "store", store, "folder", f.Folder.String(), "result", f.Result, "why", f.Why)
	s.queue.add(store)
}

// statusOf is the status that a store is to have.
func statusOf(store *secretStore, findings []probe.Finding, now time.Time) eso.StoreStatus {
	at := metav1.NewTime(now.Truncate(time.Second))
	ready := eso.Condition{
		Type: eso.ConditionReady, Status: metav1.ConditionTrue, Reason: eso.ReasonStoreValid,
		Message: "store validated", LastTransitionTime: at,
	}
	if len(store.refused) > 0 {
		ready.Status, ready.Reason = metav1.ConditionFalse, eso.ReasonInvalidStoreProvider
		ready.Message = strings.Join(slices.Compact(store.refused), "; ")
	}
	status := withoutProbe(store)
	if len(findings) > 0 {
		status = store.ReadStatus()
		breach := probe.Condition(findings)
		breach.LastTransitionTime = at
		status.Conditions, _ = eso.SetCondition(status.Conditions, breach)
	}
	status.Conditions, _ = eso.SetCondition(status.Conditions, ready)
	status.Capabilities = eso.CapabilityReadOnly
	return status
}

// withoutProbe is the status of a store without what probes have found; zero where there is no store.
func withoutProbe(store *secretStore) eso.StoreStatus {
	if store == nil {
		return eso.StoreStatus{}
	}
	status := store.ReadStatus()
	status.Conditions = slices.DeleteFunc(status.Conditions,
		func(c eso.Condition) bool { return c.Type == probe.ConditionBreach })
	return status
}

// write writes a status that says something else than the one that is there, on the condition that this is still so: a
// patch replaces all conditions, those of others too.
func (s *storeStates) write(ctx context.Context, store *secretStore, status eso.StoreStatus) (reconcile.Result, error) {
	if store == nil || equality.Semantic.DeepEqual(store.ReadStatus(), status) {
		return reconcile.Result{}, nil
	}
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"resourceVersion": store.ResourceVersion},
		"status":   map[string]any{"conditions": status.Conditions, "capabilities": status.Capabilities},
	})
	if err != nil {
		return reconcile.Result{}, err
	}
	err = s.client.Status().Patch(ctx, store.object.DeepCopy(), client.RawPatch(types.MergePatchType, patch),
		client.FieldOwner(decide.FieldManager))
	switch {
	case apierrors.IsConflict(err):
		return reconcile.Result{RequeueAfter: conflictPause}, nil
	case apierrors.IsNotFound(err):
		return reconcile.Result{}, nil // its deletion queues it again
	case err != nil:
		return reconcile.Result{}, plain(err)
	}
	return reconcile.Result{}, nil
}
