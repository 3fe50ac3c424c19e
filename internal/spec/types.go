package spec

import (
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

// Duration is a span of time above zero: numbers with a unit, of which h is the largest. Example: 1h30m.
type Duration string

// Quantity is a Kubernetes resource quantity; a plain number is accepted too. Example: 500m.
type Quantity string

// Port is a number, a number with a protocol ("53/UDP") or a range ("8000-8010", "8000-8010/UDP"). TCP by default.
type Port string

// Revision is a secret's revision number (1 or more) or "latest_enabled".
type Revision string
