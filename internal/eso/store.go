package eso

import (
	"cmp"
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Store is a SecretStore or a ClusterSecretStore.
type Store struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              StoreSpec       `json:"spec"`
	Status            json.RawMessage `json:"status,omitempty"`
}

// StoreSpec is the backend of a store, with the credentials.
type StoreSpec struct {
	// Controller that serves the store; empty means the External Secrets Operator.
	Controller      string             `json:"controller,omitempty"`
	Provider        *StoreProvider     `json:"provider,omitempty"`
	RetrySettings   *RetrySettings     `json:"retrySettings,omitempty"`
	RefreshInterval intstr.IntOrString `json:"refreshInterval,omitzero"`
	Conditions      []StoreConditions  `json:"conditions,omitempty"`
}

// RetrySettings are for failed requests.
type RetrySettings struct {
	MaxRetries    *int32  `json:"maxRetries,omitempty"`
	RetryInterval *string `json:"retryInterval,omitempty"`
}

// ScalewayProvider reads from Secret Manager. AccessKey and SecretKey are the halves of an API key.
type ScalewayProvider struct {
	// APIURL is empty for the default URL of Scaleway's API.
	APIURL    string      `json:"apiUrl,omitempty"`
	Region    string      `json:"region,omitempty"`
	ProjectID string      `json:"projectId,omitempty"`
	AccessKey *Credential `json:"accessKey,omitempty"`
	SecretKey *Credential `json:"secretKey,omitempty"`
}

// Credential is one half of an API key: a value in the manifest, or a reference.
type Credential struct {
	Value     string             `json:"value,omitempty"`
	SecretRef *SecretKeySelector `json:"secretRef,omitempty"`
}

// SecretKeySelector names a key of a Secret. Only a ClusterSecretStore may name its namespace.
type SecretKeySelector struct {
	Name      string  `json:"name,omitempty"`
	Namespace *string `json:"namespace,omitempty"`
	Key       string  `json:"key,omitempty"`
}

// StoreConditions are the namespaces from which a ClusterSecretStore may be used: see [StoreSpec.UsableFrom].
type StoreConditions struct {
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector,omitempty"`
	Namespaces        []string              `json:"namespaces,omitempty"`
	NamespaceRegexes  []string              `json:"namespaceRegexes,omitempty"`
}

// StoreRef names a store. An omitted kind means SecretStore.
type StoreRef struct {
	Name string `json:"name,omitempty"`
	Kind string `json:"kind,omitempty"`
}

// GeneratorRef names an object that generates values.
type GeneratorRef struct {
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind,omitempty"`
	Name       string `json:"name,omitempty"`
}

// WithKind fills in an omitted kind.
func (r StoreRef) WithKind() StoreRef {
	r.Kind = cmp.Or(r.Kind, SecretStoreKind)
	return r
}

// Secret is the namespace and name of the Secret that holds the half of an API key; both are empty where c names
// none. Store is the namespace of the store; only a ClusterSecretStore, which has none, may name another one.
func (c *Credential) Secret(store string, cluster bool) (namespace, name string) {
	if c == nil || c.SecretRef == nil || c.SecretRef.Name == "" {
		return "", ""
	}
	if cluster && c.SecretRef.Namespace != nil {
		return *c.SecretRef.Namespace, c.SecretRef.Name
	}
	return store, c.SecretRef.Name
}

// ScalewayProvider is the provider scaleway of the store; nil where it has another one, or none.
func (s *StoreSpec) ScalewayProvider() *ScalewayProvider {
	if s.Provider == nil {
		return nil
	}
	return s.Provider.Scaleway
}
