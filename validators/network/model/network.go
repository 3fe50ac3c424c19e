// Package model reads the network of the input: the namespaces and their pods, the peers of each rule of a
// NetworkPolicy is for, and which flows are declared. It judges nothing.
package model

import (
	"maps"
	"net/netip"
	"slices"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/policy"
)

// Network has the namespaces, pods and policies of the input.
type Network struct {
	Objects *objects.Set
	// Planned is true where Segregations declare the flows.
	Planned   bool
	Cluster   cluster.Cluster
	Addresses Addresses
	// Policies are all NetworkPolicies, in the order of the input.
	Policies []*Policy
	// Components are the namespaces that are one, sorted by name.
	Components []*Namespace

	namespaces map[string]*Namespace
	// others are namespaces that are named in the input, and of which nothing but the name is known.
	others map[string]*Namespace
	// names of the namespaces, sorted.
	names []string
}

// New reads the Network of the input.
func New(set *objects.Set, components *scope.Scope, in cluster.Cluster) *Network {
	n := &Network{
		Objects: set, Planned: components.Planned, Cluster: in, Addresses: newAddresses(in),
		namespaces: map[string]*Namespace{}, others: map[string]*Namespace{},
	}
	for i := range components.Components {
		c := &components.Components[i]
		n.add(c.Namespace).Component = c
	}
	for _, object := range set.Namespaces {
		n.add(object.Name).know(object.Object)
	}
	n.addPods()
	n.addServices()
	n.addPolicies()
	n.addNamesPolicies()
	n.names = slices.Sorted(maps.Keys(n.namespaces))
	for _, name := range n.names {
		if namespace := n.namespaces[name]; namespace.Component != nil {
			n.Components = append(n.Components, namespace)
		}
	}
	for _, c := range n.Components {
		if n.Planned {
			c.Declared = n.declarations(c)
		}
	}
	return n
}

func (n *Network) addPods() {
	known := map[string]*Pods{}
	for _, workload := range n.Objects.Workloads {
		namespace := n.add(workload.Namespace)
		namespace.Workloads = append(namespace.Workloads, workload)
		if workload.Pod.Spec.HostNetwork {
			namespace.hostPods = append(namespace.hostPods, policy.Template{
				Labels: workload.Pod.Labels, Makers: []policy.Maker{makerOf(workload)},
			})
			continue
		}
		namespace.addPods(known, workload)
	}
	for _, o := range n.Objects.All {
		if name, isKnown := creatorOf(o, n.Cluster); name != "" {
			n.add(o.Namespace).addCreator(o, name, isKnown)
		}
		if target := targetOf(o); target != "" && target != o.Namespace {
			n.add(target).addCreator(o, o.String(), true)
		}
	}
}

// addPolicies reads the policies of every namespace. One that the API server refuses is read without what is refused.
func (n *Network) addPolicies() {
	for _, typed := range n.Objects.NetworkPolicies {
		namespace := n.add(typed.Namespace)
		p := &Policy{Typed: typed, Violations: policy.Validate(typed.Value)}
		namespace.Unreliable = namespace.Unreliable || len(p.Violations) > 0
		n.Policies = append(n.Policies, p)
		var ok bool
		if p.Selector, ok = policy.ReadSelector(&typed.Value.Spec.PodSelector); !ok {
			continue
		}
		namespace.Policies = append(namespace.Policies, p)
		for _, d := range policy.Directions() {
			namespace.Sides[d].add(d, n.Addresses.Sets, p)
		}
	}
	for _, o := range n.Objects.Malformed {
		if kind := o.GroupKind(); kind.Group == wellknown.NetworkingGroup && kind.Kind == "NetworkPolicy" {
			n.add(o.Namespace).Unreliable = true
		}
	}
}

// add returns a namespace of the input, which may be nothing but its name.
func (n *Network) add(name string) *Namespace {
	namespace := n.namespaces[name]
	if namespace == nil {
		namespace = newNamespace(name)
		n.namespaces[name] = namespace
	}
	return namespace
}

// All are the namespaces that the input says something of, sorted by name.
func (n *Network) All() []*Namespace {
	all := make([]*Namespace, len(n.names))
	for i, name := range n.names {
		all[i] = n.namespaces[name]
	}
	return all
}

// Has reports whether the input says something of a namespace.
func (n *Network) Has(name string) bool { return n.namespaces[name] != nil }

// Namespace is one that the input says something of or, failing that, one of which nothing but the name is known.
func (n *Network) Namespace(name string) *Namespace {
	if namespace := n.namespaces[name]; namespace != nil {
		return namespace
	}
	namespace := n.others[name]
	if namespace == nil {
		namespace = newNamespace(name)
		n.others[name] = namespace
	}
	return namespace
}

// Targets are the namespaces that a rule is for, as far as they are known.
func (n *Network) Targets(r *PeerRule) []*Namespace {
	switch {
	case r.In.Own:
		return []*Namespace{n.Namespace(r.Namespace)}
	case r.In.Impossible:
		return nil
	}
	names := n.names
	if r.In.Named {
		names = r.In.Names
	}
	var targets []*Namespace
	for _, name := range names {
		if namespace := n.Namespace(name); r.isFor(namespace) == yes {
			targets = append(targets, namespace)
		}
	}
	return targets
}

// WithPods is the first namespace but one that has pods with the given labels; empty where there is none.
func (n *Network) WithPods(s policy.Selector, but *Namespace) string {
	for _, name := range n.names {
		if other := n.namespaces[name]; other != but && s.DemandsLabel() && len(other.Matching(s)) > 0 {
			return name
		}
	}
	return ""
}

// Addresses are the sets of addresses that matter in a cluster.
type Addresses struct {
	Sets *policy.AddressSets
	// Everywhere has every address, Public those that are routed on the internet.
	Everywhere, Public policy.Addresses
	// Pods are the addresses of pods, Metadata those of the metadata service, LinkLocal those that only a node reaches.
	Pods, Metadata, LinkLocal policy.Addresses
	// API is where the API server is, Servers the addresses that it calls from, as far as they are known.
	API     []Endpoint
	Servers policy.Addresses
	// DNSCache is the address of the DNS' cache on each node; nil where there is none.
	DNSCache policy.Addresses
}

// Endpoint is a port of TCP at some addresses.
type Endpoint struct {
	Addresses policy.Addresses
	Port      int32
}

const (
	everyIPv4  = "0.0.0.0/0"
	publicIPv6 = "2000::/3"
)

// notPublic are blocks within everyIPv4 and publicIPv6. Facts: docs/facts.md, "Special addresses".
func notPublic() []string {
	return []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
		"192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
		"240.0.0.0/4",
		"2001::/32", "2001:db8::/32", "2002::/16", "3fff::/20",
	}
}

func newAddresses(in cluster.Cluster) Addresses {
	pods, services, metadata := prefixes(in.PodCIDRs...), prefixes(in.ServiceCIDRs...), hosts(in.Metadata...)
	sets := policy.NewAddressSets(familiar(in))
	all := Addresses{
		Sets:       sets,
		Everywhere: sets.Of([]string{everyIPv4, "::/0"}, nil),
		Public:     sets.Of([]string{everyIPv4, publicIPv6}, slices.Concat(notPublic(), pods, services)),
		Pods:       sets.Of(pods, nil),
		Metadata:   sets.Of(metadata, nil),
		LinkLocal:  sets.Of(append([]string{"169.254.0.0/16", "fe80::/10"}, metadata...), nil),
		API:        apiEndpoints(sets, in),
	}
	var servers []string
	for _, server := range in.APIServer.Servers {
		servers = append(servers, server.Addresses.String())
	}
	all.Servers = sets.Of(servers, nil)
	if cache := in.DNS.NodeLocal; cache.IsValid() {
		all.DNSCache = sets.Of(hosts(cache), nil)
	}
	return all
}

// apiEndpoints are the API server's Service, and the servers behind it. Where the addresses of those are not known,
// they may be any that neither pods nor Services have, nor what is special.
func apiEndpoints(sets *policy.AddressSets, in cluster.Cluster) []Endpoint {
	service := in.APIServer.Service
	all := []Endpoint{{sets.Of(hosts(service.Addr()), nil), int32(service.Port())}}
	for _, server := range in.APIServer.Servers {
		all = append(all, Endpoint{sets.Of(prefixes(server.Addresses), nil), server.Port})
	}
	if len(in.APIServer.Servers) > 0 {
		return all
	}
	never := slices.Concat([]string{"0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"},
		prefixes(in.ServiceCIDRs...), prefixes(in.PodCIDRs...))
	return append(all, Endpoint{sets.Of([]string{everyIPv4}, never), in.APIServer.Port})
}

// familiar are addresses that readers know.
func familiar(in cluster.Cluster) []netip.Addr {
	var known []netip.Addr
	for _, text := range []string{"8.8.8.8", "2001:4860:4860::8888", "10.0.0.1", "192.168.0.1"} {
		known = append(known, netip.MustParseAddr(text))
	}
	known = append(known, in.Metadata...)
	for _, pods := range in.PodCIDRs {
		known = append(known, pods.Masked().Addr().Next())
	}
	return known
}

func prefixes(all ...netip.Prefix) []string {
	texts := make([]string, len(all))
	for i, prefix := range all {
		texts[i] = prefix.String()
	}
	return texts
}

// hosts are the blocks of single addresses.
func hosts(all ...netip.Addr) []string {
	texts := make([]string, len(all))
	for i, address := range all {
		texts[i] = netip.PrefixFrom(address, address.BitLen()).String()
	}
	return texts
}
