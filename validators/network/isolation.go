package network

import (
	"fmt"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

// checkIsolation decides for each direction of each component whether policies isolate every pod that may ever run
// there.
func checkIsolation(f *facts) (r verdict.Result) {
	for _, n := range f.Components {
		if n.Unreliable {
			continue
		}
		for _, d := range policy.Directions() {
			gap := &f.gaps[n][d]
			if gap.answer == unknown || gap.answer == yes && !isReal(n, d, gap.pod) {
				r.Add(undecidedSide(n, d, "whether a NetworkPolicy holds every possible pod for "+d.String()))
				continue
			}
			r.Decide(ofNamespace(n, "isolation for "+d.String()))
			if gap.answer == yes {
				r.Add(f.gapFinding(n, d, gap.pod))
			}
		}
	}
	return r
}

// isReal reports whether the evaluator confirms a gap.
func isReal(n *model.Namespace, d policy.Direction, pod solver.Witness) bool {
	return len(model.Evaluate(d, pod, n, nil).Side(d).Isolating) == 0
}

// gapFinding is at the policy that was probably meant to isolate, where there is one.
func (f *facts) gapFinding(n *model.Namespace, d policy.Direction, pod solver.Witness) verdict.Candidate {
	open := [...]string{"it can reach every pod and every address", "every pod and every address can reach it"}
	found := finding.Finding{
		Code: finding.NamespaceNotIsolated, Severity: finding.Error,
		Message: fmt.Sprintf("%s is not isolated for %s: there must be a NetworkPolicy that selects every pod, "+
			"those that are created later too", n, d),
		Counterexample: fmt.Sprintf("%s is selected by no NetworkPolicy for %s: %s",
			podText(pod, solver.Own, n), d, open[d]),
		Fix: fmt.Sprintf(
			"add a NetworkPolicy to %s with podSelector: {} and policyTypes: [Ingress, Egress], and no rules", n,
		),
	}
	for _, x := range f.defects[n].sides[d] {
		if x.Code == finding.RulesWithoutEffect {
			found.Field, found.Fix = x.Field, fmt.Sprintf("add %s to policyTypes, and %s", d.PolicyType(), found.Fix)
			return verdict.Candidate{
				Finding: x.policy.About(found), Precedence: precedenceOfGap, Explains: x.explains(),
			}
		}
	}
	if p, field, fix := nearlyIsolating(n, d); p != nil {
		found.Field, found.Fix = field, fix
		return verdict.Candidate{Finding: p.About(found), Precedence: precedenceOfGap}
	}
	return verdict.Candidate{Finding: inNamespace(n, found), Precedence: precedenceOfGap}
}

// nearlyIsolating is the policy that was probably meant to isolate a namespace: one without rules that selects too few
// pods, or that leaves the direction out.
func nearlyIsolating(n *model.Namespace, d policy.Direction) (nearly *model.Policy, field fieldpath.Path, fix string) {
	for _, p := range n.Sides[d].Policies {
		if !d.HasRules(p.Value) {
			return p, fieldpath.Of("spec", "podSelector"), "write podSelector: {}, or add such a policy"
		}
	}
	for _, other := range policy.Directions() {
		for _, p := range n.Sides[other].Policies {
			if len(p.Selector) == 0 && !other.HasRules(p.Value) && !d.Isolates(p.Value) {
				return p, fieldpath.Of("spec", "policyTypes"), fmt.Sprintf("add %s to policyTypes", d.PolicyType())
			}
		}
	}
	return nil, fieldpath.Path{}, ""
}
