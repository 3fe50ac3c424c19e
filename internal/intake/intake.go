// Package intake is the one way in: of the objects of an input it takes the Cluster, the Segregations and the
// Inventories, and makes plans of the Segregations. What is wrong with the input as a whole are findings. It reads no
// files, and its answer depends on nothing but the objects.
package intake

import (
	"slices"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
)

// Input is what comes in.
type Input struct {
	// Objects are in the order of the input. Of several Segregations with one name that say the same the first counts,
	// and of Inventories likewise.
	Objects []*objects.Object
	// Place gives a finding about an object as a whole its object, file and line. Default: [objects.Object.About], the
	// line of the finding's field.
	Place func(*objects.Object, finding.Finding) finding.Finding
}

// Segregation is one Segregation of the input.
type Segregation struct {
	// Object is where it is written.
	Object *objects.Object
	// Spec is what it says, with its defaults.
	Spec *spec.Segregation
	// Plan is what it stands for. No revision is pinned yet.
	Plan *plan.Plan
}

// Intake is what was taken in.
type Intake struct {
	// Segregations are in the order of the input. There are none where one was refused.
	Segregations []Segregation
	// Inventories are those that were not refused, in the order of the input.
	Inventories []*inventory.Inventory
	// Cluster is what the manifests stand in: a Kapsule with its default addresses, where the input does not say.
	Cluster cluster.Cluster
	// Findings are in no particular order.
	Findings []finding.Finding
	// Complete reports that no Segregation, no Inventory and no Cluster was refused, and nothing is of a kind of Cloison
	// that there is not. Otherwise it is not known what was meant.
	Complete bool
	// Ambiguous reports that an object is given twice and the two differ, so that it is not known which one will be applied.
	Ambiguous bool
}

// Plans are those of the Segregations.
func (i Intake) Plans() []*plan.Plan {
	plans := make([]*plan.Plan, len(i.Segregations))
	for at, s := range i.Segregations {
		plans[at] = s.Plan
	}
	return plans
}

// Take takes in what the objects say to Cloison, and reports objects that are given twice.
func Take(in Input) Intake {
	if in.Place == nil {
		in.Place = (*objects.Object).About
	}
	around := surround(in)
	specs, inventories := read(in, segregations(around.cluster)), read(in, inventories())
	planned := resolve(in, specs, around.cluster)
	unknown, twice := unknownKinds(in), givenTwice(in)
	taken := Intake{
		Segregations: planned.segregations,
		Cluster:      around.cluster,
		Findings: slices.Concat(warnings(in), unknown, around.findings, specs.findings, planned.findings,
			inventories.findings, twice),
		Complete:  len(unknown) == 0 && around.complete && specs.complete && planned.complete && inventories.complete,
		Ambiguous: finding.HasErrors(twice),
	}
	for _, each := range inventories.accepted {
		taken.Inventories = append(taken.Inventories, each.value)
	}
	return taken
}
