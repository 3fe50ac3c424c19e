package generators

import (
	"net/netip"
	"slices"

	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/cluster"
)

// addresses has the blocks of addresses for the peers of flows.
type addresses struct{ cluster.Cluster }

// everyIPv4 and publicIPv6 hold the addresses of the internet. The latter is the only block of IPv6 that is routed
// there, so unique local addresses are outside. Facts: docs/facts.md, "Special addresses".
var (
	everyIPv4  = netip.MustParsePrefix("0.0.0.0/0")
	publicIPv6 = netip.MustParsePrefix("2000::/3")
)

// notPublicIPv4 are the blocks that are not the internet, multicast included. Facts: docs/facts.md, "Special
// addresses". Metadata services are among the link-local addresses, 169.254.0.0/16, pods often among the shared ones,
// 100.64.0.0/10.
var notPublicIPv4 = []string{
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
	"240.0.0.0/4",
}

// notPublicIPv6 are Teredo and 6to4, which carry IPv4 addresses of any kind, and documentation. Facts: docs/facts.md,
// "Special addresses".
var notPublicIPv6 = []string{"2001::/32", "2001:db8::/32", "2002::/16", "3fff::/20"}

// internet are all public addresses that are neither those of pods nor of Services.
func (a addresses) internet() []netv1.IPBlock {
	return []netv1.IPBlock{
		a.withoutCluster(netv1.IPBlock{CIDR: everyIPv4.String(), Except: notPublicIPv4}),
		a.withoutCluster(netv1.IPBlock{CIDR: publicIPv6.String(), Except: notPublicIPv6}),
	}
}

// withoutCluster adds to the exceptions of a block the addresses of pods and Services in it.
func (a addresses) withoutCluster(block netv1.IPBlock) netv1.IPBlock {
	for _, inside := range slices.Concat(a.PodCIDRs, a.ServiceCIDRs) {
		isOut := slices.ContainsFunc(block.Except, func(except string) bool {
			outer := netip.MustParsePrefix(except)
			return outer.Contains(inside.Addr()) && outer.Bits() <= inside.Bits()
		})
		if !isOut && netip.MustParsePrefix(block.CIDR).Contains(inside.Addr()) {
			block.Except = append(slices.Clip(block.Except), inside.String())
		}
	}
	return block
}

// endpoint is a port at some addresses.
type endpoint struct {
	block netv1.IPBlock
	port  int32
}

// kubernetesAPI is where the API server is: its Service, and the servers behind it.
func (a addresses) kubernetesAPI() []endpoint {
	all := []endpoint{{one(a.APIServer.Service.Addr()), int32(a.APIServer.Service.Port())}}
	for _, server := range a.APIServer.Servers {
		all = append(all, endpoint{netv1.IPBlock{CIDR: server.Addresses.String()}, server.Port})
	}
	if len(a.APIServer.Servers) == 0 {
		all = append(all, endpoint{a.anyServer(), a.APIServer.Port})
	}
	return all
}

// servers are the addresses of the API server as pods see them when it calls. They are known where a flow comes from it.
func (a addresses) servers() []netv1.IPBlock {
	var blocks []netv1.IPBlock
	for _, server := range a.APIServer.Servers {
		if block := (netv1.IPBlock{CIDR: server.Addresses.String()}); !hasBlock(blocks, block) {
			blocks = append(blocks, block)
		}
	}
	return blocks
}

// hasBlock reports whether a block without exceptions is among others.
func hasBlock(blocks []netv1.IPBlock, block netv1.IPBlock) bool {
	return slices.ContainsFunc(blocks, func(other netv1.IPBlock) bool { return other.CIDR == block.CIDR })
}

// anyServer are the addresses that the API server may have behind its Service, where they are not known: every address
// that is neither a pod's, nor a Service's, nor link-local.
func (a addresses) anyServer() netv1.IPBlock {
	except := []string{"0.0.0.0/8"}
	for _, inside := range slices.Concat(a.ServiceCIDRs, a.PodCIDRs) {
		if inside.Addr().Is4() {
			except = append(except, inside.String())
		}
	}
	except = append(except, "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4")
	return netv1.IPBlock{CIDR: everyIPv4.String(), Except: except}
}

// cidr excepts the addresses of pods and of the metadata service from a block: with some network plugins a block
// matches pods as well, and components would reach each other through it; the metadata service gives a pod the secrets
// of its node. Facts: docs/facts.md, "Blocks and pods".
func (a addresses) cidr(prefix netip.Prefix) netv1.IPBlock {
	closed := slices.Clone(a.PodCIDRs)
	for _, address := range a.Metadata {
		closed = append(closed, netip.PrefixFrom(address, address.BitLen()))
	}
	block := netv1.IPBlock{CIDR: prefix.String()}
	for _, except := range closed {
		if prefix.Overlaps(except) {
			block.Except = append(block.Except, except.String())
		}
	}
	return block
}

// one is the block of a single address.
func one(address netip.Addr) netv1.IPBlock {
	return netv1.IPBlock{CIDR: netip.PrefixFrom(address, address.BitLen()).String()}
}
