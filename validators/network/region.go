package network

// region is a set of connections: those of certain pods of a namespace with certain pods of another, or with addresses, on
// certain ports.
type region struct {
	// own and peer select the pods of both ends. For addresses peer is empty.
	own, peer selector
	// addresses is nil where the peers are pods.
	addresses addresses
	ports     portSet
	// named is the port of the accepting pod that a rule goes by; nil where it goes by numbers.
	named *resolvedPort
}

// resolvedPort is a named port and its number in a workload of the input.
type resolvedPort struct {
	name string
	port Port
}

// at is what an opening lets through between its own namespace and n. Ports given by name are those of known workloads.
func (o *opening) at(home, n *space) []region {
	base := region{own: o.selector, peer: o.pods, ports: o.ports.fixed}
	var all []region
	if !base.ports.empty() {
		all = append(all, base)
	}
	accepting, selector := home, o.selector
	if o.direction == egress {
		accepting, selector = n, o.pods
	}
	for _, named := range o.ports.named {
		for _, c := range accepting.matching(selector) {
			for _, p := range c.ports {
				if p.Name != named.name || portProtocol(p) != named.protocol {
					continue
				}
				r := base
				r.ports = onPorts(named.protocol, p.ContainerPort)
				r.named = &resolvedPort{named.name, Port{named.protocol, p.ContainerPort}}
				if o.direction == egress {
					r.peer = r.peer.and(exactly(c.labels))
				} else {
					r.own = r.own.and(exactly(c.labels))
				}
				all = append(all, r)
			}
		}
	}
	return all
}

// outside is what an opening lets through between its own namespace and addresses; none for one that is for pods.
func (o *opening) outside(b *book, home *space) []region {
	set := o.block
	if o.everywhere {
		set = b.of(everywhereBlocks, nil)
	}
	if set == nil {
		return nil
	}
	regions := o.at(home, &space{}) // names of ports are known for pods of the own namespace only
	for i := range regions {
		regions[i].addresses = set
	}
	return regions
}

// turned is the region seen from the other end.
func (r region) turned() region {
	r.own, r.peer = r.peer, r.own
	return r
}

// intersect is what two regions between the same two namespaces have in common.
func (r region) intersect(other region) region {
	both := region{own: r.own.and(other.own), peer: r.peer.and(other.peer), ports: r.ports.intersect(other.ports), named: r.named}
	if both.named == nil {
		both.named = other.named
	}
	return both
}
