package network

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/plan"
)

const (
	dnsNamespace = "kube-system"
	runtimeName  = "cloison-sync"
	cloisonSync  = "Cloison"
)

// dnsPods are those of the cluster's DNS on Kapsule.
var dnsPods = selector{{key: "k8s-app", op: isIn, values: []string{"kube-dns"}}}

var dnsPorts = portSet{ranges: []portRange{{corev1.ProtocolTCP, dnsPort, dnsPort}, {corev1.ProtocolUDP, dnsPort, dnsPort}}}

// flow is one thing that a Segregation says to be open, in one direction of a component.
type flow struct {
	region
	// namespace of the peer; for addresses empty.
	namespace string
	// text names the peer. Format: component backend, the internet.
	text string
	// implied says that it need not be checked to be open: that is a finding of its own, or one of another family.
	implied bool
	// purpose is what several flows are for, so that they are reported once; empty for a flow that is declared for itself.
	purpose string
}

// about tells apart what is reported of flows that are blocked.
func (f *flow) about() string { return cmp.Or(f.purpose, f.text) }

// declaration is all that is declared for one direction of a component.
type declaration struct {
	flows []*flow
	// pods are the regions for a namespace, blocks those of addresses.
	pods   map[string][]region
	blocks []region
}

func (d *declaration) add(f flow) {
	d.flows = append(d.flows, &f)
	if f.addresses != nil {
		d.blocks = append(d.blocks, f.region)
		return
	}
	d.pods[f.namespace] = append(d.pods[f.namespace], f.region)
}

// declarations are those of a component, both directions.
func (w *world) declarations(n *space) *[2]declaration {
	if known := w.declared[n]; known != nil {
		return known
	}
	both := &[2]declaration{{pods: map[string][]region{}}, {pods: map[string][]region{}}}
	w.declared[n] = both
	c := n.component.Plan
	for _, d := range directions {
		if c.InternalTraffic {
			both[d].add(flow{region: region{ports: allPorts}, namespace: n.name, text: "pods of the own namespace"})
		}
	}
	both[egress].add(flow{region: region{peer: dnsPods, ports: dnsPorts}, namespace: dnsNamespace, text: "the cluster's DNS", implied: true})
	for _, f := range c.Egress {
		w.declare(&both[egress], f)
	}
	for _, f := range c.Ingress {
		w.declare(&both[ingress], f)
	}
	w.declareRuntime(&both[egress], n)
	return both
}

func (w *world) declare(d *declaration, f plan.Flow) {
	base := flow{region: region{own: exactly(f.Pods), peer: exactly(f.PeerPods), ports: allPorts}, namespace: f.Peer.Namespace}
	if f.Ports != nil {
		base.ports = portSet{}
		for _, p := range f.Ports {
			base.ports.ranges = append(base.ports.ranges, portRange{p.Protocol, p.First, p.Last})
		}
	}
	switch f.Peer.Kind {
	case plan.PeerComponent:
		base.text = "component " + f.Peer.Component
	case plan.PeerNamespace:
		base.text = "namespace " + f.Peer.Namespace
	case plan.PeerCIDR:
		base.text = f.Peer.CIDR.String()
		base.addresses = w.book.of([]string{base.text}, append(append([]string{}, podBlock...), metadataBlock...))
	case plan.PeerInternet:
		base.text, base.addresses = "the internet", w.public()
	case plan.PeerKubernetesAPI:
		w.declareAPI(d, base)
		return
	}
	d.add(base)
}

func (w *world) public() addresses { return w.book.of(publicBlocks, notPublic) }

// Ports of an API server: of its Service, and of the server behind it.
const (
	apiServicePort = 443
	apiServerPort  = 6443
)

// declareAPI declares the API server by both of its addresses.
func (w *world) declareAPI(d *declaration, base flow) {
	for _, at := range []struct {
		blocks, except []string
		port           int32
	}{{apiServiceBlock, nil, apiServicePort}, {publicBlocks[:1], notAPIServer, apiServerPort}} {
		f := base
		f.text, f.addresses = "the API server", w.book.of(at.blocks, at.except)
		if f.ports = base.ports.intersect(onPorts(corev1.ProtocolTCP, at.port)); !f.ports.empty() {
			d.add(f)
		}
	}
}

// declareRuntime declares what the component's sync runtime needs: the API server and Scaleway. That the runtime is missing is
// a finding of family P.
func (w *world) declareRuntime(d *declaration, n *space) {
	if !n.needsRuntime() {
		return
	}
	sync, pods := n.component.Sync, runtimePods()
	base := flow{region: region{own: pods, ports: allPorts}, implied: len(n.matching(pods)) == 0, purpose: "sync runtime"}
	w.declareAPI(d, base)
	host, port := apiHost(sync.APIURL)
	base.ports, base.text = onPorts(corev1.ProtocolTCP, port), "Scaleway's API"
	if address, err := netip.ParseAddr(host); err == nil {
		base.addresses = w.book.of([]string{netip.PrefixFrom(address, address.BitLen()).String()}, nil)
		base.text = fmt.Sprintf("the API at %s", host)
	} else if parts := strings.Split(host, "."); len(parts) >= 3 && parts[2] == "svc" {
		base.namespace, base.text = parts[1], "the API in namespace "+parts[1]
	} else {
		base.addresses = w.public()
	}
	d.add(base)
}

// needsRuntime says whether the component's secrets are copied by a sync runtime of its own.
func (n *space) needsRuntime() bool {
	c := n.component
	return c != nil && c.Plan != nil && c.Sync != nil && string(c.Sync.Engine) == cloisonSync && len(c.Plan.Groups) > 0
}

func runtimePods() selector { return exactly(map[string]string{"app.kubernetes.io/name": runtimeName}) }

// apiHost is the host and port of a URL; Scaleway's API has the port 443 and a name.
func apiHost(apiURL string) (string, int32) {
	parsed, err := url.Parse(apiURL)
	if err != nil || apiURL == "" {
		return "", apiServicePort
	}
	if number, err := strconv.ParseUint(parsed.Port(), 10, 16); err == nil {
		return parsed.Hostname(), int32(number)
	}
	if parsed.Scheme == "http" {
		return parsed.Hostname(), httpPort
	}
	return parsed.Hostname(), apiServicePort
}
