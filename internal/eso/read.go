package eso

import (
	"encoding/json"
	"reflect"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The types below read what others wrote: all fields of the kinds, where the types of types.go have those that Cloison
// writes. A test holds them against the operator's CRDs, field by field. Opaque are only the status, which the operator
// writes, and what the providers other than Scaleway have.

// Group of the operator's API.
const Group = "external-secrets.io"

// PushAPIVersion is the served version of PushSecret and ClusterPushSecret.
const PushAPIVersion = "external-secrets.io/v1alpha1"

// Store is a SecretStore or a ClusterSecretStore.
type Store struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              StoreSpec       `json:"spec"`
	Status            json.RawMessage `json:"status,omitempty"`
}

// StoreSpec says where secrets are, and with whose credentials they are read.
type StoreSpec struct {
	Controller      string            `json:"controller,omitempty"`
	Provider        *StoreProvider    `json:"provider,omitempty"`
	RetrySettings   *RetrySettings    `json:"retrySettings,omitempty"`
	RefreshInterval int               `json:"refreshInterval,omitempty"`
	Conditions      []StoreConditions `json:"conditions,omitempty"`
}

// RetrySettings say how often a failed request is repeated.
type RetrySettings struct {
	MaxRetries    *int32  `json:"maxRetries,omitempty"`
	RetryInterval *string `json:"retryInterval,omitempty"`
}

// StoreProvider is the backend of a store. Exactly one of the fields may be there.
type StoreProvider struct {
	Scaleway *ScalewayProvider `json:"scaleway,omitempty"`

	Akeyless                 json.RawMessage `json:"akeyless,omitempty"`
	Alibaba                  json.RawMessage `json:"alibaba,omitempty"`
	AWS                      json.RawMessage `json:"aws,omitempty"`
	AzureKV                  json.RawMessage `json:"azurekv,omitempty"`
	BeyondTrust              json.RawMessage `json:"beyondtrust,omitempty"`
	BitwardenSecretsManager  json.RawMessage `json:"bitwardensecretsmanager,omitempty"`
	Chef                     json.RawMessage `json:"chef,omitempty"`
	CloudruSM                json.RawMessage `json:"cloudrusm,omitempty"`
	Conjur                   json.RawMessage `json:"conjur,omitempty"`
	Delinea                  json.RawMessage `json:"delinea,omitempty"`
	Device42                 json.RawMessage `json:"device42,omitempty"`
	Doppler                  json.RawMessage `json:"doppler,omitempty"`
	Fake                     json.RawMessage `json:"fake,omitempty"`
	Fortanix                 json.RawMessage `json:"fortanix,omitempty"`
	GCPSM                    json.RawMessage `json:"gcpsm,omitempty"`
	GitHub                   json.RawMessage `json:"github,omitempty"`
	GitLab                   json.RawMessage `json:"gitlab,omitempty"`
	IBM                      json.RawMessage `json:"ibm,omitempty"`
	Infisical                json.RawMessage `json:"infisical,omitempty"`
	KeeperSecurity           json.RawMessage `json:"keepersecurity,omitempty"`
	Kubernetes               json.RawMessage `json:"kubernetes,omitempty"`
	Ngrok                    json.RawMessage `json:"ngrok,omitempty"`
	Onboardbase              json.RawMessage `json:"onboardbase,omitempty"`
	OnePassword              json.RawMessage `json:"onepassword,omitempty"`
	OnePasswordSDK           json.RawMessage `json:"onepasswordSDK,omitempty"`
	Oracle                   json.RawMessage `json:"oracle,omitempty"`
	Passbolt                 json.RawMessage `json:"passbolt,omitempty"`
	PasswordDepot            json.RawMessage `json:"passworddepot,omitempty"`
	Previder                 json.RawMessage `json:"previder,omitempty"`
	Pulumi                   json.RawMessage `json:"pulumi,omitempty"`
	SecretServer             json.RawMessage `json:"secretserver,omitempty"`
	Senhasegura              json.RawMessage `json:"senhasegura,omitempty"`
	Vault                    json.RawMessage `json:"vault,omitempty"`
	Volcengine               json.RawMessage `json:"volcengine,omitempty"`
	Webhook                  json.RawMessage `json:"webhook,omitempty"`
	YandexCertificateManager json.RawMessage `json:"yandexcertificatemanager,omitempty"`
	YandexLockbox            json.RawMessage `json:"yandexlockbox,omitempty"`
}

// Names lists the providers that are given, by the names of their fields.
func (p *StoreProvider) Names() []string {
	if p == nil {
		return nil
	}
	var names []string
	value := reflect.ValueOf(*p)
	for i := range value.NumField() {
		if field := value.Field(i); !field.IsZero() && !isNull(field) {
			name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	return names
}

// isNull says whether a field was written as null, which the API server takes for absent.
func isNull(field reflect.Value) bool {
	raw, is := reflect.TypeAssert[json.RawMessage](field)
	return is && string(raw) == "null"
}

// ScalewayProvider is Scaleway Secret Manager. APIURL is empty for Scaleway's own.
type ScalewayProvider struct {
	APIURL    string   `json:"apiUrl,omitempty"`
	Region    string   `json:"region,omitempty"`
	ProjectID string   `json:"projectId,omitempty"`
	AccessKey *KeyPart `json:"accessKey,omitempty"`
	SecretKey *KeyPart `json:"secretKey,omitempty"`
}

// KeyPart is one half of an API key: a value in the manifest, or a reference.
type KeyPart struct {
	Value     string     `json:"value,omitempty"`
	SecretRef *SecretRef `json:"secretRef,omitempty"`
}

// SecretRef names a key of a Secret. A namespace means something in a ClusterSecretStore only.
type SecretRef struct {
	Name      string  `json:"name,omitempty"`
	Namespace *string `json:"namespace,omitempty"`
	Key       string  `json:"key,omitempty"`
}

// StoreConditions say from which namespaces a ClusterSecretStore may be used: those that one of the conditions matches;
// every namespace where there are none.
type StoreConditions struct {
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector,omitempty"`
	Namespaces        []string              `json:"namespaces,omitempty"`
	NamespaceRegexes  []string              `json:"namespaceRegexes,omitempty"`
}

// StoreRef names a store. Its kind is SecretStore where it is left out.
type StoreRef struct {
	Name string `json:"name,omitempty"`
	Kind string `json:"kind,omitempty"`
}

// GeneratorRef names an object that makes values up.
type GeneratorRef struct {
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind,omitempty"`
	Name       string `json:"name,omitempty"`
}
