package eso

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// PushSecret copies a Secret of its namespace into stores.
type PushSecret struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              PushSecretSpec  `json:"spec"`
	Status            json.RawMessage `json:"status,omitempty"`
}

// PushSecretSpec is which Secret is copied, and where to.
type PushSecretSpec struct {
	SecretStoreRefs []PushStoreRef `json:"secretStoreRefs,omitempty"`
	Selector        *PushSelector  `json:"selector,omitempty"`
	RefreshInterval *string        `json:"refreshInterval,omitempty"`
	UpdatePolicy    string         `json:"updatePolicy,omitempty"`
	DeletionPolicy  string         `json:"deletionPolicy,omitempty"`
	Data            []PushData     `json:"data,omitempty"`
	Template        *Template      `json:"template,omitempty"`
	// DataTo copies all keys, or those that an expression matches.
	DataTo []PushDataTo `json:"dataTo,omitempty" since:"v2.3"`
}

// PushStoreRef names a store, or selects stores.
type PushStoreRef struct {
	Name          string                `json:"name,omitempty"`
	Kind          string                `json:"kind,omitempty"`
	LabelSelector *metav1.LabelSelector `json:"labelSelector,omitempty"`
}

// PushSelector is what is copied. Exactly one of the fields may be there.
type PushSelector struct {
	Secret       *PushedSecret `json:"secret,omitempty"`
	GeneratorRef *GeneratorRef `json:"generatorRef,omitempty"`
}

// PushedSecret names a Secret, or selects Secrets.
type PushedSecret struct {
	Name     string                `json:"name,omitempty"`
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// PushData copies one key, or the whole Secret where no key is named. What Metadata holds depends on the provider.
type PushData struct {
	Match              *PushMatch      `json:"match,omitempty"`
	Metadata           json.RawMessage `json:"metadata,omitempty"`
	ConversionStrategy string          `json:"conversionStrategy,omitempty"`
}

// PushDataTo copies keys of the Secret into a store.
type PushDataTo struct {
	StoreRef *PushStoreRef `json:"storeRef,omitempty"`
	// RemoteKey is the one secret that is written; empty where each key is a secret of its own.
	RemoteKey          string          `json:"remoteKey,omitempty"`
	Match              *FindName       `json:"match,omitempty"`
	Rewrite            []Rewrite       `json:"rewrite,omitempty"`
	Metadata           json.RawMessage `json:"metadata,omitempty"`
	ConversionStrategy string          `json:"conversionStrategy,omitempty"`
}

// PushMatch is which key becomes which secret of the store.
type PushMatch struct {
	SecretKey string         `json:"secretKey,omitempty"`
	RemoteRef *PushRemoteRef `json:"remoteRef,omitempty"`
}

// PushRemoteRef is the secret that is written.
type PushRemoteRef struct {
	RemoteKey string `json:"remoteKey,omitempty"`
	Property  string `json:"property,omitempty"`
}

// ClusterPushSecret makes a PushSecret in every namespace that it selects.
type ClusterPushSecret struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              ClusterPushSecretSpec `json:"spec"`
	Status            json.RawMessage       `json:"status,omitempty"`
}

// ClusterPushSecretSpec is what is made, and where.
type ClusterPushSecretSpec struct {
	PushSecretSpec     *PushSecretSpec         `json:"pushSecretSpec,omitempty"`
	PushSecretName     string                  `json:"pushSecretName,omitempty"`
	PushSecretMetadata Metadata                `json:"pushSecretMetadata,omitzero"`
	NamespaceSelectors []*metav1.LabelSelector `json:"namespaceSelectors,omitempty"`
	RefreshInterval    *string                 `json:"refreshTime,omitempty"`
}
