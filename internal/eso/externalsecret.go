package eso

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ExternalSecret copies secrets from a store into a Secret of its namespace.
type ExternalSecret struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              ExternalSecretSpec `json:"spec"`
	Status            json.RawMessage    `json:"status,omitempty"`
}

// ExternalSecretSpec is the source and the target of an ExternalSecret.
type ExternalSecretSpec struct {
	SecretStoreRef *StoreRef `json:"secretStoreRef,omitempty"`
	Target         Target    `json:"target,omitzero"`
	// RefreshPolicy is Periodic where it is omitted.
	RefreshPolicy string `json:"refreshPolicy,omitempty"`
	// RefreshInterval is in Go's notation. See [ExternalSecretSpec.Interval].
	RefreshInterval *string    `json:"refreshInterval,omitempty"`
	Data            []Data     `json:"data,omitempty"`
	DataFrom        []DataFrom `json:"dataFrom,omitempty"`
	// SyncWindows bound when values are read again.
	SyncWindows *SyncWindows `json:"syncWindows,omitempty" jsonschema:"-" since:"v2.7"`
}

// SyncWindows are times in which values are read again, or are not.
type SyncWindows struct {
	// Kind is allow or deny.
	Kind    string       `json:"kind,omitempty"`
	Windows []SyncWindow `json:"windows,omitempty"`
}

// SyncWindow begins by a schedule in the form of cron, and lasts.
type SyncWindow struct {
	Schedule string  `json:"schedule,omitempty"`
	Duration *string `json:"duration,omitempty"`
}

// Target is the Secret that is written. An omitted name is the ExternalSecret's.
type Target struct {
	Name           string    `json:"name,omitempty"`
	CreationPolicy string    `json:"creationPolicy,omitempty"`
	DeletionPolicy string    `json:"deletionPolicy,omitempty"`
	Template       *Template `json:"template,omitempty"`
	Immutable      bool      `json:"immutable,omitempty"`
	// Manifest is the kind that is written instead of a Secret; nil for a Secret.
	Manifest *Manifest `json:"manifest,omitempty" jsonschema:"-" since:"v1.0"`
}

// Manifest is a kind of object.
type Manifest struct {
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind,omitempty"`
}

// Template shapes the Secret. With data or templateFrom it makes the keys: see [ExternalSecretSpec.Content].
type Template struct {
	Type          string            `json:"type,omitempty"`
	EngineVersion string            `json:"engineVersion,omitempty"`
	Metadata      TemplateMetadata  `json:"metadata,omitzero"`
	MergePolicy   string            `json:"mergePolicy,omitempty"`
	Data          map[string]string `json:"data,omitempty"`
	TemplateFrom  []TemplateFrom    `json:"templateFrom,omitempty"`
}

// TemplateMetadata is put on the Secret.
type TemplateMetadata struct {
	Annotations map[string]string `json:"annotations,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Finalizers  []string          `json:"finalizers,omitempty"`
}

// TemplateFrom is a source of templates.
type TemplateFrom struct {
	ConfigMap *TemplateRef `json:"configMap,omitempty"`
	Secret    *TemplateRef `json:"secret,omitempty"`
	Target    string       `json:"target,omitempty"`
	Literal   *string      `json:"literal,omitempty"`
	// ValuesDecodingStrategy decodes what the templates make.
	ValuesDecodingStrategy string `json:"valuesDecodingStrategy,omitempty" jsonschema:"-" since:"v2.7"`
}

// TemplateRef names keys of a ConfigMap or Secret of the namespace.
type TemplateRef struct {
	Name  string         `json:"name,omitempty"`
	Items []TemplateItem `json:"items,omitempty"`
}

// TemplateItem is one key that holds a template: of a value, or of keys and values.
type TemplateItem struct {
	Key        string `json:"key,omitempty"`
	TemplateAs string `json:"templateAs,omitempty"`
}

// Data fills one key of the Secret.
type Data struct {
	SecretKey string     `json:"secretKey,omitempty"`
	RemoteRef *RemoteRef `json:"remoteRef,omitempty"`
	SourceRef *SourceRef `json:"sourceRef,omitempty"`
}

// RemoteRef is one value of the store.
type RemoteRef struct {
	// Key in the form of the provider. Example for Scaleway: path:/folder/name. See [ParseReference].
	Key                string `json:"key,omitempty"`
	MetadataPolicy     string `json:"metadataPolicy,omitempty"`
	Property           string `json:"property,omitempty"`
	Version            string `json:"version,omitempty"`
	ConversionStrategy string `json:"conversionStrategy,omitempty"`
	DecodingStrategy   string `json:"decodingStrategy,omitempty"`
	// NullBytePolicy is Ignore where it is omitted.
	NullBytePolicy string `json:"nullBytePolicy,omitempty" jsonschema:"-" since:"v2.3"`
}

// SourceRef replaces the store of the ExternalSecret for one entry.
type SourceRef struct {
	StoreRef     *StoreRef     `json:"storeRef,omitempty"`
	GeneratorRef *GeneratorRef `json:"generatorRef,omitempty"`
}

// DataFrom fills any number of keys.
type DataFrom struct {
	Extract   *RemoteRef `json:"extract,omitempty"`
	Find      *Find      `json:"find,omitempty"`
	Rewrite   []Rewrite  `json:"rewrite,omitempty"`
	SourceRef *SourceRef `json:"sourceRef,omitempty"`
}

// Find searches the store.
type Find struct {
	Path               *string           `json:"path,omitempty"`
	Name               *FindName         `json:"name,omitempty"`
	Tags               map[string]string `json:"tags,omitempty"`
	ConversionStrategy string            `json:"conversionStrategy,omitempty"`
	DecodingStrategy   string            `json:"decodingStrategy,omitempty"`
	// NullBytePolicy is Ignore where it is omitted.
	NullBytePolicy string `json:"nullBytePolicy,omitempty" jsonschema:"-" since:"v2.3"`
}

// FindName matches names of secrets. An empty expression matches every name.
type FindName struct {
	RegExp string `json:"regexp,omitempty"`
}

// Rewrite turns the names that were found into keys. Exactly one of the fields may be there.
type Rewrite struct {
	Merge     *RewriteMerge     `json:"merge,omitempty"`
	RegExp    *RewriteRegExp    `json:"regexp,omitempty"`
	Transform *RewriteTransform `json:"transform,omitempty"`
}

// RewriteRegExp replaces what Source matches with Target.
type RewriteRegExp struct {
	Source *string `json:"source,omitempty"`
	Target *string `json:"target,omitempty"`
}

// RewriteMerge joins JSON secrets.
type RewriteMerge struct {
	Into           string   `json:"into,omitempty"`
	Priority       []string `json:"priority,omitempty"`
	PriorityPolicy string   `json:"priorityPolicy,omitempty"`
	ConflictPolicy string   `json:"conflictPolicy,omitempty"`
	Strategy       string   `json:"strategy,omitempty"`
}

// RewriteTransform applies a Go template to each name.
type RewriteTransform struct {
	Template *string `json:"template,omitempty"`
}
