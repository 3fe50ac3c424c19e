package network

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/published"
	"cloison.dev/cloison/validators/network/solver"
)

// checkDoors looks for what components publish though no policy lets anybody in who may be told to come: an Ingress
// whose pods no ingress controller reaches, a webhook that the API server cannot call, a monitor that scrapes nothing.
func checkDoors(f *facts) (r verdict.Result) {
	entries := published.Read(f.Objects)
	isRouted := map[string]bool{}
	for _, e := range entries {
		if e.Caller == published.Controller {
			isRouted[e.Namespace+"/"+e.Service] = true
		}
	}
	foreign := f.WithForeignPolicies()
	for _, e := range entries {
		n := f.Namespace(e.Namespace)
		switch {
		case n.Component == nil, n.Unreliable, foreign[""], foreign[n.Name]:
			continue
		case e.OnNodes && isRouted[e.Namespace+"/"+e.Service]:
			continue // the port of the nodes is for who routes
		}
		d, ok := f.door(n, e)
		if ok && d.isShut() {
			r.Add(d.candidate())
		}
	}
	return r
}

// door is a way in that something published needs.
type door struct {
	published.Entry
	facts *facts
	n     *model.Namespace
	// to is what it leads to.
	to published.Backend
	// isolating is a policy that shuts whatever no rule opens.
	isolating *model.Policy
}

// door finds the pods of something published; ok is false where they are not known, or nothing shuts them off.
func (f *facts) door(n *model.Namespace, e published.Entry) (d *door, ok bool) {
	d = &door{facts: f, Entry: e, n: n}
	if d.to, ok = e.Backend(n); !ok || d.to.Service == nil && len(d.to.Pods) == 0 {
		return nil, false
	}
	d.isolating = d.findIsolating()
	return d, d.isolating != nil
}

// findIsolating is a policy that holds all of the pods for ingress; nil where none does.
func (d *door) findIsolating() *model.Policy {
	side := &d.n.Sides[policy.Ingress]
	if p := side.CatchAll(); p != nil {
		return p
	}
	for _, p := range side.Policies {
		holds := func(pods *model.Pods) bool { return p.Selector.Matches(pods.Labels) }
		if len(d.to.Pods) > 0 && !slices.ContainsFunc(d.to.Pods, func(pods *model.Pods) bool { return !holds(pods) }) {
			return p
		}
	}
	return nil
}

// isShut reports whether no rule, and no declared flow, lets in anybody who may be the caller. That a declared flow is
// blocked is a finding of its own.
func (d *door) isShut() bool {
	for _, r := range d.n.Sides[policy.Ingress].Rules {
		if d.isAt(r.Selector, r.Ports.Fixed, r.Ports.Named) && d.admits(r) {
			return false
		}
	}
	for _, flow := range d.n.Declared[policy.Ingress].Flows {
		isOpen := flow.Addresses != nil && d.mayComeFrom(flow.Addresses) ||
			flow.Addresses == nil && d.mayComeFromPods(flow.Namespace)
		if isOpen && d.isAt(flow.Own, flow.Ports, nil) {
			return false
		}
	}
	return true
}

// causes are the defects of policies that were probably meant to let the caller in.
func (d *door) causes() []verdict.Subject {
	var all []verdict.Subject
	for _, x := range d.facts.defects[d.n].sides[policy.Ingress] {
		isMeant := func(r *model.PeerRule) bool {
			return r.Policy == x.policy && d.isOn(r.Ports.Fixed, r.Ports.Named) && (d.admits(r) || isAddon(r.Pods))
		}
		if x.rule != nil && isMeant(x.rule) ||
			x.rule == nil && slices.ContainsFunc(d.n.Sides[policy.Ingress].Rules, isMeant) {
			all = append(all, x.subject())
		}
	}
	return all
}

// isAt reports whether a rule for certain pods and ports concerns any of the pods, on one of the ports. A name of a port
// that no container has may be any.
func (d *door) isAt(own policy.Selector, fixed policy.PortSet, named []policy.NamedPort) bool {
	if !d.isOn(fixed, named) {
		return false
	}
	if len(d.to.Pods) > 0 {
		return slices.ContainsFunc(d.to.Pods, func(p *model.Pods) bool { return p.Matches(own) })
	}
	_, answer := solver.Solve(solver.Literals(solver.Own, d.to.Selector.And(own)), nil)
	return answer != no
}

// isOn reports whether any of the ports is open.
func (d *door) isOn(fixed policy.PortSet, named []policy.NamedPort) bool {
	isPort := func(p policy.Port) bool { return fixed.Contains(p) || d.isNamed(p, named) }
	return len(d.to.Ports) == 0 || slices.ContainsFunc(d.to.Ports, isPort)
}

func (d *door) isNamed(port policy.Port, named []policy.NamedPort) bool {
	return slices.ContainsFunc(named, func(name policy.NamedPort) bool {
		numbers := model.PortsNamed(d.to.Pods, name.Name, name.Protocol)
		return len(numbers) == 0 || slices.Contains(numbers, port)
	})
}

// admits reports whether the peer of a rule may be the caller.
func (d *door) admits(r *model.PeerRule) bool {
	switch {
	case r.Everybody:
		return true
	case r.Block != nil:
		return d.mayComeFrom(r.Block)
	case r.In.Own:
		return d.mayComeFromPods(d.n.Name)
	case r.In.Named:
		return slices.ContainsFunc(r.In.Names, d.mayComeFromPods)
	}
	return d.Caller != published.Outside && !r.In.Impossible
}

// mayComeFrom reports whether the caller may have one of some addresses. An ingress controller or Prometheus on the
// network of its node has the node's.
func (d *door) mayComeFrom(block policy.Addresses) bool {
	sets := d.facts.Addresses.Sets
	if d.Caller == published.APIServer && len(d.facts.Cluster.APIServer.Servers) > 0 {
		return slices.ContainsFunc(d.facts.Addresses.API, func(at model.Endpoint) bool {
			return sets.Overlap(block, at.Addresses)
		})
	}
	return d.Caller != published.Outside || !sets.Contains(d.facts.Addresses.Pods, block)
}

// mayComeFromPods reports whether the caller may run in a namespace. Of another one of which the input has no workloads
// that is not known.
func (d *door) mayComeFromPods(namespace string) bool {
	n := d.facts.Namespace(namespace)
	switch {
	case d.Caller == published.Outside:
		return false
	case d.Caller == published.APIServer:
		return namespace == "kube-system" // a proxy through which it calls may run there
	case d.Caller == published.Monitoring && d.facts.Cluster.Monitoring != "":
		return namespace == d.facts.Cluster.Monitoring
	case n == d.n:
		return d.FromOwn || d.hasCaller(n)
	}
	return !n.HasWorkloads() || d.hasCaller(n)
}

// hasCaller reports whether a namespace has what seems to be the caller: a workload by its name or image, what an operator
// creates or, for ingress controllers, other pods that are published to addresses.
func (d *door) hasCaller(n *model.Namespace) bool {
	if slices.ContainsFunc(n.Workloads, d.isCaller) {
		return true
	}
	if d.Caller == published.Monitoring {
		return slices.Contains(n.Operators, "the Prometheus operator") || n != d.n && n.Creator() != ""
	}
	return n != d.n && n.Creator() != "" || slices.ContainsFunc(n.Services(), func(s *model.Service) bool {
		return s.Value.Spec.Type == corev1.ServiceTypeLoadBalancer && s != d.to.Service
	})
}

func (d *door) isCaller(w *objects.Workload) bool {
	isKnown := wellknown.IsIngressController
	if d.Caller == published.Monitoring {
		isKnown = wellknown.IsScraper
	}
	if isKnown(w.Name) {
		return true
	}
	for c := range w.Containers() {
		if isKnown(c.Image) {
			return true
		}
	}
	return false
}
