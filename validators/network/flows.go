package network

import (
	"fmt"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

// checkFlows decides whether the policies of the component's own side let its declared flows through. The other side is
// judged with its own component, so that one missing policy is one finding.
func checkFlows(f *facts) (r verdict.Result) {
	if !f.Planned {
		return r
	}
	for _, n := range f.Components {
		if n.Unreliable {
			continue
		}
		c := flowCheck{facts: f, n: n, precedence: precedenceOfFlow}
		for _, d := range policy.Directions() {
			c.check(d)
		}
		r.Candidates = append(r.Candidates, c.Candidates...)
		r.Decided = append(r.Decided, c.Decided...)
	}
	return r
}

// flowCheck decides the declared flows of a component.
type flowCheck struct {
	*facts
	verdict.Result
	n *model.Namespace
	// precedence of the next candidate.
	precedence int
}

// check decides the flows of one direction. Of those with the same purpose, the first that is blocked is enough.
func (c *flowCheck) check(d policy.Direction) {
	blocked := map[string]bool{}
	for _, flow := range c.n.Declared[d].Flows {
		if flow.Implied || blocked[flow.Purpose()] {
			continue
		}
		other := c.peerOf(flow)
		w, answer := c.blocked(c.n, d, flow.Connections, c.allowed(d, flow), other)
		blocked[flow.Purpose()] = answer == yes
		if answer == unknown || answer == yes && model.Evaluate(d, w, c.n, other).Side(d).Allowed {
			c.Add(undecidedSide(c.n, d, "whether the declared flow with "+flow.Peer+" is open"))
			continue
		}
		c.Decide(c.subject(d, flow))
		if answer == yes {
			c.addCauses(d, flow, w)
		}
	}
}

func (c *flowCheck) subject(d policy.Direction, flow *model.Flow) verdict.Subject {
	return ofNamespace(c.n, fmt.Sprintf("declared %s with %s", d, flow.Purpose()))
}

// peerOf is the namespace of a flow's peer; nil for addresses.
func (c *flowCheck) peerOf(flow *model.Flow) *model.Namespace {
	if flow.Addresses != nil {
		return nil
	}
	return c.Namespace(flow.Namespace)
}

// allowed is what the rules of a side allow with the peer of a flow. A selector that depends on labels of a namespace
// that is not in the input counts as matching: it is reported as a label that anyone may set.
func (c *flowCheck) allowed(d policy.Direction, flow *model.Flow) []solver.Connections {
	var all []solver.Connections
	if flow.Addresses != nil {
		for _, r := range c.n.Sides[d].Rules {
			all = append(all, r.ConnectionsWithAddresses(c.Addresses, c.n)...)
		}
		return all
	}
	other := c.peerOf(flow)
	for _, r := range c.n.Sides[d].To(other, unknown) {
		all = append(all, r.Connections(c.n, other)...)
	}
	return all
}

// addCauses adds a candidate for every cause that the flow's being blocked may have, the likeliest first. All but the
// last are the cause of one blocked flow only.
func (c *flowCheck) addCauses(d policy.Direction, flow *model.Flow, w solver.Witness) {
	other := c.peerOf(flow)
	isolating := model.Evaluate(d, w, c.n, other).Side(d).Isolating[0]
	f := finding.Finding{
		Code: finding.FlowBlocked, Severity: finding.Error,
		Message: fmt.Sprintf("the declared flow %s %s is blocked on %s by the %s policies of %s",
			d.PeersField(), flow.Peer, w.Port, d, c.n),
		Counterexample: blockedText(endsText(w, d, c.n, other), d, isolating),
		Fix: fmt.Sprintf(
			"add or widen a NetworkPolicy of namespace %s that allows it, or remove the flow from the Segregation",
			c.n.Name,
		),
	}
	if c.n.Component.Plan.InternalTraffic && flow.Namespace == c.n.Name {
		f.Fix = fmt.Sprintf("add or widen a NetworkPolicy of namespace %s that allows it, or set internalTraffic: Deny for "+
			"the component: Allow, the default, declares this flow", c.n.Name)
	}
	for _, x := range c.defects[c.n].sides[d] {
		if x.mayBlock(flow.Namespace) {
			f := f
			f.Field, f.Fix = x.Field, x.Fix
			f.Message += ": " + x.Message
			c.addCause(d, flow, x.policy.About(f), x.subject(), x.explains()...)
		}
	}
	if r := c.nearest(d, flow); r != nil {
		f.Field = r.Rule
		c.addCause(d, flow, r.About(f), verdict.Subject{}, ofRule(r, tooNarrow))
		return
	}
	for _, r := range c.misspelt(d, flow, w.Port) {
		f := f
		f.Field = r.Field
		f.Message += fmt.Sprintf(": the rule is for namespace %q, which the input does not have", r.In.Names[0])
		f.Fix = fmt.Sprintf("write %s: %s", wellknown.NamespaceNameLabel, flow.Namespace)
		c.addCause(d, flow, r.About(f), ofPeer(r, misspelt), ofPeer(r, misspelt))
	}
	c.addCause(d, flow, c.n.Sides[d].Named(isolating).About(f), verdict.Subject{})
}

// Questions about rules that a blocked flow answers.
const (
	// tooNarrow is about a rule that opens less than a declared flow: that a wrong port or label in it also opens
	// something else is the same mistake.
	tooNarrow = "opens less than a declared flow"
	// misspelt is about a peer whose namespace is misspelt, so that what it opens is no finding of its own.
	misspelt = "has a misspelt namespace"
)

// addCause adds a candidate for a blocked flow. It is dropped where another candidate has the same cause; a zero cause
// may be that of many.
func (c *flowCheck) addCause(
	d policy.Direction, flow *model.Flow, f finding.Finding, cause verdict.Subject, explains ...verdict.Subject,
) {
	candidate := verdict.Candidate{
		Finding: f, Precedence: c.precedence,
		Unless: []verdict.Subject{c.subject(d, flow)}, Explains: append(explains, c.subject(d, flow)),
	}
	if cause != (verdict.Subject{}) {
		candidate.Unless = append(candidate.Unless, cause)
	}
	c.precedence++
	c.Add(candidate)
}

// nearest is the first rule that is for the peer of a flow, though not for all of the flow.
func (c *flowCheck) nearest(d policy.Direction, flow *model.Flow) *model.PeerRule {
	s := &c.n.Sides[d]
	if flow.Addresses == nil {
		if rules := s.To(c.peerOf(flow), yes); len(rules) > 0 {
			return rules[0]
		}
		return nil
	}
	for _, r := range s.Rules {
		for _, with := range r.ConnectionsWithAddresses(c.Addresses, c.n) {
			if c.Addresses.Sets.Overlap(with.Addresses, flow.Addresses) {
				return r
			}
		}
	}
	return nil
}

// misspelt are rules that were probably meant for a flow: they are for pods of a namespace of nearly the same name,
// which neither the input nor a flow has.
func (c *flowCheck) misspelt(d policy.Direction, flow *model.Flow, port policy.Port) []*model.PeerRule {
	var rules []*model.PeerRule
	for _, r := range c.n.Sides[d].Rules {
		if r.Block != nil || len(r.In.Names) != 1 || !r.Ports.Fixed.Contains(port) {
			continue
		}
		name := c.Namespace(r.In.Names[0])
		isMeant := c.Has(name.Name) || c.n.Declared[d].With(name) != nil
		if !isMeant && isMisspelt(name.Name, flow.Namespace) {
			rules = append(rules, r)
		}
	}
	return rules
}

// isMisspelt reports whether two names differ by one or two letters in one place.
func isMisspelt(a, b string) bool {
	const same, slips = 4, 2
	first := 0
	for first < min(len(a), len(b)) && a[first] == b[first] {
		first++
	}
	last := 0
	for last < min(len(a), len(b))-first && a[len(a)-1-last] == b[len(b)-1-last] {
		last++
	}
	return first+last >= same && max(len(a), len(b))-first-last <= slips
}
