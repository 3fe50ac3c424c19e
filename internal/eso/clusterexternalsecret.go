package eso

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ClusterExternalSecret makes an ExternalSecret in every namespace that it selects.
type ClusterExternalSecret struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              ClusterExternalSecretSpec `json:"spec"`
	Status            json.RawMessage           `json:"status,omitempty"`
}

// ClusterExternalSecretSpec is what is made, and where: see [ClusterExternalSecretSpec.MakesIn].
type ClusterExternalSecretSpec struct {
	ExternalSecretSpec     *ExternalSecretSpec     `json:"externalSecretSpec,omitempty"`
	ExternalSecretName     string                  `json:"externalSecretName,omitempty"`
	ExternalSecretMetadata Metadata                `json:"externalSecretMetadata,omitzero"`
	NamespaceSelector      *metav1.LabelSelector   `json:"namespaceSelector,omitempty"`
	NamespaceSelectors     []*metav1.LabelSelector `json:"namespaceSelectors,omitempty"`
	Namespaces             []string                `json:"namespaces,omitempty"`
	RefreshInterval        *string                 `json:"refreshTime,omitempty"`
}

// Metadata is put on the objects that are made.
type Metadata struct {
	Annotations map[string]string `json:"annotations,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
}
