package network

import (
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

const (
	yes     = ternary.Yes
	no      = ternary.No
	unknown = ternary.Unknown
)

// Precedence of the findings: where one mistake shows in several ways, the first of these is the finding.
const (
	precedenceOfGap = 0
	precedenceOfDNS = 1
	// precedenceOfFlow is that of the first declared flow of a component, with the likeliest cause of its being
	// blocked. The others follow, each with the next number, so that every cause goes to the first flow that it may
	// block.
	precedenceOfFlow    = 2
	precedenceOfDefect  = 1 << 28
	precedenceOfEgress  = precedenceOfDefect + 1
	precedenceOfIngress = precedenceOfDefect + 2
	// precedenceOfDoor is that of what nobody reaches, last: it may follow from what else is wrong.
	precedenceOfDoor = precedenceOfDefect + 4
	// precedenceOfForgeable is that of peers of whom others may become one: what is reached already comes first.
	precedenceOfForgeable = precedenceOfDefect + 3
)

// facts are the input of all checks. They are not changed once they are made.
type facts struct {
	*model.Network
	gaps    map[*model.Namespace]*[2]gap
	defects map[*model.Namespace]*defects
	// known are all namespaces of the cluster; nil where there may be others.
	known map[string]bool
}

func newFacts(n *model.Network) *facts {
	f := &facts{Network: n, gaps: map[*model.Namespace]*[2]gap{}, defects: map[*model.Namespace]*defects{},
		known: knownNamespaces(n)}
	for _, c := range n.Components {
		f.gaps[c] = f.findGaps(c)
		f.defects[c] = f.findDefects(c)
	}
	return f
}

// find answers a query. A witness has pods of the input where that is possible, in the namespaces home and other. other
// is nil for addresses, and where there is no peer.
func (f *facts) find(q solver.Query, home, other *model.Namespace) (solver.Witness, ternary.Answer) {
	w, answer := q.Find(f.Addresses.Sets)
	if answer == yes {
		w = f.withKnown(q, w, home, other)
	}
	return w, answer
}

func (f *facts) withKnown(q solver.Query, w solver.Witness, home, other *model.Namespace) solver.Witness {
	return w.WithKnown(f.Addresses.Sets, q, [2][]*solver.Pods{home.Known(), other.Known()})
}

// gap is whether a pod may run in a namespace that no policy isolates in one direction, and which.
type gap struct {
	answer ternary.Answer
	pod    solver.Witness
}

func (f *facts) findGaps(n *model.Namespace) *[2]gap {
	var gaps [2]gap
	for d := range gaps {
		q := solver.Query{
			Of: solver.Connections{Ports: policy.AllPorts()}, Clauses: notIsolated(&n.Sides[d], solver.Own),
		}
		gaps[d].pod, gaps[d].answer = f.find(q, n, nil)
	}
	return &gaps
}

// notIsolated are the demands that no policy of a side isolates the pod at one end.
func notIsolated(s *model.Side, e solver.End) []solver.Clause {
	clauses := make([]solver.Clause, len(s.Policies))
	for i, p := range s.Policies {
		if e == solver.Own {
			clauses[i] = solver.NotBoth(p.Selector, nil)
		} else {
			clauses[i] = solver.NotBoth(nil, p.Selector)
		}
	}
	return clauses
}

// isClosed reports whether policies certainly isolate every pod of a component in a direction.
func (f *facts) isClosed(n *model.Namespace, d policy.Direction) bool {
	return n.Unreliable || f.gaps[n][d].answer == no
}

// blocked looks for one of some connections that policies of a side isolate and none of its rules allows.
func (f *facts) blocked(
	n *model.Namespace, d policy.Direction, of solver.Connections, allowed []solver.Connections, other *model.Namespace,
) (solver.Witness, ternary.Answer) {
	isolating := n.Sides[d].Policies
	if p := n.Sides[d].CatchAll(); p != nil {
		isolating = []*model.Policy{p} // every pod is isolated, whatever the others select
	}
	answers := no
	for _, p := range isolating {
		q := solver.Query{Of: of, Except: allowed, Literals: solver.Literals(solver.Own, p.Selector)}
		w, answer := f.find(q, n, other)
		if answer == yes {
			return w, yes
		}
		answers = ternary.Or(answers, answer)
	}
	return solver.Witness{}, answers
}

// ofPolicy is a field of a policy; the zero path is the policy itself.
func ofPolicy(p *model.Policy, field fieldpath.Path) verdict.Subject {
	return verdict.Subject{Object: p.Object, Field: field}
}

// ofRule is a question about a rule of a policy, whatever its peers.
func ofRule(r *model.PeerRule, question string) verdict.Subject {
	return verdict.Subject{Object: r.Object, Field: r.Rule, Question: question}
}

// ofPeer is a question about a rule with one of its peers.
func ofPeer(r *model.PeerRule, question string) verdict.Subject {
	return verdict.Subject{Object: r.Object, Field: r.Field, Question: question}
}

// ofNamespace is a question about a namespace, which need not be in the input.
func ofNamespace(n *model.Namespace, question string) verdict.Subject {
	return verdict.Subject{Object: n.Object, Question: question + " of " + n.String()}
}

// inNamespace reports something about a namespace: at the Namespace where it is in the input. For objects without a
// namespace it is at the first workload.
func inNamespace(n *model.Namespace, f finding.Finding) finding.Finding {
	switch {
	case n.Object != nil:
		return n.Object.About(f)
	case n.Name == "" && len(n.Pods) > 0:
		return n.Pods[0].Workload.About(f)
	}
	f.Object = finding.Object{APIVersion: "v1", Kind: "Namespace", Name: n.Name}
	return f
}

// undecidedSide is the finding that a search about one direction of a namespace was given up.
func undecidedSide(n *model.Namespace, d policy.Direction, what string) verdict.Candidate {
	f := finding.Finding{
		Code: finding.NetworkUndecided, Severity: finding.Warning, Undecided: true,
		Message: "not decided for " + n.String() + ": " + what + "; its selectors combine too many labels",
		Fix:     "write the policies with fewer matchExpressions",
	}
	if policies := n.Sides[d].Policies; len(policies) > 0 {
		f = policies[0].About(f)
	} else {
		f = inNamespace(n, f)
	}
	once := []verdict.Subject{ofNamespace(n, "not decided: "+d.String()+", "+what)}
	return verdict.Candidate{Finding: f, Unless: once, Explains: once}
}
