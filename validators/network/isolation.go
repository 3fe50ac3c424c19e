package network

import (
	"fmt"

	"cloison.dev/cloison/internal/finding"
)

// checkIsolation looks for a possible pod that no policy holds, for each direction.
func (w *world) checkIsolation(n *space) {
	for _, d := range directions {
		s := &n.sides[d]
		q := query{region: region{ports: allPorts}, clauses: unheld(s, own)}
		gap, outcome := q.find(w.book)
		s.closed = outcome == nothing
		switch {
		case n.unreadable || s.invalid():
			s.closed = true // nothing can be said, and what keeps it from being said is reported
		case outcome == undecided:
			w.undecided(n, d, "whether a NetworkPolicy holds every possible pod for "+d.String())
		case outcome == found:
			w.reportGap(n, d, q.prefer(w.book, gap, [2]*space{n, nil}))
		}
	}
}

// unheld are the demands that no policy of a side holds the pod at one end.
func unheld(s *side, e end) []clause {
	clauses := make([]clause, 0, len(s.policies))
	for _, p := range s.policies {
		if e == own {
			clauses = append(clauses, none(p.selector, nil))
		} else {
			clauses = append(clauses, none(nil, p.selector))
		}
	}
	return clauses
}

func (w *world) reportGap(n *space, d direction, gap witness) {
	pod := gap.endpoint(own, n, true)
	if held := judge(n.values(), d, pod, Endpoint{}, connection{to: pod, port: gap.port}); len(held.Isolating) > 0 {
		w.undecided(n, d, "whether a NetworkPolicy holds every possible pod for "+d.String())
		return
	}
	reach := map[direction]string{egress: "it can reach every pod and every address", ingress: "every pod and every address can reach it"}
	f := finding.Finding{
		Code: finding.NamespaceNotIsolated, Severity: finding.Error,
		Message:        fmt.Sprintf("%s is not isolated for %s: there must be a NetworkPolicy that selects every pod, those that are created later too", n, d),
		Counterexample: fmt.Sprintf("%s is selected by no NetworkPolicy for %s: %s", gap.pod(own, n), d, reach[d]),
		Fix:            fmt.Sprintf("add a NetworkPolicy to %s with podSelector: {} and policyTypes: [Ingress, Egress], and no rules", n),
	}
	for _, x := range n.sides[d].suspects {
		if x.Code == finding.RulesWithoutEffect && x.direction == d {
			x.told = true
			f.Field, f.Fix = x.Field, fmt.Sprintf("add %s to policyTypes, and %s", d.policyType(), f.Fix)
			w.report(x.policy, f)
			return
		}
	}
	if nearly, field, fix := w.nearly(n, d); nearly != nil {
		f.Field, f.Fix = field, fix
		w.report(nearly.Object, f)
		return
	}
	w.reportIn(n, f)
}

// nearly is the policy that was probably meant to isolate a namespace: one without rules that selects too few pods, or that
// leaves the direction out.
func (w *world) nearly(n *space, d direction) (nearly *policy, field, fix string) {
	for _, p := range n.sides[d].policies {
		if len(d.rules(p.Value)) == 0 {
			return p, "spec.podSelector", "write podSelector: {}, or add such a policy"
		}
	}
	for _, other := range directions {
		for _, p := range n.sides[other].policies {
			if len(p.selector) == 0 && len(other.rules(p.Value)) == 0 && !d.holds(p.Value) {
				return p, "spec.policyTypes", fmt.Sprintf("add %s to policyTypes", d.policyType())
			}
		}
	}
	return nil, "", ""
}

// undecided reports that a search was given up.
func (w *world) undecided(n *space, d direction, what string) {
	f := finding.Finding{
		Code: finding.NetworkUndecided, Severity: finding.Warning, Undecided: true,
		Message: fmt.Sprintf("not decided for %s: %s; its selectors combine too many labels", n, what),
		Fix:     "write the policies with fewer matchExpressions",
	}
	if policies := n.sides[d].policies; len(policies) > 0 {
		w.report(policies[0].Object, f)
		return
	}
	w.reportIn(n, f)
}
