// Package cluster describes what the manifests stand in: addresses, ports and names that no manifest holds, as the kind
// Cluster says them. Generators and validators each derive their own rules from it.
package cluster

import (
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Cluster is what is known of a cluster. Lists are empty where nothing is known.
type Cluster struct {
	// Name is that of the kind Cluster; empty where none is given, so that a Kapsule is assumed.
	Name string
	// PodCIDRs are the addresses of pods, ServiceCIDRs those of Services.
	PodCIDRs, ServiceCIDRs []netip.Prefix
	// APIServer is where pods reach the Kubernetes API.
	APIServer APIServer
	// DNS is the cluster's name server.
	DNS DNS
	// Metadata are the addresses of the metadata service, which tells a pod the secrets of its node.
	Metadata []netip.Addr
	// NetworkPlugin is one of the constants; empty where it is not known.
	NetworkPlugin string
	// ExternalSecrets is the External Secrets Operator.
	ExternalSecrets ExternalSecrets
	// Monitoring is the namespace of what scrapes metrics; empty where it is not known.
	Monitoring string
	// Namespaces are those that the input does not have, by name.
	Namespaces map[string]Namespace
	// NamespacesComplete is true where there are no others but those of the input.
	NamespacesComplete bool
	// Kinds are custom kinds that neither run pods nor move secrets.
	Kinds Kinds
	// At is the time that is asked about, for what ends by itself; zero where none is. It is no part of the kind.
	At time.Time
}

// ExternalSecrets is what is known of the External Secrets Operator.
type ExternalSecrets struct {
	// Version is vMAJOR.MINOR, or empty where it is not known.
	Version string
	// Namespace is empty where it is not known.
	Namespace string
}

// Namespace is a namespace that the input does not have.
type Namespace struct {
	// Trusted is why whatever runs there may have rights over every component; empty where it may not.
	Trusted string
}

// Kinds has reasons by GROUP/KIND or GROUP/*.
type Kinds map[string]string

// Harmless is why a custom kind neither runs pods nor moves secrets; ok is false where nothing says so.
func (k Kinds) Harmless(group, kind string) (reason string, ok bool) {
	if reason, ok = k[group+"/"+kind]; !ok {
		reason, ok = k[group+everyKind]
	}
	return reason, ok
}

// everyKind follows a group.
const everyKind = "/*"

// APIServer has the addresses of the Kubernetes API.
type APIServer struct {
	// Service is the address and port of the Service kubernetes in the namespace default.
	Service netip.AddrPort
	// Servers are behind the Service. Most network plugins judge a connection by their addresses. There are none where
	// they are not known: then they may have any address that is neither a pod's nor a Service's, on Port.
	Servers []Server
	// Port of servers whose addresses are not known.
	Port int32
}

// Ports are those of the servers, ascending, each once.
func (a APIServer) Ports() []int32 {
	if len(a.Servers) == 0 {
		return []int32{a.Port}
	}
	ports := make([]int32, len(a.Servers))
	for i, server := range a.Servers {
		ports[i] = server.Port
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

// Server is where servers of the Kubernetes API are.
type Server struct {
	Addresses netip.Prefix
	Port      int32
}

// DNS is the cluster's name server.
type DNS struct {
	// Service is its address, as pods have it in /etc/resolv.conf. It is not valid where it is not known.
	Service netip.Addr
	// Namespace and Pods, which are labels, tell the pods behind the Service.
	Namespace string
	Pods      map[string]string
	// NodeLocal is the address of a cache on each node; not valid where there is none.
	NodeLocal netip.Addr
}

// Defaults. Facts: docs/facts.md, "Addresses of Kapsule".
const (
	apiPort         = 443
	serverPort      = 6443
	kapsulePods     = "100.64.0.0/15"
	kapsuleServices = "10.32.0.0/20"
	// kapsuleDNS is the place of the DNS among the addresses of Services.
	kapsuleDNS = 10
)

// Kapsule is a Kubernetes cluster of Scaleway with its default addresses.
func Kapsule() Cluster { return resolve(&Document{Spec: Spec{Distribution: DistributionKapsule}}) }

// resolve fills in what a Cluster, which was validated, leaves out.
func resolve(d *Document) Cluster {
	s := &d.Spec
	pods, services := s.podsAndServices()
	c := Cluster{
		Name: d.Metadata.Name, PodCIDRs: prefixes(pods), ServiceCIDRs: prefixes(services),
		APIServer:     APIServer{Servers: servers(s.APIServer), Port: serverPort},
		Metadata:      metadata(),
		NetworkPlugin: s.NetworkPlugin, NamespacesComplete: s.NamespacesComplete, Kinds: s.Kinds,
		Namespaces: outside(s.Namespaces),
	}
	if s.ExternalSecrets != nil {
		c.ExternalSecrets = ExternalSecrets{minor(s.ExternalSecrets.Version), s.ExternalSecrets.Namespace}
	}
	if s.Monitoring != nil {
		c.Monitoring = s.Monitoring.Namespace
	}
	if s.DNS != nil {
		c.DNS.Namespace, c.DNS.Pods = s.DNS.Namespace, s.DNS.Pods
		c.DNS.NodeLocal, _ = netip.ParseAddr(s.DNS.NodeLocal) // else there is none
	}
	if s.Distribution != DistributionOther {
		c.fillInDNS()
	}
	c.APIServer.Service = netip.AddrPortFrom(nth(c.ServiceCIDRs[0], 1), apiPort)
	return c
}

// minor is a version without its patch version. Format: v2.9.
func minor(version string) string {
	const parts = 3
	if all := strings.SplitN(version, ".", parts); len(all) == parts {
		return all[0] + "." + all[1]
	}
	return version
}

func outside(written map[string]OutsideNamespace) map[string]Namespace {
	if len(written) == 0 {
		return nil
	}
	all := make(map[string]Namespace, len(written))
	for name, n := range written {
		all[name] = Namespace(n)
	}
	return all
}

// metadata are the addresses of Scaleway's metadata service. That of other clouds is link-local as well.
func metadata() []netip.Addr {
	return []netip.Addr{netip.MustParseAddr("169.254.42.42"), netip.MustParseAddr("fd00:42::42")}
}

// podsAndServices are the blocks that are given or assumed.
func (s *Spec) podsAndServices() (pods, services []string) {
	pods, services = s.PodCIDRs, s.ServiceCIDRs
	if len(pods) == 0 && s.Distribution != DistributionOther {
		pods = []string{kapsulePods}
	}
	if len(services) == 0 && s.Distribution != DistributionOther {
		services = []string{kapsuleServices}
	}
	return pods, services
}

// fillInDNS fills in what Kapsule has.
func (c *Cluster) fillInDNS() {
	c.DNS.Service = nth(c.ServiceCIDRs[0], kapsuleDNS)
	if c.DNS.Namespace == "" {
		c.DNS.Namespace = "kube-system"
	}
	if len(c.DNS.Pods) == 0 {
		c.DNS.Pods = map[string]string{"k8s-app": "kube-dns"}
	}
}

// nth is the address at a place of a block, from 0.
func nth(of netip.Prefix, place int) netip.Addr {
	address := of.Masked().Addr()
	for range place {
		address = address.Next()
	}
	return address
}

func prefixes(texts []string) []netip.Prefix {
	var all []netip.Prefix
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

func servers(endpoints []Endpoint) []Server {
	var all []Server
	for _, at := range endpoints {
		port := int32(serverPort)
		if at.Port != nil {
			port = int32(*at.Port) //nolint:gosec // validated
		}
		all = append(all, Server{netip.MustParsePrefix(at.CIDR), port})
	}
	return all
}
