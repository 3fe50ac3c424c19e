package controller

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
	r.needs(g.known, g.secretNames(), g.folders())
	if wait := g.lookAtSecrets(); wait {
		return facts, true, nil
	}
	r.restarts.look(object, g.facts.Current)
	anothers := g.known.isAnothers(g.facts.Current)
	if anothers {
		g.known.content = nil
	}
	refused := g.refusedByStores()
	asked := g.known.ask(&external.ObjectMeta, interval(&external.Spec) == 0)
	done := isDone(&g.facts) && !g.known.asked
	switch {
	case refused:
		r.uses(g.known, external.Name, nil)
	case done && g.known.content == nil:
		g.tellDone()
		return facts, true, nil
	case !done:
		g.read(asked || anothers)
	}
	g.facts.Last = g.known.content
	g.facts.LastServes = g.known.madeOf == eso.SyncedVersion(&external.ObjectMeta)
	return g.facts, false, nil
}

// ask looks at the metadata of an ExternalSecret, and reports whether everything is to be read again: the annotation
// says so, or it has changed and is read only when it does.
func (k *known) ask(of *metav1.ObjectMeta, once bool) bool {
	version, forced := eso.SyncedVersion(of), of.Annotations[eso.ForceSyncAnnotation]
	isForced := k.version != "" && forced != k.forced
	isChanged := k.version != "" && version != k.version
	k.version, k.forced = version, forced
	k.asked = k.asked || isForced
	return isForced || once && isChanged
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

func (g *gathering) refuse(format string, values ...any) {
	g.facts.Refused = append(g.facts.Refused, fmt.Sprintf(format, values...))
}

// secretNames are the Secrets that are needed: the target and the credentials.
func (g *gathering) secretNames() []string {
	names := []string{g.facts.External.Spec.TargetName(g.facts.External.Name)}
	for _, from := range g.from {
		names = append(names, from.secrets()...)
	}
	return names
}

// folders are the first ones that are read by path, by the names of the stores.
func (g *gathering) folders() map[string]string {
	first := map[string]string{}
	for i := range g.reads {
		read := &g.reads[i]
		if read.From.Form != eso.FormPath || read.From.Folder == "" || g.from[read.StoreRef.Name] == nil {
			continue
		}
		if known, has := first[read.StoreRef.Name]; !has || read.From.Folder < known {
			first[read.StoreRef.Name] = read.From.Folder
		}
	}
	return first
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
		wait = g.lookAtKey(from) || wait
	}
	return wait
}

// read looks at what is known of the secrets, and has them kept fresh; again has all of them read again first.
func (g *gathering) read(again bool) {
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
	if again {
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
	if !maps.Equal(g.known.uses, uses) || g.known.usedBy != g.known.version {
		g.uses(g.known, external.Name, uses)
		uses.Use(external.Name, g.reads, interval(&external.Spec))
		g.known.usedBy = g.known.version
	}
}
