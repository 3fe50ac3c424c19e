// Package inventory holds what exists in Scaleway Secret Manager, names and revisions only and never a value: the kind
// Inventory, which is committed beside a Segregation so that builds check its paths offline.
package inventory

import "fmt"

const (
	// APIVersion is the only version of Inventory there is.
	APIVersion = "cloison.dev/v1alpha1"
	// Kind is the kind of an Inventory.
	Kind = "Inventory"
)

// Inventory lists the secrets of the folders of a Segregation. "cloison inventory" writes it.
type Inventory struct {
	// APIVersion MUST be cloison.dev/v1alpha1.
	APIVersion string `json:"apiVersion"`
	// Kind MUST be Inventory.
	Kind     string   `json:"kind"`
	Metadata Metadata `json:"metadata"`
	Spec     Spec     `json:"spec"`
}

// Metadata has the fields of Kubernetes' object metadata that an Inventory may have.
type Metadata struct {
	// Name is a DNS label, by custom that of the Segregation.
	Name string `json:"name"`
	// Namespace and Labels are ignored. They may be present because hosts add them.
	Namespace string            `json:"namespace,omitempty"`
	Labels    map[string]string `json:"labels,omitempty"`
	// Annotations that mean something: config.kubernetes.io/local-config: "true" keeps the Inventory from being
	// applied.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Spec is the content of an Inventory.
type Spec struct {
	// Projects are those of the folders, sorted by region and project.
	Projects []Project `json:"projects,omitempty"`
	// Folders are sorted by region, project and path. No two are the same.
	Folders []Folder `json:"folders"`
}

// Project is a Scaleway project in one region.
type Project struct {
	Region    string `json:"region"`
	ProjectID string `json:"projectID"`
	// Secrets counts the secrets of the project in the region, whatever their folder.
	Secrets int `json:"secrets"`
}

// FolderRef identifies a folder of Secret Manager. Equal ones are the same folder.
type FolderRef struct {
	// Region is a Scaleway region. Example: fr-par.
	Region string `json:"region"`
	// ProjectID is a UUID in lower case.
	ProjectID string `json:"projectID"`
	// Path of the folder, absolute, without a slash at its end. Example: /trackdechets-backend.
	Path string `json:"path"`
}

// String formats a FolderRef for messages: folder "/trackdechets-backend" of project 3a1f0c52-... in fr-par.
func (p FolderRef) String() string {
	return fmt.Sprintf("folder %q of project %s in %s", p.Path, p.ProjectID, p.Region)
}

// Folder is a folder that was listed in full.
type Folder struct {
	FolderRef `json:",inline"`
	// Secrets are sorted by name. An empty list means that the folder is empty or does not exist: the API does not
	// distinguish the two.
	Secrets []Secret `json:"secrets"`
}

// Secret is one secret of a folder, without its value.
type Secret struct {
	Name string `json:"name"`
	// Revision is the newest revision that was ever made, also where it was deleted since; 0 means that there is none.
	Revision int `json:"revision"`
	// Enabled are the revisions whose value can be read, ascending. Omitted, they are not known: asking takes a call
	// for each secret. Empty means that there is none.
	Enabled []int `json:"enabled,omitzero"`
	// Type as Scaleway names it. Example: key_value.
	Type string `json:"type"`
	// Contents describe the values that were read, by ascending revision: those of secrets of which the Segregation
	// names a property. Secrets with an ephemeral policy have none.
	Contents []Content `json:"contents,omitempty"`
	// Ephemeral is the secret's ephemeral policy; omitted where it has none.
	Ephemeral *Ephemeral `json:"ephemeral,omitempty"`
	// DeletionRequestedAt is set where the secret is scheduled for deletion. Format: RFC 3339. Such secrets are listed
	// only where the Segregation reads them.
	DeletionRequestedAt string `json:"deletionRequestedAt,omitempty"`
}

// Content describes a value without holding it.
type Content struct {
	Revision int `json:"revision"`
	// Properties are the names of the properties of the value, sorted. Omitted, the value is no JSON object.
	Properties []string `json:"properties,omitzero"`
	// Queries has, for each gjson query that the Segregation names as property, whether the value has something there,
	// null included.
	Queries map[string]bool `json:"queries,omitempty"`
}

// Ephemeral is a secret's ephemeral policy: its versions expire.
type Ephemeral struct {
	// ExpiresOnceAccessed means that reading a value consumes it.
	ExpiresOnceAccessed bool `json:"expiresOnceAccessed,omitempty"`
	// TimeToLive of a version, in Go's notation; empty means that none is set. Example: 1h0m0s.
	TimeToLive string `json:"timeToLive,omitempty"`
	// Action is delete or disable: what happens to an expired version.
	Action string `json:"action,omitempty"`
}
