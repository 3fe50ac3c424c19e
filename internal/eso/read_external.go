package eso

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ExternalSecret copies secrets from a store into a Secret of its namespace.
type ExternalSecret struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              ReadExternalSecretSpec `json:"spec"`
	Status            json.RawMessage        `json:"status,omitempty"`
}

// ReadExternalSecretSpec says what is copied, and where to.
type ReadExternalSecretSpec struct {
	SecretStoreRef  *StoreRef      `json:"secretStoreRef,omitempty"`
	Target          ReadTarget     `json:"target,omitzero"`
	RefreshPolicy   string         `json:"refreshPolicy,omitempty"`
	RefreshInterval *string        `json:"refreshInterval,omitempty"`
	Data            []ReadData     `json:"data,omitempty"`
	DataFrom        []ReadDataFrom `json:"dataFrom,omitempty"`
}

// ReadTarget is the Secret that is written. It has the ExternalSecret's name where it has none.
type ReadTarget struct {
	Name           string        `json:"name,omitempty"`
	CreationPolicy string        `json:"creationPolicy,omitempty"`
	DeletionPolicy string        `json:"deletionPolicy,omitempty"`
	Template       *ReadTemplate `json:"template,omitempty"`
	Immutable      bool          `json:"immutable,omitempty"`
}

// ReadTemplate shapes the Secret. With data or templateFrom its keys are those of the template.
type ReadTemplate struct {
	Type          string               `json:"type,omitempty"`
	EngineVersion string               `json:"engineVersion,omitempty"`
	Metadata      ReadTemplateMetadata `json:"metadata,omitzero"`
	MergePolicy   string               `json:"mergePolicy,omitempty"`
	Data          map[string]string    `json:"data,omitempty"`
	TemplateFrom  []ReadTemplateFrom   `json:"templateFrom,omitempty"`
}

// ReadTemplateMetadata is put on the Secret.
type ReadTemplateMetadata struct {
	Annotations map[string]string `json:"annotations,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Finalizers  []string          `json:"finalizers,omitempty"`
}

// ReadTemplateFrom is a source of templates.
type ReadTemplateFrom struct {
	ConfigMap *TemplateRef `json:"configMap,omitempty"`
	Secret    *TemplateRef `json:"secret,omitempty"`
	Target    string       `json:"target,omitempty"`
	Literal   *string      `json:"literal,omitempty"`
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

// ReadData fills one key of the Secret.
type ReadData struct {
	SecretKey string         `json:"secretKey,omitempty"`
	RemoteRef *ReadRemoteRef `json:"remoteRef,omitempty"`
	SourceRef *SourceRef     `json:"sourceRef,omitempty"`
}

// ReadRemoteRef is one value of the store.
type ReadRemoteRef struct {
	Key                string `json:"key,omitempty"`
	MetadataPolicy     string `json:"metadataPolicy,omitempty"`
	Property           string `json:"property,omitempty"`
	Version            string `json:"version,omitempty"`
	ConversionStrategy string `json:"conversionStrategy,omitempty"`
	DecodingStrategy   string `json:"decodingStrategy,omitempty"`
}

// SourceRef replaces the store of the ExternalSecret for one entry.
type SourceRef struct {
	StoreRef     *StoreRef     `json:"storeRef,omitempty"`
	GeneratorRef *GeneratorRef `json:"generatorRef,omitempty"`
}

// ReadDataFrom fills any number of keys.
type ReadDataFrom struct {
	Extract   *ReadRemoteRef `json:"extract,omitempty"`
	Find      *ReadFind      `json:"find,omitempty"`
	Rewrite   []ReadRewrite  `json:"rewrite,omitempty"`
	SourceRef *SourceRef     `json:"sourceRef,omitempty"`
}

// ReadFind searches the store.
type ReadFind struct {
	Path               *string           `json:"path,omitempty"`
	Name               *ReadFindName     `json:"name,omitempty"`
	Tags               map[string]string `json:"tags,omitempty"`
	ConversionStrategy string            `json:"conversionStrategy,omitempty"`
	DecodingStrategy   string            `json:"decodingStrategy,omitempty"`
}

// ReadFindName matches names of secrets, every name where the expression is empty.
type ReadFindName struct {
	RegExp string `json:"regexp,omitempty"`
}

// ReadRewrite turns the names that were found into keys. Exactly one of the fields may be there.
type ReadRewrite struct {
	Merge     *RewriteMerge      `json:"merge,omitempty"`
	RegExp    *ReadRewriteRegExp `json:"regexp,omitempty"`
	Transform *RewriteTransform  `json:"transform,omitempty"`
}

// ReadRewriteRegExp replaces what Source matches with Target.
type ReadRewriteRegExp struct {
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

// ClusterExternalSecret makes an ExternalSecret in every namespace that it selects.
type ClusterExternalSecret struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              ClusterExternalSecretSpec `json:"spec"`
	Status            json.RawMessage           `json:"status,omitempty"`
}

// ClusterExternalSecretSpec says what is made where. The namespaces are those that one of the selectors matches, and
// those that are named.
type ClusterExternalSecretSpec struct {
	ExternalSecretSpec     *ReadExternalSecretSpec `json:"externalSecretSpec,omitempty"`
	ExternalSecretName     string                  `json:"externalSecretName,omitempty"`
	ExternalSecretMetadata MadeMetadata            `json:"externalSecretMetadata,omitzero"`
	NamespaceSelector      *metav1.LabelSelector   `json:"namespaceSelector,omitempty"`
	NamespaceSelectors     []*metav1.LabelSelector `json:"namespaceSelectors,omitempty"`
	Namespaces             []string                `json:"namespaces,omitempty"`
	RefreshInterval        *string                 `json:"refreshTime,omitempty"`
}

// MadeMetadata is put on the objects that are made.
type MadeMetadata struct {
	Annotations map[string]string `json:"annotations,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
}
