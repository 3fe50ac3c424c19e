// Package cilium has the part of the kind CiliumNetworkPolicy that Cloison writes and evaluates: which host names the
// pods of a namespace may connect to. Facts: docs/facts.md, "Policies of Cilium".
package cilium

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// The kind, and its API.
const (
	Group   = "cilium.io"
	Version = "v2"
	Kind    = "CiliumNetworkPolicy"
)

// GroupKind is the kind with its API group, whatever the version.
func GroupKind() schema.GroupKind { return schema.GroupKind{Group: Group, Kind: Kind} }

// NamespaceLabel is the label by which a selector of endpoints names their namespace.
const NamespaceLabel = "k8s:io.kubernetes.pod.namespace"

// LabelPrefix stands before the labels of pods in selectors. Without it, a label of any source is meant.
const LabelPrefix = "k8s:"

// MaxPorts is how many ports one [PortRule] may have.
const MaxPorts = 40

// Rule is the spec of a CiliumNetworkPolicy.
type Rule struct {
	// EndpointSelector selects the pods of the policy's namespace that it is for; {} is every pod.
	EndpointSelector *metav1.LabelSelector `json:"endpointSelector,omitempty"`
	Egress           []EgressRule          `json:"egress,omitempty"`
	// EgressDeny closes what any policy opens.
	EgressDeny []EgressDenyRule `json:"egressDeny,omitempty"`
}

// EgressRule opens connections. It has one of ToEndpoints, ToCIDR and ToFQDNs.
type EgressRule struct {
	ToEndpoints []metav1.LabelSelector `json:"toEndpoints,omitempty"`
	ToCIDR      []string               `json:"toCIDR,omitempty"`
	// ToFQDNs are host names. They stand for the addresses that Cilium has seen in the answers of the DNS.
	ToFQDNs []Name `json:"toFQDNs,omitempty"`
	// ToPorts are where the connections arrive. Left out, every port.
	ToPorts []PortRule `json:"toPorts,omitempty"`
}

// EgressDenyRule closes connections to blocks of addresses.
type EgressDenyRule struct {
	ToCIDR []string `json:"toCIDR,omitempty"`
}

// PortRule has ports, and what is allowed on them.
type PortRule struct {
	Ports []Port `json:"ports,omitempty"`
	// Rules make Cilium read the connections. Left out, it does not.
	Rules *Rules `json:"rules,omitempty"`
}

// Port is a port or a range.
type Port struct {
	// Port is a number, or the name of a port.
	Port string `json:"port"`
	// EndPort ends a range; Cilium knows it from version 1.16.
	EndPort int32 `json:"endPort,omitempty"`
	// Protocol is TCP, UDP, SCTP or ANY. Left out, it is ANY.
	Protocol string `json:"protocol,omitempty"`
}

// Rules are what is allowed on ports.
type Rules struct {
	// DNS are the names that may be asked for. By them Cilium reads the answers.
	DNS []Name `json:"dns,omitempty"`
}

// Name is a host name, or a pattern of host names: exactly one of the two.
type Name struct {
	MatchName    string `json:"matchName,omitempty"`
	MatchPattern string `json:"matchPattern,omitempty"`
}
