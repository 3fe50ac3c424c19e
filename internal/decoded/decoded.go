// Package decoded has manifests as whatever judges or shows them reads them: decoded once, with the components that they
// belong to and where their secrets come from and go to.
package decoded

import (
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
)

// Manifests are the objects that would be applied, and what they say.
type Manifests struct {
	Set *objects.Set
	// Scope are the components: those of the plans or, without a plan, every namespace.
	Scope *scope.Scope
	Flow  *secretflow.Graph
	// Cluster is what they stand in.
	Cluster cluster.Cluster
}

// New decodes objects. The findings are for what cannot be decoded, which is left out.
func New(all []*objects.Object, plans []*plan.Plan, in cluster.Cluster) (*Manifests, []finding.Finding) {
	set, findings := objects.NewSet(all)
	return &Manifests{Set: set, Scope: scope.New(set, plans), Flow: secretflow.New(set), Cluster: in}, findings
}
