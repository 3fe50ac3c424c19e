package network

import (
	"fmt"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

// broad reports a rule for no peer in particular: one without peers, or one for all namespaces.
func (c *ruleCheck) broad(r *model.PeerRule, home *model.Namespace) {
	d := r.Direction
	f := finding.Finding{Code: finding.AnyNamespace, Severity: finding.Warning}
	switch {
	case d == policy.Egress && model.IsDNSOnly(r.Ports) && len(r.Pods) == 0:
		to := "pods of every namespace"
		if r.Everybody {
			to = "everybody"
		}
		f = c.dnsAnywhere(r, to)
	case r.Everybody:
		f.Code = finding.RuleWithoutPeers
		f.Message = fmt.Sprintf("the rule has no %q, so it opens %s %s every pod of the cluster and every address",
			d.PeersField(), r.Ports, d.PeersField())
		f.Fix = fmt.Sprintf("name the peers under %q; to allow nothing remove the rule", d.PeersField())
	default:
		f.Message = fmt.Sprintf("namespaceSelector %s matches every namespace of the cluster: %s %s %s",
			selectorText(r.In.Selector), r.Ports, d.PeersField(), podsOfEveryNamespace(r.Pods))
		f.Fix = selectByName("one namespace") + "; for addresses outside the cluster use ipBlock"
	}
	if c.Planned || r.Ports.Fixed.All && len(r.Pods) == 0 {
		f.Severity = finding.Error // with a Segregation it is no less than one namespace that no flow declares
	}
	other, w := c.victim(r, home)
	if other != nil {
		v := model.Evaluate(d, w, home, other)
		if v.Allowed {
			f.Severity = finding.Error
			f.Counterexample = allowedText(w, d, home, other, v)
		} else {
			c.undecided(r)
		}
	}
	c.add(r, f)
}

func podsOfEveryNamespace(s policy.Selector) string {
	if len(s) == 0 {
		return "pods of every namespace"
	}
	return fmt.Sprintf("pods with %s in every namespace", s)
}

// dnsAnywhere is the finding that port 53 is open to others than the DNS pods.
func (c *ruleCheck) dnsAnywhere(r *model.PeerRule, to string) finding.Finding {
	dns := c.Cluster.DNS
	return finding.Finding{
		Code: finding.DNSAnywhere, Severity: finding.Warning,
		Message: fmt.Sprintf("%s is open to %s, must be open to the DNS pods of %s only", r.Ports, to, dns.Namespace),
		Fix: fmt.Sprintf("select namespace %s by %s and the pods by %s",
			dns.Namespace, wellknown.NamespaceNameLabel, yamlLabels(dns.Pods)),
	}
}

// victim looks for another component that a broad rule connects with, by a rule of the other side; nil where there is
// none. A component that is not isolated at all is reported by [checkIsolation], and is no victim.
func (c *ruleCheck) victim(r *model.PeerRule, home *model.Namespace) (*model.Namespace, solver.Witness) {
	for _, n := range c.open[r.Direction.Opposite()] {
		if n == home {
			continue
		}
		connections := r.Connections(home, n)
		if r.Block != nil {
			connections = r.ConnectionsWithAnyPod(home)
		}
		for _, of := range connections {
			q := solver.Query{Of: of}
			if c.Planned {
				q.Except = home.Declared[r.Direction].With(n)
			}
			if w, answer := c.reachesByRule(q, r.Direction, home, n, !c.Planned); answer == yes {
				return n, w
			}
		}
	}
	return nil, solver.Witness{}
}
