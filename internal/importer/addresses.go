package importer

import (
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/spec"
)

// Addresses of a Kapsule cluster (Scaleway's documentation of Kapsule).
var (
	podAddresses      = netip.MustParsePrefix("100.64.0.0/15")
	kubernetesService = netip.MustParsePrefix("10.32.0.1/32")
)

// excluded are the blocks that Cloison takes out of every cidr: pods, and the metadata service.
func excluded() []netip.Prefix {
	return []netip.Prefix{podAddresses, netip.MustParsePrefix("169.254.42.42/32"),
		netip.MustParsePrefix("fd00:42::42/128")}
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
		"0.0.0.0/8", "127.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"224.0.0.0/3", "::/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "4000::/2", "8000::/1")
}

// isCIDR reports whether a block is one as Cloison writes it for a cidr, or has no exceptions and is not nearly
// everything.
func isCIDR(prefix netip.Prefix, except []string) bool {
	if len(except) == 0 {
		return prefix.Bits() > 3
	}
	var all []string
	for _, block := range excluded() {
		if block.Overlaps(prefix) {
			all = append(all, block.String())
		}
	}
	return slices.Equal(all, except)
}

// refusedCIDR is why a Segregation may not open a block; empty where it may.
func refusedCIDR(prefix netip.Prefix) string {
	switch {
	case podAddresses.Overlaps(prefix) && prefix.Bits() >= podAddresses.Bits():
		return "pods change addresses, so that a block of theirs opens one component to another: write a flow to a " +
			"component or a namespace"
	case prefix.IsSingleIP() && slices.Contains(excluded(), prefix):
		return "the metadata service tells a pod the secrets of its node"
	}
	return ""
}

// isAPIServer knows the address of the API server's Service on Kapsule, and port 6443 of nearly everything, by which
// people reach the server behind it.
func isAPIServer(prefix netip.Prefix, except []string, ports []spec.PortRange) bool {
	only := func(port int32) bool {
		return len(ports) == 1 && ports[0] == spec.PortRange{Protocol: corev1.ProtocolTCP, First: port, Last: port}
	}
	return prefix == kubernetesService && only(443) || prefix.Bits() == 0 && len(except) > 2 && only(6443)
}

// internetDoubt says how {internet: true} differs from a block of nearly everything; empty where it does not matter.
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
		doubts = append(doubts, "{internet: true} is every public address: it no longer leads to "+strings.Join(open, ", "))
	}
	if len(closed) > 0 {
		doubts = append(doubts, "{internet: true} has no exceptions: it also leads to "+strings.Join(closed, ", "))
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
