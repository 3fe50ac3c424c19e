package network

import (
	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/objects"
)

// policy is a NetworkPolicy that holds a direction.
type policy struct {
	objects.Typed[netv1.NetworkPolicy]
	selector selector
	// invalid says that the API server refuses it, which is reported.
	invalid bool
}

// opening is what one peer of one rule lets through, or a rule that names no peer.
type opening struct {
	*policy
	direction direction
	// rule is the rule's path, field that of the peer; they are the same for a rule without peers.
	rule, field string
	// everywhere is a rule without peers: every pod and every address.
	everywhere bool
	// block is set for an ipBlock.
	block addresses
	where where
	// pods of the peer's namespaces.
	pods  selector
	ports rulePorts
	// misspelt says that a declared flow is reported to be blocked because the peer's namespace is misspelt.
	misspelt bool
}

// String names the rule as findings do: NetworkPolicy shop/allow-x spec.egress[0].
func (o *opening) String() string { return o.Object.String() + " " + o.rule }

// side is one direction of a namespace.
type side struct {
	policies []*policy
	openings []*opening
	// byName are the openings by the name of the namespace they are for; wide those for which names do not decide.
	byName map[string][]*opening
	wide   []*opening
	// closed says that every possible pod is held by a policy.
	closed bool
	// suspects are openings and policies that have no effect, by what was reported of them.
	suspects []*suspect
}

// add reads a policy into the side, where it holds the direction.
func (s *side) add(d direction, b *book, p *policy) {
	if !d.holds(p.Value) {
		return
	}
	s.policies = append(s.policies, p)
	for _, r := range d.rules(p.Value) {
		ports := readPorts(r.ports, r.field)
		if len(r.peers) == 0 {
			s.put(&opening{policy: p, direction: d, rule: r.field, field: r.field, everywhere: true, ports: ports})
		}
		for i := range r.peers {
			field := objects.Index(r.field+"."+d.peersField(), i)
			s.put(readPeer(b, &r.peers[i], opening{policy: p, direction: d, rule: r.field, field: field, ports: ports}))
		}
	}
}

// readPeer fills in whom the opening is for; nil where the API server refuses it.
func readPeer(b *book, from *netv1.NetworkPolicyPeer, o opening) *opening {
	switch {
	case from.IPBlock != nil:
		o.block = b.block(from.IPBlock)
		return &o
	case from.NamespaceSelector == nil && from.PodSelector == nil:
		return nil
	}
	o.where = readWhere(from.NamespaceSelector)
	if from.PodSelector != nil {
		var ok bool
		if o.pods, ok = selectorOf(from.PodSelector); !ok {
			return nil
		}
	}
	return &o
}

func (s *side) put(o *opening) {
	if o == nil {
		return
	}
	s.openings = append(s.openings, o)
	if s.byName == nil {
		s.byName = map[string][]*opening{}
	}
	switch {
	case o.block != nil:
	case o.everywhere:
		s.wide = append(s.wide, o)
	case o.where.own:
		s.byName[o.Namespace] = append(s.byName[o.Namespace], o)
	case o.where.named:
		for _, name := range o.where.names {
			s.byName[name] = append(s.byName[name], o)
		}
	default:
		s.wide = append(s.wide, o)
	}
}

// to lists the openings for the pods of a namespace; with possible, those too that depend on labels that are not known.
func (s *side) to(n *space, possible bool) []*opening {
	var all []*opening
	for _, list := range [][]*opening{s.byName[n.name], s.wide} {
		for _, o := range list {
			if o.everywhere {
				all = append(all, o)
				continue
			}
			if is := o.where.matches(n, o.Namespace); is == yes || is == maybe && possible {
				all = append(all, o)
			}
		}
	}
	return all
}

// catchAll is a policy that selects every pod; nil where there is none.
func (s *side) catchAll() *policy {
	for _, p := range s.policies {
		if len(p.selector) == 0 {
			return p
		}
	}
	return nil
}

// named is the policy that verdicts name so; nil where there is none.
func (s *side) named(name string) *policy {
	for _, p := range s.policies {
		if p.Namespace+"/"+p.Name == name {
			return p
		}
	}
	return nil
}
