package model

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

// Namespace is a namespace and what runs there.
type Namespace struct {
	Name string
	// Labels of the namespace. The name is always among them; the others are known where Object is.
	Labels map[string]string
	// Object is the Namespace; nil where it is not in the input.
	Object *objects.Object
	// Component is nil for a namespace that is none.
	Component *scope.Component
	// Declared are the declared flows of each direction, for a component of a Segregation.
	Declared [2]Declaration
	// Policies are those whose podSelector could be read, Sides the same by direction.
	Policies []*Policy
	Sides    [2]Side
	// NamesPolicies are the CiliumNetworkPolicies of a component, where the cluster has Cilium and a Segregation declares
	// the flows.
	NamesPolicies []*NamesPolicy
	// Unreliable means that a policy of the namespace could not be read, or is refused by the API server: what the
	// others leave open may be what that one is for.
	Unreliable bool
	// Pods are those known from templates, each choice of labels once.
	Pods []*Pods
	// Creators make pods that no template declares.
	Creators

	// Workloads are all that run here, those on the network of their node among them.
	Workloads []*objects.Workload

	services []*Service
	// byLabel has the pods by their labels, from when Services are first asked for.
	byLabel map[[2]string][]*Pods
	// hostPods are those on the network of their node, which no policy isolates.
	hostPods []policy.Template
	compiled *policy.Policies
}

func newNamespace(name string) *Namespace {
	return &Namespace{
		Name: name, Labels: map[string]string{wellknown.NamespaceNameLabel: name},
	}
}

// know fills in the Namespace of the input.
func (n *Namespace) know(o *objects.Object) {
	n.Object = o
	n.Labels = maps.Clone(o.Labels)
	if n.Labels == nil {
		n.Labels = map[string]string{}
	}
	n.Labels[wellknown.NamespaceNameLabel] = n.Name
}

// String names the namespace as messages do.
func (n *Namespace) String() string { return objects.NamespaceText(n.Name) }

// evaluator has the policies compiled, from when they are first asked.
func (n *Namespace) evaluator() *policy.Policies {
	if n.compiled == nil {
		all := make([]*netv1.NetworkPolicy, len(n.Policies))
		for i, p := range n.Policies {
			all[i] = p.Value
		}
		n.compiled = policy.Compile(all...)
	}
	return n.compiled
}

// Rules are those of both directions.
func (n *Namespace) Rules() []*PeerRule { return slices.Concat(n.Sides[0].Rules, n.Sides[1].Rules) }

// Pods are all pods of a namespace that are made with the same labels.
type Pods struct {
	solver.Pods
	// Workload is the first that makes such pods.
	Workload *objects.Workload
	// Workloads are all that do.
	Workloads []*objects.Workload

	// services select the pods.
	services []*Service
}

// isGenerated reports whether Cloison generated the workload: the namespace's other workloads may then be somewhere
// else.
func (p *Pods) isGenerated() bool {
	return p.Workload.Labels[wellknown.ManagedByLabel] == wellknown.ManagedBy
}

func (p *Pods) setWorkload(w *objects.Workload) { p.Workload, p.Name = w, w.String() }

// Names reports whether a container gives the name to one of its ports.
func (p *Pods) Names(port policy.NamedPort) bool { return slices.ContainsFunc(p.Ports, port.IsName) }

// makerOf is a workload as selectors see it. A kind of another group may share its name with one of Kubernetes.
func makerOf(w *objects.Workload) policy.Maker {
	if w.Typed == nil {
		return policy.Maker{Kind: w.GroupKind().String(), Name: w.Name}
	}
	return policy.Maker{Kind: w.Kind, Name: w.Name}
}

// addPods puts the pods of a workload to those with the same labels.
func (n *Namespace) addPods(known map[string]*Pods, w *objects.Workload) {
	key := n.Name + "\n" + policy.Exactly(w.Pod.Labels).String()
	p := known[key]
	if p == nil {
		p = &Pods{Pods: solver.Pods{Template: policy.Template{Labels: w.Pod.Labels}}}
		p.setWorkload(w)
		known[key] = p
		n.Pods = append(n.Pods, p)
	} else if p.isGenerated() {
		p.setWorkload(w)
	}
	p.Makers = append(p.Makers, makerOf(w))
	p.Workloads = append(p.Workloads, w)
	for container := range w.Containers() {
		isSidecar := container.RestartPolicy != nil && *container.RestartPolicy == corev1.ContainerRestartPolicyAlways
		if container.Ephemeral || container.Init && !isSidecar {
			continue
		}
		for _, port := range container.Ports {
			if port.Name != "" && !slices.Contains(p.Ports, port) {
				p.Ports = append(p.Ports, port)
			}
		}
	}
}

// Known are the pods as the solver takes them; none for no namespace.
func (n *Namespace) Known() []*solver.Pods {
	if n == nil {
		return nil
	}
	known := make([]*solver.Pods, len(n.Pods))
	for i, p := range n.Pods {
		known[i] = &p.Pods
	}
	return known
}

// Matching are the known pods that a selector selects.
func (n *Namespace) Matching(s policy.Selector) []*Pods {
	var all []*Pods
	for _, p := range n.Pods {
		if p.Matches(s) {
			all = append(all, p)
		}
	}
	return all
}

// HasWorkloads reports whether the input seems to hold what runs in the namespace.
func (n *Namespace) HasWorkloads() bool {
	return slices.ContainsFunc(n.Pods, func(p *Pods) bool { return !p.isGenerated() })
}

// IsComplete reports whether every pod of the namespace is known, but for those that are started by hand: it has
// workloads, and nothing that may make other pods.
func (n *Namespace) IsComplete() bool { return n.HasWorkloads() && n.Creator() == "" }

// HasNone reports whether a selector selects no known pod of the namespace.
func (n *Namespace) HasNone(s policy.Selector) bool {
	onHost := slices.ContainsFunc(n.hostPods, func(t policy.Template) bool { return t.Matches(s) })
	return !onHost && len(n.Matching(s)) == 0
}

// Evaluate decides a connection between a pod of the namespace and one of another, or an address where there is no
// other, by the policies of both.
func Evaluate(d policy.Direction, w solver.Witness, home, other *Namespace) policy.Verdict {
	own := w.Endpoint(solver.Own, home.Name, home.Labels, d == policy.Ingress)
	peer := policy.Endpoint{Address: w.Address}
	if other != nil {
		peer = w.Endpoint(solver.Peer, other.Name, other.Labels, d == policy.Egress)
	}
	from, to, source, target := own, peer, home, other
	if d == policy.Ingress {
		from, to, source, target = peer, own, other, home
	}
	v := policy.Verdict{Egress: policy.Side{Allowed: true}, Ingress: policy.Side{Allowed: true}}
	if source != nil {
		v.Egress = source.evaluator().Side(policy.Egress, from, to, w.Port)
	}
	if target != nil {
		v.Ingress = target.evaluator().Side(policy.Ingress, from, to, w.Port)
	}
	v.Allowed = v.Egress.Allowed && v.Ingress.Allowed
	return v
}
