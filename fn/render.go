package fn

import (
	"context"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/resourcelist"
)

// Rendering is what a run makes of resources that its caller has read by itself.
type Rendering struct {
	// Items are the resources, with what the Segregations ask for: those of the input that are not changed are the same
	// values. There are none where a finding is an error. A validation changes nothing.
	Items []*resourcelist.Item
	// Findings are sorted for reading.
	Findings []finding.Finding
	// Validated says that the mode was validate.
	Validated bool
}

// Render runs the function once on resources that are no text of a ResourceList. config is nil where there is no
// functionConfig. The items' annotations may say in which file each is, as hosts do, without their text. ctx ends
// reading live, as in [Function.Run].
func (f Function) Render(ctx context.Context, config *resourcelist.Item, items []*resourcelist.Item) Rendering {
	list := &resourcelist.List{FunctionConfig: config, Items: items}
	read, err := intake.FromList(list, "")
	if err != nil {
		return Rendering{Findings: unreadable(err).Findings}
	}
	run := &run{list: list, read: read, live: f.Live}
	if run.prepare() {
		run.carryOut(ctx)
	}
	finding.Sort(run.findings)
	rendering := Rendering{Findings: run.findings, Validated: run.mode == modeValidate}
	switch {
	case finding.HasErrors(run.findings):
	case rendering.Validated:
		rendering.Items = items
	default:
		rendering.Items = run.items
	}
	return rendering
}
