package spec

import "strings"

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
