package plan

import (
	"slices"

	"cloison.dev/cloison/internal/spec"
)

// Live are the plans whose paths are checked against Secret Manager itself.
func Live(plans []*Plan) []*Plan {
	return slices.DeleteFunc(slices.Clone(plans), func(p *Plan) bool { return p.Paths != spec.PathsLive })
}

// ByInventory are the plans whose paths are checked against the Inventories, where there are any.
func ByInventory(plans []*Plan) []*Plan {
	return slices.DeleteFunc(slices.Clone(plans),
		func(p *Plan) bool { return p.Paths != "" && p.Paths != spec.PathsInventory })
}
