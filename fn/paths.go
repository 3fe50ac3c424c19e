package fn

import (
	"context"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/validators/paths"
)

// Scaleway reads from Scaleway.
type Scaleway interface {
	// Read reads what the plans need to know, and no more. What could not be read is among the failures of the Reading, also
	// where ctx ends it.
	Read(ctx context.Context, plans []*plan.Plan) inventory.Reading
}

// pin fixes the revisions that the Inventories hold, where a Segregation asks for it, before anything is made of its plan.
func (r *run) pin() {
	r.addOnPaths(paths.Pin(r.plans(), r.known()))
}

// checkPaths holds the secrets that the Segregations ask for against the Inventories or against Scaleway. It does so in every
// mode: a function does not know whether another one of the same build has done it.
func (r *run) checkPaths(ctx context.Context) {
	input := paths.Input{Plans: r.plans(), Inventories: r.known()}
	if live := plan.Live(input.Plans); len(live) > 0 && r.scaleway != nil {
		reading := r.scaleway.Read(ctx, live)
		input.Live = &reading
	}
	r.addOnPaths(paths.Check(input))
}

func (r *run) plans() []*plan.Plan {
	plans := make([]*plan.Plan, len(r.segregations))
	for i, s := range r.segregations {
		plans[i] = s.plan
	}
	return plans
}

func (r *run) known() []*inventory.Inventory {
	known := make([]*inventory.Inventory, len(r.inventories))
	for i, c := range r.inventories {
		known[i] = c.inventory
	}
	return known
}

// instructions are the Segregations and Inventories, as objects.
func (r *run) instructions() []*objects.Object {
	var all []*objects.Object
	for _, s := range r.segregations {
		all = append(all, r.proved(s.item))
	}
	for _, c := range r.inventories {
		all = append(all, r.proved(c.item))
	}
	return all
}

// addOnPaths adds findings on Segregations and Inventories with the file and line where each was written. Those that their
// Segregation accepts are listed as such.
func (r *run) addOnPaths(findings []finding.Finding) {
	if len(findings) == 0 {
		return
	}
	type name struct{ kind, name string }
	written := map[name]*objects.Object{}
	for _, o := range r.instructions() {
		written[name{o.Kind, o.Name}] = o
	}
	for i, f := range findings {
		if o := written[name{f.Object.Kind, f.Object.Name}]; o != nil {
			findings[i].File, findings[i].Line = o.File, o.Line(f.Field)
		}
	}
	r.add(r.acceptance.List(findings)...)
}
