package network

import (
	"fmt"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// dnsService is the address of the cluster's DNS on Kapsule.
var dnsService = netip.MustParseAddr("10.32.0.10")

// checkDNS looks for pods that cannot ask the cluster's DNS. With a Segregation every possible pod must. Without one only
// pods are looked at that are known from templates and that some rule lets connect to other pods, which they find by name,
// and those that a rule for port 53 is for.
func (w *world) checkDNS(n *space) {
	s := &n.sides[egress]
	if len(s.policies) == 0 || n.unreadable || s.invalid() {
		return
	}
	covers := w.dnsOpenings(n)
	var blocked [2]witness
	var is [2]bool
	for i, protocol := range []corev1.Protocol{corev1.ProtocolUDP, corev1.ProtocolTCP} {
		r := region{peer: dnsPods, ports: onPorts(protocol, dnsPort)}
		if w.planned {
			q, x, outcome := w.blocked(n, egress, r, covers)
			if is[i] = outcome == found; is[i] {
				blocked[i] = q.prefer(w.book, x, [2]*space{n, nil})
			} else if outcome == undecided {
				w.undecided(n, egress, "whether every pod reaches the cluster's DNS")
			}
			continue
		}
		if blocked[i], is[i] = w.knownBlocked(n, r, covers); !is[i] && protocol == corev1.ProtocolUDP {
			blocked[i], is[i] = w.meantBlocked(n, r, covers)
		}
	}
	switch {
	case is[0]:
		n.dnsBlocked = true
		w.reportDNS(n, blocked[0], finding.Finding{Code: finding.DNSBlocked, Severity: w.dnsSeverity(),
			Message: fmt.Sprintf("pods of %s cannot ask the cluster's DNS: no rule opens UDP 53 to it", n)})
	case is[1]:
		w.reportDNS(n, blocked[1], finding.Finding{Code: finding.DNSWithoutTCP, Severity: finding.Warning,
			Message: fmt.Sprintf("pods of %s reach the cluster's DNS over UDP only, must reach it over TCP too", n)})
	}
}

// dnsSeverity is a warning without a Segregation: a pod may go by addresses only.
func (w *world) dnsSeverity() finding.Severity {
	if w.planned {
		return finding.Error
	}
	return finding.Warning
}

// dnsOpenings is what is open to the DNS pods. They may have more labels than the one that is known. Without a Segregation
// an address of theirs, or of their Service, counts as well: whether it opens them is up to the network plugin.
func (w *world) dnsOpenings(n *space) []region {
	var covers []region
	kubeSystem := w.elsewhere(dnsNamespace)
	for _, o := range n.sides[egress].to(kubeSystem, true) {
		for _, r := range o.at(n, kubeSystem) {
			literals := query{region: region{peer: dnsPods.and(r.peer)}}.demands()
			if _, outcome := solve(literals, nil); outcome == found {
				r.peer = nil
				covers = append(covers, r)
			}
		}
	}
	if w.planned {
		return covers
	}
	pods := w.book.of(podBlock, nil)
	for _, o := range n.sides[egress].openings {
		if o.block != nil && (o.block.Contains(dnsService) || !isEmpty(w.book.intersect(o.block, pods))) {
			covers = append(covers, o.podsBehind(n)...)
		}
	}
	return covers
}

// knownBlocked looks for a workload that DNS is blocked for though it may connect to other pods.
func (w *world) knownBlocked(n *space, r region, covers []region) (witness, bool) {
	port := Port{r.ports.ranges[0].protocol, dnsPort}
	for _, c := range n.classes {
		open := slices.ContainsFunc(covers, func(cover region) bool {
			return cover.ports.contains(port) && cover.own.matches(c.labels, isControllers)
		})
		if !open && n.sides[egress].connects(c) {
			x := witness{port: port, known: [2]*class{c, nil}}
			if v := x.verdict(egress, n, w.elsewhere(dnsNamespace)); len(v.Egress.Isolating) > 0 {
				return x, true
			}
		}
	}
	return witness{}, false
}

// meantBlocked looks for a possible pod that a rule for port 53 of kube-system is for, though the rule misses the DNS pods.
func (w *world) meantBlocked(n *space, r region, covers []region) (witness, bool) {
	for _, o := range n.sides[egress].openings {
		if !o.ports.onlyDNS() || !slices.Contains(o.where.names, dnsNamespace) {
			continue
		}
		r.own = o.selector
		if q, x, outcome := w.blocked(n, egress, r, covers); outcome == found {
			return q.prefer(w.book, x, [2]*space{n, nil}), true
		}
	}
	return witness{}, false
}

// connects says whether a rule lets pods of the class connect to pods, DNS aside.
func (s *side) connects(c *class) bool {
	return slices.ContainsFunc(s.openings, func(o *opening) bool {
		return o.block == nil && !o.ports.onlyDNS() && o.selector.matches(c.labels, isControllers)
	})
}

func (w *world) reportDNS(n *space, x witness, f finding.Finding) {
	s := &n.sides[egress]
	holder := s.policies[0]
	if isolating := x.verdict(egress, n, w.elsewhere(dnsNamespace)).Egress.Isolating; len(isolating) > 0 {
		holder = s.named(isolating[0])
	}
	f.Counterexample = fmt.Sprintf("%s → pods with %s in namespace %s on %s: NetworkPolicy %s holds the pod, and no egress rule lets it through",
		x.pod(own, n), dnsPods, dnsNamespace, x.port, objects.Path(n.name, holder.Name))
	f.Fix = fmt.Sprintf("allow port 53, UDP and TCP, to pods with k8s-app: kube-dns in the namespace with %s: %s", nameLabel, dnsNamespace)
	for _, suspect := range s.suspects {
		if suspect.opening != nil && suspect.about(dnsNamespace) && suspect.opening.ports.onlyDNS() {
			suspect.told = true
			f.Field, f.Message = suspect.Field, f.Message+": "+suspect.Message
			w.report(suspect.policy, f)
			return
		}
	}
	for _, o := range s.openings {
		if o.ports.onlyDNS() {
			f.Field = o.rule
			w.report(o.Object, f)
			return
		}
	}
	w.report(holder.Object, f)
}
