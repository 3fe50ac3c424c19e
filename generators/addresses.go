package generators

import (
	"net/netip"

	netv1 "k8s.io/api/networking/v1"
)

// Addresses of a Kapsule cluster (Scaleway's documentation of Kapsule).
const (
	podAddresses      = "100.64.0.0/15"
	serviceAddresses  = "10.32.0.0/20"
	kubernetesService = "10.32.0.1/32"
)

// notPublicIPv4 are the blocks that are not the internet (IANA IPv4 Special-Purpose Address Registry, and multicast). The
// metadata service, 169.254.42.42, is among the link-local addresses, pods among the shared ones (100.64.0.0/10).
var notPublicIPv4 = []string{
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
}

// publicIPv6 is the only block of IPv6 that is routed on the internet (RFC 4291), so unique local addresses and with them
// the metadata service, fd00:42::42, are outside. Not public within it: Teredo and 6to4, which carry IPv4 addresses of any
// kind, and documentation (IANA IPv6 Special-Purpose Address Registry).
const publicIPv6 = "2000::/3"

var notPublicIPv6 = []string{"2001::/32", "2001:db8::/32", "2002::/16", "3fff::/20"}

// internetBlocks are all public addresses.
func internetBlocks() []netv1.IPBlock {
	return []netv1.IPBlock{
		{CIDR: "0.0.0.0/0", Except: notPublicIPv4},
		{CIDR: publicIPv6, Except: notPublicIPv6},
	}
}

// Ports of an API server: of its Service, and of the server behind it (Kapsule's kubeconfig files).
const (
	kubernetesServicePort  = 443
	kubernetesEndpointPort = 6443
)

func kubernetesServiceBlock() netv1.IPBlock { return netv1.IPBlock{CIDR: kubernetesService} }

// kubernetesEndpointBlock are the addresses that the API server may have behind its Service, by which most network plugins
// judge a connection. No manifest holds them, so it is every address that is neither a pod, nor a Service, nor link-local.
func kubernetesEndpointBlock() netv1.IPBlock {
	return netv1.IPBlock{CIDR: "0.0.0.0/0", Except: []string{
		"0.0.0.0/8", serviceAddresses, podAddresses, "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4",
	}}
}

// notByCIDR are the blocks that no cidr opens: with some network plugins a block matches pods as well, and components would
// reach each other through it; the metadata service tells a pod the secrets of its node.
var notByCIDR = []string{podAddresses, "169.254.42.42/32", "fd00:42::42/128"}

// cidrBlock takes out of a block what no cidr opens.
func cidrBlock(prefix netip.Prefix) netv1.IPBlock {
	block := netv1.IPBlock{CIDR: prefix.String()}
	for _, except := range notByCIDR {
		if prefix.Overlaps(netip.MustParsePrefix(except)) {
			block.Except = append(block.Except, except)
		}
	}
	return block
}
