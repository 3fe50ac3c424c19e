package network

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"
)

// Endpoint is one end of a connection: a pod, or an address outside the cluster.
type Endpoint struct {
	// Pod is nil for an address outside the cluster.
	Pod *Pod
	// Address of the pod, or the one outside. For a pod the zero value means that no ipBlock matches it, as with network
	// plugins that know pods by their identity only.
	Address netip.Addr
}

// Pod is what NetworkPolicies may know of a pod.
type Pod struct {
	Namespace string
	// NamespaceLabels must hold kubernetes.io/metadata.name, which the API server sets.
	NamespaceLabels map[string]string
	Labels          map[string]string
	// Ports are those that containers name.
	Ports []corev1.ContainerPort
	// HostNetwork takes the pod out of the reach of NetworkPolicies: it is an address of its node.
	HostNetwork bool
}

// isolable is the pod that policies may hold or select; nil for an address and for a pod on its node's network.
func (e Endpoint) isolable() *Pod {
	if e.Pod == nil || e.Pod.HostNetwork {
		return nil
	}
	return e.Pod
}

// Port is where a connection arrives.
type Port struct {
	// Protocol is TCP, UDP or SCTP.
	Protocol corev1.Protocol
	Number   int32
}

// Verdict says whether a connection is let through.
type Verdict struct {
	Allowed bool
	// Egress is what holds at the end that opens the connection, Ingress at the end that accepts it.
	Egress, Ingress Side
}

// Side is what the policies of one end say.
type Side struct {
	Allowed bool
	// By is the first rule that lets the connection through; nil where no policy holds the pod, and where none lets it through.
	By *Rule
	// Isolating are the policies that hold the pod in this direction, in the order of the input, as "namespace/name".
	Isolating []string
}

// Rule is one rule of a NetworkPolicy.
type Rule struct {
	// Policy is the NetworkPolicy's name. Format: namespace/name.
	Policy string
	// Field is the rule's path. Format: spec.egress[0].
	Field string
}
