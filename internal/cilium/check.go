package cilium

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/form"
)

// The forms of names. Facts: docs/facts.md, "Policies of Cilium".
var (
	nameForm    = form.New(`^([-a-zA-Z0-9_]+[.]?)+$`)
	patternForm = form.New(`^([-a-zA-Z0-9_*]+[.]?)+$`)
)

const (
	longestName = 255
	dnsPort     = "53"
	lastPort    = 65535
)

func (r *reader) rule(at fieldpath.Path, rule *Rule) {
	if rule.EndpointSelector == nil {
		r.refuse(at.Child("endpointSelector"), "must be given: {} is every pod")
		return
	}
	r.selector(at.Child("endpointSelector"), rule.EndpointSelector)
	for i := range rule.Egress {
		r.egress(at.Child("egress").Index(i), &rule.Egress[i])
	}
	for i := range rule.EgressDeny {
		r.blocks(at.Child("egressDeny").Index(i).Child("toCIDR"), rule.EgressDeny[i].ToCIDR)
	}
}

// egress checks a rule. One without peers, or with several kinds of them, is not for names or for the DNS.
func (r *reader) egress(at fieldpath.Path, e *EgressRule) {
	given := 0
	for _, peers := range []int{len(e.ToEndpoints), len(e.ToCIDR), len(e.ToFQDNs)} {
		given += min(peers, 1)
	}
	switch given {
	case 0:
		r.unread(at)
	case 1:
	default:
		r.refuse(at, "must have only one of toEndpoints, toCIDR and toFQDNs")
	}
	for i := range e.ToEndpoints {
		r.selector(at.Child("toEndpoints").Index(i), &e.ToEndpoints[i])
	}
	r.blocks(at.Child("toCIDR"), e.ToCIDR)
	r.names(at.Child("toFQDNs"), e.ToFQDNs)
	for i := range e.ToPorts {
		r.portRule(at.Child("toPorts").Index(i), &e.ToPorts[i])
	}
}

func (r *reader) blocks(at fieldpath.Path, blocks []string) {
	for i, text := range blocks {
		if _, err := netip.ParsePrefix(text); err != nil {
			r.refuse(at.Index(i), "must be a block of addresses such as 192.0.2.1/32")
		}
	}
}

func (r *reader) names(at fieldpath.Path, names []Name) {
	for i, n := range names {
		at := at.Index(i)
		switch {
		case (n.MatchName == "") == (n.MatchPattern == ""):
			r.refuse(at, "must have exactly one of matchName and matchPattern")
		case n.MatchName != "" && !isOf(nameForm, n.MatchName):
			r.refuse(at.Child("matchName"), "must be a host name")
		case n.MatchPattern != "" && !isOf(patternForm, n.MatchPattern):
			r.refuse(at.Child("matchPattern"), "must be a host name with * for characters of a label")
		case strings.Contains(n.MatchPattern, "**"): // several labels, for newer versions of Cilium
			r.unread(at.Child("matchPattern"))
		}
	}
}

// isOf reports whether a text has a form, and is no longer than a name may be.
func isOf(f form.Form, text string) bool { return len(text) <= longestName && f.Matches(text) }

func (r *reader) portRule(at fieldpath.Path, p *PortRule) {
	if len(p.Ports) > MaxPorts {
		r.refuse(at.Child("ports"), "must have at most %d ports", MaxPorts)
	}
	for i := range p.Ports {
		r.port(at.Child("ports").Index(i), &p.Ports[i])
	}
	if p.Rules == nil {
		return
	}
	at = at.Child("rules")
	if len(p.Rules.DNS) == 0 {
		r.unread(at)
	}
	r.names(at.Child("dns"), p.Rules.DNS)
	if len(p.Ports) == 0 || slices.ContainsFunc(p.Ports, func(p Port) bool { return p.Port != dnsPort || p.EndPort != 0 }) {
		r.refuse(at.Child("dns"), "must be for port 53 and no other")
	}
}

func (r *reader) port(at fieldpath.Path, p *Port) {
	number, err := strconv.ParseUint(p.Port, 10, 16)
	switch {
	case p.Port == "":
		r.refuse(at.Child("port"), "must be given")
	case strings.ContainsAny(p.Port, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"): // a name
		r.unread(at.Child("port"))
	case err != nil || number == 0:
		r.refuse(at.Child("port"), "must be a port from 1 to 65535")
	case p.EndPort != 0 && (p.EndPort < int32(number) || p.EndPort > lastPort):
		r.refuse(at.Child("endPort"), "must be a port from %d to 65535", number)
	}
	if !slices.Contains([]string{"", "ANY", "TCP", "UDP", "SCTP"}, p.Protocol) {
		r.unread(at.Child("protocol"))
	}
}

// Plain is a selector by the labels of pods, without the source that Cilium puts before them.
func Plain(s *metav1.LabelSelector) *metav1.LabelSelector {
	plain := &metav1.LabelSelector{}
	for name, value := range s.MatchLabels {
		if plain.MatchLabels == nil {
			plain.MatchLabels = map[string]string{}
		}
		plain.MatchLabels[plainLabel(name)] = value
	}
	for _, e := range s.MatchExpressions {
		e.Key = plainLabel(e.Key)
		plain.MatchExpressions = append(plain.MatchExpressions, e)
	}
	return plain
}

// plainLabel leaves other sources than pods in place: such a label is none of a pod.
func plainLabel(name string) string {
	for _, source := range []string{LabelPrefix, "any:"} {
		if plain, has := strings.CutPrefix(name, source); has {
			return plain
		}
	}
	return name
}
