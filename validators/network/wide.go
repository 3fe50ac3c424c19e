package network

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// judgeWide reports a rule for no one in particular: one without peers, or one for all namespaces.
func (r *reporter) judgeWide(o *opening) {
	f := finding.Finding{Code: finding.AnyNamespace, Severity: finding.Warning}
	who := "pods of every namespace"
	switch {
	case o.direction == egress && o.ports.onlyDNS() && len(o.pods) == 0:
		f.Code = finding.DNSAnywhere
		f.Message = fmt.Sprintf("%s is open to %s, must be open to the DNS pods of %s only", o.portText(), everybody(o, who), dnsNamespace)
		f.Fix = "select namespace kube-system by " + nameLabel + " and the pods by k8s-app: kube-dns"
	case o.everywhere:
		f.Code = finding.RuleWithoutPeers
		f.Message = fmt.Sprintf("the rule has no %q, so it opens %s %s every pod of the cluster and every address", o.direction.peersField(), o.portText(), toFrom(o.direction))
		f.Fix = fmt.Sprintf("name the peers under %q; to allow nothing remove the rule", o.direction.peersField())
	default:
		f.Message = fmt.Sprintf("namespaceSelector %s matches every namespace of the cluster: %s %s %s", selectorText(o.where.selector), o.portText(), toFrom(o.direction), podsText(o.pods, who))
		f.Fix = fmt.Sprintf("select one namespace by matchLabels: {%s: NAME}; for addresses outside the cluster use ipBlock", nameLabel)
	}
	if o.ports.fixed.all && len(o.pods) == 0 || r.planned && o.everywhere {
		f.Severity = finding.Error
	}
	r.escalate(o, &f)
	r.once(o, f)
}

func everybody(o *opening, who string) string {
	if o.everywhere {
		return "everybody"
	}
	return who
}

func toFrom(d direction) string {
	if d == egress {
		return "to"
	}
	return "from"
}

func selectorText(s selector) string {
	if len(s) == 0 {
		return "{}"
	}
	return fmt.Sprintf("%q", s)
}

func podsText(s selector, all string) string {
	if len(s) == 0 {
		return all
	}
	return fmt.Sprintf("pods with %s in every namespace", s)
}

// escalate makes an error of a finding where another component is really reached, and shows it.
func (r *reporter) escalate(o *opening, f *finding.Finding) {
	other, x := r.victim(o, r.home)
	if other == nil {
		return
	}
	if o.block != nil {
		f.Severity = finding.Error
		f.Counterexample = fmt.Sprintf("with a network plugin that lets blocks match pods: %s", x.pair(o.direction, r.home, other))
		return
	}
	v := x.verdict(o.direction, r.home, other)
	if !v.Allowed {
		r.undecidedOpening(o)
		return
	}
	f.Severity = finding.Error
	f.Counterexample = x.line(o.direction, r.home, other, v)
}

// pair shows the ends of a connection.
func (w witness) pair(d direction, home, other *space) string {
	from, to := w.pod(own, home), w.pod(peer, other)
	if d == ingress {
		from, to = to, from
	}
	return fmt.Sprintf("%s → %s on %s", from, to, w.port)
}

// judgeBlock says what is wrong with a block whatever was intended. One that is simply too large is one finding.
func (r *reporter) judgeBlock(o *opening) {
	if o.direction == egress && o.ports.onlyDNS() && r.isInternet(o.block) {
		r.dnsAnywhere(o, o.block)
		return
	}
	if o.direction == egress && o.ports.fixed.contains(Port{corev1.ProtocolTCP, httpPort}) && r.hasMetadata(o.block) {
		r.metadata(o, r.book.intersect(o.block, r.book.of(metadataBlock, nil)))
		return
	}
	if pods := r.book.intersect(o.block, r.book.of(podBlock, nil)); !isEmpty(pods) {
		r.podAddresses(o, pods)
	}
}

// judgeExcessAddresses reports the addresses of a block that no flow declares, by what they are.
func (r *reporter) judgeExcessAddresses(o *opening, beyond []*excess) {
	for _, e := range beyond {
		v := e.verdict(o.direction, r.home, nil)
		switch set := e.addresses; {
		case !v.side(o.direction).Allowed:
			r.undecidedOpening(o)
		case r.book.within(set, r.book.of(podBlock, nil)):
			r.podAddresses(o, set)
		case o.direction == egress && r.hasMetadata(set) && r.book.within(set, r.book.of(linkLocalBlock, nil)):
			r.metadata(o, set)
		case o.direction == egress && o.ports.onlyDNS() && r.isInternet(set):
			r.dnsAnywhere(o, set)
		default:
			r.undeclaredAddresses(e, v)
		}
	}
}

func (w *world) isInternet(set addresses) bool { return set.Contains(example(w.public())) }

func (w *world) hasMetadata(set addresses) bool {
	return !isEmpty(w.book.intersect(set, w.book.of(metadataBlock, nil)))
}

func (r *reporter) undeclaredAddresses(e *excess, v Verdict) {
	o := e.opening
	f := finding.Finding{Code: finding.UndeclaredIngress, Severity: finding.Error, Fix: "narrow the block, or declare the flow"}
	way := "is reachable from"
	if o.direction == egress {
		f.Code, way = finding.UndeclaredEgress, "reaches"
	}
	f.Message = fmt.Sprintf("component %s %s %s on %s, which no flow declares", r.home.component.Name, way, describe(e.addresses), e.ports())
	if o.direction == egress && r.hasMetadata(e.addresses) {
		f.Message += "; the metadata service of the node is among them"
	}
	f.Counterexample = e.line(o.direction, r.home, nil, v)
	r.once(o, f)
}

func (r *reporter) metadata(o *opening, set addresses) {
	f := finding.Finding{
		Code: finding.MetadataReachable, Severity: finding.Error,
		Message: fmt.Sprintf("the block holds %s with the metadata service of the node, open on %s", describe(set), o.portText()),
		Counterexample: fmt.Sprintf("pods of %s%s → %s: egress by NetworkPolicy %s %s", place(o.Namespace), labelsOf(o.selector),
			example(r.book.intersect(set, r.book.of(metadataBlock, nil))), objects.Path(o.Namespace, o.Name), o.rule),
		Fix: "take 169.254.0.0/16 and fd00:42::42/128 out of the block with except",
	}
	if pods := r.book.intersect(o.block, r.book.of(podBlock, nil)); !r.planned && !isEmpty(pods) {
		f.Message += fmt.Sprintf("; it also holds %s, the addresses of pods on Kapsule", describe(pods))
		f.Fix = fmt.Sprintf("take 169.254.0.0/16, fd00:42::42/128 and %s out of the block with except", podBlock[0])
	}
	if !o.ports.fixed.contains(Port{corev1.ProtocolTCP, httpPort}) {
		f.Severity = finding.Warning // the service itself listens on TCP 80
	}
	r.once(o, f)
}

func labelsOf(s selector) string {
	if len(s) == 0 {
		return ""
	}
	return " with " + s.String()
}

func (r *reporter) podAddresses(o *opening, set addresses) {
	f := finding.Finding{
		Code: finding.PodAddresses, Severity: finding.Warning,
		Message:        fmt.Sprintf("the block holds %s, the addresses of pods on Kapsule; some network plugins let a block match pods", describe(set)),
		Counterexample: fmt.Sprintf("pods of %s%s and pods of every other namespace, on %s", place(o.Namespace), labelsOf(o.selector), o.portText()),
		Fix:            "take " + podBlock[0] + " out of the block with except; for pods use namespaceSelector and podSelector",
	}
	r.escalate(o, &f)
	r.once(o, f)
}

func (r *reporter) dnsAnywhere(o *opening, set addresses) {
	f := finding.Finding{
		Code: finding.DNSAnywhere, Severity: finding.Warning,
		Message: fmt.Sprintf("%s is open to %s, must be open to the DNS pods of %s only", o.portText(), describe(set), dnsNamespace),
		Fix:     "select namespace kube-system by " + nameLabel + " and the pods by k8s-app: kube-dns",
	}
	if r.planned {
		f.Severity = finding.Error
	}
	r.once(o, f)
}
