package published

import (
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
)

// Backend is what an entry leads to.
type Backend struct {
	// Service is nil where the object selects pods itself.
	Service *model.Service
	// Selector selects the pods, of which Pods are known.
	Selector policy.Selector
	Pods     []*model.Pods
	// Ports of the pods; none where they are not known.
	Ports []policy.Port
}

// Backend finds the pods of an entry in its namespace. ok is false where the input does not say which they are: it has
// no such Service, or one without a selector, or the API server refuses the selector.
func (e *Entry) Backend(in *model.Namespace) (b Backend, ok bool) {
	if e.Pods == nil {
		if b.Service = in.Service(e.Service); b.Service == nil {
			return b, false
		}
		b.Selector, b.Pods, b.Ports = b.Service.Selector, b.Service.Pods, b.Service.Targets(e.Port)
	} else {
		if b.Selector, ok = policy.ReadSelector(e.Pods); !ok {
			return b, false
		}
		b.Pods = in.Matching(b.Selector)
	}
	if e.HasTarget() {
		b.Ports = model.Ports(b.Pods, e.Target)
	}
	return b, true
}
