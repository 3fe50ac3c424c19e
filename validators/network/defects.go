package network

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

// defect is something in a policy that has no effect. Where it blocks a declared flow or opens a namespace, only that
// is reported, so that one mistake is one finding.
type defect struct {
	finding.Finding
	policy *model.Policy
	// rule is nil where it is not about a rule.
	rule *model.PeerRule
	// assumed means that it is none if what is assumed holds: it is the cause of nothing.
	assumed bool
	// meant is the other namespace that has the pods of a peer without namespaceSelector; empty where none has.
	meant string
}

// defects are those of the policies of a component.
type defects struct {
	// sides has them by the direction they matter for, in the order of the input.
	sides [2][]*defect
	// assumed are what would be without effect if what is assumed did not hold.
	assumed []*defect
	// undecided are the rules whose ports are not known.
	undecided []verdict.Candidate
	decided   []verdict.Subject
}

// checkDefects reports what has no effect in the policies of components.
func checkDefects(f *facts) (r verdict.Result) {
	for _, n := range f.Components {
		found := f.defects[n]
		for _, list := range [][]*defect{found.sides[0], found.sides[1], found.assumed} {
			for _, x := range list {
				r.Add(verdict.Candidate{
					Finding: x.policy.About(x.Finding), Precedence: precedenceOfDefect,
					Unless: []verdict.Subject{x.subject()}, Explains: x.explains(),
				})
			}
		}
		r.Candidates = append(r.Candidates, found.undecided...)
		r.Decide(found.decided...)
	}
	return r
}

func (x *defect) subject() verdict.Subject {
	return verdict.Subject{Object: x.policy.Object, Field: x.Field}
}

// explains are the subjects that this finding explains, or one that it is the cause of.
func (x *defect) explains() []verdict.Subject {
	explained := []verdict.Subject{x.subject()}
	if x.meant != "" {
		explained = append(explained, ofRule(x.rule, meantFor(x.meant)))
	}
	return explained
}

// meantFor is the question whether one peer was written as two: pods without their namespace, and the namespace.
func meantFor(namespace string) string { return "meant for namespace " + namespace }

// mayBlock reports whether a blocked flow with the pods of a namespace, or with addresses where it is empty, may be due
// to the defect.
func (x *defect) mayBlock(namespace string) bool {
	r := x.rule
	switch {
	case r == nil:
		return true
	case r.Block != nil:
		return namespace == ""
	}
	return namespace != "" && (!r.In.Named || len(r.In.Names) == 0 || slices.Contains(r.In.Names, namespace))
}

func (f *facts) findDefects(n *model.Namespace) *defects {
	found := &defects{}
	for _, p := range n.Policies {
		if len(p.Violations) > 0 {
			continue
		}
		for _, d := range policy.Directions() {
			if x := withoutEffect(p, d); x != nil {
				found.sides[d] = append(found.sides[d], x)
			}
		}
		if x := f.selectsNothing(n, p); x != nil && x.assumed {
			found.assumed = append(found.assumed, x)
		} else if x != nil {
			for _, d := range policy.Directions() {
				if d.Isolates(p.Value) {
					found.sides[d] = append(found.sides[d], x)
				}
			}
		}
		found.decided = append(found.decided, verdict.Subject{Object: p.Object,
			Field: fieldpath.Of("spec", "podSelector")})
	}
	for d := range n.Sides {
		f.findDeadRules(found, n, &n.Sides[d])
	}
	return found
}

// findDeadRules looks for rules of a side whose peers or ports match nothing. Peers of a rule share its ports.
func (f *facts) findDeadRules(found *defects, n *model.Namespace, s *model.Side) {
	hasDefect := map[verdict.Subject]bool{}
	for _, r := range s.Rules {
		if len(r.Violations) > 0 {
			continue
		}
		if x := f.deadPeer(n, r); x != nil && x.assumed {
			found.assumed = append(found.assumed, x)
		} else if x != nil {
			found.sides[r.Direction] = append(found.sides[r.Direction], x)
			continue
		}
		for _, port := range r.Ports.Named {
			at := ofPolicy(r.Policy, port.Field)
			if hasDefect[at] {
				continue
			}
			switch x, isUndecided := f.deadPort(n, r, port); {
			case x != nil:
				found.sides[r.Direction] = append(found.sides[r.Direction], x)
				hasDefect[at] = true
			case isUndecided:
				found.undecided = append(found.undecided, undecidedPort(r, port))
				hasDefect[at] = true
			}
		}
	}
}

// withoutEffect are rules of a direction in which the policy does not isolate.
func withoutEffect(p *model.Policy, d policy.Direction) *defect {
	if !d.HasRules(p.Value) || d.Isolates(p.Value) {
		return nil
	}
	return &defect{policy: p, Finding: finding.Finding{
		Code: finding.RulesWithoutEffect, Severity: finding.Warning, Field: fieldpath.Of("spec", "policyTypes"),
		Message: fmt.Sprintf("the policy has %s rules, but its policyTypes leave %s out: the rules are ignored",
			d, d.PolicyType()),
		Fix: fmt.Sprintf("add %s to policyTypes, or remove the rules", d.PolicyType()),
	}}
}

// selectsNothing is a policy for pods that the namespace does not have. One for the pods that lack a label may be meant
// for those that are created later.
func (f *facts) selectsNothing(n *model.Namespace, p *model.Policy) *defect {
	if !n.HasNone(p.Selector) || !p.Selector.DemandsLabel() {
		return nil
	}
	if n.NeedsRuntime() && p.Selector.String() == model.RuntimePods().String() {
		return nil // that the runtime is missing, or has other labels, is a finding of family P
	}
	x := &defect{policy: p, Finding: finding.Finding{
		Code: finding.PolicySelectsNothing, Severity: finding.Warning, Field: fieldpath.Of("spec", "podSelector"),
		Message: fmt.Sprintf("the policy selects pods with %s, and %s has none: %s", p.Selector, n, podsText(n)),
		Fix:     "select labels that the pod template has (spec.template.metadata.labels)",
	}}
	switch f.lacks(n, p.Selector) {
	case yes:
		return x
	case no:
		return nil
	}
	x.assume(fmt.Sprintf("pods with %s run in %s, which the policy is for", p.Selector, n), n)
	return x
}

// isWhole reports whether the input has all that is applied to a namespace: it is a component of a Segregation, or the
// Cluster says so.
func (f *facts) isWhole(n *model.Namespace) bool {
	return f.Planned && n.Component != nil || f.Cluster.NamespacesComplete
}

// lacks answers whether a namespace has no pods that a selector selects, though none are known. It is no where they are
// probably those of an operator, and unknown where another part of what is deployed may have them.
func (f *facts) lacks(n *model.Namespace, s policy.Selector) ternary.Answer {
	switch {
	case n.Meant(s) != nil, n.IsComplete() && f.isWhole(n):
		return yes
	case !n.HasWorkloads(), len(n.Operators) > 0 && (f.isWhole(n) || n.MayHave(s)), len(n.Unknown) > 0 && n.MayHave(s):
		return no
	}
	return unknown
}

// assume turns the defect into an assumption: what it is about may be in another part of what is deployed.
func (x *defect) assume(what string, n *model.Namespace) {
	x.Severity, x.assumed = finding.Info, true
	x.Message = fmt.Sprintf("assumed: %s; the input has none: %s", what, podsText(n))
	if creator := n.Creator(); creator != "" {
		x.Message += fmt.Sprintf(", and %s may make others", creator)
	}
	x.Fix = "where nothing else makes them, " + x.Fix
}

func peerDefect(r *model.PeerRule, message, fix string) *defect {
	return &defect{policy: r.Policy, rule: r, Finding: finding.Finding{
		Code: finding.PeerMatchesNothing, Severity: finding.Warning, Field: r.Field,
		Message: message, Fix: fix,
	}}
}

// deadPeer is a peer that matches nothing; nil where it may match something.
func (f *facts) deadPeer(n *model.Namespace, r *model.PeerRule) *defect {
	if r.Everybody || r.Block != nil {
		return nil
	}
	if r.In.Impossible {
		message := "no namespace can fulfil the namespaceSelector " + selectorText(r.In.Selector)
		return peerDefect(r, message, "correct the selector")
	}
	if x := f.absentNamespace(r); x != nil {
		return x
	}
	targets := f.Targets(r)
	if len(targets) == 0 && r.In.IsForgeable() {
		return f.withoutNamespaceLabel(r)
	}
	if len(r.Pods) == 0 || len(targets) == 0 || r.In.IsAny() {
		return nil
	}
	if slices.ContainsFunc(targets, func(n *model.Namespace) bool { return f.mayHave(n, r) }) {
		return nil
	}
	meant := ""
	if r.In.Own {
		meant = f.WithPods(r.Pods, n)
	}
	x := peerDefect(r,
		fmt.Sprintf("the peer is pods with %s in %s, which has none: %s", r.Pods, targets[0], podsText(targets[0])),
		"select labels that the pod templates have (spec.template.metadata.labels)")
	x.meant = meant
	if r.In.Own {
		x.Fix = fixOwnPods(n, r, meant, x.Fix)
	}
	return f.judgeDead(x, r, targets)
}

// fixOwnPods is the fix for a peer of pods that the policy's own namespace does not have. meant is the one that has such
// pods, where there is one.
func fixOwnPods(n *model.Namespace, r *model.PeerRule, meant, otherLabels string) string {
	switch {
	case hasOther(n, r, isNamespaceAlone):
		return fixSplitPeer
	case meant != "":
		return fmt.Sprintf(
			"namespace %s has such pods: put namespaceSelector with matchLabels {%s: %s} into the same peer",
			meant, wellknown.NamespaceNameLabel, meant,
		)
	case isAddon(r.Pods):
		return "add a namespaceSelector to the same item of the list: a podSelector alone is for pods of the policy's own " +
			"namespace"
	}
	return otherLabels + "; for pods of another namespace put a namespaceSelector into the same peer"
}

// mayHave reports whether a namespace has pods of a peer, or those of the DNS may be.
func (f *facts) mayHave(n *model.Namespace, r *model.PeerRule) bool {
	if n.Name == f.Cluster.DNS.Namespace && n.HasNone(f.DNS().Peer) {
		_, answer := solver.Solve(solver.Literals(solver.Peer, f.DNS().Peer.And(r.Pods)), nil)
		return answer != no || !n.HasNone(r.Pods)
	}
	return !n.HasNone(r.Pods) || mirrors(n, r)
}

// isAddon reports whether pods are those of an add-on that runs in a namespace of its own.
func isAddon(s policy.Selector) bool {
	return slices.ContainsFunc(s, func(r policy.Requirement) bool {
		return r.Op == policy.In && len(r.Values) == 1 && wellknown.IsAddon(r.Key, r.Values[0])
	})
}

// judgeDead decides whether a peer without pods in any of its namespaces is a mistake; nil where it is none.
func (f *facts) judgeDead(x *defect, r *model.PeerRule, targets []*model.Namespace) *defect {
	if r.In.Own && targets[0].HasWorkloads() && (x.meant != "" || isAddon(r.Pods)) {
		return x
	}
	answers := yes
	for _, target := range targets {
		answers = ternary.And(answers, f.lacks(target, r.Pods))
	}
	switch answers {
	case yes:
		return x
	case no:
		return nil
	}
	for _, target := range targets {
		if f.lacks(target, r.Pods) == unknown {
			x.assume(fmt.Sprintf("pods with %s run in %s, whom the rule is for", r.Pods, target), target)
			break
		}
	}
	return x
}

// mirrors reports whether the peer's namespace has a policy of the other direction for the same pods: it is reported
// that it selects none, which is the same mistake.
func mirrors(n *model.Namespace, r *model.PeerRule) bool {
	isForSame := func(p *model.Policy) bool { return p.Selector.String() == r.Pods.String() }
	return n.Component != nil && slices.ContainsFunc(n.Sides[r.Direction.Opposite()].Policies, isForSame)
}

// withoutNamespaceLabel is a peer in namespaces with another label than the name, which none has: a label's value is
// the name of a namespace of the input, which does not have the label. nil where it may match something.
func (f *facts) withoutNamespaceLabel(r *model.PeerRule) *defect {
	for _, demand := range r.In.Selector {
		if demand.Op != policy.In {
			continue
		}
		for _, value := range demand.Values {
			n := f.Namespace(value)
			if n.Object == nil {
				continue
			}
			if _, has := n.Labels[demand.Key]; !has {
				message := fmt.Sprintf(
					"the namespaceSelector %s matches no namespace of the input: Namespace %q has no label %s",
					selectorText(r.In.Selector), value, demand.Key,
				)
				return peerDefect(r, message, selectByName("the namespace"))
			}
		}
	}
	return nil
}

// selectByName is the fix for namespaces that are selected in another way.
func selectByName(what string) string {
	return fmt.Sprintf("select %s by matchLabels: {%s: NAME}", what, wellknown.NamespaceNameLabel)
}

// deadPort is a port by a name that no pod gives to a port. isUndecided means that no pod is known which could.
func (f *facts) deadPort(n *model.Namespace, r *model.PeerRule, port policy.NamedPort) (x *defect, isUndecided bool) {
	accepting, selector := []*model.Namespace{n}, r.Selector
	if r.Direction == policy.Egress {
		if r.Block != nil || r.IsBroad() {
			return nil, false
		}
		accepting, selector = f.Targets(r), r.Pods
	}
	complete := len(accepting) > 0
	for _, a := range accepting {
		matching := a.Matching(selector)
		if slices.ContainsFunc(matching, func(p *model.Pods) bool { return p.Names(port) }) {
			return nil, false
		}
		complete = complete && len(matching) > 0 && (a.IsComplete() || selector.DemandsLabel())
	}
	if !complete {
		return nil, f.Planned
	}
	return &defect{policy: r.Policy, rule: r, Finding: finding.Finding{
		Code: finding.UnknownNamedPort, Severity: finding.Warning, Field: port.Field,
		Message: fmt.Sprintf("no container of the pods that accept the connection names a %s port %q: %s",
			port.Protocol, port.Name, namedPortsText(accepting[0], selector)),
		Fix: "name the port in the container, or write its number",
	}}, false
}

func undecidedPort(r *model.PeerRule, port policy.NamedPort) verdict.Candidate {
	return verdict.Candidate{Finding: r.About(finding.Finding{
		Code: finding.NetworkUndecided, Severity: finding.Warning, Undecided: true, Field: port.Field,
		Message: fmt.Sprintf("not decided: the number of the port %q is not known, "+
			"because no pod in the input that accepts the connection names it", port.Name),
		Fix: "write the port's number",
	})}
}
