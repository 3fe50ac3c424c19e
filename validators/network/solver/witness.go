package solver

import (
	"maps"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/validators/network/policy"
)

// Witness is a connection that answers a [Query].
type Witness struct {
	Labels Labels
	// Known are the pods of the input that these are; nil for a pod that is not in the input.
	Known [2]*Pods
	// Keys are those of the labels that matter, for each end.
	Keys [2][]string
	// Address is one that answers the query for these pods, Addresses has all that do for some pods. For connections
	// between pods both are zero.
	Address   netip.Addr
	Addresses policy.Addresses
	Port      policy.Port
	Named     *ResolvedPort
}

// Pods are all pods of a namespace that are made with the same labels.
type Pods struct {
	policy.Template
	// Name is that of an object that makes them: Deployment shop/ui.
	Name string
	// Ports are those that containers name.
	Ports []corev1.ContainerPort
}

// maxKnown bounds how many choices of pods are tried to name a workload in a counterexample.
const maxKnown = 64

// WithKnown answers a query that was answered by any pods with pods of the input, where that is possible. known are
// those of the namespaces of both ends.
func (w Witness) WithKnown(sets *policy.AddressSets, q Query, known [2][]*Pods) Witness {
	q.Of.Ports = policy.OnePort(w.Port)
	for _, e := range []End{Own, Peer} {
		for _, pods := range known[e][:min(maxKnown, len(known[e]))] {
			pinned := q
			pinned.Literals = append(slices.Clip(q.Literals), pin(e, pods, w.Keys[e])...)
			better, answer := pinned.Find(sets)
			if answer != ternary.Yes || !pods.Matches(controllerLabels(better.Labels[e])) {
				continue
			}
			better.Known, better.Keys = w.Known, w.Keys
			better.Known[e] = pods
			if w.Addresses != nil {
				better.Addresses = w.Addresses
			}
			w, q = better, pinned
			break
		}
	}
	return w
}

// controllerLabels selects pods with those of the labels that controllers add.
func controllerLabels(labels map[string]string) policy.Selector {
	added := map[string]string{}
	for key, value := range labels {
		if policy.IsControllerLabel(key) {
			added[key] = value
		}
	}
	return policy.Exactly(added)
}

// pin demands the labels of known pods, as far as they matter. The values of those that controllers add are left open.
func pin(e End, pods *Pods, keys []string) []Literal {
	var literals []Literal
	for _, key := range keys {
		value, found := pods.Labels[key]
		switch {
		case found:
			literals = append(
				literals, Literal{e, policy.Requirement{Key: key, Op: policy.In, Values: []string{value}}},
			)
		case !policy.IsControllerLabel(key) || !pods.MayHave(key):
			literals = append(literals, Literal{e, policy.Requirement{Key: key, Op: policy.DoesNotExist}})
		}
	}
	return literals
}

// Endpoint is the pod at one end, in a namespace with the given labels. accepts means that the connection arrives
// there.
func (w Witness) Endpoint(e End, namespace string, labels map[string]string, accepts bool) policy.Endpoint {
	pod := &policy.Pod{Namespace: namespace, NamespaceLabels: labels, Labels: w.Labels[e]}
	if known := w.Known[e]; known != nil {
		pod.Labels = maps.Clone(known.Labels)
		if pod.Labels == nil {
			pod.Labels = map[string]string{}
		}
		maps.Copy(pod.Labels, w.Labels[e])
		pod.Ports = known.Ports
	}
	if w.Named != nil && accepts {
		pod.Ports = append(slices.Clip(pod.Ports), corev1.ContainerPort{
			Name: w.Named.Name, ContainerPort: w.Named.Port.Number, Protocol: w.Named.Port.Protocol,
		})
	}
	return policy.Endpoint{Pod: pod}
}
