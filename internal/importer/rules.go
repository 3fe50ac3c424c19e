package importer

import (
	"fmt"
	"net/netip"
	"slices"

	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
)

// ruleReader turns the rules of one policy into flows.
type ruleReader struct {
	*importer
	component *component
	policy    *objects.Object
	// own are the choices of the component's pods.
	own []map[string]string
}

func (r *ruleReader) lost(d direction, field, reason string, args ...any) {
	r.note(NotCarried, r.policy, field, r.component.at(string(d)), reason, args...)
}

func (r *ruleReader) changed(d direction, field, reason string, args ...any) {
	r.note(Changed, r.policy, field, r.component.at(string(d)), reason, args...)
}

// read reads one rule.
func (r *ruleReader) read(d direction, field string, peers []netv1.NetworkPolicyPeer, ports []netv1.NetworkPolicyPort) {
	if d == egress && isDNS(peers, ports) {
		if asksAnyone(peers) {
			r.changed(d, field, "it lets the pods ask any name server: they will ask the DNS pods of the cluster only")
		}
		return
	}
	if len(peers) == 0 {
		r.everyone(d, field, ports)
		return
	}
	list := field + ".from"
	if d == egress {
		list = field + ".to"
	}
	for i := range peers {
		at := objects.Index(list, i)
		if peers[i].IPBlock != nil {
			r.block(d, at, field, peers[i].IPBlock, ports)
			continue
		}
		r.pods(d, at, field, &peers[i], ports)
	}
}

// everyone reads a rule without peers, which a Segregation does not have.
func (r *ruleReader) everyone(d direction, field string, ports []netv1.NetworkPolicyPort) {
	resolved, known := r.resolvePorts(d, field, ports, r.component.namespace, nil)
	if !known {
		return
	}
	r.add(d, flow{anyone: true, ports: resolved, object: r.policy, field: field})
	if d == egress {
		r.lost(d, field, "it lets the pods connect to anything, the other components included: write a flow for each "+
			"peer, {internet: true} for public addresses")
		return
	}
	r.lost(d, field, "it lets anything connect, the other components included: write a flow for each peer, for callers "+
		"on the internet the namespace of the ingress controller")
}

// add adds the flow for every choice of the component's pods.
func (r *ruleReader) add(d direction, f flow) {
	s := r.component.side(d)
	for _, own := range r.own {
		f.pods = own
		if f.peer.Component == r.component.name && !f.anyone && len(own)+len(f.peer.Pods) == 0 && f.ports == nil {
			s.same = true
		}
		s.flows = append(s.flows, f)
	}
}

// pods reads a peer that is pods.
func (r *ruleReader) pods(d direction, at, rule string, peer *netv1.NetworkPolicyPeer, ports []netv1.NetworkPolicyPort) {
	namespaces := []string{r.component.namespace}
	if peer.NamespaceSelector != nil {
		matched, doubt := r.matchNamespaces(peer.NamespaceSelector)
		if len(matched) == 0 {
			r.lost(d, at+".namespaceSelector", "%s", doubt)
			return
		}
		if doubt != "" {
			r.changed(d, at+".namespaceSelector", "%s", doubt)
		}
		namespaces = matched
	}
	pods, said := []map[string]string{nil}, true
	if peer.PodSelector != nil {
		pods, said = choices(peer.PodSelector)
	}
	if !said {
		r.lost(d, at+".podSelector",
			"a flow selects pods by the labels that they have; this selector says more: give the pods a label of their own, "+
				"and write the flow with it")
		return
	}
	for _, namespace := range namespaces {
		for _, labels := range pods {
			resolved, known := r.resolvePorts(d, rule, ports, namespace, labels)
			if !known {
				continue
			}
			to := spec.Peer{Namespace: namespace, Pods: labels}
			if p := r.byNamespace[namespace]; p != nil {
				to = spec.Peer{Component: p.name, Pods: labels}
			}
			r.add(d, flow{peer: to, ports: resolved, object: r.policy, field: at})
		}
	}
}

// matchNamespaces finds the namespaces that a selector picks, and says what is doubtful about it. Without namespaces,
// doubt is why.
func (im *importer) matchNamespaces(selector *metav1.LabelSelector) (names []string, doubt string) {
	if isEverything(selector) {
		return nil, "namespaceSelector {} is every namespace of the cluster and not the internet: name the namespaces, or " +
			"write {internet: true}"
	}
	if names := byName(selector); len(names) > 0 {
		return names, ""
	}
	matches, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return nil, "the selector is malformed, so that the API server refuses it"
	}
	for i := range im.set.Namespaces {
		if o := &im.set.Namespaces[i]; matches.Matches(namespaceLabels(o.Labels, o.Name)) {
			names = append(names, o.Name)
		}
	}
	text := metav1.FormatLabelSelector(selector)
	if len(names) == 0 && len(selector.MatchExpressions) == 0 && len(selector.MatchLabels) == 1 &&
		selector.MatchLabels["name"] != "" {
		names = []string{selector.MatchLabels["name"]}
	}
	if len(names) == 0 {
		return nil, fmt.Sprintf("which namespaces have the labels %s is not known from the input: name the namespaces", text)
	}
	slices.Sort(names)
	return names, fmt.Sprintf("it picks namespaces by %s, labels that anyone may set who may write a namespace: the "+
		"flow goes by name instead, to %s", text, quoted(names))
}

// block reads a peer that is a block of addresses.
func (r *ruleReader) block(d direction, at, rule string, block *netv1.IPBlock, ports []netv1.NetworkPolicyPort) {
	resolved, known := r.resolvePorts(d, rule, ports, "", nil)
	if !known {
		return
	}
	prefix, err := netip.ParsePrefix(block.CIDR)
	if err != nil {
		r.lost(d, at+".ipBlock.cidr", "it is no block of addresses")
		return
	}
	f := flow{ports: resolved, object: r.policy, field: at}
	var reason string
	switch {
	case d == egress && isAPIServer(prefix, block.Except, resolved):
		f.peer.KubernetesAPI = true
	case isCIDR(prefix, block.Except):
		f.peer.CIDR = prefix.Masked().String()
		reason = refusedCIDR(prefix)
	case prefix.Bits() <= 3 && d == egress:
		f.peer.Internet = true
		if doubt := internetDoubt(prefix, block.Except); doubt != "" {
			r.changed(d, at+".ipBlock", "%s", doubt)
		}
	case prefix.Bits() == 0 && len(block.Except) == 0:
		f.peer.CIDR = prefix.String()
		r.changed(d, at+".ipBlock", "the addresses of pods and of the metadata service will not be part of it")
	default:
		reason = "a flow to a cidr has no exceptions: write the blocks that are left as one flow each"
	}
	if reason != "" {
		r.lost(d, at+".ipBlock", "%s", reason)
		return
	}
	r.add(d, f)
}
