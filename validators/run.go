package validators

import (
	"context"
	"slices"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/coverage"
	"cloison.dev/cloison/validators/paths"
	"cloison.dev/cloison/validators/ways"
)

// LiveReader reads what the plans need to know from Secret Manager.
type LiveReader interface {
	// Read reads what the plans need to know, and no more. What could not be read is among the failures of the Reading,
	// also where ctx ends it.
	Read(ctx context.Context, plans []*plan.Plan) inventory.Reading
}

// Input is the input of a run. Its steps are pure, but for reading live:
//
//	pinned := Input{...}.Pin()            // the revisions of the Inventories, in new plans
//	proof := Prove(objects, pinned.Plans, cluster) // of what would be applied, or is generated from the pinned plans
//	paths := pinned.CheckPaths(ctx)       // against the Inventories or a live reading, whatever else is wrong
//	result := pinned.SumUp(proof, paths)  // what stands, and what the annotations accept
type Input struct {
	Plans       []*plan.Plan
	Inventories []*inventory.Inventory
	// Instructions are the Segregations and Inventories as objects: where they are written, and what they accept. Of
	// several with one name the first counts.
	Instructions []*objects.Object
	// Live reads for the plans whose paths are checked live. Where it is nil, those paths are an error.
	Live LiveReader
	// Offline is true where the user wants nothing to be read, which is a warning.
	Offline bool
	// AcceptNothing is true where findings stand whoever accepts them.
	AcceptNothing bool
}

// Pinned is an Input whose plans have their final revisions.
type Pinned struct {
	Input
	// Findings are about what was not pinned.
	Findings []finding.Finding
	// Complete reports whether everything is pinned that was to be, so that objects can be made of the plans.
	Complete bool
	// capturing leaves out annotations without effect: a new Inventory is written whatever they say.
	capturing bool
}

// Pin fixes the revisions that the Inventories hold, where a Segregation asks for it. The plans of the Input stay as
// they are.
func (in Input) Pin() Pinned {
	pins := paths.Pin(in.Plans, in.Inventories)
	in.Plans = pins.Plans
	return Pinned{Input: in, Findings: pins.Findings, Complete: pins.Complete}
}

// Unpinned is the Input for who writes a new Inventory: its pins are still to come.
func (in Input) Unpinned() Pinned { return Pinned{Input: in, Complete: true, capturing: true} }

// CheckPaths compares the secrets of the Segregations with the Inventories or a live reading.
func (p Pinned) CheckPaths(ctx context.Context) paths.Result {
	in := paths.Input{Plans: p.Plans, Inventories: p.Inventories, Offline: p.Offline}
	if live := plan.Live(p.Plans); len(live) > 0 && p.Live != nil && !p.Offline {
		reading := p.Live.Read(ctx, live)
		in.Live = &reading
	}
	return paths.Check(in)
}

// Result is what a run has to say.
type Result struct {
	// Findings stand. They are sorted for reading.
	Findings []finding.Finding
	// Suppressed are the findings that somebody accepts, sorted like the others.
	Suppressed []Suppressed
	// Objects and Components are those of the Proof.
	Objects    int
	Components []string
	// Decided are the subjects that a check came to a conclusion about.
	Decided []verdict.Subject
	// Coverage is that of the Proof.
	Coverage coverage.Coverage
	// Checked are the letters of the families that were decided.
	Checked []string
	// Manifests are those of the Proof.
	Manifests *decoded.Manifests
}

// pathsFamily is the letter of the findings on paths.
const pathsFamily = "I"

// SumUp puts together what the steps found, gives findings on Segregations and Inventories their place in a file, and
// takes out what annotations accept.
func (p Pinned) SumUp(proof Proof, onPaths paths.Result) Result {
	instructions := firstOfName(p.Instructions)
	found := objects.Placed(instructions, slices.Concat(p.Findings, onPaths.Findings))
	proven := objects.Placed(instructions, proof.Findings)
	standing, suppressed, problems := p.accept(slices.Concat(found, proven), proof, instructions,
		unjudged(p.Plans, found))
	result := Result{
		Findings: standing, Suppressed: suppressed,
		Objects: proof.Objects, Components: proof.Components, Decided: proof.Decided,
		Coverage: proof.Coverage, Manifests: proof.Manifests,
	}
	if !p.capturing {
		result.Findings = slices.Concat(standing, problems)
	}
	if proof.Objects > 0 {
		result.Checked = Families()
	}
	if onPaths.Held {
		result.Checked = append(result.Checked, pathsFamily)
	}
	finding.Sort(result.Findings)
	return result
}

// accept divides findings into those that stand and those that somebody accepts. The problems are about acceptances that
// are wrong or have no effect.
func (p Pinned) accept(found []finding.Finding, proof Proof, instructions []*objects.Object, unjudged map[string]bool) (
	standing []finding.Finding, suppressed []Suppressed, problems []finding.Finding,
) {
	if p.AcceptNothing {
		return found, nil, nil
	}
	var a acceptances
	var applied []*objects.Object
	if proof.Manifests != nil {
		a.in, applied = proof.Manifests.Cluster, proof.Manifests.Set.All
	}
	problems = a.readAnnotations(applied, instructions, unjudged)
	a.readDeclared(p.Plans, instructions, unjudged)
	standing, suppressed, idle := a.split(found)
	return standing, suppressed, append(problems, idle...)
}

// Check judges manifests alone: it proves and sums up.
func Check(all []*objects.Object, plans []*plan.Plan, in cluster.Cluster) Result {
	return Pinned{Input: Input{Plans: plans}}.SumUp(Prove(all, plans, in), paths.Result{})
}

// Ways joins the findings, those that somebody accepts among them, to ways; nil where nothing was judged. It is made anew
// for each call.
func (r Result) Ways() *ways.Graph {
	if r.Manifests == nil {
		return nil
	}
	var found []ways.Found
	for _, f := range r.Findings {
		found = append(found, ways.Found{Finding: f})
	}
	for _, s := range r.Suppressed {
		found = append(found, ways.Found{Finding: s.Finding, Accepted: true})
	}
	return ways.New(r.Manifests, found)
}

// LeadOn reports whether findings open any ways, so that it is worth asking for them.
func (r Result) LeadOn() bool {
	return slices.ContainsFunc(r.Findings, func(f finding.Finding) bool { return f.Lead != nil }) ||
		slices.ContainsFunc(r.Suppressed, func(s Suppressed) bool { return s.Lead != nil })
}

// All lists the findings together: those that are accepted follow the others, as they are listed.
func (r Result) All() []finding.Finding {
	all := slices.Clone(r.Findings)
	for _, s := range r.Suppressed {
		all = append(all, s.Listed())
	}
	return all
}
