// Package eso has the part of the External Secrets Operator's API that Cloison writes. The operator's own Go
// types come with the clients of every provider it supports; these few come with nothing. That the operator's strict
// schema accepts them, and adds no default of its own, is tested against its CRDs on a real API server.
//
// Source: external-secrets.io/v1, External Secrets Operator v0.20.
package eso

// APIVersion of all kinds in this package.
const APIVersion = "external-secrets.io/v1"

// SecretStoreSpec says where secrets are read, and with whose credentials.
type SecretStoreSpec struct {
	// Controller that serves the store; empty means the External Secrets Operator.
	Controller string   `json:"controller,omitempty"`
	Provider   Provider `json:"provider"`
}

// Provider is the backend of a store.
type Provider struct {
	Scaleway Scaleway `json:"scaleway"`
}

// Scaleway is Scaleway Secret Manager.
type Scaleway struct {
	APIURL    string         `json:"apiUrl,omitempty"`
	Region    string         `json:"region"`
	ProjectID string         `json:"projectId"`
	AccessKey CredentialPart `json:"accessKey"`
	SecretKey CredentialPart `json:"secretKey"`
}

// CredentialPart is one half of an API key.
type CredentialPart struct {
	SecretRef SecretKeySelector `json:"secretRef"`
}

// SecretKeySelector names a key of a Secret in the store's namespace.
type SecretKeySelector struct {
	Name string `json:"name"`
	Key  string `json:"key"`
}

// ExternalSecretSpec says which Secret is filled with what.
type ExternalSecretSpec struct {
	// RefreshInterval in Go's notation.
	RefreshInterval string         `json:"refreshInterval"`
	RefreshPolicy   string         `json:"refreshPolicy,omitempty"`
	SecretStoreRef  SecretStoreRef `json:"secretStoreRef"`
	Target          Target         `json:"target"`
	Data            []Data         `json:"data,omitempty"`
	DataFrom        []DataFrom     `json:"dataFrom,omitempty"`
}

// SecretStoreRef names the store.
type SecretStoreRef struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// Target is the Secret that is written.
type Target struct {
	Name           string   `json:"name"`
	CreationPolicy string   `json:"creationPolicy"`
	DeletionPolicy string   `json:"deletionPolicy"`
	Template       Template `json:"template"`
}

// Template shapes the Secret.
type Template struct {
	EngineVersion string           `json:"engineVersion"`
	MergePolicy   string           `json:"mergePolicy"`
	Type          string           `json:"type"`
	Metadata      TemplateMetadata `json:"metadata"`
}

// TemplateMetadata is put on the Secret.
type TemplateMetadata struct {
	Labels map[string]string `json:"labels,omitempty"`
}

// Data fills one key of the Secret.
type Data struct {
	SecretKey string    `json:"secretKey"`
	RemoteRef RemoteRef `json:"remoteRef"`
}

// RemoteRef is one value in the backend. The last three fields are the operator's defaults, written out so that a
// cluster holds exactly what was applied.
type RemoteRef struct {
	// Key of Scaleway: "path:/folder/name".
	Key                string `json:"key"`
	Property           string `json:"property,omitempty"`
	Version            string `json:"version,omitempty"`
	ConversionStrategy string `json:"conversionStrategy"`
	DecodingStrategy   string `json:"decodingStrategy"`
	MetadataPolicy     string `json:"metadataPolicy"`
}

// DataFrom fills any number of keys: from every property of one secret, or from all secrets that are found.
type DataFrom struct {
	Extract *RemoteRef `json:"extract,omitempty"`
	Find    *Find      `json:"find,omitempty"`
	Rewrite []Rewrite  `json:"rewrite,omitempty"`
}

// Find looks secrets up in one folder.
type Find struct {
	Path               string   `json:"path"`
	Name               FindName `json:"name"`
	ConversionStrategy string   `json:"conversionStrategy"`
	DecodingStrategy   string   `json:"decodingStrategy"`
}

// FindName matches names of secrets.
type FindName struct {
	RegExp string `json:"regexp"`
}

// Rewrite turns a secret's name into a key.
type Rewrite struct {
	RegExp RewriteRegExp `json:"regexp"`
}

// RewriteRegExp replaces what Source matches with Target.
type RewriteRegExp struct {
	Source string `json:"source"`
	Target string `json:"target"`
}
