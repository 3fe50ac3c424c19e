package network

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

// checkDNS decides whether pods can ask the cluster's DNS. With a Segregation every possible pod must. Without one only
// pods are looked at that are known from templates and that some rule lets connect to other pods, which they find by
// name, and those that a rule for port 53 is for.
func checkDNS(f *facts) (r verdict.Result) {
	for _, n := range f.Components {
		if len(n.Sides[policy.Egress].Policies) == 0 || n.Unreliable {
			continue
		}
		may, does := f.allowedDNS(n)
		c := dnsCheck{facts: f, n: n, allowed: may}
		udp, overUDP := c.blocked(corev1.ProtocolUDP)
		tcp, overTCP := c.blocked(corev1.ProtocolTCP)
		if f.Planned && (overUDP == unknown || overTCP == unknown) {
			r.Add(undecidedSide(n, policy.Egress, "whether every pod reaches the cluster's DNS"))
		} else {
			r.Decide(dnsOf(n))
		}
		switch {
		case overUDP == yes:
			r.Add(c.candidate(udp, finding.Finding{
				Code: finding.DNSBlocked, Severity: c.severity(),
				Message: fmt.Sprintf("pods of %s cannot ask the cluster's DNS: no rule opens UDP 53 to it", n),
			}))
		case overTCP == yes:
			r.Add(c.candidate(tcp, finding.Finding{
				Code: finding.DNSWithoutTCP, Severity: finding.Warning,
				Message: fmt.Sprintf("pods of %s reach the cluster's DNS over UDP only, must reach it over TCP too", n),
			}))
		case len(does) < len(may):
			c.allowed = does
			if pod, answer := c.blocked(corev1.ProtocolUDP); answer == yes {
				r.Add(c.candidate(pod, c.unknownLabels()))
			}
		}
	}
	return r
}

// unknownLabels is the finding that rules for the DNS ask for labels which its pods are not known to have.
func (c *dnsCheck) unknownLabels() finding.Finding {
	known := "the pods of the DNS are known by " + yamlLabels(c.Cluster.DNS.Pods) + " alone"
	if c.Cluster.Name == "" {
		known += ", as on Kapsule"
	}
	return finding.Finding{
		Code: finding.DNSBlocked, Severity: finding.Warning,
		Message: fmt.Sprintf("pods of %s may not reach the cluster's DNS: the rules ask for other labels of its pods; %s",
			c.n, known),
		Fix: fmt.Sprintf("select the pods of the DNS by %s and nothing else, or say in the Cluster (spec.dns.pods) which "+
			"labels they have", yamlLabels(c.Cluster.DNS.Pods)),
	}
}

// dnsOf is the question whether the pods of a namespace can ask the cluster's DNS.
func dnsOf(n *model.Namespace) verdict.Subject { return ofNamespace(n, "DNS") }

// dnsCheck decides whether the pods of a component can ask the cluster's DNS.
type dnsCheck struct {
	*facts
	n *model.Namespace
	// allowed is what rules open to the DNS pods.
	allowed []solver.Connections
}

// severity is a warning without a Segregation: a pod may go by addresses only.
func (c *dnsCheck) severity() finding.Severity {
	if c.Planned {
		return finding.Error
	}
	return finding.Warning
}

// blocked looks for a pod that cannot ask the DNS over a protocol.
func (c *dnsCheck) blocked(protocol corev1.Protocol) (solver.Witness, ternary.Answer) {
	of := c.DNS()
	of.Ports = of.Ports.Intersect(policy.OnePort(policy.Port{Protocol: protocol, Number: of.Ports.Ranges[0].First}))
	if c.Planned {
		return c.facts.blocked(c.n, policy.Egress, of, c.allowed, nil)
	}
	w, answer := c.knownBlocked(of)
	if answer == no && protocol == corev1.ProtocolUDP {
		return c.meantBlocked(of)
	}
	return w, answer
}

// allowedDNS is what is open to the DNS pods: may be where they have more labels than those that are known, does by the
// known ones. Without a Segregation an address of theirs, or of their Service, counts as well: whether it opens them is
// up to the network plugin.
func (f *facts) allowedDNS(n *model.Namespace) (may, does []solver.Connections) {
	side, pods := &n.Sides[policy.Egress], f.DNS().Peer
	dns := f.Namespace(f.Cluster.DNS.Namespace)
	for _, r := range side.To(dns, unknown) {
		for _, c := range r.Connections(n, dns) {
			isOpen := f.isDNS(dns, c.Peer)
			if _, answer := solver.Solve(solver.Literals(solver.Peer, pods.And(c.Peer)), nil); answer != yes {
				continue
			}
			c.Peer = nil
			may = append(may, c)
			if isOpen {
				does = append(does, c)
			}
		}
	}
	if f.Planned {
		return may, does
	}
	a := f.Addresses
	for _, r := range side.Rules {
		if r.Block != nil && (r.Block.Contains(f.Cluster.DNS.Service) || a.Sets.Overlap(r.Block, a.Pods)) {
			with := r.ConnectionsWithAnyPod(n)
			may, does = append(may, with...), append(does, with...)
		}
	}
	return may, does
}

// isDNS reports whether a selector selects pods of the DNS, by the labels that are known of them: those of the input
// where it has them, else those of the Cluster.
func (f *facts) isDNS(dns *model.Namespace, s policy.Selector) bool {
	known := policy.Template{Labels: f.Cluster.DNS.Pods}
	return known.Matches(s) || slices.ContainsFunc(dns.Matching(f.DNS().Peer), func(p *model.Pods) bool {
		return p.Matches(s)
	})
}

// knownBlocked looks for a workload that DNS is blocked for though it may connect to other pods.
func (c *dnsCheck) knownBlocked(of solver.Connections) (solver.Witness, ternary.Answer) {
	port := policy.Port{Protocol: of.Ports.Ranges[0].Protocol, Number: of.Ports.Ranges[0].First}
	for _, p := range c.n.Pods {
		isOpen := slices.ContainsFunc(c.allowed, func(c solver.Connections) bool {
			return c.Ports.Contains(port) && p.Matches(c.Own)
		})
		if isOpen || !connectsToPods(c.n, p) {
			continue
		}
		w := solver.Witness{Port: port, Known: [2]*solver.Pods{solver.Own: &p.Pods}}
		if len(c.isolating(w)) > 0 {
			return w, yes
		}
	}
	return solver.Witness{}, no
}

// connectsToPods reports whether a rule lets known pods connect to others, DNS aside.
func connectsToPods(n *model.Namespace, p *model.Pods) bool {
	return slices.ContainsFunc(n.Sides[policy.Egress].Rules, func(r *model.PeerRule) bool {
		return r.Block == nil && !model.IsDNSOnly(r.Ports) && p.Matches(r.Selector)
	})
}

// meantBlocked looks for a possible pod that a rule for port 53 of the DNS' namespace is for, though the rule misses
// the DNS pods.
func (c *dnsCheck) meantBlocked(of solver.Connections) (solver.Witness, ternary.Answer) {
	for _, r := range c.n.Sides[policy.Egress].Rules {
		if !model.IsDNSOnly(r.Ports) || !slices.Contains(r.In.Names, c.Cluster.DNS.Namespace) {
			continue
		}
		of.Own = r.Selector
		if w, answer := c.facts.blocked(c.n, policy.Egress, of, c.allowed, nil); answer == yes {
			return w, yes
		}
	}
	return solver.Witness{}, no
}

// isolating are the policies that isolate the pod of a witness.
func (c *dnsCheck) isolating(w solver.Witness) []string {
	return model.Evaluate(policy.Egress, w, c.n, c.Namespace(c.Cluster.DNS.Namespace)).Egress.Isolating
}

// fix is what to write for DNS.
func (c *dnsCheck) fix() string {
	return fmt.Sprintf("allow port 53, UDP and TCP, to pods with %s in the namespace with %s: %s",
		yamlLabels(c.Cluster.DNS.Pods), wellknown.NamespaceNameLabel, c.Cluster.DNS.Namespace)
}

// candidate is at the rule that was probably meant to open the DNS, where there is one.
func (c *dnsCheck) candidate(w solver.Witness, f finding.Finding) verdict.Candidate {
	s, dns := &c.n.Sides[policy.Egress], c.Cluster.DNS.Namespace
	isolating := s.Policies[0]
	if names := c.isolating(w); len(names) > 0 {
		isolating = s.Named(names[0])
	}
	pods := c.DNS().Peer
	ends := fmt.Sprintf("%s → pods with %s in namespace %s on %s", podText(w, solver.Own, c.n), pods, dns, w.Port)
	f.Counterexample = blockedText(ends, policy.Egress, objects.Path(c.n.Name, isolating.Name))
	if f.Fix == "" {
		f.Fix = c.fix()
	}
	candidate := verdict.Candidate{Precedence: precedenceOfDNS}
	if f.Code == finding.DNSBlocked {
		candidate.Explains = []verdict.Subject{dnsOf(c.n)}
	}
	for _, x := range c.defects[c.n].sides[policy.Egress] {
		if x.rule != nil && x.mayBlock(dns) && model.IsDNSOnly(x.rule.Ports) {
			f.Field, f.Message = x.Field, f.Message+": "+x.Message
			candidate.Finding = x.policy.About(f)
			candidate.Explains = append(candidate.Explains, x.explains()...)
			return candidate
		}
	}
	for _, r := range s.Rules {
		if model.IsDNSOnly(r.Ports) {
			f.Field = r.Rule
			candidate.Finding = r.About(f)
			return candidate
		}
	}
	candidate.Finding = isolating.About(f)
	return candidate
}
