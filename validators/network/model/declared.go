package model

import (
	"cmp"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

const (
	dnsPort   = 53
	httpPort  = 80
	httpsPort = 443
)

// Flow is one thing that a Segregation says to be open, in one direction of a component.
type Flow struct {
	solver.Connections
	// Namespace of the peer; empty for addresses.
	Namespace string
	// Peer names it as messages do: component backend, the internet.
	Peer string
	// Names are those of the hosts that it is for; empty for pods and addresses.
	Names []string
	// Implied means that it need not be checked to be open: that is a finding of its own, or one of another family.
	Implied bool

	// purpose is what several flows are for; empty for a flow that is declared for itself.
	purpose string
}

// Purpose is the same for flows of which one finding is enough, if they are blocked.
func (f *Flow) Purpose() string { return cmp.Or(f.purpose, f.Peer) }

// Declaration is all that is declared for one direction of a component.
type Declaration struct {
	Flows []*Flow
	// Names are the flows to hosts by their names, which no NetworkPolicy can open.
	Names []*Flow

	withPods      map[string][]solver.Connections
	withAddresses []solver.Connections
}

func (d *Declaration) add(f Flow) {
	d.Flows = append(d.Flows, &f)
	if f.Addresses != nil {
		d.withAddresses = append(d.withAddresses, f.Connections)
		return
	}
	if d.withPods == nil {
		d.withPods = map[string][]solver.Connections{}
	}
	d.withPods[f.Namespace] = append(d.withPods[f.Namespace], f.Connections)
}

// With are the declared connections with pods of a namespace or, where it is nil, with addresses.
func (d *Declaration) With(other *Namespace) []solver.Connections {
	if other == nil {
		return d.withAddresses
	}
	return d.withPods[other.Name]
}

// DNS is what every pod may connect to: the cluster's DNS.
func (n *Network) DNS() solver.Connections {
	var ports policy.PortSet
	for _, protocol := range []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP} {
		ports.Ranges = append(ports.Ranges, policy.PortRange{Protocol: protocol, First: dnsPort, Last: dnsPort})
	}
	return solver.Connections{Peer: policy.Exactly(n.Cluster.DNS.Pods), Ports: ports}
}

// IsDNSOnly reports whether a rule is about DNS and nothing else.
func IsDNSOnly(p policy.RulePorts) bool { return len(p.Named) == 0 && p.Fixed.IsOnly(dnsPort) }

// declarations are those of a component, of both directions.
func (n *Network) declarations(c *Namespace) [2]Declaration {
	var both [2]Declaration
	p := c.Component.Plan
	if p.InternalTraffic {
		for d := range both {
			everything := solver.Connections{Ports: policy.AllPorts()}
			both[d].add(Flow{Connections: everything, Namespace: c.Name, Peer: "pods of the own namespace"})
		}
	}
	egress := &both[policy.Egress]
	egress.add(Flow{Connections: n.DNS(), Namespace: n.Cluster.DNS.Namespace, Peer: "the cluster's DNS", Implied: true})
	if n.Addresses.DNSCache != nil {
		cache := solver.Connections{Addresses: n.Addresses.DNSCache, Ports: n.DNS().Ports}
		egress.add(Flow{Connections: cache, Peer: "the cache of the DNS on the node"})
	}
	for _, f := range p.Egress {
		n.declare(egress, policy.Egress, f)
	}
	for _, f := range p.Ingress {
		n.declare(&both[policy.Ingress], policy.Ingress, f)
	}
	if c.NeedsRuntime() {
		n.declareRuntime(egress, c)
		declareMetrics(&both[policy.Ingress], c)
	}
	return both
}

func (n *Network) declare(d *Declaration, direction policy.Direction, declared plan.Flow) {
	f := Flow{
		Connections: solver.Connections{
			Own: policy.Exactly(declared.Pods), Peer: policy.Exactly(declared.PeerPods), Ports: policy.AllPorts(),
		},
		Namespace: declared.Peer.Namespace,
	}
	if declared.Ports != nil {
		f.Ports = policy.PortSet{}
		for _, p := range declared.Ports {
			f.Ports.Ranges = append(
				f.Ports.Ranges, policy.PortRange{Protocol: p.Protocol, First: p.First, Last: p.Last},
			)
		}
	}
	switch declared.Peer.Kind {
	case plan.PeerComponent:
		f.Peer = "component " + declared.Peer.Component
	case plan.PeerNamespace:
		f.Peer = "namespace " + declared.Peer.Namespace
	case plan.PeerCIDR:
		f.Peer = declared.Peer.CIDR.String()
		never := slices.Concat(prefixes(n.Cluster.PodCIDRs...), hosts(n.Cluster.Metadata...))
		f.Addresses = n.Addresses.Sets.Of([]string{f.Peer}, never)
	case plan.PeerInternet:
		f.Peer, f.Addresses = "the internet", n.Addresses.Public
	case plan.PeerFQDNs:
		d.declareNames(f, declared.Peer.FQDNs)
		return
	case plan.PeerKubernetesAPI:
		if direction == policy.Egress {
			n.declareAPI(d, f)
			return
		}
		f.Peer, f.Addresses = "the API server", n.Addresses.Servers
	}
	d.add(f)
}

// declareAPI declares the API server by all of its addresses.
func (n *Network) declareAPI(d *Declaration, base Flow) {
	for _, at := range n.Addresses.API {
		f := base
		f.Peer, f.Addresses = "the API server", at.Addresses
		if f.Ports = base.Ports.Intersect(tcp(at.Port)); !f.Ports.IsEmpty() {
			d.add(f)
		}
	}
}

func tcp(number int32) policy.PortSet {
	return policy.OnePort(policy.Port{Protocol: corev1.ProtocolTCP, Number: number})
}

// declareRuntime declares what the component's sync runtime needs: the API server and Scaleway's API. That the runtime
// is missing is a finding of family P.
func (n *Network) declareRuntime(d *Declaration, c *Namespace) {
	pods := RuntimePods()
	f := Flow{
		Connections: solver.Connections{Own: pods, Ports: policy.AllPorts()},
		Implied:     len(c.Matching(pods)) == 0, purpose: "sync runtime",
	}
	n.declareAPI(d, f)
	host, port := apiHost(c.Component.Sync.APIURL)
	f.Ports, f.Peer = tcp(port), "Scaleway's API"
	if name := n.apiName(host); name != "" {
		d.declareNames(f, []string{name})
		return
	}
	if address, err := netip.ParseAddr(host); err == nil {
		f.Addresses, f.Peer = n.Addresses.Sets.Of(hosts(address), nil), "the API at "+host
	} else if names := strings.Split(host, "."); len(names) >= 3 && names[2] == "svc" {
		f.Namespace, f.Peer = names[1], "the API in namespace "+names[1]
	} else {
		f.Addresses = n.Addresses.Public
	}
	d.add(f)
}

// metricsPort is where the sync runtime serves its metrics.
const metricsPort = 8080

// declareMetrics declares that the namespace which reads metrics, where there is one, reaches those of the runtime.
func declareMetrics(d *Declaration, c *Namespace) {
	from := c.Component.Sync.MetricsFrom
	if from == "" {
		return
	}
	pods := RuntimePods()
	d.add(Flow{
		Connections: solver.Connections{Own: pods, Ports: tcp(metricsPort)},
		Namespace:   from, Peer: "namespace " + from,
		Implied: len(c.Matching(pods)) == 0, purpose: "metrics of the sync runtime",
	})
}

// NeedsRuntime reports whether a sync runtime of the component's own copies its secrets.
func (n *Namespace) NeedsRuntime() bool {
	c := n.Component
	return c != nil && c.Plan != nil && c.Sync != nil && c.Sync.Engine == spec.EngineCloison && len(c.Plan.Groups) > 0
}

// RuntimePods selects the pods of the sync runtime.
func RuntimePods() policy.Selector {
	return policy.Exactly(map[string]string{"app.kubernetes.io/name": wellknown.RuntimeName})
}

// apiHost is the host and port of a URL; Scaleway's API has the port 443 and a name.
func apiHost(apiURL string) (string, int32) {
	parsed, err := url.Parse(apiURL)
	if err != nil || apiURL == "" {
		return "", httpsPort
	}
	if number, err := strconv.ParseUint(parsed.Port(), 10, 16); err == nil {
		return parsed.Hostname(), int32(number)
	}
	if parsed.Scheme == "http" {
		return parsed.Hostname(), httpPort
	}
	return parsed.Hostname(), httpsPort
}
