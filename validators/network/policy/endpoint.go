package policy

import (
	"fmt"
	"net/netip"

	corev1 "k8s.io/api/core/v1"
)

// Endpoint is one end of a connection: a pod, or an address outside the cluster.
type Endpoint struct {
	// Pod is nil for an address outside the cluster.
	Pod *Pod
	// Address of the pod, or the one outside. For a pod the zero value means that no ipBlock matches it, as with
	// network plugins that know pods by their identity only. Facts: docs/facts.md, "Blocks and pods".
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
	// HostNetwork means that the pod is an address of its node: no NetworkPolicy isolates or selects it.
	HostNetwork bool
}

// isolable is the pod that policies may isolate or select; nil for an address and for a pod on its node's network.
func (e Endpoint) isolable() *Pod {
	if e.Pod == nil || e.Pod.HostNetwork {
		return nil
	}
	return e.Pod
}

// names reports whether the pod has a port of this name, number and protocol.
func (e Endpoint) names(name string, port Port) bool {
	pod := e.isolable()
	if pod == nil {
		return false
	}
	for _, p := range pod.Ports {
		if p.Name == name && p.ContainerPort == port.Number && ContainerProtocol(p) == port.Protocol {
			return true
		}
	}
	return false
}

// ContainerProtocol is the protocol of a container's port: TCP where it gives none.
func ContainerProtocol(port corev1.ContainerPort) corev1.Protocol {
	if port.Protocol == "" {
		return corev1.ProtocolTCP
	}
	return port.Protocol
}

// Port is where a connection arrives.
type Port struct {
	// Protocol is TCP, UDP or SCTP.
	Protocol corev1.Protocol
	Number   int32
}

// String formats the port with its protocol: TCP 443.
func (p Port) String() string { return fmt.Sprintf("%s %d", p.Protocol, p.Number) }
