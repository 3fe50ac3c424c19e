package cli

import (
	"context"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/report"
	"cloison.dev/cloison/validators"
	"cloison.dev/cloison/validators/paths"
)

// pathsFamily is the letter of the findings on Scaleway paths.
const pathsFamily = "I"

// scalewayPaths holds the paths of an input against its Inventories and against Scaleway.
type scalewayPaths struct {
	input *load.Input
	// offline leaves Scaleway out, so that nothing is decided where a Segregation says Live.
	offline bool
	say     func(doing string)
	// acceptance is what the Segregations accept.
	acceptance *validators.Acceptance
}

func newScalewayPaths(input *load.Input, offline bool, say func(doing string)) scalewayPaths {
	return scalewayPaths{input: input, offline: offline, say: say, acceptance: validators.NewAcceptance(input.Objects, input.Plans)}
}

// pin fixes the revisions that the Inventories hold in the plans, where a Segregation asks for it.
func (p scalewayPaths) pin(found *report.Report) {
	p.add(found, paths.Pin(p.input.Plans, p.input.Inventories))
}

// check adds the findings, and says which family of them was decided: none where there was nothing to hold a path against. It
// comes after pin.
func (p scalewayPaths) check(ctx context.Context, found *report.Report) (checked []string) {
	input := paths.Input{Plans: p.input.Plans, Inventories: p.input.Inventories, Live: p.read(ctx), Offline: p.offline}
	p.add(found, paths.Check(input))
	found.Findings = append(found.Findings, p.acceptance.WithoutEffect()...)
	if isHeld(input) {
		checked = []string{pathsFamily}
	}
	return checked
}

// add adds findings, where they are in the input and unless a Segregation accepts them.
func (p scalewayPaths) add(found *report.Report, findings []finding.Finding) {
	standing, accepted := p.acceptance.Split(p.input.Placed(findings))
	add(found, standing, accepted)
}

// read asks Scaleway, where a Segregation says so and the user has not forbidden it.
func (p scalewayPaths) read(ctx context.Context) *inventory.Reading {
	plans := plan.Live(p.input.Plans)
	if len(plans) == 0 || p.offline {
		return nil
	}
	reading := live{say: p.say}.Read(ctx, plans)
	return &reading
}

// isHeld says whether anything was there to hold the paths against.
func isHeld(input paths.Input) bool {
	committed := len(input.Inventories) > 0 && len(plan.ByInventory(input.Plans)) > 0
	read := input.Live != nil && input.Live.Inventory != nil && len(input.Live.Inventory.Spec.Folders) > 0
	return committed || read
}
