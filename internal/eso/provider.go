package eso

import (
	"encoding/json"
	"reflect"
	"strings"
)

// StoreProvider is the backend of a store. Exactly one of the fields may be there. Those of other providers than
// Scaleway are opaque.
type StoreProvider struct {
	Scaleway *ScalewayProvider `json:"scaleway,omitempty"`

	Akeyless                 json.RawMessage `json:"akeyless,omitempty"`
	Alibaba                  json.RawMessage `json:"alibaba,omitempty" until:"v2.0"`
	AWS                      json.RawMessage `json:"aws,omitempty"`
	AzureKV                  json.RawMessage `json:"azurekv,omitempty"`
	BeyondTrust              json.RawMessage `json:"beyondtrust,omitempty"`
	BitwardenSecretsManager  json.RawMessage `json:"bitwardensecretsmanager,omitempty"`
	Chef                     json.RawMessage `json:"chef,omitempty"`
	CloudruSM                json.RawMessage `json:"cloudrusm,omitempty"`
	Conjur                   json.RawMessage `json:"conjur,omitempty"`
	Delinea                  json.RawMessage `json:"delinea,omitempty"`
	Device42                 json.RawMessage `json:"device42,omitempty" until:"v2.0"`
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

	// Those that versions after v0.20 have.
	Barbican                       json.RawMessage `json:"barbican,omitempty" jsonschema:"-" since:"v1.2"`
	BeyondTrustWorkloadCredentials json.RawMessage `json:"beyondtrustworkloadcredentials,omitempty" jsonschema:"-" since:"v2.7"`
	CRD                            json.RawMessage `json:"crd,omitempty" jsonschema:"-" since:"v2.8"`
	DVLS                           json.RawMessage `json:"dvls,omitempty" jsonschema:"-" since:"v1.3"`
	NebiusMysterybox               json.RawMessage `json:"nebiusmysterybox,omitempty" jsonschema:"-" since:"v2.1"`
	OpenBao                        json.RawMessage `json:"openBao,omitempty" jsonschema:"-" since:"v2.7"`
	OVH                            json.RawMessage `json:"ovh,omitempty" jsonschema:"-" since:"v2.3"`
}

// Names are the providers that are given, as the names of their fields.
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

// isNull reports whether a field was written as null, which the API server takes for absent.
func isNull(field reflect.Value) bool {
	raw, is := reflect.TypeAssert[json.RawMessage](field)
	return is && string(raw) == "null"
}
