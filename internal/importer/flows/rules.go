package flows

import (
	"fmt"
	"net/netip"
	"slices"

	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/spec"
)

// ruleReader turns the rules of one policy into flows.
type ruleReader struct {
	*policyReader
	component *component
	policy    *objects.Object
	// own are the choices of the component's pods.
	own []map[string]string
}

// rule is one rule of a policy.
type rule struct {
	direction direction
	field     fieldpath.Path
	ports     []netv1.NetworkPolicyPort
}

func (r *ruleReader) note(outcome draft.Outcome, d direction, field fieldpath.Path, reason string, args ...any) {
	r.Note(outcome, r.policy, field, r.component.Path(string(d)), reason, args...)
}

// read reads one rule. Rules for DNS become no flow: every component has one.
func (r *ruleReader) read(
	d direction, field fieldpath.Path, peers []netv1.NetworkPolicyPeer, ports []netv1.NetworkPolicyPort,
) {
	if d == egress && r.addresses.isDNS(peers, ports) {
		if r.addresses.leadsBeyondDNS(peers) {
			r.note(draft.Changed, d, field,
				"it lets the pods ask any name server: they will ask the DNS pods of the cluster only")
		}
		return
	}
	one := rule{direction: d, field: field, ports: ports}
	if len(peers) == 0 {
		r.everyone(one)
		return
	}
	list := field.Child("from")
	if d == egress {
		list = field.Child("to")
	}
	for i := range peers {
		at := list.Index(i)
		if peers[i].IPBlock != nil {
			r.block(one, at, peers[i].IPBlock)
			continue
		}
		r.pods(one, at, &peers[i])
	}
}

// everyone reads a rule without peers, which a Segregation does not have.
func (r *ruleReader) everyone(one rule) {
	ports, known := r.resolvePorts(one, r.component.Namespace, nil)
	if !known {
		return
	}
	r.add(one.direction, flow{anyone: true, ports: ports, object: r.policy, field: one.field})
	if one.direction == egress {
		r.note(draft.NotCarried, egress, one.field, "it lets the pods connect to anything, the other components "+
			"included: write a flow for each peer, {internet: true} for public addresses")
		return
	}
	r.note(draft.NotCarried, ingress, one.field, "it lets anything connect, the other components included: write a "+
		"flow for each peer, for callers on the internet the namespace of the ingress controller")
}

// add adds the flow for every choice of the component's pods.
func (r *ruleReader) add(d direction, f flow) {
	s := r.component.side(d)
	for _, own := range r.own {
		f.pods = own
		if f.peer.Component == r.component.Name && !f.anyone && len(own)+len(f.peer.Pods) == 0 && f.ports == nil {
			s.open = true
		}
		s.flows = append(s.flows, f)
	}
}

// pods reads a peer that is pods. at is its path.
func (r *ruleReader) pods(one rule, at fieldpath.Path, peer *netv1.NetworkPolicyPeer) {
	namespaces := []string{r.component.Namespace}
	if peer.NamespaceSelector != nil {
		matched, doubt := r.matchNamespaces(one.direction, peer.NamespaceSelector)
		if len(matched) == 0 {
			r.note(draft.NotCarried, one.direction, at.Child("namespaceSelector"), "%s", doubt)
			return
		}
		if doubt != "" {
			r.note(draft.Changed, one.direction, at.Child("namespaceSelector"), "%s", doubt)
		}
		namespaces = matched
	}
	pods, expressible := []map[string]string{nil}, true
	if peer.PodSelector != nil {
		pods, expressible = choices(peer.PodSelector)
	}
	if !expressible {
		r.note(draft.NotCarried, one.direction, at.Child("podSelector"), beyondLabels)
		return
	}
	for _, namespace := range namespaces {
		for _, labels := range pods {
			ports, known := r.resolvePorts(one, namespace, labels)
			if !known {
				continue
			}
			r.add(one.direction, flow{peer: r.peer(namespace, labels), ports: ports, object: r.policy, field: at})
		}
	}
}

// peer are pods of a component or, where the namespace is none, of a namespace.
func (r *ruleReader) peer(namespace string, pods map[string]string) spec.Peer {
	if c := r.Of(namespace); c != nil {
		return spec.Peer{Component: c.Name, Pods: pods}
	}
	return spec.Peer{Namespace: namespace, Pods: pods}
}

// matchNamespaces finds the namespaces that a selector picks. doubt tells what is uncertain about them or, where there
// are none, why; empty where nothing is.
func (r *ruleReader) matchNamespaces(d direction, selector *metav1.LabelSelector) (names []string, doubt string) {
	if isEverything(selector) {
		instead := "or write {internet: true}"
		if d == ingress {
			instead = "for callers on the internet that of the ingress controller"
		}
		return nil, "namespaceSelector {} is every namespace of the cluster and not the internet: name the namespaces, " +
			instead
	}
	if names := byName(selector); len(names) > 0 {
		return names, ""
	}
	matches, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return nil, "the selector is malformed, so that the API server refuses it"
	}
	for i := range r.set.Namespaces {
		if o := &r.set.Namespaces[i]; matches.Matches(labelsOf(o.Labels, o.Name)) {
			names = append(names, o.Name)
		}
	}
	text := metav1.FormatLabelSelector(selector)
	if len(names) == 0 && len(selector.MatchExpressions) == 0 && len(selector.MatchLabels) == 1 &&
		selector.MatchLabels["name"] != "" {
		names = []string{selector.MatchLabels["name"]}
	}
	if len(names) == 0 {
		return nil, fmt.Sprintf(
			"which namespaces have the labels %s is not known from the input: name the namespaces", text)
	}
	slices.Sort(names)
	return names, fmt.Sprintf("it picks namespaces by %s, labels that anyone may set who may write a namespace: the "+
		"flow goes by name instead, to %s", text, phrase.Quoted(names))
}

// block reads a peer that is a block of addresses. at is its path.
func (r *ruleReader) block(one rule, at fieldpath.Path, block *netv1.IPBlock) {
	ports, known := r.resolvePorts(one, "", nil)
	if !known {
		return
	}
	prefix, err := netip.ParsePrefix(block.CIDR)
	if err != nil {
		r.note(draft.NotCarried, one.direction, at.Child("ipBlock", "cidr"), "it is no block of addresses")
		return
	}
	peer, doubt, refused := r.addresses.peer(one.direction, prefix, block.Except, ports)
	if refused != "" {
		r.note(draft.NotCarried, one.direction, at.Child("ipBlock"), "%s", refused)
		return
	}
	if doubt != "" {
		r.note(draft.Changed, one.direction, at.Child("ipBlock"), "%s", doubt)
	}
	r.add(one.direction, flow{peer: peer, ports: ports, object: r.policy, field: at})
}
