package spec

import "strings"

// Defaults are fields of components, with the same meaning as there.
type Defaults struct {
	// Labels added to every Namespace.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations added to every Namespace.
	Annotations map[string]string `json:"annotations,omitempty"`
	// PodSecurity holds the levels of the Pod Security Standards.
	PodSecurity PodSecurity `json:"podSecurity,omitzero"`
	// Protect keeps every Namespace from being deleted by Argo CD, Flux and kpt.
	Protect *bool `json:"protect,omitempty"`
	// Ingress lists who may open connections to every component. A flow from a component is none of that component
	// itself.
	Ingress IngressFlows `json:"ingress,omitempty"`
	// Egress lists to whom every component may open connections. A flow to a component is none of that component
	// itself, and one that is written at its other end too is the same flow.
	Egress EgressFlows `json:"egress,omitempty"`
	// InternalTraffic is Allow or Deny.
	InternalTraffic InternalTraffic `json:"internalTraffic,omitempty" jsonschema:"enum=Allow,enum=Deny"`
	// Quota is the "hard" map of every namespace's ResourceQuota.
	Quota map[string]Quantity `json:"quota,omitempty"`
	// Limits are items of every namespace's LimitRange. A component's item of the same type replaces one.
	Limits LimitItems `json:"limits,omitempty"`
	// Access gives people and service accounts a role in every namespace.
	Access AccessItems `json:"access,omitempty"`
}

// The lists of which an overlay may change one item: they may also be written as a map from a name to an item. The
// names are free, and mean nothing else.
type (
	// IngressFlows are a list, or a map from a name to a flow.
	IngressFlows []IngressFlow
	// EgressFlows are a list, or a map from a name to a flow.
	EgressFlows []EgressFlow
	// LimitItems are a list, or a map from a name to an item.
	LimitItems []LimitItem
	// AccessItems are a list, or a map from a name to an access.
	AccessItems []Access
)

// Component is one part of the application. It has a namespace of its own.
type Component struct {
	// Namespace of the component. No two components share one. Default: <segregation>-<component>.
	Namespace string `json:"namespace,omitempty"`
	// Labels added to the Namespace.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations added to the Namespace.
	Annotations map[string]string `json:"annotations,omitempty"`
	// PodSecurity holds the levels of the Pod Security Standards.
	PodSecurity PodSecurity `json:"podSecurity,omitzero"`
	// Protect keeps the Namespace, and the volumes in it, from being deleted by Argo CD, Flux and kpt where it is taken out
	// of what they apply. Default: true where the quota limits storage or claims, else false.
	Protect *bool `json:"protect,omitempty"`
	// Scaleway overrides region, projectID and pathPrefix for this component: a project per component.
	Scaleway *Scaleway `json:"scaleway,omitempty"`
	// Secrets is the default secret group. Left out, the component has none.
	Secrets *SecretGroup `json:"secrets,omitempty"`
	// SecretGroups are further groups by name (a DNS label), each with a folder, store, credential and Secret of its
	// own.
	SecretGroups map[string]*SecretGroup `json:"secretGroups,omitempty"`
	// Ingress lists who may open connections to this component. Everything else is denied.
	Ingress IngressFlows `json:"ingress,omitempty"`
	// Egress lists to whom this component may open connections. Everything else but DNS is denied.
	Egress EgressFlows `json:"egress,omitempty"`
	// InternalTraffic is Allow or Deny: with Deny, traffic inside the namespace needs flows too. Default: Allow.
	InternalTraffic InternalTraffic `json:"internalTraffic,omitempty" jsonschema:"enum=Allow,enum=Deny"`
	// Quota is the "hard" map of the namespace's ResourceQuota. Left out, there is no ResourceQuota.
	Quota map[string]Quantity `json:"quota,omitempty"`
	// Limits are the items of the namespace's LimitRange. Left out, there is no LimitRange.
	Limits LimitItems `json:"limits,omitempty"`
	// Access gives people and service accounts a role in the namespace.
	Access AccessItems `json:"access,omitempty"`

	// shared are the groups of spec.sharedSecrets as this component reads them, by name.
	shared map[string]*SecretGroup
}

// InternalTraffic decides whether pods of one namespace may talk to each other without a flow.
type InternalTraffic string

const (
	// InternalAllow lets every pod of the namespace talk to every other.
	InternalAllow InternalTraffic = "Allow"
	// InternalDeny leaves only the declared flows.
	InternalDeny InternalTraffic = "Deny"
)

// PodSecurityLevel is one of Kubernetes' Pod Security Standards.
type PodSecurityLevel string

// PodSecurity holds the levels of the Pod Security Standards for a namespace.
type PodSecurity struct {
	// Enforce refuses pods above this level. Default: baseline.
	Enforce PodSecurityLevel `json:"enforce,omitempty" jsonschema:"enum=privileged,enum=baseline,enum=restricted"`
	// Warn warns the person who applies a pod above this level. Default: restricted.
	Warn PodSecurityLevel `json:"warn,omitempty" jsonschema:"enum=privileged,enum=baseline,enum=restricted"`
	// Audit records pods above this level in the audit log. Default: restricted.
	Audit PodSecurityLevel `json:"audit,omitempty" jsonschema:"enum=privileged,enum=baseline,enum=restricted"`
	// EnforceVersion is the version of Kubernetes whose standard is enforced. Left out, it is that of the cluster, so that
	// an upgrade may refuse pods. Example: v1.34.
	EnforceVersion string `json:"enforceVersion,omitempty"`
	// WarnVersion is the version of Kubernetes whose standard is warned of. Left out, it is that of the cluster.
	WarnVersion string `json:"warnVersion,omitempty"`
	// AuditVersion is the version of Kubernetes whose standard is recorded. Left out, it is that of the cluster.
	AuditVersion string `json:"auditVersion,omitempty"`
}

// IngressFlow lets a peer open connections to this component.
type IngressFlow struct {
	// From is the peer that opens the connection.
	From Peer `json:"from" jsonschema:"required"`
	// Pods narrows the flow to those pods of this component that have all these labels. Default: every pod.
	Pods map[string]string `json:"pods,omitempty"`
	// Ports that may be reached. Default: all ports.
	Ports []Port `json:"ports,omitempty"`
}

// EgressFlow lets this component open connections to a peer. A flow between two components is written once, on
// either side.
type EgressFlow struct {
	// To is the peer that the connection is opened to.
	To Peer `json:"to" jsonschema:"required"`
	// Pods narrows the flow to those pods of this component that have all these labels. Default: every pod.
	Pods map[string]string `json:"pods,omitempty"`
	// Ports that may be reached. Default: all ports; of the Kubernetes API: 443 of its Service and 6443 behind it.
	Ports []Port `json:"ports,omitempty"`
}

// Peer is the other end of a flow: exactly one of component, namespace, cidr, internet, kubernetesAPI, monitoring
// and fqdns.
type Peer struct {
	// Component of this Segregation.
	Component string `json:"component,omitempty"`
	// Namespace outside this Segregation. Example: ingress-nginx.
	Namespace string `json:"namespace,omitempty"`
	// CIDR is a block of addresses outside the cluster. Example: 198.51.100.0/24.
	CIDR string `json:"cidr,omitempty"`
	// Internet, true, is every public address: private, CGNAT, link-local and metadata ranges are not part of it.
	// Egress only.
	Internet bool `json:"internet,omitempty"`
	// KubernetesAPI, true, is the cluster's API server. For ingress, which webhooks need, it is at the addresses that the
	// Cluster has under apiServer.
	KubernetesAPI bool `json:"kubernetesAPI,omitempty"`
	// Monitoring, true, is the namespace that the Cluster has under monitoring.
	Monitoring bool `json:"monitoring,omitempty"`
	// FQDNs are names of hosts outside of the cluster, in which a * stands for characters of one label: whatever addresses
	// the DNS answers for them are opened. Egress only, and only where the Cluster has networkPlugin: Cilium.
	// Example: api.stripe.com.
	FQDNs []string `json:"fqdns,omitempty"`
	// Pods narrows a component, a namespace or the monitoring to the pods that have all these labels. Default: every pod.
	Pods map[string]string `json:"pods,omitempty"`
}

// LimitItem is an item of a LimitRange, in its native form.
type LimitItem struct {
	// Type is Container, Pod or PersistentVolumeClaim.
	Type string `json:"type" jsonschema:"required,enum=Container,enum=Pod,enum=PersistentVolumeClaim"`
	// Max usage by resource name.
	Max map[string]Quantity `json:"max,omitempty"`
	// Min usage by resource name.
	Min map[string]Quantity `json:"min,omitempty"`
	// Default limits of a container that sets none.
	Default map[string]Quantity `json:"default,omitempty"`
	// DefaultRequest of a container that sets none.
	DefaultRequest map[string]Quantity `json:"defaultRequest,omitempty"`
	// MaxLimitRequestRatio bounds limit divided by request.
	MaxLimitRequestRatio map[string]Quantity `json:"maxLimitRequestRatio,omitempty"`
}

// Role is what an Access may do in the component's namespace.
type Role string

const (
	// RoleViewer reads workloads, services, configmaps, events and pod logs, never Secrets.
	RoleViewer Role = "viewer"
	// RoleDeveloper also writes workloads, services and configmaps, never Secrets, and opens no shell in a pod.
	RoleDeveloper Role = "developer"
	// RoleSecretsAdmin manages stores and ExternalSecrets and reads the Secrets of the namespace.
	RoleSecretsAdmin Role = "secrets-admin"
)

// clusterRolePrefix starts a Role that is a ClusterRole. No role has a space in its name.
const clusterRolePrefix = "clusterRole "

// ClusterRole is the name of the cluster's own role that is given, written {clusterRole: NAME}.
func (r Role) ClusterRole() (name string, is bool) {
	return strings.CutPrefix(string(r), clusterRolePrefix)
}

// OfClusterRole is the role of the cluster's with a name.
func OfClusterRole(name string) Role { return Role(clusterRolePrefix + name) }

// Access gives subjects a role in the component's namespace.
type Access struct {
	// Role is viewer, developer or secrets-admin, or {clusterRole: NAME} for a role of the cluster's own. What that one
	// allows is not said here: the proof judges it, where it is among the manifests.
	Role Role `json:"role" jsonschema:"required"`
	// Subjects that get the role. At least one.
	Subjects []Subject `json:"subjects" jsonschema:"required,minItems=1"`
}

// Subject is an RBAC subject, in its native form.
type Subject struct {
	// Kind is User, Group or ServiceAccount.
	Kind string `json:"kind" jsonschema:"required,enum=User,enum=Group,enum=ServiceAccount"`
	// APIGroup of the kind. Default: rbac.authorization.k8s.io, for a ServiceAccount the core group.
	APIGroup string `json:"apiGroup,omitempty"`
	// Name of the user, group or service account.
	Name string `json:"name" jsonschema:"required"`
	// Namespace of a ServiceAccount. Default: the component's own.
	Namespace string `json:"namespace,omitempty"`
}
