// Package plan holds the resolved model of a Segregation: every default filled, every text parsed, every flow between
// components written on both of its sides. Generators and validators read the Plan and nothing else of the spec.
package plan

import (
	"net/netip"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/spec"
)

// Plan is one resolved Segregation.
type Plan struct {
	// Segregation is the name of the Segregation.
	Segregation string
	Sync        Sync
	// Paths is what the paths are checked against; empty means the Inventory, where there is one.
	Paths spec.PathCheck
	// Revisions is true where it is checked of every secret whether a revision is enabled, not only of those with a
	// Version.
	Revisions bool
	// RefusesUndecided is true where a build fails if something was not decided.
	RefusesUndecided bool
	// Generated is what is added to generated objects.
	Generated spec.Generated
	// Accept are the findings that are accepted, in the order of the Segregation.
	Accept []spec.Acceptance
	// Components are sorted by name.
	Components []Component
}

// Clone is a copy of p whose Entries, Optional and Extract can be changed. Everything else is shared.
func (p *Plan) Clone() *Plan {
	c := *p
	c.Components = slices.Clone(p.Components)
	for i := range c.Components {
		groups := slices.Clone(c.Components[i].Groups)
		for j := range groups {
			groups[j].Entries = slices.Clone(groups[j].Entries)
			groups[j].Optional = slices.Clone(groups[j].Optional)
			groups[j].Extract = slices.Clone(groups[j].Extract)
		}
		c.Components[i].Groups = groups
	}
	return &c
}

// Sync is how the secrets are copied into the cluster.
type Sync struct {
	Engine spec.Engine
	// Image, PollInterval, Restart, Pod and MetricsFrom are for the engine Cloison only.
	Image        string
	PollInterval time.Duration
	Restart      bool
	Pod          RuntimePod
	// MetricsFrom is the namespace that reads the runtimes' metrics; empty for none.
	MetricsFrom string
	// Pin is true where the revisions of an Inventory are written into the ExternalSecrets.
	Pin bool
	// APIURL is empty for the default URL of Scaleway's API.
	APIURL string
}

// RuntimePod is how the pods of a sync runtime run.
type RuntimePod struct {
	Replicas  int32
	Resources corev1.ResourceRequirements
	// ImagePullSecrets and Tolerations are in the order of the Segregation.
	ImagePullSecrets  []corev1.LocalObjectReference
	NodeSelector      map[string]string
	Tolerations       []corev1.Toleration
	PriorityClassName string
}

// Component is one component of the application, with its namespace.
type Component struct {
	Name        string
	Namespace   string
	Labels      map[string]string
	Annotations map[string]string
	PodSecurity spec.PodSecurity
	// Protect is true where the Namespace is not to be deleted by what applies it; ProtectDeclared where the Segregation
	// says so, or that it may be.
	Protect, ProtectDeclared bool
	// Groups has the default secret group first, then the others and then the shared ones, each sorted by name.
	Groups []SecretGroup
	// Ingress and Egress hold the flows as seen from this component, those declared by the other side included.
	Ingress, Egress []Flow
	// InternalTraffic is true where all pods of the namespace may talk to each other.
	InternalTraffic bool
	Quota           corev1.ResourceList
	Limits          []corev1.LimitRangeItem
	// Access has at most one entry for each role, in the order viewer, developer, secrets-admin, and roles of the cluster's
	// by name.
	Access []Access
}

// SecretGroup is a set of keys read from one folder with one credential into one Secret.
type SecretGroup struct {
	// Name is empty for the default group.
	Name string
	// Field is where the Segregation has the group. Format: spec.components.backend.secrets, or spec.sharedSecrets.db.
	Field fieldpath.Path
	// SharedBy are the components that read the same folder, sorted, this one among them; nil for a group of one
	// component.
	SharedBy  []string
	Region    string
	ProjectID string
	Folder    string
	// Entries and Optional are sorted by key, Extract by name.
	Entries, Optional []Entry
	Extract           []Extract
	Target            string
	// Type of the Secret.
	Type string
	// Template has the text that makes each key of the Secret; nil where the Secret has the values as they are read.
	Template map[string]string
	// Merges is true where the keys of Template are added to those that are read; else they are all keys.
	Merges          bool
	Store           string
	ExternalSecret  string
	Credentials     spec.Credentials
	RefreshInterval time.Duration
	// Readers are the only workloads that may use the Secret, sorted; nil means every workload of the component.
	Readers []string
}

// Entry is one key of a Secret and where its value comes from.
type Entry struct {
	Key string
	// Secret is the name of the secret in the group's folder.
	Secret string
	// Property is in gjson syntax; empty means the whole value.
	Property string
	// Version is a revision number; empty means the latest enabled one.
	Version string
	// Pinned is true where Version is from an Inventory, and not in the Segregation.
	Pinned bool
	// Field is where the Segregation asks for it. Format: spec.components.backend.secrets.keys[3].
	Field fieldpath.Path
}

// Extract is a JSON secret whose every property becomes a key.
type Extract struct {
	// Secret is the name of the secret in the group's folder.
	Secret string
	// Version is a revision number; empty means the latest enabled one.
	Version string
	// Pinned is true where Version is from an Inventory, and not in the Segregation.
	Pinned bool
	// Field is where the Segregation asks for it. Format: spec.components.backend.secrets.extract[0].
	Field fieldpath.Path
}

// PeerKind is the kind of a Peer.
type PeerKind string

// The kinds of peers.
const (
	PeerComponent     PeerKind = "component"
	PeerNamespace     PeerKind = "namespace"
	PeerCIDR          PeerKind = "cidr"
	PeerInternet      PeerKind = "internet"
	PeerKubernetesAPI PeerKind = "kubernetes-api"
	PeerFQDNs         PeerKind = "fqdns"
)

// Peer is the other end of a Flow.
type Peer struct {
	Kind PeerKind
	// Component is set for PeerComponent.
	Component string
	// Namespace is set for PeerComponent and PeerNamespace.
	Namespace string
	// CIDR is set for PeerCIDR.
	CIDR netip.Prefix
	// FQDNs are set for PeerFQDNs: host names, sorted, in which a * stands for characters of one label.
	FQDNs []string `json:",omitempty"`
}

// Flow is an allowed network path, seen from one component.
type Flow struct {
	Peer Peer
	// Pods are the labels of this component's pods; nil means every pod.
	Pods map[string]string
	// PeerPods are the labels of the peer's pods; nil means every pod.
	PeerPods map[string]string
	// Ports are where the connection arrives; nil means all ports.
	Ports []spec.PortRange
}

// Access gives subjects a role in the component's namespace.
type Access struct {
	Role     spec.Role
	Subjects []rbacv1.Subject
}
