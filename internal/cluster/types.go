package cluster

import "cloison.dev/cloison/internal/wellknown"

// Kind is the kind that describes a cluster.
const Kind = wellknown.ClusterKind

// Distributions of Kubernetes.
const (
	// DistributionKapsule is Scaleway's, with its default addresses where nothing else is said.
	DistributionKapsule = "Kapsule"
	// DistributionOther is any other: nothing is assumed.
	DistributionOther = "Other"
)

// Document is the kind Cluster as people write it.
type Document struct {
	// APIVersion MUST be cloison.dev/v1alpha1.
	APIVersion string `json:"apiVersion"`
	// Kind MUST be Cluster.
	Kind     string   `json:"kind"`
	Metadata Metadata `json:"metadata"`
	Spec     Spec     `json:"spec"`
}

// Metadata has the fields of Kubernetes' object metadata that a Cluster may have.
type Metadata struct {
	// Name is a DNS label that tells clusters apart in messages. Example: production.
	Name string `json:"name"`
	// Namespace and Labels are ignored. They may be present because hosts add them.
	Namespace string            `json:"namespace,omitempty"`
	Labels    map[string]string `json:"labels,omitempty"`
	// Annotations that mean something: config.kubernetes.io/local-config: "true" keeps the Cluster from being applied.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Spec is what is known of a cluster.
type Spec struct {
	// Distribution is Kapsule, the default, or Other. With Other the addresses and the DNS must be given.
	Distribution string `json:"distribution,omitempty"`
	// PodCIDRs are the addresses of pods. Default for Kapsule: 100.64.0.0/15.
	PodCIDRs []string `json:"podCIDRs,omitempty"`
	// ServiceCIDRs are the addresses of Services. The first block has 16 or more, of which the first is that of the API
	// server's Service. Default for Kapsule: 10.32.0.0/20.
	ServiceCIDRs []string `json:"serviceCIDRs,omitempty"`
	// APIServer has the addresses of the servers behind that Service, outside of those of pods. Omitted, they may have
	// any IPv4 address that is neither a pod's nor a Service's, on port 6443.
	APIServer []Endpoint `json:"apiServer,omitempty"`
	// DNS is the cluster's name server.
	DNS *NameServer `json:"dns,omitempty"`
}

// Endpoint is where the servers of the Kubernetes API are.
type Endpoint struct {
	// CIDR is a block of addresses. Example: 51.15.0.10/32.
	CIDR string `json:"cidr"`
	// Port is one of TCP. Default: 6443.
	Port *int `json:"port,omitempty"`
}

// NameServer is the cluster's DNS.
type NameServer struct {
	// Namespace of its pods. Default for Kapsule: kube-system.
	Namespace string `json:"namespace,omitempty"`
	// Pods are the labels of its pods. Default for Kapsule: k8s-app: kube-dns.
	Pods map[string]string `json:"pods,omitempty"`
	// NodeLocal is the address of NodeLocal DNSCache, where the cluster has it, and none of a pod. Example:
	// 169.254.20.10. Omitted, pods ask the pods of the DNS only.
	NodeLocal string `json:"nodeLocal,omitempty"`
}
