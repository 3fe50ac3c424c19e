package flows

import (
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/cilium"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// readNamesPolicies carries over the names of hosts that CiliumNetworkPolicies open.
func (r *policyReader) readNamesPolicies(byNamespace map[string]*component) {
	for _, o := range r.set.All {
		c := byNamespace[o.Namespace]
		if c != nil && o.GroupKind() == cilium.GroupKind() && !wellknown.IsRuntime(o.Name, o.Labels) {
			r.readNamesPolicy(c, o)
		}
	}
}

func (r *policyReader) readNamesPolicy(c *component, o *objects.Object) {
	skip := func(field fieldpath.Path, reason string) {
		c.egress.incomplete = true
		r.Note(draft.NotCarried, o, field, c.Path(string(egress)), "%s", reason)
	}
	if r.Cluster.NetworkPlugin != cluster.PluginCilium {
		skip(fieldpath.Path{}, "the names of hosts in it become flows where a Cluster has spec.networkPlugin: Cilium; "+
			"what else this kind allows or denies comes on top")
		return
	}
	value := map[string]any{}
	if err := o.DecodePart(&value); err != nil {
		skip(fieldpath.Path{}, "it cannot be read")
		return
	}
	rule, problems := cilium.Read(value)
	if rule == nil {
		skip(problems[0].Field, "of this kind, a Segregation has the names of hosts only: what it allows or denies comes "+
			"on top")
		return
	}
	own, expressible := choices(cilium.Plain(rule.EndpointSelector))
	if !expressible {
		skip(fieldpath.Of("spec", "endpointSelector"), beyondLabels)
		return
	}
	if len(rule.Egress) > 0 {
		c.egress.isolates(own, o)
	}
	r.readNames(c, o, rule, own, skip)
}

// isolates notes that a policy selects pods.
func (s *side) isolates(own []map[string]string, o *objects.Object) {
	switch {
	case slices.ContainsFunc(own, func(labels map[string]string) bool { return len(labels) == 0 }):
		s.selectsAll = true
	case !s.selectsSome:
		s.selectsSome, s.partial = true, o
	}
}

// readNames reads the rules of a policy. Those for the DNS become no flow: every component has one.
func (r *policyReader) readNames(c *component, o *objects.Object, rule *cilium.Rule, own []map[string]string,
	skip func(fieldpath.Path, string)) {
	for i := range rule.Egress {
		at, e := fieldpath.Of("spec", "egress").Index(i), &rule.Egress[i]
		ports, isDNS := rangesOf(e.ToPorts)
		switch {
		case len(e.ToFQDNs) > 0:
			f := flow{ports: ports, object: o, field: at}
			for _, name := range e.ToFQDNs {
				f.peer.FQDNs = append(f.peer.FQDNs, name.Text())
			}
			for _, f.pods = range own {
				c.egress.flows = append(c.egress.flows, f)
			}
		case !isDNS:
			skip(at, "of this kind, a Segregation has the names of hosts only: write it as a NetworkPolicy")
		}
	}
	for i, deny := range rule.EgressDeny {
		isOther := func(block string) bool { return !slices.Contains(r.metadata(), block) }
		if slices.ContainsFunc(deny.ToCIDR, isOther) {
			skip(fieldpath.Of("spec", "egressDeny").Index(i), "a Segregation closes what no flow opens, and nothing else")
		}
	}
}

// metadata are the blocks of the metadata service, which every policy for names closes.
func (r *policyReader) metadata() []string {
	var blocks []string
	for _, address := range r.Cluster.Metadata {
		blocks = append(blocks, single(address).String())
	}
	return blocks
}

// rangesOf are the ports of a rule, each once; nil for every port. isDNS is true where all are that of the DNS.
func rangesOf(rules []cilium.PortRule) (ranges []spec.PortRange, isDNS bool) {
	const dns = 53
	isDNS = len(rules) > 0
	for _, rule := range rules {
		for _, p := range rule.Ports {
			number, err := strconv.ParseInt(p.Port, 10, 32)
			if err != nil {
				continue // the policy is not read then
			}
			protocols := []corev1.Protocol{corev1.Protocol(p.Protocol)}
			if p.Protocol == "" || p.Protocol == "ANY" {
				protocols = []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP}
			}
			first := int32(number)
			isDNS = isDNS && first == dns && p.EndPort == 0
			for _, protocol := range protocols {
				one := spec.PortRange{Protocol: protocol, First: first, Last: max(first, p.EndPort)}
				if !slices.Contains(ranges, one) {
					ranges = append(ranges, one)
				}
			}
		}
	}
	return ranges, isDNS
}
