package rbac

import (
	"fmt"
	"slices"
)

// becoming finds who may become the service accounts of namespaces that are no component's, because a binding lets them
// run or enter pods, mint tokens or impersonate there. Whoever does may do so again from there, so it goes on until there
// is nobody new.
func (c *check) becoming() {
	for changed := true; changed; {
		changed = false
		for _, b := range c.policy.bindings {
			if b.object == nil || b.cluster || b.role == nil || c.scope.Of(b.namespace) != nil || isPowerful(b.namespace) {
				continue
			}
			for _, subject := range b.subjects {
				for _, h := range c.holders(subject, b.namespace) {
					changed = c.becomesBy(b, h) || changed
				}
			}
		}
	}
}

// becomesBy notes that a binding lets a holder become the service accounts of its namespace.
func (c *check) becomesBy(b *binding, h holder) bool {
	known := func(k holder) bool { return slices.Equal(k.own, h.own) }
	if slices.ContainsFunc(c.become[b.namespace], known) {
		return false
	}
	for _, g := range c.deeds.grantsOf(b.role) {
		if becomesOthers(g.code) && !g.cluster && c.met(g.needs, h.user, b.namespace) && c.useful(b.namespace, g) == yes {
			via := fmt.Sprintf("which %s may become: it may %s in namespace %q by %s", h.text, g.does, b.namespace, b.object)
			c.become[b.namespace] = append(c.become[b.namespace], holder{own: h.own, text: h.text, via: via})
			return true
		}
	}
	return false
}

// becomes are those who may become the service accounts of a namespace, as holders of a subject that stands for one.
func (c *check) becomes(namespace string, user User) []holder {
	holders := slices.Clone(c.become[namespace])
	for i := range holders {
		holders[i].user = user
	}
	return holders
}
