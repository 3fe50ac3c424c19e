package network

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/cilium"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

// checkNames decides whether the CiliumNetworkPolicies of components open the declared names of hosts, and no others.
func checkNames(f *facts) (r verdict.Result) {
	for _, n := range f.Components {
		c := nameCheck{facts: f, n: n}
		for _, p := range n.NamesPolicies {
			c.policy(p)
		}
		if !slices.ContainsFunc(n.NamesPolicies, func(p *model.NamesPolicy) bool { return len(p.Problems) > 0 }) {
			c.flows()
		}
		r.Candidates = append(r.Candidates, c.Candidates...)
		r.Decided = append(r.Decided, c.Decided...)
	}
	return r
}

// nameCheck decides the names of a component.
type nameCheck struct {
	*facts
	verdict.Result
	n *model.Namespace
}

// policy decides whether a policy opens anything that is not declared.
func (c *nameCheck) policy(p *model.NamesPolicy) {
	for _, problem := range p.Problems {
		if problem.Refused() {
			c.Add(verdict.Candidate{Finding: p.About(finding.Finding{
				Code: finding.InvalidPolicy, Severity: finding.Error, Field: problem.Field,
				Message: "the API server or Cilium refuses the policy: " + problem.Message, Fix: "correct the field",
			})})
		}
	}
	if len(p.Problems) > 0 {
		return
	}
	c.Decide(verdict.Subject{Object: p.Object})
	for i := range p.Names {
		c.undeclared(&p.Names[i])
	}
	if closed := c.Addresses.Sets.Minus(c.Addresses.Metadata, p.Closed); len(p.Names) > 0 && !policy.IsEmpty(closed) {
		c.Add(verdict.Candidate{Finding: p.About(finding.Finding{
			Code: finding.MetadataReachable, Severity: finding.Warning, Field: p.Names[0].Field,
			Message: "whoever answers the DNS for a name that is opened chooses its addresses, that of the metadata " +
				"service of the node among them",
			Counterexample: fmt.Sprintf("pods of %s%s → %s, as an address of %s", namespaceText(c.n.Name),
				withText(p.Selector), c.Addresses.Sets.Example(closed), p.Names[0].Name),
			Fix: "close it: egressDeny with toCIDR " + addressesText(c.Addresses.Metadata),
		})})
	}
}

// undeclared reports a name that a rule opens and no flow declares.
func (c *nameCheck) undeclared(r *model.NameRule) {
	var declared []solver.Connections
	for _, flow := range c.n.Declared[policy.Egress].Names {
		if coversAny(flow.Names, r.Name) {
			declared = append(declared, flow.Connections)
		}
	}
	w, answer := c.find(solver.Query{Of: r.Connections(), Except: declared}, c.n, nil)
	switch answer {
	case yes:
		c.Add(verdict.Candidate{Finding: r.About(finding.Finding{
			Code: finding.UndeclaredEgress, Severity: finding.Error, Field: r.Field,
			Message: fmt.Sprintf("it opens a way from %s to the host %s on %s that no flow declares", c.n, r.Name, w.Port),
			Counterexample: fmt.Sprintf("%s → %s on %s: egress by CiliumNetworkPolicy %s/%s %s",
				podText(w, solver.Own, c.n), r.Name, w.Port, r.Namespace, r.NamesPolicy.Name, r.Field),
			Fix: fmt.Sprintf("remove the name, or declare the flow: to: {fqdns: [%q]}", r.Name),
		})})
	case unknown:
		c.Add(undecidedSide(c.n, policy.Egress, "whether "+r.Name+" is declared"))
	}
}

func coversAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return cilium.Covers(pattern, name) })
}

// flows decides whether every declared name is open, and whether Cilium learns its addresses. Of a flow, or several
// with the same purpose, the first that is blocked is enough.
func (c *nameCheck) flows() {
	for _, flow := range c.n.Declared[policy.Egress].Names {
		if flow.Implied {
			continue
		}
		for _, name := range flow.Names {
			if !c.isOpen(flow, name) || !c.isLearnt(flow, name) {
				break
			}
		}
	}
}

// isOpen decides whether the policies open a name.
func (c *nameCheck) isOpen(flow *model.Flow, name string) bool {
	allowed := c.rules(name, func(p *model.NamesPolicy) []model.NameRule { return p.Names })
	return c.holds(flow, name, flow.Connections, allowed,
		fmt.Sprintf("no CiliumNetworkPolicy of %s opens it", c.n),
		fmt.Sprintf("add a CiliumNetworkPolicy of namespace %s with toFQDNs for it, or remove the flow from the Segregation",
			c.n.Name))
}

// isLearnt decides whether Cilium reads the answers of the DNS for a name, without which it opens no address.
func (c *nameCheck) isLearnt(flow *model.Flow, name string) bool {
	const why = "Cilium learns no address of it, since no rule has it read the answers of the DNS%s"
	const fix = "add a rule for port 53, UDP and TCP, of the DNS%s with rules: {dns: [{matchPattern: \"*\"}]} to the policy"
	question := solver.Connections{Own: flow.Own, Ports: c.DNS().Ports}
	pods := c.rules(name, func(p *model.NamesPolicy) []model.NameRule { return p.Lookups })
	if !c.holds(flow, name, question, pods, fmt.Sprintf(why, ""), fmt.Sprintf(fix, "")) {
		return false
	}
	if c.Addresses.DNSCache == nil {
		return true
	}
	const onNode = " by its cache on the node"
	cache := c.rules(name, func(p *model.NamesPolicy) []model.NameRule { return p.CacheLookups })
	return c.holds(flow, name, question, cache, fmt.Sprintf(why, onNode), fmt.Sprintf(fix, onNode))
}

// rules are the connections of the rules for a name.
func (c *nameCheck) rules(name string, of func(*model.NamesPolicy) []model.NameRule) []solver.Connections {
	var all []solver.Connections
	for _, p := range c.n.NamesPolicies {
		rules := of(p)
		for i := range rules {
			if cilium.Covers(rules[i].Name, name) {
				all = append(all, rules[i].Connections())
			}
		}
	}
	return all
}

// holds decides whether the rules are for all of some connections of a flow.
func (c *nameCheck) holds(flow *model.Flow, name string, of solver.Connections, rules []solver.Connections,
	why, fix string) bool {
	w, answer := c.blocked(c.n, policy.Egress, of, rules, nil)
	switch answer {
	case no:
		c.Decide(ofNamespace(c.n, "declared egress with "+name))
		return true
	case unknown:
		c.Add(undecidedSide(c.n, policy.Egress, "whether the declared flow with "+name+" is open"))
		return false
	}
	found := finding.Finding{
		Code: finding.FlowBlocked, Severity: finding.Error,
		Message: fmt.Sprintf("the declared flow to the host %s is blocked on %s by the egress policies of %s: %s",
			name, portOf(flow, w), c.n, why),
		Counterexample: blockedText(
			fmt.Sprintf("%s → %s on %s", podText(w, solver.Own, c.n), name, portOf(flow, w)), policy.Egress,
			isolatingText(w, c.n)),
		Fix: fix,
	}
	if policies := c.n.NamesPolicies; len(policies) > 0 {
		found = policies[0].About(found)
	} else {
		found = inNamespace(c.n, found)
	}
	c.Add(verdict.Candidate{Finding: found, Precedence: precedenceOfFlow})
	return false
}

// portOf is where the connection of a flow arrives: for a question to the DNS, the first port that it is for.
func portOf(flow *model.Flow, w solver.Witness) policy.Port {
	if flow.Ports.Contains(w.Port) || len(flow.Ports.Ranges) == 0 {
		return w.Port
	}
	return policy.Port{Protocol: flow.Ports.Ranges[0].Protocol, Number: flow.Ports.Ranges[0].First}
}

// isolatingText names the first policy that isolates the pod of a witness.
func isolatingText(w solver.Witness, n *model.Namespace) string {
	w.Port = policy.Port{Protocol: corev1.ProtocolTCP, Number: metadataPort}
	side := model.Evaluate(policy.Egress, w, n, nil).Egress
	if len(side.Isolating) == 0 {
		return n.Name
	}
	return side.Isolating[0]
}
