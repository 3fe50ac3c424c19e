// Package paths compares the secrets that Segregations read with those of Secret Manager: whether each path, property
// and revision exists (family I of the findings). It is pure: Inventories, or a [inventory.Reading], go in, findings
// come out.
package paths

import (
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// Input is what is compared.
type Input struct {
	// Plans have been through [Pin] where sync.pin is set.
	Plans []*plan.Plan
	// Inventories are those among the inputs.
	Inventories []*inventory.Inventory
	// Live was read from Secret Manager for the plans whose Paths are Live; nil where nothing was read.
	Live *inventory.Reading
	// Offline is true where the user wants nothing to be read. Plans whose Paths are Live are undecided then, which is
	// a warning and no error.
	Offline bool
}

// Result is what [Check] decided.
type Result struct {
	// Findings are sorted by [finding.Sort].
	Findings []finding.Finding
	// Held is true where a path was compared with anything.
	Held bool
}

// Check compares every plan with what its Paths name: Live or the Inventories, which are also the default where there
// are any. A finding is about the Segregation or the Inventory (Object has its kind and name). What could not be
// decided is an undecided error (a warning where Offline is set), never a pass. The result does not depend on the time:
// a secret that is scheduled for deletion counts as missing, whenever that was requested.
func Check(in Input) Result {
	r := &collector{}
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

// held reports whether there was anything to compare the paths with.
func (in Input) held() bool {
	committed := len(in.Inventories) > 0 && len(plan.ByInventory(in.Plans)) > 0
	read := in.Live != nil && in.Live.Inventory != nil && len(in.Live.Inventory.Spec.Folders) > 0
	return committed || read
}

// modeOf is the effective Paths of a plan; Off where it names nothing and there is no Inventory.
func modeOf(p *plan.Plan, inventories []*inventory.Inventory) spec.PathCheck {
	switch {
	case p.Paths != "":
		return p.Paths
	case len(inventories) > 0:
		return spec.PathsInventory
	}
	return spec.PathsOff
}

// collector collects findings.
type collector struct{ findings []finding.Finding }

// about adds a finding about a Segregation.
func (r *collector) about(p *plan.Plan, f finding.Finding) {
	f.Object = finding.Object{APIVersion: wellknown.APIVersion, Kind: wellknown.SegregationKind, Name: p.Segregation}
	r.findings = append(r.findings, f)
}

// aboutInventory adds a finding about an Inventory.
func (r *collector) aboutInventory(i *inventory.Inventory, f finding.Finding) {
	f.Object = finding.Object{APIVersion: inventory.APIVersion, Kind: inventory.Kind, Name: i.Metadata.Name}
	r.findings = append(r.findings, f)
}

var pathsField = fieldpath.Of("spec", "validation", "paths")

func (r *collector) notChecked(p *plan.Plan) {
	r.about(p, finding.Finding{
		Code: finding.PathsNotChecked, Severity: finding.Info, Field: pathsField,
		Message: "the Scaleway paths were not checked: there is no Inventory among the inputs",
		Fix: `commit the output of "cloison inventory" beside the Segregation, or set it to Live; ` +
			`Off stops this message`,
	})
}

func (r *collector) withoutInventory(p *plan.Plan) {
	r.about(p, finding.Finding{
		Code: finding.InventoryOutdated, Severity: finding.Error, Field: pathsField, Undecided: true,
		Message: "there must be an Inventory among the inputs to check the Scaleway paths against; there is none",
		Fix:     `commit the output of "cloison inventory" beside the Segregation and list it among the resources`,
	})
}

func (r *collector) notRead(p *plan.Plan, offline bool) {
	if offline {
		r.about(p, finding.Finding{
			Code: finding.PathsNotChecked, Severity: finding.Warning, Field: pathsField, Undecided: true,
			Message: "the Scaleway paths were not checked: they must be checked live, and this check is offline",
			Fix:     "check them without --offline",
		})
		return
	}
	r.about(p, finding.Finding{
		Code: finding.SecretManagerSilent, Severity: finding.Error, Field: pathsField, Undecided: true,
		Message: "the Scaleway paths must be checked live, and Scaleway was not read here",
		Fix: `run this where Scaleway can be reached, or set it to Inventory and ` +
			`commit the output of "cloison inventory"`,
	})
}
