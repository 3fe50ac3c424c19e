package flows

import (
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/spec"
)

// addresses are those of the cluster that the policies are written for.
type addresses struct{ cluster.Cluster }

// single is the block of one address.
func single(address netip.Addr) netip.Prefix { return netip.PrefixFrom(address, address.BitLen()) }

// excluded are the blocks that Cloison takes out of every cidr: pods, and the metadata service.
func (a addresses) excluded() []netip.Prefix {
	blocks := slices.Clone(a.PodCIDRs)
	for _, address := range a.Metadata {
		blocks = append(blocks, single(address))
	}
	return blocks
}

// peer is the peer that a block of addresses means. doubt tells how it differs, and refused why a Segregation has no
// such peer; both are empty where they do not apply.
func (a addresses) peer(
	d direction, prefix netip.Prefix, except []string, ports []spec.PortRange,
) (peer spec.Peer, doubt, refused string) {
	switch {
	case d == egress && a.isAPIServer(prefix, except, ports):
		return spec.Peer{KubernetesAPI: true}, "", ""
	case d == ingress && len(except) == 0 && a.isServer(prefix):
		return spec.Peer{KubernetesAPI: true}, "", ""
	case a.isCIDR(prefix, except):
		return spec.Peer{CIDR: prefix.Masked().String()}, "", a.refusedCIDR(prefix)
	case prefix.Bits() <= nearlyEverything && d == egress:
		return spec.Peer{Internet: true}, internetDoubt(prefix, except), ""
	case prefix.Bits() == 0 && len(except) == 0:
		return spec.Peer{CIDR: prefix.String()}, "the addresses of pods and of the metadata service will not be part " +
			"of it", ""
	}
	return spec.Peer{}, "", "a flow to a cidr has no exceptions: write the blocks that are left as one flow each"
}

// nearlyEverything is the length in bits up to which a block is meant as the internet, for example 2000::/3.
const nearlyEverything = 3

// isAPIServer reports whether a block is the address of the API server's Service or, with the port of the servers
// behind it, nearly everything, by which people reach them.
func (a addresses) isAPIServer(prefix netip.Prefix, except []string, ports []spec.PortRange) bool {
	only := func(port int32) bool {
		return len(ports) == 1 && ports[0] == spec.PortRange{Protocol: corev1.ProtocolTCP, First: port, Last: port}
	}
	service := a.APIServer.Service
	if prefix == single(service.Addr()) && only(int32(service.Port())) {
		return true
	}
	for _, server := range a.APIServer.Servers {
		if prefix == server.Addresses && only(server.Port) {
			return true
		}
	}
	return len(a.APIServer.Servers) == 0 && prefix.Bits() == 0 && len(except) > 2 && only(a.APIServer.Port)
}

// isServer reports whether a block has the addresses that the API server calls from.
func (a addresses) isServer(prefix netip.Prefix) bool {
	return slices.ContainsFunc(a.APIServer.Servers, func(s cluster.Server) bool { return s.Addresses == prefix })
}

// isCIDR reports whether a block is one as Cloison writes it for a cidr, or has no exceptions and is not nearly
// everything.
func (a addresses) isCIDR(prefix netip.Prefix, except []string) bool {
	if len(except) == 0 {
		return prefix.Bits() > nearlyEverything
	}
	var all []string
	for _, block := range a.excluded() {
		if block.Overlaps(prefix) {
			all = append(all, block.String())
		}
	}
	return slices.Equal(all, except)
}

// refusedCIDR is why a Segregation may not open a block; empty where it may.
func (a addresses) refusedCIDR(prefix netip.Prefix) string {
	ofPods := func(pods netip.Prefix) bool { return pods.Overlaps(prefix) && prefix.Bits() >= pods.Bits() }
	switch {
	case slices.ContainsFunc(a.PodCIDRs, ofPods):
		return "pods change addresses, so that a block of theirs opens one component to another: write a flow to a " +
			"component or a namespace"
	case prefix.IsSingleIP() && slices.Contains(a.Metadata, prefix.Addr()):
		return "the metadata service tells a pod the secrets of its node"
	}
	return ""
}

// private are the blocks that {internet: true} leaves out and that lead somewhere: private networks, carrier-grade
// NAT, which has the pods, and link-local addresses, which have the metadata service.
func private(v6 bool) []string {
	if v6 {
		return []string{"fc00::/7", "fe80::/10"}
	}
	return []string{"10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"}
}

// special are blocks of no public use, which an exception may name without saying anything.
func special() []string {
	return append(append(private(false), private(true)...),
		"0.0.0.0/8", "127.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "224.0.0.0/3", "::/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "4000::/2",
		"8000::/1")
}

// internetDoubt tells how {internet: true} differs from a block of nearly everything; empty where it does not matter.
func internetDoubt(prefix netip.Prefix, except []string) string {
	var open, closed []string
	for _, block := range private(prefix.Addr().Is6()) {
		if prefix.Overlaps(netip.MustParsePrefix(block)) && !covered(block, except) {
			open = append(open, block)
		}
	}
	for _, block := range except {
		if !covered(block, special()) {
			closed = append(closed, block)
		}
	}
	var doubts []string
	if len(open) > 0 {
		doubts = append(doubts,
			"{internet: true} is every public address: it no longer leads to "+phrase.List(open))
	}
	if len(closed) > 0 {
		doubts = append(doubts, "{internet: true} has no exceptions: it also leads to "+phrase.List(closed))
	}
	return strings.Join(doubts, "; ")
}

// covered reports whether one of the blocks contains all of block.
func covered(block string, blocks []string) bool {
	inner, err := netip.ParsePrefix(block)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(blocks, func(text string) bool {
		outer, err := netip.ParsePrefix(text)
		return err == nil && outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
	})
}
