// Package paths holds the secrets that the Segregations ask for against what Scaleway holds. It is pure: an Inventory,
// or what was read just now, goes in, findings come out.
package paths

import (
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// Input is what is held against each other.
type Input struct {
	// Plans are judged as they are: Pin has fixed their revisions where that is wanted.
	Plans []*plan.Plan
	// Inventories are those among the inputs.
	Inventories []*inventory.Inventory
	// Live is what was read from Scaleway for the plans whose Paths are Live; nil where nothing was.
	Live *inventory.Reading
	// Offline says that Scaleway must not be asked: Live is nil because the user wants it so. Nothing is decided then
	// of plans whose Paths are Live, and that is no error.
	Offline bool
}

// Result is what Check has to say.
type Result struct {
	// Findings are sorted for reading.
	Findings []finding.Finding
	// Held reports whether there was anything to hold a path against.
	Held bool
}

// Check judges every plan against what its Paths name: the Inventories, where there are any and it names nothing, or
// Live. Findings are about the Segregation (Object has its kind and name) or the Inventory; they are sorted for
// reading. What could not be decided is an error that says so (a warning where Offline is set), never a pass. Nothing
// depends on the time: a secret that is scheduled for deletion is one, whenever that was.
func Check(in Input) Result {
	r := &report{}
	var byInventory, byLive []*plan.Plan
	for _, p := range in.Plans {
		switch modeOf(p, in.Inventories) {
		case spec.PathsOff:
			if p.Paths == "" {
				r.notChecked(p)
			}
		case spec.PathsInventory:
			if len(in.Inventories) == 0 {
				r.withoutInventory(p)
				continue
			}
			byInventory = append(byInventory, p)
		default:
			if in.Live == nil {
				r.notRead(p, in.Offline)
				continue
			}
			byLive = append(byLive, p)
		}
	}
	committed, read := ofInventories(in.Inventories), ofReading(in.Live)
	r.plans(byInventory, committed)
	r.plans(byLive, read)
	r.failures(byLive, read)
	r.uncounted(byLive, read)
	pins := slices.ContainsFunc(in.Plans, func(p *plan.Plan) bool { return p.Sync.Pin })
	if len(byInventory) > 0 || pins {
		r.twice(committed)
	}
	if len(byInventory) > 0 {
		r.unusedFolders(in.Plans, committed)
	}
	finding.Sort(r.findings)
	return Result{Findings: r.findings, Held: in.held()}
}

// held reports whether anything was there to hold the paths against.
func (in Input) held() bool {
	committed := len(in.Inventories) > 0 && len(plan.ByInventory(in.Plans)) > 0
	read := in.Live != nil && in.Live.Inventory != nil && len(in.Live.Inventory.Spec.Folders) > 0
	return committed || read
}

// modeOf says against what a plan is held; Off where it names nothing and there is no Inventory.
func modeOf(p *plan.Plan, inventories []*inventory.Inventory) spec.PathCheck {
	switch {
	case p.Paths != "":
		return p.Paths
	case len(inventories) > 0:
		return spec.PathsInventory
	}
	return spec.PathsOff
}

// report collects findings.
type report struct{ findings []finding.Finding }

// about adds a finding about a Segregation.
func (r *report) about(p *plan.Plan, f finding.Finding) {
	f.Object = finding.Object{APIVersion: wellknown.APIVersion, Kind: wellknown.SegregationKind, Name: p.Segregation}
	r.findings = append(r.findings, f)
}

// aboutInventory adds a finding about an Inventory.
func (r *report) aboutInventory(i *inventory.Inventory, f finding.Finding) {
	f.Object = finding.Object{APIVersion: inventory.APIVersion, Kind: inventory.Kind, Name: i.Metadata.Name}
	r.findings = append(r.findings, f)
}

const pathsField = "spec.validation.paths"

func (r *report) notChecked(p *plan.Plan) {
	r.about(p, finding.Finding{
		Code: finding.PathsNotChecked, Severity: finding.Info, Field: pathsField,
		Message: "the Scaleway paths were not checked: there is no Inventory among the inputs",
		Fix: `commit the output of "cloison inventory" beside the Segregation, or set it to Live; ` +
			`Off stops this message`,
	})
}

func (r *report) withoutInventory(p *plan.Plan) {
	r.about(p, finding.Finding{
		Code: finding.InventoryOutdated, Severity: finding.Error, Field: pathsField, Undecided: true,
		Message: "there must be an Inventory among the inputs to check the Scaleway paths against; there is none",
		Fix:     `commit the output of "cloison inventory" beside the Segregation and list it among the resources`,
	})
}

func (r *report) notRead(p *plan.Plan, offline bool) {
	if offline {
		r.about(p, finding.Finding{
			Code: finding.PathsNotChecked, Severity: finding.Warning, Field: pathsField, Undecided: true,
			Message: "the Scaleway paths were not checked: they must be checked live, and this check is offline",
			Fix:     "check them without --offline",
		})
		return
	}
	r.about(p, finding.Finding{
		Code: finding.ScalewaySilent, Severity: finding.Error, Field: pathsField, Undecided: true,
		Message: "the Scaleway paths must be checked live, and Scaleway was not read here",
		Fix: `run this where Scaleway can be reached, or set it to Inventory and ` +
			`commit the output of "cloison inventory"`,
	})
}
