// Package cluster describes what the manifests stand in: addresses, ports and names that no manifest holds. Generators
// and validators each derive their own rules from it.
package cluster

import "net/netip"

// Cluster is what is known of a cluster. Lists are empty where nothing is known.
type Cluster struct {
	// PodCIDRs are the addresses of pods, ServiceCIDRs those of Services.
	PodCIDRs, ServiceCIDRs []netip.Prefix
	// APIServer is where pods reach the Kubernetes API.
	APIServer APIServer
	// DNS is the cluster's name server.
	DNS DNS
	// Metadata are the addresses of the metadata service, which tells a pod the secrets of its node.
	Metadata []netip.Addr
}

// APIServer has the addresses of the Kubernetes API.
type APIServer struct {
	// Service is the address and port of the Service kubernetes in the namespace default.
	Service netip.AddrPort
	// Port of the servers behind the Service. They may have any address that is neither a pod's nor a Service's. Most
	// network plugins judge a connection by this address.
	Port int32
}

// DNS is the cluster's name server.
type DNS struct {
	// Service is its address, as pods have it in /etc/resolv.conf.
	Service netip.Addr
	// Namespace and Pods, which are labels, tell the pods behind the Service.
	Namespace string
	Pods      map[string]string
}

// Kapsule is a Kubernetes cluster of Scaleway with its default addresses. Facts: docs/facts.md, "Addresses of Kapsule".
func Kapsule() Cluster {
	return Cluster{
		PodCIDRs:     []netip.Prefix{netip.MustParsePrefix("100.64.0.0/15")},
		ServiceCIDRs: []netip.Prefix{netip.MustParsePrefix("10.32.0.0/20")},
		APIServer:    APIServer{Service: netip.MustParseAddrPort("10.32.0.1:443"), Port: 6443},
		DNS: DNS{
			Service:   netip.MustParseAddr("10.32.0.10"),
			Namespace: "kube-system", Pods: map[string]string{"k8s-app": "kube-dns"},
		},
		Metadata: []netip.Addr{netip.MustParseAddr("169.254.42.42"), netip.MustParseAddr("fd00:42::42")},
	}
}
