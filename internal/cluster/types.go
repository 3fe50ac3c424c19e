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

// Network plugins.
const (
	PluginCilium = "Cilium"
	PluginCalico = "Calico"
	PluginOther  = "Other"
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
	// NetworkPlugin is Cilium, Calico or Other. Omitted, it is not known.
	NetworkPlugin string `json:"networkPlugin,omitempty"`
	// ExternalSecrets is the External Secrets Operator of the cluster. Omitted, any version may run anywhere.
	ExternalSecrets *ExternalSecretsOperator `json:"externalSecrets,omitempty"`
	// Monitoring is what scrapes metrics. Omitted, it is not known where that is.
	Monitoring *Monitor `json:"monitoring,omitempty"`
	// NamespacesComplete is true where the cluster has no namespaces but those of Namespaces and of the input. Default:
	// false.
	NamespacesComplete bool `json:"namespacesComplete,omitempty"`
	// Namespaces are those of the cluster that the input does not have, by name.
	Namespaces map[string]OutsideNamespace `json:"namespaces,omitempty"`
	// Kinds are the custom kinds that neither run pods nor move secrets, as GROUP/KIND or GROUP/*, and why. Example:
	// {"grafana.com/*": dashboards}.
	Kinds map[string]string `json:"kinds,omitempty"`
}

// ExternalSecretsOperator is an installation of the External Secrets Operator.
type ExternalSecretsOperator struct {
	// Version that runs, as vMAJOR.MINOR; a patch version may follow. Omitted, any that Cloison knows. Example: v2.9.
	Version string `json:"version,omitempty"`
	// Namespace of the operator. Omitted, it is not known. Example: external-secrets.
	Namespace string `json:"namespace,omitempty"`
}

// Monitor is an installation of what scrapes metrics.
type Monitor struct {
	// Namespace of its pods. Example: monitoring.
	Namespace string `json:"namespace"`
}

// OutsideNamespace is a namespace of the cluster that the input does not have.
type OutsideNamespace struct {
	// Trusted is why whatever runs there may have rights over every component: reports repeat it. Omitted, its rights
	// are judged like those of a component.
	Trusted string `json:"trusted,omitempty"`
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
