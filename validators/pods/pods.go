// Package pods judges what pods import, and whether they could take it from others: family P of the findings. Package
// plaintext inside of it tells secrets from other texts, package sandbox what a pod can do to its node, package
// storage which volumes a claim gets.
package pods

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/pods/sandbox"
	"cloison.dev/cloison/validators/pods/storage"
)

// Check judges the objects of components. flow is that of the set; in knows the namespaces that are trusted.
func Check(set *objects.Set, components *scope.Scope, flow *secretflow.Graph, in cluster.Cluster) verdict.Verdict {
	return verdict.Judge(newJudge(set, components, flow, in), checks())
}

// check answers one question. It changes nothing, so that checks may run in any order.
type check func(*judge) verdict.Result

func checks() []check {
	return []check{
		ofEach((*judge).credentials), ofEach((*judge).readers), ofEach((*judge).secrets), ofEach((*judge).keys),
		ofEach((*judge).optionalKeys), ofEach((*judge).pullSecrets), ofEach((*judge).declaredReaders),
		ofEach((*judge).consumption),
		ofEach((*judge).passwords), ofEach((*judge).shadowed), ofEach((*judge).literals), ofEach((*judge).repeated),
		ofEach((*judge).sources), ofEach((*judge).arguments), ofEach((*judge).configMaps),
		ofEach((*judge).missingConfigMaps),
		ofEach((*judge).escapes), ofEach((*judge).claims), ofEach((*judge).levels), ofEach((*judge).refusals),
		ofEach((*judge).drivers), ofEach((*judge).injections),
		(*judge).plainSecrets, (*judge).plainTemplates, (*judge).copies, (*judge).sealedForAll, (*judge).mentions, (*judge).snippets,
		(*judge).monitors,
		(*judge).outside, (*judge).folders, (*judge).driverSecrets, (*judge).providers,
	}
}

// ofEach asks a question of every component.
func ofEach(ask func(*judge, *component, *verdict.Result)) check {
	return func(j *judge) verdict.Result {
		var result verdict.Result
		for _, c := range j.components {
			ask(j, c, &result)
		}
		return result
	}
}

// Precedence of candidates.
const (
	// cause is what a finding has that no other explains, but one before it about the same subject.
	cause = iota
	// consequence is what a finding has that a cause may explain.
	consequence
	// hidden is what a finding has about what is wrong and never noticed.
	hidden
	// remainder is what a finding has that any of the others may explain.
	remainder
)

// judge has what the checks look at. Nothing changes in it after newJudge.
type judge struct {
	set        *objects.Set
	scope      *scope.Scope
	graph      *secretflow.Graph
	cluster    cluster.Cluster
	components []*component
	// byNamespace has the components.
	byNamespace map[string]*component

	// apiKeys are the Secrets that hold the API keys of stores, with a text that says whose. A ClusterSecretStore that
	// names no namespace means the Secret of that name in every one: its key has none.
	apiKeys map[secretflow.Ref]string
	// createdIn are the namespaces in which a Secret of a name is created.
	createdIn map[string][]string
	// copied are the Secrets that a controller copies into other namespaces.
	copied map[secretflow.Ref]bool
	// storage has the volumes that claims may be bound to.
	storage *storage.Storage
	// classes are those of the Secrets Store CSI driver.
	classes map[secretflow.Ref]*providerClass
	// standards are made where a pod is held against them, and specs where an ExternalSecret is asked for.
	standards func() *sandbox.Standards
	specs     func() map[*objects.Object]*eso.ExternalSecretSpec
}

func newJudge(set *objects.Set, components *scope.Scope, flow *secretflow.Graph, in cluster.Cluster) *judge {
	j := &judge{
		set: set, scope: components, graph: flow, cluster: in, byNamespace: map[string]*component{},
		apiKeys: apiKeys(components, flow), createdIn: map[string][]string{}, copied: map[secretflow.Ref]bool{},
		storage: storage.New(set), classes: providerClasses(set), standards: sync.OnceValue(sandbox.NewStandards),
	}
	j.specs = sync.OnceValue(func() map[*objects.Object]*eso.ExternalSecretSpec {
		specs := make(map[*objects.Object]*eso.ExternalSecretSpec, len(set.ExternalSecrets))
		for _, o := range set.ExternalSecrets {
			specs[o.Object] = &o.Value.Spec
		}
		return specs
	})
	for i := range flow.Copies {
		j.copied[flow.Copies[i].From] = true
	}
	refs := slices.SortedFunc(maps.Keys(flow.Secrets), compareRefs)
	for _, ref := range refs {
		j.createdIn[ref.Name] = append(j.createdIn[ref.Name], ref.Namespace)
	}
	j.components = gather(set, components, flow, refs)
	for _, c := range j.components {
		j.byNamespace[c.Namespace] = c
		c.references = j.references(c)
	}
	return j
}

func compareRefs(a, b secretflow.Ref) int {
	return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
}

// about is a finding about an object that nothing explains.
func about(o *objects.Object, f finding.Finding) verdict.Candidate {
	return verdict.Candidate{Finding: o.About(f), Precedence: cause}
}
