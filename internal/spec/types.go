package spec

import (
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/strict"
)

// Segregation says which parts of an application exist, which Scaleway secrets each may read and who may talk to whom.
// It is expanded into Kubernetes objects and never applied to a cluster itself.
type Segregation struct {
	// APIVersion MUST be cloison.dev/v1alpha1.
	APIVersion string `json:"apiVersion" jsonschema:"required"`
	// Kind MUST be Segregation.
	Kind     string   `json:"kind" jsonschema:"required"`
	Metadata Metadata `json:"metadata" jsonschema:"required"`
	Spec     Spec     `json:"spec" jsonschema:"required"`

	// written knows where the fields were written.
	written *strict.Document
}

// Place is where the field at a path was written: path itself, unless it is one of several that were written once, as
// those of spec.defaults and spec.sharedSecrets are.
func (s *Segregation) Place(path fieldpath.Path) fieldpath.Path {
	if s.written == nil {
		return path
	}
	return s.written.Place(path)
}

// Metadata is the part of Kubernetes' object metadata that means something on a Segregation.
type Metadata struct {
	// Name of the segregation, a DNS label. It starts the default name of every namespace. Example: trackdechets.
	Name string `json:"name" jsonschema:"required"`
	// Namespace is ignored: a Segregation is never applied. It may be present because hosts add it.
	Namespace string `json:"namespace,omitempty"`
	// Labels are ignored. They may be present because hosts add them.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations that mean something: config.kubernetes.io/local-config: "true" keeps the Segregation from being
	// applied, cloison.dev/mode: validate checks without generating, suppress.cloison.dev/CODE: "reason" accepts
	// findings on Scaleway paths.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Spec says where the secrets live and which components the application has.
type Spec struct {
	// Scaleway says where the secrets of all components live, unless a component says otherwise.
	Scaleway Scaleway `json:"scaleway" jsonschema:"required"`
	// Sync says who copies the secrets into the cluster, and how often.
	Sync Sync `json:"sync,omitzero"`
	// Validation says what is checked beyond the manifests.
	Validation Validation `json:"validation,omitzero"`
	// Defaults are what every component has unless it says otherwise. Maps are joined by key; a flow, limit or access
	// that is written under a name is replaced by the component's of that name, others are added. Default: none.
	Defaults *Defaults `json:"defaults,omitempty"`
	// Generated says what is added to generated objects. Default: nothing.
	Generated Generated `json:"generated,omitzero"`
	// Accept are findings that are known and accepted. They stay in every report, with their reasons.
	Accept []Acceptance `json:"accept,omitempty"`
	// SharedSecrets are secret groups that several components read, by name (a DNS label): a database password, say. Each
	// component has its own API key, store and Secret for one. Default: none, so that no two components share a secret.
	SharedSecrets map[string]*SharedGroup `json:"sharedSecrets,omitempty"`
	// Components are the parts of the application, by name (a DNS label). At least one.
	Components map[string]*Component `json:"components" jsonschema:"required"`
}

// Scaleway locates secrets in Scaleway Secret Manager. Under a component, a field that is left out keeps the value
// given for the whole Segregation.
type Scaleway struct {
	// Region that holds the secrets. Required under spec. Example: fr-par.
	Region string `json:"region,omitempty"`
	// ProjectID is the UUID of the Scaleway project that holds the secrets. Required under spec.
	ProjectID string `json:"projectID,omitempty"`
	// PathPrefix is put before every default folder, so that environments do not share secrets. An absolute path.
	// Default: /. Example: /production.
	PathPrefix string `json:"pathPrefix,omitempty"`
	// APIURL of the Scaleway API, for emulators and private endpoints, without a trailing slash. Default: Scaleway's
	// own. It may only be set for the whole Segregation.
	APIURL string `json:"apiURL,omitempty"`
}

// Engine is what fills the Kubernetes Secrets.
type Engine string

const (
	// EngineExternalSecrets leaves it to the External Secrets Operator.
	EngineExternalSecrets Engine = "ExternalSecrets"
	// EngineCloison runs one sync runtime per component, with that component's credential only.
	EngineCloison Engine = "Cloison"
)

// Sync says who copies the secrets into the cluster, and how often.
type Sync struct {
	// Engine is ExternalSecrets or Cloison. Default: ExternalSecrets.
	Engine Engine `json:"engine,omitempty" jsonschema:"enum=ExternalSecrets,enum=Cloison"`
	// RefreshInterval between two full reads of a secret group. Default: 1h.
	RefreshInterval Duration `json:"refreshInterval,omitempty"`
	// PollInterval is how often the engine Cloison looks for new versions. Default: 30s.
	PollInterval Duration `json:"pollInterval,omitempty"`
	// Restart makes the engine Cloison restart the workloads that consume a changed Secret, once per change.
	// Default: false.
	Restart bool `json:"restart,omitempty"`
	// Pin writes the Inventory's revisions into the ExternalSecrets. Default: false.
	Pin bool `json:"pin,omitempty"`
	// Image of the engine Cloison's runtime. Required for that engine, unless this build was released with an image of
	// its own. Example: registry.example.com/cloison-sync@sha256:....
	Image string `json:"image,omitempty"`
	// Pod is how the pods of the engine Cloison's runtimes run.
	Pod RuntimePod `json:"pod,omitzero"`
	// MetricsFrom is the namespace of the Prometheus that reads the metrics of the engine Cloison's runtimes: their
	// port is opened to it, and a PodMonitor is written. It is no component's namespace. Left out, only pods of the
	// component's own namespace reach the port. Example: monitoring.
	MetricsFrom string `json:"metricsFrom,omitempty"`
}

// PathCheck is what the Scaleway paths are checked against.
type PathCheck string

const (
	// PathsOff checks no path.
	PathsOff PathCheck = "Off"
	// PathsInventory checks the paths against a committed Inventory.
	PathsInventory PathCheck = "Inventory"
	// PathsLive checks the paths against Scaleway.
	PathsLive PathCheck = "Live"
)

// Validation says what is checked beyond the manifests.
type Validation struct {
	// Paths is Off, Inventory or Live. Default: Inventory when an Inventory is among the inputs, else Off.
	Paths PathCheck `json:"paths,omitempty" jsonschema:"enum=Off,enum=Inventory,enum=Live"`
	// Revisions asks, for every secret, whether a revision is enabled, which takes a call to Scaleway for each. Left
	// out, it is asked for secrets of which a revision is fixed or properties are read, and for all where sync.pin is
	// set. Default: false.
	Revisions bool `json:"revisions,omitempty"`
	// Undecided is Report or Refuse: whether a build fails where something was not decided. cloison check has an exit
	// code of its own for that, 3. Default: Report.
	Undecided Undecided `json:"undecided,omitempty" jsonschema:"enum=Report,enum=Refuse"`
}

// Undecided is what a build does where something was not decided.
type Undecided string

const (
	// UndecidedReport says what was not decided, and goes on.
	UndecidedReport Undecided = "Report"
	// UndecidedRefuse fails.
	UndecidedRefuse Undecided = "Refuse"
)

// Acceptance accepts findings of a code about one object. What was not read or not decided is never accepted so.
type Acceptance struct {
	// Code of the findings. Example: CLS-N004.
	Code string `json:"code" jsonschema:"required"`
	// Object that they are about, as KIND/NAMESPACE/NAME, or KIND/NAME where it is in no namespace. Left out, only
	// findings that are about no single object, or about the Segregation, are accepted. Example:
	// NetworkPolicy/shop-web/allow-metrics.
	Object string `json:"object,omitempty"`
	// Reason is why they are accepted. Every report repeats it.
	Reason string `json:"reason" jsonschema:"required"`
}

// Generated is what is added to the generated objects.
type Generated struct {
	// Annotations of every generated object, such as example.com/owner: shop.
	Annotations map[string]string `json:"annotations,omitempty"`
	// Kinds have annotations for the objects of one kind, by its name. They win over those of every object.
	Kinds map[string]*GeneratedKind `json:"kinds,omitempty"`
	// SyncWaves has Argo CD apply Namespaces first, then their rights, walls and stores, then ExternalSecrets and sync
	// runtimes, and then everything that is in no wave: the Secrets are there when the workloads start. Default: false.
	SyncWaves bool `json:"syncWaves,omitempty"`
}

// GeneratedKind is what is added to the generated objects of one kind.
type GeneratedKind struct {
	// Annotations of the objects.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// GeneratedKinds are the kinds of objects that a Segregation is expanded into, in the order in which they are applied.
func GeneratedKinds() []string {
	return []string{"Namespace", "ServiceAccount", "Role", "RoleBinding", "NetworkPolicy", "CiliumNetworkPolicy",
		"ResourceQuota", "LimitRange", "SecretStore", "ExternalSecret", "Deployment", "PodMonitor"}
}

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

// SecretGroup is a set of keys read from one Scaleway folder with one credential into one Kubernetes Secret. Each of
// its default names has a second form, which is for a group under secretGroups.
type SecretGroup struct {
	// Path of the Scaleway folder. Folders of different groups must not contain one another.
	// Default: <pathPrefix>/<namespace>, or <pathPrefix>/<namespace>-<group>.
	Path string `json:"path,omitempty"`
	// Keys of the Secret. Key K is read from the secret that SecretNames makes of it: API_TOKEN_SECRET is
	// api-token-secret.
	Keys []string `json:"keys,omitempty"`
	// OptionalKeys are keys too, but a secret that is missing is no error and keeps no other key from syncing.
	OptionalKeys []string `json:"optionalKeys,omitempty"`
	// SecretNames is how the name of a key becomes that of its secret: Kebab is lower case with dashes for underscores,
	// Lower is lower case, AsIs is the name of the key. Default: Kebab.
	SecretNames SecretNames `json:"secretNames,omitempty" jsonschema:"enum=Kebab,enum=Lower,enum=AsIs"`
	// Map gives keys of the Secret another source than the rule of keys: another name, a property or a fixed revision.
	// An empty source is the rule of keys, in a form to which an overlay can add.
	Map map[string]*Source `json:"map,omitempty"`
	// Extract lists JSON secrets of the folder whose every top-level property becomes a key.
	Extract []string `json:"extract,omitempty"`
	// Type of the Kubernetes Secret. Kubernetes' own types have keys that must be there, such as .dockerconfigjson of
	// kubernetes.io/dockerconfigjson. The type of a Secret cannot be changed: one that is there must be deleted first.
	// Default: Opaque.
	Type string `json:"type,omitempty"`
	// Template makes keys of the Secret from others: a text with {{ .KEY }} for the value of a key, and the template
	// functions of the External Secrets Operator. A key that a template names is in the Secret only where the template
	// has it too; in a group with optionalKeys or extract every key is. Default: the Secret has the values as they are.
	Template map[string]string `json:"template,omitempty"`
	// Target is the Kubernetes Secret that is written. Default: <component>-secrets, or
	// <component>-<group>-secrets.
	Target string `json:"target,omitempty"`
	// Store is the name of the SecretStore. Default: <component>-secretstore, or <component>-<group>-secretstore.
	Store string `json:"store,omitempty"`
	// Credentials is the Kubernetes Secret, in the component's namespace, that holds the Scaleway API key of the group.
	Credentials Credentials `json:"credentials,omitzero"`
	// RefreshInterval between two full reads. Default: spec.sync.refreshInterval.
	RefreshInterval Duration `json:"refreshInterval,omitempty"`
	// Readers are the names of the workloads that may use the Secret. Default: all workloads of the component.
	Readers []string `json:"readers,omitempty"`

	// place is where the folder is; nil for where the component's are.
	place *Scaleway
}

// SharedGroup is a secret group that several components read from one folder.
type SharedGroup struct {
	// Components that read the group, by name. At least one.
	Components map[string]*SharedReader `json:"components" jsonschema:"required"`
	// Scaleway overrides region, projectID and pathPrefix of the whole Segregation for this folder. What components
	// override does not count.
	Scaleway *Scaleway `json:"scaleway,omitempty"`
	// Path of the Scaleway folder, inside and around no other one. Default: <pathPrefix>/<segregation>-shared-<group>.
	Path string `json:"path,omitempty"`
	// Keys of the Secrets, as in a secret group.
	Keys []string `json:"keys,omitempty"`
	// OptionalKeys of the Secrets, as in a secret group.
	OptionalKeys []string `json:"optionalKeys,omitempty"`
	// SecretNames is Kebab, Lower or AsIs, as in a secret group. Default: Kebab.
	SecretNames SecretNames `json:"secretNames,omitempty" jsonschema:"enum=Kebab,enum=Lower,enum=AsIs"`
	// Map gives keys another source, as in a secret group.
	Map map[string]*Source `json:"map,omitempty"`
	// Extract lists JSON secrets whose properties become keys, as in a secret group.
	Extract []string `json:"extract,omitempty"`
	// Type of the Secrets, as in a secret group. Default: Opaque.
	Type string `json:"type,omitempty"`
	// Template makes keys from others, as in a secret group.
	Template map[string]string `json:"template,omitempty"`
	// RefreshInterval between two full reads. Default: spec.sync.refreshInterval.
	RefreshInterval Duration `json:"refreshInterval,omitempty"`
}

// SharedReader is a component that reads a shared group. An empty one reads all keys into a Secret of its own.
type SharedReader struct {
	// Map has the component read secrets of the group under other keys: the group's keys for the same secrets are not in
	// its Secret then. Default: the keys of the group.
	Map map[string]*Source `json:"map,omitempty"`
	// Template makes keys of the component's Secret, as in a secret group. Default: that of the group.
	Template map[string]string `json:"template,omitempty"`
	// Target is the Kubernetes Secret that is written. Default: <component>-<group>-secrets.
	Target string `json:"target,omitempty"`
	// Store is the name of the SecretStore. Default: <component>-<group>-secretstore.
	Store string `json:"store,omitempty"`
	// Credentials is the Kubernetes Secret, in the component's namespace, that holds the component's own API key for this
	// folder. Default name: scw-<component>-<group>-credentials.
	Credentials Credentials `json:"credentials,omitzero"`
	// Readers are the names of the workloads that may use the Secret. Default: all workloads of the component.
	Readers []string `json:"readers,omitempty"`
}

// SecretNames is how names of keys become names of secrets.
type SecretNames string

const (
	// SecretNamesKebab is lower case with dashes for underscores: DATABASE_URL is database-url. It is not split at
	// changes of case: apiKey is apikey.
	SecretNamesKebab SecretNames = "Kebab"
	// SecretNamesLower is lower case: DATABASE_URL is database_url.
	SecretNamesLower SecretNames = "Lower"
	// SecretNamesAsIs is the name of the key.
	SecretNamesAsIs SecretNames = "AsIs"
)

// Of is the secret of a key.
func (n SecretNames) Of(key string) string {
	switch n {
	case SecretNamesAsIs:
		return key
	case SecretNamesLower:
		return strings.ToLower(key)
	default:
		return strings.ReplaceAll(strings.ToLower(key), "_", "-")
	}
}

// Source is where one key of a Secret comes from.
type Source struct {
	// Secret is the name of the Scaleway secret in the group's folder, without the folder. Default: as for keys.
	Secret string `json:"secret,omitempty"`
	// Property of a JSON secret, in gjson syntax: at most 512 bytes, and 8 commas and @ together, each of which may
	// double what is read. Default: the whole value.
	Property string `json:"property,omitempty"`
	// Version is a fixed revision number, or "latest_enabled". Default: latest_enabled.
	Version Revision `json:"version,omitempty"`
}

// Credentials names the Kubernetes Secret with a Scaleway API key, and its keys. It never holds the API key itself.
type Credentials struct {
	// Name of the Secret. No two groups share one. Default: scw-<component>-credentials, or
	// scw-<component>-<group>-credentials.
	Name string `json:"name,omitempty"`
	// AccessKey is the key inside the Secret that holds Scaleway's access key. Default: access-key.
	AccessKey string `json:"accessKey,omitempty"`
	// SecretKey is the key inside the Secret that holds Scaleway's secret key. Default: secret-key.
	SecretKey string `json:"secretKey,omitempty"`
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

// Duration is a span of time above zero: numbers with a unit, of which h is the largest. Example: 1h30m.
type Duration string

// Quantity is a Kubernetes resource quantity; a plain number is accepted too. Example: 500m.
type Quantity string

// Port is a number, a number with a protocol ("53/UDP") or a range ("8000-8010", "8000-8010/UDP"). TCP by default.
type Port string

// Revision is a secret's revision number (1 or more) or "latest_enabled".
type Revision string
