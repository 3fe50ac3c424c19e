package network

import (
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// suspect is a finding about something that has no effect. Where a declared flow is blocked or a namespace is open because
// of it, that is reported in its place, so that one mistake is one finding.
type suspect struct {
	finding.Finding
	policy *objects.Object
	// opening is nil where it is not about a peer.
	opening   *opening
	direction direction
	// meant is the other namespace that has the pods of a peer without namespaceSelector; empty where none has.
	meant string
	// told says that it was reported as something else.
	told bool
	// stays says that it is reported in any case.
	stays bool
}

// about says whether a blocked flow with the pods of a namespace, or with addresses where it is empty, may be due to x.
func (x *suspect) about(namespace string) bool {
	o := x.opening
	switch {
	case x.told:
		return false
	case o == nil:
		return true
	case o.block != nil:
		return namespace == ""
	}
	return namespace != "" && (!o.where.named || len(o.where.names) == 0 || slices.Contains(o.where.names, namespace))
}

// invalid says whether a policy that the API server refuses may be the cause of what is missing in a direction.
func (s *side) invalid() bool {
	return slices.ContainsFunc(s.suspects, func(x *suspect) bool { return x.Code == finding.InvalidPolicy })
}

// reportSuspects reports those that were not told as something else.
func (w *world) reportSuspects(n *space) {
	for d := range n.sides {
		for _, x := range n.sides[d].suspects {
			if !x.told && !x.stays {
				x.told = true
				w.report(x.policy, x.Finding)
			}
		}
	}
}
