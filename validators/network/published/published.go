// Package published lists what the input publishes: Services and pods to which something from outside of their
// namespace is told to connect, by Ingresses, routes, load balancers, webhooks and monitors. It judges nothing.
package published

import (
	"k8s.io/apimachinery/pkg/util/intstr"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

// Caller is what connects.
type Caller int

const (
	// Controller is an ingress controller or a gateway.
	Controller Caller = iota
	// Outside are addresses outside of the cluster, or of its nodes.
	Outside
	// APIServer is the API server, which calls webhooks and extensions.
	APIServer
	// Monitoring is what scrapes metrics.
	Monitoring
)

// Entry is a Service, or pods, to which the object tells the caller to connect.
type Entry struct {
	Object *objects.Object
	// Field says which Service or pods.
	Field fieldpath.Path
	Caller
	Namespace string
	// Service is empty where the object selects pods itself.
	Service string
	// Pods are labels of pods; nil for those of the Service.
	Pods *metav1.LabelSelector
	// Port is the name or number of a port of the Service. It is zero for any.
	Port intstr.IntOrString
	// Target is the name or number of a port of the pods; zero for that of Port.
	Target intstr.IntOrString
	// FromOwn means that the caller may be in the same namespace.
	FromOwn bool
	// Class is that of an Ingress.
	Class string
	// Through are the ways on which the caller comes: LoadBalancer, Gateway infra/public. None are named by an Ingress,
	// a webhook and a monitor.
	Through []string
	// Hosts are the names under which the Service is reached, each with its path. "*" stands for every name. None are
	// named by what has no names.
	Hosts []string
	// Sources are the blocks of addresses that are let in; none are all.
	Sources []string
	// OnNodes means that the Service has a port on each node, and no more.
	OnNodes bool
}

// HasTarget reports whether the entry names the port of the pods.
func (e *Entry) HasTarget() bool { return e.Target.IntVal != 0 || e.Target.StrVal != "" }

// Read lists what the objects publish, in their order. Objects that cannot be read are left out.
func Read(set *objects.Set) []Entry {
	var all []Entry
	in := services{all: set.Services}
	for _, ingress := range set.Ingresses {
		all = append(all, ingressEntries(ingress)...)
	}
	for _, s := range set.Services {
		all = append(all, serviceEntries(s)...)
	}
	for _, o := range set.All {
		if read := reader(o.GroupKind()); read != nil {
			all = append(all, read(o, &in)...)
		}
	}
	return all
}

// services are those of the input.
type services struct {
	all         []objects.Typed[corev1.Service]
	byNamespace map[string][]objects.Typed[corev1.Service]
}

// in lists those of a namespace.
func (s *services) in(namespace string) []objects.Typed[corev1.Service] {
	if s.byNamespace == nil {
		s.byNamespace = map[string][]objects.Typed[corev1.Service]{}
		for _, service := range s.all {
			s.byNamespace[service.Namespace] = append(s.byNamespace[service.Namespace], service)
		}
	}
	return s.byNamespace[namespace]
}
