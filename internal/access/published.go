package access

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/published"
	"cloison.dev/cloison/validators/network/reach"
)

// Caller is who is told to connect.
type Caller string

// The callers of what is published.
const (
	IngressController Caller = "ingress controller"
	Outside           Caller = "outside"
	APIServer         Caller = "API server"
	Monitoring        Caller = "monitoring"
)

// Publication is that an object tells somebody elsewhere to connect to pods of a namespace. Each of its hosts leads to
// each of its ports.
type Publication struct {
	// Component is empty for a namespace of no component.
	Component string `json:"component,omitempty"`
	// Namespace of the pods.
	Namespace string `json:"namespace"`
	// Service that leads to the pods, in the input or not; empty where the object selects them itself, as Pods says.
	Service string `json:"service,omitempty"`
	Pods    string `json:"pods,omitempty"`
	// By is the object that publishes, at the first field that does.
	By     Rule   `json:"by"`
	Caller Caller `json:"caller"`
	// Through are the ways on which the caller comes: "LoadBalancer", "class nginx", "Gateway infra/public". None are
	// those that the controller has for objects that name none.
	Through []string `json:"through,omitempty"`
	// Hosts are the names under which it is published, each with its path. "*" stands for every name. None are named by
	// what has no names.
	Hosts []string `json:"hosts,omitempty"`
	// Sources are the only blocks of addresses that a load balancer lets in; none are all.
	Sources []string `json:"sources,omitempty"`
	// Ports are sorted.
	Ports []PublishedPort `json:"ports"`
	// Workloads make the pods, sorted by name; none where those are not known.
	Workloads []Object `json:"workloads,omitempty"`
	// Shut is true where certainly no policy lets such callers in.
	Shut bool `json:"shut,omitempty"`

	entry *published.Entry
}

// PublishedPort is a port of a Service, or of pods.
type PublishedPort struct {
	// Port is a number or a name; empty for every port.
	Port string `json:"port,omitempty"`
	// Targets are the ports of the pods behind it; none where they are not known. Format: 8080, 53/UDP.
	Targets []string `json:"targetPorts,omitempty"`
}

// publisher collects what is published.
type publisher struct {
	*Model
	// foreign are namespaces in which policies that were not read may open something; "" stands for all.
	foreign map[string]bool
	all     []Publication
}

// published fills in what is published.
func (m *Model) published() {
	b := &publisher{Model: m, foreign: m.Map.WithForeignPolicies()}
	entries := published.Read(m.Set)
	for i := range entries {
		b.add(&entries[i])
	}
	b.all = joined(b.all, Publication.withoutHosts, func(into *Publication, p *Publication) {
		into.Hosts = sortedOnce(append(into.Hosts, p.Hosts...))
	})
	b.all = joined(b.all, Publication.withoutPorts, func(into *Publication, p *Publication) {
		into.Ports = append(into.Ports, p.Ports...)
	})
	for i := range b.all {
		p := &b.all[i]
		slices.SortFunc(p.Ports, func(a, b PublishedPort) int { return strings.Compare(a.Port, b.Port) })
		p.By = RuleAt(p.entry.Object, p.entry.Field) // finding lines takes time
	}
	slices.SortStableFunc(b.all, func(a, b Publication) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Pods, b.Pods),
			cmp.Compare(a.By.Kind, b.By.Kind), cmp.Compare(a.By.Namespace, b.By.Namespace), cmp.Compare(a.By.Name, b.By.Name),
			cmp.Compare(fmt.Sprint(a.Through, a.Hosts, a.Ports), fmt.Sprint(b.Through, b.Hosts, b.Ports)))
	})
	m.Published = append(m.Published, b.all...)
}

// joined puts the publications with the same rest into the first of them.
func joined(all []Publication, rest func(Publication) Publication, put func(into, p *Publication)) []Publication {
	at := map[string]int{}
	var kept []Publication
	for i := range all {
		key := fmt.Sprintf("%#v", rest(all[i]))
		if first, isKnown := at[key]; isKnown {
			put(&kept[first], &all[i])
			continue
		}
		at[key] = len(kept)
		kept = append(kept, all[i])
	}
	return kept
}

// withoutHosts is the publication with neither its hosts nor its entry.
func (p Publication) withoutHosts() Publication {
	p.Hosts, p.entry = nil, nil
	return p
}

// withoutPorts is the publication with neither its ports nor its entry.
func (p Publication) withoutPorts() Publication {
	p.Ports, p.entry = nil, nil
	return p
}

func sortedOnce(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return slices.Compact(texts)
}

// add adds what one entry publishes; nothing for a selector that the API server refuses.
func (b *publisher) add(e *published.Entry) {
	in := b.Map.Namespace(e.Namespace)
	to, isKnown := e.Backend(in)
	if !isKnown && e.Pods != nil {
		return
	}
	p := Publication{
		Namespace: e.Namespace, Service: e.Service, By: Rule{Object: objectOf(e.Object)}, Caller: callerOf(e.Caller),
		Through: sortedOnce(e.Through), Hosts: sortedOnce(e.Hosts), Sources: sortedOnce(e.Sources),
		Ports: []PublishedPort{{Port: portOf(e)}}, entry: e,
	}
	if c := b.Scope.Of(e.Namespace); c != nil {
		p.Component = c.Name
	}
	if e.Caller == published.Controller && e.Class != "" {
		p.Through = []string{"class " + e.Class}
	}
	if isKnown {
		for _, port := range to.Ports {
			p.Ports[0].Targets = append(p.Ports[0].Targets, PortTexts(policy.OnePort(port))...)
		}
		workloads := workloadsBehind(in, &to)
		for _, w := range workloads {
			p.Workloads = append(p.Workloads, objectOf(w.Object))
		}
		p.Shut = b.isShut(in, e.Caller, workloads, to.Ports)
	}
	if e.Pods != nil {
		p.Pods = to.Selector.String()
	}
	b.all = append(b.all, p)
}

// portOf is the port as the object has it, that of the pods where it names none of a Service.
func portOf(e *published.Entry) string {
	for _, port := range []intstr.IntOrString{e.Port, e.Target} {
		if port.IntVal != 0 || port.StrVal != "" {
			return port.String()
		}
	}
	return ""
}

func callerOf(c published.Caller) Caller {
	return [...]Caller{
		published.Controller: IngressController, published.Outside: Outside, published.APIServer: APIServer,
		published.Monitoring: Monitoring,
	}[c]
}

// workloadsBehind are those whose pods are published, those on the network of their node among them, sorted by name.
func workloadsBehind(in *model.Namespace, to *published.Backend) []*objects.Workload {
	var all []*objects.Workload
	for _, p := range to.Pods {
		all = append(all, p.Workloads...)
	}
	for _, w := range in.Workloads {
		if w.Pod.Spec.HostNetwork && to.Selector.Matches(w.Pod.Labels) {
			all = append(all, w)
		}
	}
	slices.SortFunc(all, func(a, b *objects.Workload) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
	})
	return slices.Compact(all)
}

// isShut reports whether no rule lets the caller in to any of the workloads. It may be any pod, unless it comes from
// outside. Where the pods are not known, or a policy could not be read, that is not certain.
func (b *publisher) isShut(in *model.Namespace, c published.Caller, workloads []*objects.Workload, ports []policy.Port) bool {
	if len(workloads) == 0 || in.Unreliable || b.foreign[""] || b.foreign[in.Name] {
		return false
	}
	isBehind := map[*objects.Workload]bool{}
	for _, w := range workloads {
		isBehind[w] = true
	}
	for _, n := range b.Map.In(in.Name) {
		if slices.ContainsFunc(n.Workloads, func(w *objects.Workload) bool { return isBehind[w] }) && b.isOpen(n, c, ports) {
			return false
		}
	}
	return true
}

// isOpen reports whether a rule of a node may be for a caller on one of some ports; none are all.
func (b *publisher) isOpen(n *reach.Node, c published.Caller, ports []policy.Port) bool {
	open := b.Map.OpenToAny(n, policy.Ingress)
	if c == published.Outside {
		a := b.Map.WithAddresses(n, policy.Ingress, b.Map.Addresses.Everywhere)
		open = a.Ports
	}
	if len(ports) == 0 {
		return !open.IsEmpty()
	}
	return slices.ContainsFunc(ports, open.Contains)
}
