package network

import (
	"fmt"

	"cloison.dev/cloison/internal/finding"
)

// checkDeclared looks for declared flows that the policies of the component's own side do not let through. The other side
// is judged with its own component, so that one missing policy is one finding.
func (w *world) checkDeclared(n *space) {
	for _, d := range directions {
		s := &n.sides[d]
		if n.unreadable || s.invalid() {
			continue
		}
		told := map[string]bool{}
		for _, f := range w.declarations(n)[d].flows {
			if f.implied || told[f.about()] {
				continue
			}
			q, x, outcome := w.blocked(n, d, f.region, w.opened(n, d, f))
			switch outcome {
			case undecided:
				w.undecided(n, d, "whether the declared flow with "+f.text+" is open")
			case found:
				told[f.about()] = true
				w.reportBlocked(n, d, f, q.prefer(w.book, x, [2]*space{n, w.peerOf(f)}))
			}
		}
	}
}

// peerOf is the namespace of a flow's peer; nil for addresses.
func (w *world) peerOf(f *flow) *space {
	if f.addresses != nil {
		return nil
	}
	return w.elsewhere(f.namespace)
}

// opened is what the policies of a side let through with the peer of a flow. A selector that depends on labels of a
// namespace that is not in the input counts as open: it is reported as a label that anyone may set.
func (w *world) opened(n *space, d direction, f *flow) []region {
	var regions []region
	if f.addresses != nil {
		for _, o := range n.sides[d].openings {
			regions = append(regions, o.outside(w.book, n)...)
		}
		return regions
	}
	other := w.peerOf(f)
	for _, o := range n.sides[d].to(other, true) {
		regions = append(regions, o.at(n, other)...)
	}
	return regions
}

// blocked looks for a connection of a region that policies of the side hold and no rule lets through.
func (w *world) blocked(n *space, d direction, r region, covers []region) (query, witness, outcome) {
	s := &n.sides[d]
	holding := s.policies
	if p := s.catchAll(); p != nil {
		holding = []*policy{p} // every pod is held, whatever the others select
	}
	worst := nothing
	for _, p := range holding {
		q := query{region: r, covers: covers}
		for _, demand := range p.selector {
			q.literals = append(q.literals, literal{own, demand})
		}
		switch x, outcome := q.find(w.book); outcome {
		case found:
			return q, x, found
		case undecided:
			worst = undecided
		}
	}
	return query{}, witness{}, worst
}

func (w *world) reportBlocked(n *space, d direction, f *flow, x witness) {
	other := w.peerOf(f)
	v := x.verdict(d, n, other)
	if v.side(d).Allowed {
		w.undecided(n, d, "whether the declared flow with "+f.text+" is open")
		return
	}
	from, to := x.pod(own, n), x.address.String()
	if other != nil {
		to = x.pod(peer, other)
	}
	if d == ingress {
		from, to = to, from
	}
	report := finding.Finding{
		Code: finding.FlowBlocked, Severity: finding.Error,
		Message: fmt.Sprintf("the declared flow %s %s is blocked on %s by the %s policies of %s", toFrom(d), f.text, x.port, d, n),
		Counterexample: fmt.Sprintf("%s → %s on %s: NetworkPolicy %s holds the pod, and no %s rule lets it through",
			from, to, x.port, v.side(d).Isolating[0], d),
		Fix: fmt.Sprintf("add or widen a NetworkPolicy of namespace %s that allows it, or remove the flow from the Segregation", n.name),
	}
	for _, suspect := range n.sides[d].suspects {
		if suspect.about(f.namespace) {
			suspect.told = true
			report.Field, report.Fix = suspect.Field, suspect.Fix
			report.Message += ": " + suspect.Message
			w.report(suspect.policy, report)
			return
		}
	}
	if o := w.nearest(n, d, f); o != nil {
		report.Field = o.rule
		w.tooNarrow[ruleKey{o.policy, o.rule}] = true
		w.report(o.Object, report)
		return
	}
	if o := w.misspelt(n, d, f, x.port); o != nil {
		o.misspelt, report.Field = true, o.field
		report.Message += fmt.Sprintf(": the rule is for namespace %q, which the input does not have", o.where.names[0])
		report.Fix = fmt.Sprintf("write %s: %s", nameLabel, f.namespace)
		w.report(o.Object, report)
		return
	}
	w.report(n.sides[d].named(v.side(d).Isolating[0]).Object, report)
}

// nearest is the first rule that is for the peer of a flow, though not for all of the flow.
func (w *world) nearest(n *space, d direction, f *flow) *opening {
	s := &n.sides[d]
	if f.addresses == nil {
		if to := s.to(w.peerOf(f), false); len(to) > 0 {
			return to[0]
		}
		return nil
	}
	for _, o := range s.openings {
		for _, r := range o.outside(w.book, n) {
			if !isEmpty(w.book.intersect(r.addresses, f.addresses)) {
				return o
			}
		}
	}
	return nil
}

// misspelt is a rule that was probably meant for a flow: it is for pods of a namespace of nearly the same name, which
// neither the input nor a flow has.
func (w *world) misspelt(n *space, d direction, f *flow, port Port) *opening {
	for _, o := range n.sides[d].openings {
		if o.block != nil || o.misspelt || len(o.where.names) != 1 || !o.ports.fixed.contains(port) {
			continue
		}
		name := o.where.names[0]
		isMeant := w.spaces[name] != nil || w.declarations(n)[d].pods[name] != nil
		if !isMeant && isMisspelt(name, f.namespace) {
			return o
		}
	}
	return nil
}

// isMisspelt says whether two names differ by one or two letters in one place.
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
