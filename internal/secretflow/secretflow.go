// Package secretflow follows secrets through the manifests: from the Scaleway folder and the API key that reads it, over
// stores and ExternalSecrets, to Secrets and the variables and files of the containers that import them. It decides nothing.
package secretflow

import (
	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/objects"
)

// Ref names a Secret.
type Ref struct{ Namespace, Name string }

// Remote is where a value comes from: a secret of a Scaleway folder.
type Remote struct {
	// Form of the reference: path, name or id; empty where it has none of these forms, as in other providers' stores.
	Form string
	// ProjectID and Folder are empty where they are not known. Folder has no trailing slash but for the root.
	ProjectID, Folder string
	// Name of the Scaleway secret, or its id; empty where a folder is searched for more than one name.
	Name              string
	Property, Version string
}

// Key is one key of a Secret, and where its value comes from.
type Key struct {
	Name string
	// Optional says that the key is absent where its source is missing, and that no error is made of it.
	Optional bool
	// From is nil for a key of a Secret that is written out in a manifest, and where a template or generator makes it of
	// nothing or of more than one value.
	From *Remote
	// By is the object that writes the key, at Field.
	By    *objects.Object
	Field string
}

// Secret is a Secret that something in the input creates.
type Secret struct {
	Ref
	// Creators are the objects that create it: ExternalSecrets, ClusterExternalSecrets, SealedSecrets, Certificates, Secrets.
	// There is none where ExternalSecrets with creationPolicy Merge only add keys to it.
	Creators []*objects.Object
	// Keys are sorted by name. A key that is written twice is there twice.
	Keys []Key
	// Whole are the entries that bring any number of keys: JSON secrets that are extracted, folders that are searched. Their
	// Name is empty.
	Whole []Key
	// Open says that there may be keys beyond Keys: a whole JSON secret is extracted, a folder searched, a template used.
	Open bool
	// Stores from which it is filled.
	Stores []*Store
}

// Store is a SecretStore or ClusterSecretStore.
type Store struct {
	*objects.Object
	// Cluster says that it is a ClusterSecretStore.
	Cluster bool
	// Scaleway says that its provider is Scaleway; nothing below is known of others.
	Scaleway          bool
	Region, ProjectID string
	// AccessKey and SecretKey are the Secrets that hold the API key; empty where none is named. In a ClusterSecretStore
	// that names no namespace, theirs is empty.
	AccessKey, SecretKey Ref
	// Spec is what was written.
	Spec *eso.StoreSpec
}

// How a Read takes its values.
const (
	// ReadValue reads one value.
	ReadValue ReadKind = "value"
	// ReadExtract reads a JSON secret, whose properties become keys.
	ReadExtract ReadKind = "extract"
	// ReadFind searches a folder.
	ReadFind ReadKind = "find"
	// ReadGenerator has a value made up.
	ReadGenerator ReadKind = "generator"
)

// ReadKind says how a Read takes its values.
type ReadKind string

// Read is one entry of an ExternalSecret or ClusterExternalSecret, for one namespace.
type Read struct {
	// By is the object, at Field. Format of Field: spec.data[0], spec.externalSecretSpec.dataFrom[1].
	By    *objects.Object
	Field string
	Kind  ReadKind
	// Entry of dataFrom; nil for one of data.
	Entry *eso.ReadDataFrom
	// Target is the Secret that is written.
	Target Ref
	// Key that is written; empty where there may be any number of keys, or the key is not known.
	Key string
	// Optional says that a missing secret is no error.
	Optional bool
	// StoreRef names the store, at StoreField. Store is nil where it is not in the input, and for generators.
	StoreRef   eso.StoreRef
	StoreField string
	Store      *Store
	// From has no meaning for generators.
	From Remote
	// Decoding of the value: Base64, Base64URL, Auto; None or empty where it is taken as it is.
	Decoding string
	// TrailingSlash says that the folder to search was written with a slash at its end.
	TrailingSlash bool
	// Unsure says that the labels of the namespace, on which a ClusterExternalSecret decides, are not in the input.
	Unsure bool
}

// Via says how a pod imports a Secret.
type Via string

// The ways in which a pod imports a Secret.
const (
	ViaEnv             Via = "env"
	ViaEnvFrom         Via = "envFrom"
	ViaVolume          Via = "volume"
	ViaProjected       Via = "projected volume"
	ViaCSI             Via = "CSI volume"
	ViaImagePullSecret Via = "imagePullSecret"
	ViaOther           Via = "volume driver"
)

// Use is one place where a workload imports a Secret or a key of it.
type Use struct {
	Workload *objects.Workload
	// Container is empty for what belongs to the whole pod. A volume that no container mounts has none.
	Container string
	Via       Via
	// Account is the ServiceAccount that names the Secret for the pods; nil where the workload does itself.
	Account *objects.Object
	// Field is the path of the reference in the workload or, where there is one, in Account.
	Field  string
	Secret Ref
	// Key is empty where every key is imported.
	Key string
	// Variable is the environment variable, or the file's path; empty where there is one for every key.
	Variable string
	// Prefix stands before every variable of an envFrom.
	Prefix   string
	Optional bool
}

// Graph knows every Secret and every use of one. Find a Secret with Lookup: there are more than those in Secrets.
type Graph struct {
	// Secrets by name.
	Secrets map[Ref]*Secret
	// Stores are those of the input, in its order: SecretStores, then ClusterSecretStores.
	Stores []*Store
	// Reads are in the order of the input: ExternalSecrets, then ClusterExternalSecrets by namespace.
	Reads []Read
	// Uses are in the order of the workloads and their fields; those of their ServiceAccounts follow.
	Uses []Use

	// operators by namespace.
	operators map[string][]operator
}

// New follows the secrets of the input.
func New(set *objects.Set) *Graph {
	g := &Graph{Secrets: map[Ref]*Secret{}, operators: map[string][]operator{}}
	g.readStores(set)
	g.readSecrets(set)
	for _, w := range set.Workloads {
		g.Uses = append(g.Uses, UsesOf(w)...)
	}
	g.Uses = append(g.Uses, usesOfAccounts(set)...)
	return g
}
