package model

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/cilium"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

// NamesPolicy is a CiliumNetworkPolicy of a component, in a cluster that has Cilium.
type NamesPolicy struct {
	*objects.Object
	// Problems are why it is not evaluated; there are none where it is, and the other fields are known then only.
	Problems []cilium.Problem
	Selector policy.Selector
	// Names are what it opens by the names of hosts.
	Names []NameRule
	// Lookups are the questions to the DNS of which Cilium reads the answers, to its pods and to the cache on the node.
	Lookups, CacheLookups []NameRule
	// Closed are the addresses that it closes, whatever other policies open.
	Closed policy.Addresses
}

// NameRule is a rule of a policy about one name or pattern of names.
type NameRule struct {
	*NamesPolicy
	// Field is the path of the name.
	Field fieldpath.Path
	// Name is as [cilium.Name.Text] has it.
	Name  string
	Ports policy.PortSet
}

// Connections are those that the rule is about. Names have no addresses that are known.
func (r *NameRule) Connections() solver.Connections {
	return solver.Connections{Own: r.Selector, Ports: r.Ports}
}

// addNamesPolicies reads the CiliumNetworkPolicies of components. Without a Segregation, or with another network plugin,
// there are none that are understood.
func (n *Network) addNamesPolicies() {
	if !n.Planned || n.Cluster.NetworkPlugin != cluster.PluginCilium {
		return
	}
	for _, o := range n.Objects.All {
		if o.GroupKind() != cilium.GroupKind() || n.Namespace(o.Namespace).Component == nil {
			continue
		}
		c := n.add(o.Namespace)
		c.NamesPolicies = append(c.NamesPolicies, n.readNamesPolicy(o))
	}
}

func (n *Network) readNamesPolicy(o *objects.Object) *NamesPolicy {
	p := &NamesPolicy{Object: o}
	value := map[string]any{}
	if err := o.DecodePart(&value); err != nil {
		p.Problems = []cilium.Problem{{}}
		return p
	}
	rule, problems := cilium.Read(value)
	if p.Problems = problems; rule == nil {
		return p
	}
	at := fieldpath.Of("spec")
	var ok bool
	if p.Selector, ok = policy.ReadSelector(cilium.Plain(rule.EndpointSelector)); !ok {
		p.skip(at.Child("endpointSelector"))
	}
	for i := range rule.Egress {
		n.readNames(p, at.Child("egress").Index(i), &rule.Egress[i])
	}
	n.readClosed(p, at.Child("egressDeny"), rule)
	return p
}

// skip notes that a field is not evaluated, and so the policy is not.
func (p *NamesPolicy) skip(at fieldpath.Path) {
	p.Problems = append(p.Problems, cilium.Problem{Field: at})
}

// readNames reads a rule for names, or for the DNS.
func (n *Network) readNames(p *NamesPolicy, at fieldpath.Path, e *cilium.EgressRule) {
	if len(e.ToFQDNs) > 0 {
		for _, ports := range portRules(e) {
			if ports.Rules != nil {
				p.skip(at.Child("toPorts"))
			}
			for i, name := range e.ToFQDNs {
				rule := NameRule{p, at.Child("toFQDNs").Index(i), name.Text(), portSet(ports.Ports)}
				p.Names = append(p.Names, rule)
			}
		}
		return
	}
	list := &p.Lookups
	switch {
	case n.isDNS(e):
	case n.isCache(e):
		list = &p.CacheLookups
	default:
		p.skip(at)
		return
	}
	for i, ports := range portRules(e) {
		set := portSet(ports.Ports)
		if !set.IsOnly(dnsPort) {
			p.skip(at)
			return
		}
		if ports.Rules == nil {
			continue // nobody reads the answers
		}
		for j, name := range ports.Rules.DNS {
			field := at.Child("toPorts").Index(i).Child("rules", "dns").Index(j)
			*list = append(*list, NameRule{p, field, name.Text(), set})
		}
	}
}

// portRules are those of a rule; one of every port where there are none.
func portRules(e *cilium.EgressRule) []cilium.PortRule {
	if len(e.ToPorts) == 0 {
		return []cilium.PortRule{{}}
	}
	return e.ToPorts
}

func portSet(ports []cilium.Port) policy.PortSet {
	if len(ports) == 0 {
		return policy.AllPorts()
	}
	var set policy.PortSet
	for _, p := range ports {
		number, err := strconv.ParseInt(p.Port, 10, 32)
		if err != nil {
			continue // a name, for which the policy is not evaluated
		}
		protocols := []corev1.Protocol{corev1.Protocol(p.Protocol)}
		if p.Protocol == "" || p.Protocol == "ANY" {
			protocols = []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP}
		}
		first := int32(number)
		for _, protocol := range protocols {
			set.Ranges = append(set.Ranges, policy.PortRange{
				Protocol: protocol, First: first, Last: max(first, p.EndPort),
			})
		}
	}
	return set
}

// isDNS reports whether a rule is for the pods of the DNS and no others.
func (n *Network) isDNS(e *cilium.EgressRule) bool {
	for i := range e.ToEndpoints {
		selector := cilium.Plain(&e.ToEndpoints[i])
		want := map[string]string{strings.TrimPrefix(cilium.NamespaceLabel, cilium.LabelPrefix): n.Cluster.DNS.Namespace}
		maps.Copy(want, n.Cluster.DNS.Pods)
		if len(selector.MatchExpressions) > 0 || !maps.Equal(selector.MatchLabels, want) {
			return false
		}
	}
	return len(e.ToEndpoints) > 0
}

// isCache reports whether a rule is for the cache of the DNS on the node and nothing else.
func (n *Network) isCache(e *cilium.EgressRule) bool {
	cache := n.Cluster.DNS.NodeLocal
	return cache.IsValid() && len(e.ToCIDR) > 0 && !slices.ContainsFunc(e.ToCIDR, func(block string) bool {
		return block != hosts(cache)[0]
	})
}

// readClosed reads what the policy closes. Where that is more than the metadata service, it may be what is declared.
func (n *Network) readClosed(p *NamesPolicy, at fieldpath.Path, rule *cilium.Rule) {
	var blocks []string
	for _, deny := range rule.EgressDeny {
		blocks = append(blocks, deny.ToCIDR...)
	}
	p.Closed = n.Addresses.Sets.Of(blocks, nil)
	isEmpty := slices.ContainsFunc(rule.EgressDeny, func(d cilium.EgressDenyRule) bool { return len(d.ToCIDR) == 0 })
	if isEmpty || !n.Addresses.Sets.Contains(n.Addresses.Metadata, p.Closed) {
		p.skip(at)
	}
}

// declareNames declares connections to hosts by their names.
func (d *Declaration) declareNames(f Flow, names []string) {
	f.Names, f.Peer = names, strings.Join(names, ", ")
	d.Names = append(d.Names, &f)
}

// apiName is the name of the host of Scaleway's API, where the network plugin opens names; empty where it does not, or
// where the URL has an address, a Service or a name of one label.
func (n *Network) apiName(host string) string {
	host = cmp.Or(host, wellknown.ScalewayAPIHost)
	parts := strings.Split(host, ".")
	_, err := netip.ParseAddr(host)
	if n.Cluster.NetworkPlugin != cluster.PluginCilium || err == nil || len(parts) == 1 ||
		len(parts) >= 3 && parts[2] == "svc" {
		return ""
	}
	return host
}
