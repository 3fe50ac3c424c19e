// Package secretflow follows secrets through the manifests: from the Scaleway folder and the API key that reads it,
// over stores and ExternalSecrets, to Secrets and the variables and files of the containers that import them. It
// decides nothing.
package secretflow

import (
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

// Ref names an object of a namespace. Its kind is known from where it stands: mostly a Secret, a SecretStore or an
// ExternalSecret.
type Ref struct{ Namespace, Name string }

// Remote is where a value comes from: a secret of a Scaleway folder.
type Remote struct {
	// Reference has no form in other providers' stores, and no name where a folder is searched for more than one.
	eso.Reference
	// ProjectID is empty where it is not known.
	ProjectID         string
	Property, Version string
}

// Key is one key of a Secret, and where its value comes from.
type Key struct {
	Name string
	// Optional reports whether the key is absent where its source is missing, and that no error is made of it.
	Optional bool
	// From is nil for a key of a Secret that is written out in a manifest, and where a template or generator makes it
	// of nothing or of more than one value.
	From *Remote
	// By is the object that writes the key, at Field.
	By    *objects.Object
	Field fieldpath.Path
	// Uses are the fields of the entries that a template may make the key of, where there are several or none.
	Uses []fieldpath.Path
}

// Secret is a Secret that something in the input creates.
type Secret struct {
	Ref
	// Creators are the objects that create it: ExternalSecrets, ClusterExternalSecrets, SealedSecrets, Certificates,
	// Secrets. There is none where ExternalSecrets with creationPolicy Merge only add keys to it.
	Creators []*objects.Object
	// Unsure are those of the Creators of which it is not known whether they do: ClusterExternalSecrets that select the
	// namespace by labels that are not in the input.
	Unsure []*objects.Object
	// Keys are sorted by name. A key that is written twice is there twice.
	Keys []Key
	// Whole are the entries that bring any number of keys: JSON secrets that are extracted, folders that are searched.
	// Their Name is empty.
	Whole []Key
	// Open reports whether there may be keys beyond Keys: a whole JSON secret is extracted, a folder searched, a
	// template used.
	Open bool
	// Stores from which it is filled.
	Stores []*Store
	// CopyOf is the Secret of another namespace that a controller copies here; zero where it is no copy.
	CopyOf Ref
}

// Store is a SecretStore or ClusterSecretStore.
type Store struct {
	*objects.Object
	// Cluster reports whether it is a ClusterSecretStore.
	Cluster bool
	// Scaleway reports whether its provider is Scaleway; nothing below is known of others.
	Scaleway          bool
	Region, ProjectID string
	// AccessKeyIn and SecretKeyIn are the Secrets that hold the halves of the API key; empty where none is named. In a
	// ClusterSecretStore that names no namespace, theirs is empty.
	AccessKeyIn, SecretKeyIn Ref
	// Spec is what was written.
	Spec *eso.StoreSpec
}

// Read is what one entry of an ExternalSecret or ClusterExternalSecret reads, for one namespace.
type Read struct {
	eso.Read
	// By is the object, at Field. Format of Field: spec.data[0], spec.externalSecretSpec.dataFrom[1].
	By    *objects.Object
	Field fieldpath.Path
	// Target is the Secret that is written.
	Target Ref
	// StoreField is where the store is named. Store is nil where it is not in the input, and where the entry names a
	// generator.
	StoreField fieldpath.Path
	Store      *Store
	// Remote is what is read. Where the entry names a generator, nothing reads it.
	Remote Remote
	// Unsure is true where it is not known whether the entry is there at all: a ClusterExternalSecret selects the
	// namespace by labels that are not in the input. A check that finds fault with what is in that namespace must look
	// at it, and be undecided where it is true.
	Unsure bool
}

// APIKeyIn are the Secrets that hold the halves of the API key which reads the entry. Where a ClusterSecretStore names no
// namespace, they are those of the namespace that is written to.
func (r *Read) APIKeyIn() (accessKey, secretKey Ref) {
	if r.Store == nil {
		return Ref{}, Ref{}
	}
	accessKey, secretKey = r.Store.AccessKeyIn, r.Store.SecretKeyIn
	for _, ref := range []*Ref{&accessKey, &secretKey} {
		if r.Store.Cluster && ref.Namespace == "" && ref.Name != "" {
			ref.Namespace = r.Target.Namespace
		}
	}
	return accessKey, secretKey
}

// ReferenceField is the path of the field that names what is read.
func (r *Read) ReferenceField() fieldpath.Path {
	switch r.Kind {
	case eso.ReadExtract:
		return r.Field.Child("extract", "key")
	case eso.ReadFind:
		return r.Field.Child("find", "path")
	case eso.ReadGenerator:
		return r.Field.Child("sourceRef", "generatorRef")
	}
	return r.Field.Child("remoteRef", "key")
}

// Via is how a pod imports a Secret.
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

// IsSeen reports whether the pods get what they import: images are pulled by the kubelet.
func (v Via) IsSeen() bool { return v != ViaImagePullSecret }

// Use is one field by which a workload imports a Secret or a key of it.
type Use struct {
	Workload *objects.Workload
	// Container is empty for what belongs to the whole pod. A volume that no container mounts has none.
	Container string
	Via       Via
	// Account is the ServiceAccount that names the Secret for the pods; nil where the workload does itself.
	Account *objects.Object
	// Field is the path of the reference in the workload or, where there is one, in Account.
	Field fieldpath.Path
	// NameField is the path of the Secret's name.
	NameField fieldpath.Path
	Secret    Ref
	// KeyField is the path of the key's name; the zero path where every key is imported, or one that is named by the
	// path of a file.
	KeyField fieldpath.Path
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

	// Copies are in the order of the input, those by annotations first.
	Copies []Copy

	// operators by namespace.
	operators map[string][]operator
	// madeBy are the Secrets that custom objects create.
	madeBy map[*objects.Object][]Ref
	// copiesByName have the Copies that write a Secret, by its name.
	copiesByName map[string][]*Copy
}

// New follows the secrets of the input.
func New(set *objects.Set) *Graph {
	g := &Graph{Secrets: map[Ref]*Secret{}, operators: map[string][]operator{}, madeBy: map[*objects.Object][]Ref{}}
	g.readStores(set)
	g.readSecrets(set)
	g.readCopies(set)
	for _, w := range slices.Concat(set.Workloads, set.CustomWorkloads) {
		g.Uses = append(g.Uses, UsesOf(w)...)
	}
	g.Uses = append(g.Uses, usesOfAccounts(set)...)
	return g
}
