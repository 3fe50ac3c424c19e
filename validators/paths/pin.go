package paths

import (
	"fmt"
	"slices"
	"strconv"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
)

// Pins is what Pin gives.
type Pins struct {
	// Plans are those that were given, in their order, with new ones for those that want pins.
	Plans []*plan.Plan
	// Findings are sorted, and about the Segregation.
	Findings []finding.Finding
	// Complete is true where every value that must be pinned is. Secrets without an enabled revision are left to
	// [Check] where it compares the plan with the Inventories.
	Complete bool
}

// Pin pins the plans with sync.pin: in a copy of the plan, each Entry and Extract without a Version gets the latest
// revision that is enabled in the Inventories, and Pinned. Optional keys are not pinned: the External Secrets Operator
// searches for them, and a search has no revision. Pin comes before [Check] and before objects are generated.
func Pin(plans []*plan.Plan, inventories []*inventory.Inventory) Pins {
	r := &collector{}
	committed := ofInventories(inventories)
	pins := Pins{Plans: slices.Clone(plans)}
	for i, p := range plans {
		switch {
		case !p.Sync.Pin:
		case len(inventories) == 0:
			r.nothingToPinFrom(p)
		default:
			pinned := p.Clone()
			pins.Plans[i] = pinned
			for _, at := range locatedGroups(pinned) {
				newPinner(r, pinned, at, committed).pin(modeOf(pinned, inventories))
			}
		}
	}
	finding.Sort(r.findings)
	pins.Findings, pins.Complete = r.findings, !finding.HasErrors(r.findings)
	return pins
}

var pinField = fieldpath.Of("spec", "sync", "pin")

// pinFix is the fix for an Inventory that lacks revisions.
const pinFix = renew + ", which asks for revisions where sync.pin is set"

// nothingToPinFrom reports a plan without an Inventory, unless it names all its revisions itself.
func (r *collector) nothingToPinFrom(p *plan.Plan) {
	for _, at := range locatedGroups(p) {
		if len(versionsToPin(at)) == 0 {
			continue
		}
		r.about(p, finding.Finding{
			Code: finding.NotPinned, Severity: finding.Error, Field: pinField,
			Message: "there must be an Inventory among the inputs to take the revisions from; there " +
				"is none, so nothing is pinned",
			Fix: `commit the output of "cloison inventory" beside the Segregation: ` +
				`it asks for revisions where sync.pin is set`,
		})
		return
	}
}

// toPin is a value without a revision.
type toPin struct {
	secret  string
	version *string
	pinned  *bool
}

// versionsToPin lists the values of a group that must be pinned.
func versionsToPin(at locatedGroup) []toPin {
	var found []toPin
	for i := range at.Entries {
		if e := &at.Entries[i]; e.Version == "" {
			found = append(found, toPin{e.Secret, &e.Version, &e.Pinned})
		}
	}
	for i := range at.Extract {
		if e := &at.Extract[i]; e.Version == "" {
			found = append(found, toPin{e.Secret, &e.Version, &e.Pinned})
		}
	}
	return found
}

// pinner pins one group.
type pinner struct {
	locatedGroup
	*collector
	plan    *plan.Plan
	source  *source
	secrets map[string]*inventory.Secret
	// absent are secrets that the Inventory lacks, unreadable those without an enabled revision, stateless those whose
	// enabled revisions are not known.
	absent, unreadable, stateless map[string]bool
}

func newPinner(r *collector, p *plan.Plan, at locatedGroup, s *source) *pinner {
	return &pinner{
		locatedGroup: at, collector: r, plan: p, source: s,
		absent: map[string]bool{}, unreadable: map[string]bool{}, stateless: map[string]bool{},
	}
}

func (p *pinner) pin(mode spec.PathCheck) {
	p.reportOptional()
	values := versionsToPin(p.locatedGroup)
	if len(values) == 0 {
		return
	}
	folder, known := p.source.folder(p.ref)
	if !known {
		why := fmt.Sprintf("the Inventory does not hold %s", p.ref)
		if p.source.repeated[p.ref] {
			why = fmt.Sprintf("%s is described more than once", p.ref)
		}
		p.notPinned(why, pinFix)
		return
	}
	p.secrets, _ = byName(folder)
	for _, v := range values {
		p.pinOne(v)
	}
	p.reportNotPinned(mode)
}

func (p *pinner) pinOne(v toPin) {
	s := p.secrets[v.secret]
	if s == nil {
		p.absent[v.secret] = true
		return
	}
	latest, known := s.LatestEnabled()
	switch {
	case s.DeletionRequestedAt != "" || known && latest == 0:
		p.unreadable[v.secret] = true
	case !known:
		p.stateless[v.secret] = true
	default:
		*v.version, *v.pinned = strconv.Itoa(latest), true
	}
}

// reportNotPinned reports what was not pinned.
func (p *pinner) reportNotPinned(mode spec.PathCheck) {
	if len(p.absent) > 0 {
		p.notPinned("the Inventory does not hold "+list(sorted(p.absent)),
			"create the secrets, or correct their names; then "+pinFix)
	}
	if len(p.stateless) > 0 {
		p.notPinned("the Inventory does not know which revisions are enabled of "+list(sorted(p.stateless)), pinFix)
	}
	if len(p.unreadable) > 0 && mode != spec.PathsInventory {
		p.notPinned("in the Inventory there is no revision that can be read of "+list(sorted(p.unreadable)),
			"add a version to the secrets, enable or restore them; then "+pinFix)
	}
}

func (p *pinner) notPinned(why, fix string) {
	p.about(p.plan, finding.Finding{
		Code: finding.NotPinned, Severity: finding.Error, Field: p.field.Child("path"),
		Message: fmt.Sprintf("every secret of %s must have a revision to pin; %s", p.called(), why), Fix: fix,
	})
}

// reportOptional reports the optional keys, which are not pinned.
func (p *pinner) reportOptional() {
	if len(p.Optional) == 0 {
		return
	}
	keys := make([]string, len(p.Optional))
	for i, e := range p.Optional {
		keys[i] = e.Key
	}
	p.about(p.plan, finding.Finding{
		Code: finding.NotPinned, Severity: finding.Info, Field: p.field.Child("optionalKeys"),
		Message: fmt.Sprintf("optional keys are not pinned, since they are searched for, and "+
			"a search has no revision: %s", list(keys)),
		Fix: `list them under "keys" where they must be pinned`,
	})
}
