package controller

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/sync/decide"
	"cloison.dev/cloison/internal/sync/fetch"
	"cloison.dev/cloison/internal/sync/served"
)

// facts collects what is known of an ExternalSecret. wait reports that something is not known yet, or that there is
// nothing to do.
func (r *reconciler) facts(
	ctx context.Context,
	object *unstructured.Unstructured,
) (facts decide.Facts, wait bool, err error) {
	text, err := object.MarshalJSON()
	if err != nil {
		return facts, false, err
	}
	external, refusals := served.ExternalSecret(text)
	g := gathering{reconciler: r, reads: external.Spec.Reads()}
	g.facts = decide.Facts{
		External: external, Now: time.Now(), Refused: served.Texts(refusals), Restarts: r.restarts != nil,
	}
	elsewhere, err := g.readStores(ctx)
	if err != nil || elsewhere {
		r.forget(external.Name)
		return facts, elsewhere, err
	}
	g.known = r.remember(external.Name)
	r.needs(g.known, g.secretNames())
	if wait := g.lookAtSecrets(); wait {
		return facts, true, nil
	}
	r.restarts.look(object, g.facts.Current)
	anothers := g.known.isAnothers(g.facts.Current)
	if anothers {
		g.known.content = nil
	}
	refused := g.refusedByStores()
	if !refused && isDone(&g.facts) && g.known.content == nil {
		g.tellDone()
		return facts, true, nil
	}
	if refused {
		r.uses(g.known, external.Name, nil)
	} else {
		g.read(anothers)
	}
	if err := g.tellStores(ctx); err != nil {
		return facts, false, err
	}
	g.facts.Last = g.known.content
	g.facts.LastServes = g.known.madeOf == eso.SyncedVersion(&external.ObjectMeta)
	return g.facts, false, nil
}

// isDone reports whether an ExternalSecret that is to be read once, or once for each change of it, was read, and its
// Secret is there.
func isDone(f *decide.Facts) bool {
	status := f.External.ReadStatus()
	if f.Current == nil || status.SyncedResourceVersion == "" {
		return false
	}
	if f.External.Spec.RefreshPolicy == eso.RefreshOnChange {
		return status.SyncedResourceVersion == eso.SyncedVersion(&f.External.ObjectMeta)
	}
	return interval(&f.External.Spec) == 0
}

// tellDone tells the metrics of an ExternalSecret that is not read any more.
func (g *gathering) tellDone() {
	status := g.facts.External.ReadStatus()
	reading := decide.Reading{Settled: true}
	if status.RefreshTime != nil {
		reading.At = status.RefreshTime.Time
	}
	g.tellMetrics(decide.Facts{External: g.facts.External, Reading: reading}, &status)
}

// interval is the time between two readings; 0 where there is only one.
func interval(of *eso.ExternalSecretSpec) time.Duration {
	if of.RefreshPolicy == eso.RefreshCreatedOnce || of.RefreshPolicy == eso.RefreshOnChange {
		return 0
	}
	every, _ := of.Interval() // it was checked
	return max(0, every)
}

// gathering collects the facts of one ExternalSecret.
type gathering struct {
	*reconciler
	facts decide.Facts
	reads []eso.Read
	known *known
	// from are the stores that it reads from, by name.
	from map[string]*secretStore
}

// secretStore is a SecretStore that is read from.
type secretStore struct {
	*eso.Store
	object     *unstructured.Unstructured
	credential served.Credential
	key        vaultKey
	// refused is why nothing is read from it.
	refused []string
}

// readStores reads the SecretStores that are named. elsewhere reports whether there is none that is to be served here.
func (g *gathering) readStores(ctx context.Context) (elsewhere bool, err error) {
	found := map[string]*secretStore{}
	names := served.Stores(&g.facts.External.Spec, g.reads)
	for _, name := range names {
		store, err := g.readStore(ctx, client.ObjectKey{Namespace: g.facts.External.Namespace, Name: name})
		if err != nil {
			return false, err
		}
		found[name] = store
	}
	parted := served.Part(names, func(name string) *eso.Store { return found[name].api() }, "does not exist")
	g.facts.Refused = append(g.facts.Refused, parted.Refused...)
	g.from = map[string]*secretStore{}
	for _, name := range parted.Here {
		g.from[name] = found[name]
	}
	return parted.Elsewhere, nil
}

// readStore reads a SecretStore; nil where there is none.
func (r *reconciler) readStore(ctx context.Context, key client.ObjectKey) (*secretStore, error) {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(secretStoreKind)
	if err := r.client.Get(ctx, key, object); err != nil {
		return nil, client.IgnoreNotFound(err)
	}
	text, err := object.MarshalJSON()
	if err != nil {
		return nil, err
	}
	store, credential, refusals := served.Store(text)
	return &secretStore{Store: store, object: object, credential: credential, refused: served.Texts(refusals)}, nil
}

// api is the store as the API server has it; nil where there is none.
func (s *secretStore) api() *eso.Store {
	if s == nil {
		return nil
	}
	return s.Store
}

func (g *gathering) refuse(format string, values ...any) {
	g.facts.Refused = append(g.facts.Refused, fmt.Sprintf(format, values...))
}

// secretNames are the Secrets that are needed: the target and the credentials.
func (g *gathering) secretNames() []string {
	names := []string{g.facts.External.Spec.TargetName(g.facts.External.Name)}
	for _, from := range g.from {
		names = append(names, from.credential.AccessKey.Secret, from.credential.SecretKey.Secret)
	}
	return names
}

// lookAtSecrets looks at the Secret as it is and at the credentials. wait reports whether one is not known yet.
func (g *gathering) lookAtSecrets() (wait bool) {
	target := g.secrets.get(g.facts.External.Spec.TargetName(g.facts.External.Name))
	if target.problem != "" {
		g.refuse("%s", target.problem)
	}
	wait = !target.known && target.problem == ""
	g.facts.Current = g.known.newest(target)
	for _, from := range g.from {
		if len(from.refused) > 0 {
			continue
		}
		access, waits := g.half(from, from.credential.AccessKey)
		wait = wait || waits
		secret, waits := g.half(from, from.credential.SecretKey)
		wait = wait || waits
		provider := from.Spec.ScalewayProvider()
		from.key = vaultKey{access, secret, provider.APIURL, provider.Region, provider.ProjectID}
	}
	return wait
}

// half is one half of the API key of a store.
func (g *gathering) half(store *secretStore, at served.SecretKey) (value string, wait bool) {
	seen := g.secrets.get(at.Secret)
	switch {
	case seen.problem != "":
		store.refused = append(store.refused, seen.problem)
		return "", false
	case !seen.known:
		return "", true
	}
	if has := valueOf(seen.secret, at.Key); has != "" {
		return has, false
	}
	store.refused = append(store.refused, fmt.Sprintf("the API key is missing: Secret %q has no key %q; "+
		"make it with: kubectl -n %s create secret generic %s "+
		"--from-literal=access-key=... --from-literal=secret-key=...",
		at.Secret, at.Key, store.Namespace, at.Secret))
	return "", false
}

func valueOf(s *corev1.Secret, key string) string {
	if s == nil {
		return ""
	}
	return string(s.Data[key])
}

// read looks at what is known of the secrets, and has them kept fresh. What is known may be old where the Secret is
// another's: then it is read again first.
func (g *gathering) read(anothers bool) {
	uses := fetch.Stores{}
	for name, from := range g.from {
		store, err := g.stores.get(name, from.key)
		if err != nil {
			from.refused = []string{err.Error()}
			continue
		}
		uses[name] = store
	}
	if g.refusedByStores() {
		return
	}
	g.use(uses)
	if anothers {
		uses.Force(g.facts.External.Name)
	}
	outcomes, state := uses.Outcomes(g.facts.External.Name, g.reads)
	g.facts.Reading = decide.Reading(state)
	if state.Settled {
		g.facts.Content, g.facts.Problems = g.known.memo.Make(g.facts.External, g.reads, outcomes)
	}
}

// refusedByStores takes over why nothing is read from the stores, and reports whether that is so of any.
func (g *gathering) refusedByStores() bool {
	for _, name := range slices.Sorted(maps.Keys(g.from)) {
		for _, why := range g.from[name].refused {
			g.refuse("SecretStore %q: %s", name, why)
		}
	}
	return len(g.facts.Refused) > 0
}

// use tells the stores what is read, where that is not what they know.
func (g *gathering) use(uses fetch.Stores) {
	external := g.facts.External
	version := eso.SyncedVersion(&external.ObjectMeta)
	forced := external.Annotations[eso.ForceSyncAnnotation]
	if !maps.Equal(g.known.uses, uses) || g.known.version != version {
		g.uses(g.known, external.Name, uses)
		uses.Use(external.Name, g.reads, interval(&external.Spec))
	}
	if g.known.version != "" && g.known.forced != forced {
		uses.Force(external.Name)
	}
	g.known.version, g.known.forced = version, forced
}
