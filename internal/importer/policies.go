package importer

import (
	"slices"

	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
)

// direction is the side of a connection that a rule is about.
type direction string

const (
	ingress direction = "ingress"
	egress  direction = "egress"
)

// flow is what one rule allows, seen from the component of its policy.
type flow struct {
	// pods are the labels of the component's pods; nil means every pod.
	pods map[string]string
	peer spec.Peer
	// anyone reports whether the rule is for every peer, so that peer is empty.
	anyone bool
	// ports are where the connection arrives; nil means all.
	ports  []spec.PortRange
	object *objects.Object
	field  string
}

// side is what the policies of a component say of one direction.
type side struct {
	// all reports whether a policy selects every pod, some whether one selects only a few of them.
	all, some bool
	// same reports whether every pod may talk to every other in the namespace.
	same bool
	// unsaid reports whether rules of a policy could not be carried over.
	unsaid bool
	flows  []flow
	// byComponent is filled when all policies are read.
	byComponent map[string][]flow
	// object is the first policy that selects a part of the pods.
	object *objects.Object
}

// policies is what all NetworkPolicies of a component say.
type policies struct {
	ingress, egress side
}

func (p *policies) side(d direction) *side {
	if d == ingress {
		return &p.ingress
	}
	return &p.egress
}

// readFlows carries over what the NetworkPolicies allow.
func (im *importer) readFlows() {
	for _, policy := range im.set.NetworkPolicies {
		if p := im.byNamespace[policy.Namespace]; p != nil && !isRuntime(policy.Object) {
			im.readPolicy(p, policy)
		}
	}
	for _, p := range im.components {
		im.noteOpen(p)
		im.readInternal(p)
	}
	for _, a := range im.components {
		for _, b := range im.components {
			if a != b || a.spec.InternalTraffic == spec.InternalDeny {
				im.joinSides(a, b)
			}
		}
	}
	for _, p := range im.components {
		im.writeOutside(p)
	}
}

func (im *importer) readPolicy(p *component, policy objects.Typed[netv1.NetworkPolicy]) {
	pods, said := choices(&policy.Value.Spec.PodSelector)
	for _, d := range directions(policy.Value) {
		s := p.side(d)
		if isEverything(&policy.Value.Spec.PodSelector) {
			s.all = true
		} else if !s.some {
			s.some, s.object = true, policy.Object
		}
		if !said && hasRules(policy.Value, d) {
			s.unsaid = true
			im.note(NotCarried, policy.Object, "spec.podSelector", p.at(string(d)),
				"a flow selects pods by the labels that they have; this selector says more: give the pods a label of their own, "+
					"and write the flow with it")
		}
	}
	if !said {
		return
	}
	r := &ruleReader{importer: im, component: p, policy: policy.Object, own: pods}
	for i, rule := range policy.Value.Spec.Ingress {
		r.read(ingress, objects.Index("spec.ingress", i), rule.From, rule.Ports)
	}
	if slices.Contains(directions(policy.Value), egress) {
		for i, rule := range policy.Value.Spec.Egress {
			r.read(egress, objects.Index("spec.egress", i), rule.To, rule.Ports)
		}
	}
}

func hasRules(policy *netv1.NetworkPolicy, d direction) bool {
	if d == ingress {
		return len(policy.Spec.Ingress) > 0
	}
	return len(policy.Spec.Egress) > 0
}

// directions are those that a policy limits (Kubernetes' API: ingress always and egress where there are egress rules,
// unless policyTypes says otherwise).
func directions(policy *netv1.NetworkPolicy) []direction {
	if len(policy.Spec.PolicyTypes) == 0 {
		if len(policy.Spec.Egress) > 0 {
			return []direction{ingress, egress}
		}
		return []direction{ingress}
	}
	var all []direction
	for _, kind := range policy.Spec.PolicyTypes {
		switch kind {
		case netv1.PolicyTypeIngress:
			all = append(all, ingress)
		case netv1.PolicyTypeEgress:
			all = append(all, egress)
		}
	}
	return all
}

// noteOpen says which connections nothing limits today.
func (im *importer) noteOpen(p *component) {
	if p.ingress.isOpen() && p.egress.isOpen() {
		im.noteOpenSide(p, p.at(), "no NetworkPolicy limits the connections of its pods")
		return
	}
	for _, d := range []direction{ingress, egress} {
		what := map[direction]string{ingress: "connections to", egress: "connections from"}[d]
		switch s := p.side(d); {
		case s.isOpen():
			im.noteOpenSide(p, p.at(string(d)), "no NetworkPolicy limits "+what+" any of its pods")
		case !s.all:
			im.noteOpenSide(p, p.at(string(d)), "NetworkPolicies limit "+what+" some of its pods only")
		}
	}
}

func (im *importer) noteOpenSide(p *component, at []string, what string) {
	im.noteOn(p, Changed, at, "today %s; all will be denied that no flow allows: add the flows that are needed", what)
}

// isOpen reports whether no policy is about the direction.
func (s *side) isOpen() bool { return !s.all && !s.some }

// readInternal decides whether the pods of a namespace may talk to each other: where a rule says so or nothing
// forbids it.
func (im *importer) readInternal(p *component) {
	in, out := &p.ingress, &p.egress
	switch {
	case in.same != out.same && (in.all && !in.same || out.all && !out.same):
		im.noteOn(p, Changed, p.at("internalTraffic"),
			"only one side of the traffic inside is allowed today, so that none passes; all of it will be allowed: write "+
				"internalTraffic: Deny to keep it out")
	case in.same || out.same, !in.all && !out.all && !in.some && !out.some:
	case in.all || out.all:
		p.spec.InternalTraffic = spec.InternalDeny
	default:
		limits := in.object
		if limits == nil {
			limits = out.object
		}
		im.note(Changed, limits, "spec.podSelector", p.at("internalTraffic"),
			"it limits the connections of some pods only; inside the namespace all pods may talk to each other unless "+
				"internalTraffic is Deny, which needs a flow for every connection")
	}
}
