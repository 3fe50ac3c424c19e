// Package flows turns NetworkPolicies into flows. It fills in internalTraffic, ingress and egress of the components.
//
// Every rule of a policy becomes flows of the component that the policy is in, seen from its side. Then the egress of
// one component and the ingress of another become one connection, which a Segregation has once, as a flow of the first.
package flows

import (
	"slices"

	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
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
	// anyone is true where the rule is for every peer; then peer is empty.
	anyone bool
	// ports are where the connection arrives; nil means all.
	ports []spec.PortRange
	// object and field are where the rule is written.
	object *objects.Object
	field  fieldpath.Path
}

// side is what the policies of a component allow in one direction.
type side struct {
	// selectsAll is true where a policy selects every pod, selectsSome where one selects only a few of them.
	selectsAll, selectsSome bool
	// open is true where every pod may talk to every other in the namespace.
	open bool
	// incomplete is true where rules of a policy could not be carried over.
	incomplete bool
	flows      []flow
	// byComponent has the flows by the component of their peer. It is filled when all policies are read.
	byComponent map[string][]flow
	// partial is the first policy that selects only a few of the pods; nil where there is none.
	partial *objects.Object
}

// isUnlimited reports whether no policy is about the direction.
func (s *side) isUnlimited() bool { return !s.selectsAll && !s.selectsSome }

// component is a component with what all its NetworkPolicies allow.
type component struct {
	*draft.Component
	ingress, egress side
}

func (c *component) side(d direction) *side {
	if d == ingress {
		return &c.ingress
	}
	return &c.egress
}

// policyReader is what reading a policy needs.
type policyReader struct {
	*draft.Draft
	set *objects.Set
	// workloads by namespace.
	workloads map[string][]*objects.Workload
	addresses addresses
}

// Read carries over what the NetworkPolicies allow.
func Read(d *draft.Draft, set *objects.Set) {
	r := &policyReader{
		Draft: d, set: set, workloads: draft.WorkloadsByNamespace(set), addresses: addresses{d.Cluster},
	}
	components := r.readPolicies()
	for _, c := range components {
		noteUnlimited(d, c)
		fillInternal(d, c)
	}
	for _, a := range components {
		for _, b := range components {
			if a != b || a.Spec.InternalTraffic == spec.InternalDeny {
				joinSides(d, a, b)
			}
		}
	}
	for _, c := range components {
		fillOutside(c)
	}
}

// readPolicies reads the policies of every component. The components are in the order of the draft.
func (r *policyReader) readPolicies() []*component {
	var components []*component
	byNamespace := map[string]*component{}
	for _, c := range r.Components {
		components = append(components, &component{Component: c})
		byNamespace[c.Namespace] = components[len(components)-1]
	}
	for _, policy := range r.set.NetworkPolicies {
		if c := byNamespace[policy.Namespace]; c != nil && !wellknown.IsRuntime(policy.Name, policy.Labels) {
			r.readPolicy(c, policy)
		}
	}
	r.readNamesPolicies(byNamespace)
	return components
}

func (r *policyReader) readPolicy(c *component, policy objects.Typed[netv1.NetworkPolicy]) {
	pods, expressible := choices(&policy.Value.Spec.PodSelector)
	for _, d := range directions(policy.Value) {
		s := c.side(d)
		if isEverything(&policy.Value.Spec.PodSelector) {
			s.selectsAll = true
		} else if !s.selectsSome {
			s.selectsSome, s.partial = true, policy.Object
		}
		if !expressible && hasRules(policy.Value, d) {
			s.incomplete = true
			r.Note(draft.NotCarried, policy.Object,
				fieldpath.Of("spec", "podSelector"), c.Path(string(d)), beyondLabels)
		}
	}
	if !expressible {
		return
	}
	rules := &ruleReader{policyReader: r, component: c, policy: policy.Object, own: pods}
	for i, rule := range policy.Value.Spec.Ingress {
		rules.read(ingress, fieldpath.Of("spec", "ingress").Index(i), rule.From, rule.Ports)
	}
	if limits(policy.Value, egress) {
		for i, rule := range policy.Value.Spec.Egress {
			rules.read(egress, fieldpath.Of("spec", "egress").Index(i), rule.To, rule.Ports)
		}
	}
}

// beyondLabels is why a selector is not carried over.
const beyondLabels = "a flow selects pods by the labels that they have; this selector says more: give the pods a " +
	"label of their own, and write the flow with it"

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

func limits(policy *netv1.NetworkPolicy, d direction) bool {
	return slices.Contains(directions(policy), d)
}

// noteUnlimited notes which connections nothing limits today.
func noteUnlimited(d *draft.Draft, c *component) {
	note := func(at fieldpath.Path, today string) {
		d.NoteOn(c.Component, draft.Changed, at,
			"today %s; all will be denied that no flow allows: add the flows that are needed", today)
	}
	if c.ingress.isUnlimited() && c.egress.isUnlimited() {
		note(c.Path(), "no NetworkPolicy limits the connections of its pods")
		return
	}
	for _, dir := range []direction{ingress, egress} {
		connections := map[direction]string{ingress: "connections to", egress: "connections from"}[dir]
		switch s := c.side(dir); {
		case s.isUnlimited():
			note(c.Path(string(dir)), "no NetworkPolicy limits "+connections+" any of its pods")
		case !s.selectsAll:
			note(c.Path(string(dir)), "NetworkPolicies limit "+connections+" some of its pods only")
		}
	}
}

// fillInternal decides whether the pods of a namespace may talk to each other: where a rule allows it or nothing
// forbids it.
func fillInternal(d *draft.Draft, c *component) {
	in, out, at := &c.ingress, &c.egress, c.Path("internalTraffic")
	switch {
	case in.open != out.open && (in.selectsAll && !in.open || out.selectsAll && !out.open):
		d.NoteOn(c.Component, draft.Changed, at,
			"only one side of the traffic inside is allowed today, so that none passes; all of it will be allowed: "+
				"write internalTraffic: Deny to keep it out")
	case in.open || out.open, in.isUnlimited() && out.isUnlimited():
	case in.selectsAll || out.selectsAll:
		c.Spec.InternalTraffic = spec.InternalDeny
	default:
		partial := in.partial
		if partial == nil {
			partial = out.partial
		}
		d.Note(draft.Changed, partial, fieldpath.Of("spec", "podSelector"), at,
			"it limits the connections of some pods only; inside the namespace all pods may talk to each other unless "+
				"internalTraffic is Deny, which needs a flow for every connection")
	}
}
