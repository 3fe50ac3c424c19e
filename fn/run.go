// Package fn is the KRM function: a ResourceList comes in, the objects that its Segregations ask for are added, updated
// or removed, and a ResourceList goes out, with results. It reads and writes bytes only, and asks Scaleway where a
// Segregation says so; the hosts are kustomize, kpt, ArgoCD and people with a pipe.
package fn

import (
	"bytes"
	"context"
	"fmt"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/resourcelist"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators"
)

// Outcome is what a run has to give to its host.
type Outcome struct {
	// Output is the ResourceList for standard output, complete. It is empty only where the input was not a
	// ResourceList; then Findings has an error, and the exit code must not be 0: hosts take nothing for "delete
	// everything".
	Output []byte
	// Findings are sorted for reading.
	Findings []finding.Finding
	// ShowsResults says that the host shows the results in Output by itself.
	ShowsResults bool
}

// Failed says that the exit code must be 1.
func (o Outcome) Failed() bool {
	return finding.HasErrors(o.Findings)
}

// Function is the KRM function.
type Function struct {
	// Live reads for Segregations with validation.paths: Live, and only for them. Where it is nil, such a Segregation
	// is an error.
	Live validators.LiveReader
}

// Run runs the function once, without a [Function.Live].
func Run(input []byte) Outcome { return Function{}.Run(context.Background(), input) }

// Run runs the function once. It does no input or output but by Live. When ctx ends, reading ends, and what was not
// read is an error.
func (f Function) Run(ctx context.Context, input []byte) Outcome {
	list, err := resourcelist.Read(input)
	if err != nil {
		return unreadable(err)
	}
	read, err := intake.FromList(list, "")
	if err != nil {
		return unreadable(err)
	}
	run := &run{list: list, read: read, live: f.Live, hostWritesFiles: true}
	if run.prepare() {
		run.carryOut(ctx)
	}
	return run.outcome()
}

func unreadable(err error) Outcome {
	return Outcome{Findings: []finding.Finding{{
		Code: finding.InputUnreadable, Severity: finding.Error, Message: err.Error(),
	}}}
}

// run is the state of one run, from the list that came in to the list that goes out.
type run struct {
	list *resourcelist.List
	// read is the list as objects.
	read     intake.List
	live     validators.LiveReader
	taken    intake.Intake
	mode     mode
	findings []finding.Finding
	// renamed tells that a Segregation has another name than when its objects were generated, so that it is not known
	// what belongs to it.
	renamed bool
	// hostWritesFiles says that new objects need a place in a file.
	hostWritesFiles bool
	// items is the list that goes out where there is no error.
	items []*resourcelist.Item
	// written has the generated object of each item among them whose text says the same.
	written map[*resourcelist.Item]*wantedObject
}

func (r *run) add(findings ...finding.Finding) {
	r.findings = append(r.findings, findings...)
}

// prepare takes the Segregations and Inventories in. It reports whether they can be carried out.
func (r *run) prepare() bool {
	r.taken = intake.Take(intake.Input{Objects: r.read.Objects(), Place: place})
	mode, problems := readMode(r.read)
	r.mode = mode
	r.add(r.taken.Findings...)
	r.add(problems...)
	if !r.taken.Complete || len(problems) > 0 {
		return false
	}
	if len(r.taken.Segregations) == 0 {
		r.add(finding.Finding{
			Code: finding.NoSegregation, Severity: finding.Error,
			Message: "there must be a Segregation, as functionConfig or among the items; there is none",
			Fix:     "add one (apiVersion: " + wellknown.APIVersion + ", kind: " + wellknown.SegregationKind + ")",
		})
		return false
	}
	return true
}

// carryOut does what the Segregations ask for, and judges the result. The paths are judged whatever else is wrong, in
// every mode: everything is said at once, and a function does not know whether another one of the same build has done
// it.
func (r *run) carryOut(ctx context.Context) {
	pinned := validators.Input{
		Plans: r.taken.Plans(), Inventories: r.taken.Inventories, Instructions: r.read.Objects(), Live: r.live,
	}.Pin()
	var proof validators.Proof
	if pinned.Complete && !r.taken.Ambiguous {
		proof = r.expandOrValidate(pinned.Plans)
	}
	r.add(pinned.SumUp(proof, pinned.CheckPaths(ctx)).All()...)
	r.add(r.refuseUndecided(pinned.Plans)...)
	r.written = nil // the objects are in the items as text: what is left is to write that
}

// refuseUndecided are the errors of Segregations that demand that everything is decided.
func (r *run) refuseUndecided(plans []*plan.Plan) []finding.Finding {
	open := 0
	for _, f := range r.findings {
		if f.Undecided {
			open++
		}
	}
	var refused []finding.Finding
	for _, p := range plans {
		if open == 0 || !p.RefusesUndecided {
			continue
		}
		refused = append(refused, finding.Finding{
			Code: finding.UndecidedRefused, Severity: finding.Error,
			Object: finding.Object{
				APIVersion: wellknown.APIVersion, Kind: wellknown.SegregationKind, Name: p.Segregation,
			},
			Field: fieldpath.Of("spec", "validation", "undecided"),
			Message: fmt.Sprintf("not decided: %s, which the Segregation refuses",
				phrase.Count(open, "thing")),
			Fix: "do what these findings say, or write undecided: Report",
		})
	}
	return objects.Placed(r.read.Objects(), refused)
}

// expandOrValidate makes the items that go out, and proves what will be applied. Where they cannot be made there is no
// proof.
func (r *run) expandOrValidate(plans []*plan.Plan) validators.Proof {
	wanted, err := r.wanted(plans)
	if err != nil {
		r.add(finding.Finding{Code: finding.InputUnreadable, Severity: finding.Error, Message: err.Error()})
		return validators.Proof{}
	}
	if r.mode == modeValidate {
		explained := r.validate(wanted)
		if r.renamed {
			return validators.Proof{}
		}
		return validators.Prove(r.applied(r.list.Items), plans, r.taken.Cluster).Without(explained)
	}
	if !r.reconcile(wanted) {
		return validators.Proof{}
	}
	return validators.Prove(r.applied(r.items), plans, r.taken.Cluster)
}

// said are the findings, sorted. Where one is an error, nothing is removed from what goes out.
func (r *run) said() []finding.Finding {
	said := r.findings
	if finding.HasErrors(said) {
		_, said = divided(said)
	}
	finding.Sort(said)
	return said
}

// outcome writes the list: as it came in where there is an error, so that nothing half-done goes out.
func (r *run) outcome() Outcome {
	outcome := Outcome{Findings: r.said(), ShowsResults: r.list.Host == resourcelist.Kpt}
	if !outcome.Failed() {
		r.list.Items = r.items
	}
	if err := replaceResults(r.list, outcome.Findings); err != nil {
		return unreadable(err)
	}
	var out bytes.Buffer
	if err := r.list.Write(&out); err != nil {
		return unreadable(err)
	}
	outcome.Output = out.Bytes()
	return outcome
}
