package secretflow

import (
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

// externalSecret is an ExternalSecret, or what a ClusterExternalSecret makes in a namespace.
type externalSecret struct {
	by              *objects.Object
	spec            *eso.ExternalSecretSpec
	path            fieldpath.Path // of spec in by
	namespace, name string
	stores          map[storeKey]*Store
	unsure          bool
}

func (x *externalSecret) addTo(g *Graph) {
	storeField := x.path.Child("secretStoreRef")
	parsed := x.spec.Reads()
	reads := make([]Read, 0, len(parsed))
	for i := range parsed {
		reads = append(reads, x.read(&parsed[i], storeField))
	}
	g.Reads = append(g.Reads, reads...)
	if !x.spec.Target.Writes() {
		return
	}
	secret := g.secret(x.target())
	if x.spec.Target.Creates() {
		secret.Creators = append(secret.Creators, x.by)
		if x.unsure {
			secret.Unsure = append(secret.Unsure, x.by)
		}
	}
	content := x.spec.Content(parsed)
	for _, key := range content.Keys {
		secret.Keys = append(secret.Keys, x.key(key, reads))
	}
	for _, i := range content.Whole {
		secret.Whole = append(secret.Whole, x.key(eso.Key{Read: i, Optional: reads[i].Optional}, reads))
	}
	secret.Open = secret.Open || content.Open || x.unsure
	for i := range reads {
		if store := reads[i].Store; store != nil && !slices.Contains(secret.Stores, store) {
			secret.Stores = append(secret.Stores, store)
		}
	}
}

func (x *externalSecret) target() Ref {
	return Ref{Namespace: x.namespace, Name: x.spec.TargetName(x.name)}
}

// read is a read with its object and its store; storeField is where the spec names one for all.
func (x *externalSecret) read(parsed *eso.Read, storeField fieldpath.Path) Read {
	path := x.path.Child(parsed.Entry.List).Index(parsed.Entry.Index)
	read := Read{
		Read: *parsed, By: x.by, Field: path, Target: x.target(), StoreField: storeField, Unsure: x.unsure,
	}
	if parsed.OwnStore {
		read.StoreField = path.Child("sourceRef", "storeRef")
	}
	if !parsed.Generates {
		read.Store = x.stores[keyOf(parsed.StoreRef, x.namespace)]
	}
	read.Remote = Remote{Reference: parsed.From, Property: parsed.Property, Version: parsed.Version}
	if read.Store != nil {
		read.Remote.ProjectID = read.Store.ProjectID
		if !read.Store.Scaleway && read.Kind != eso.ReadFind {
			// Only the provider scaleway knows the forms of references.
			read.Remote.Reference = eso.Reference{Name: parsed.RemoteKey}
		}
	}
	return read
}

// key is a key with its object, and with where its value comes from.
func (x *externalSecret) key(key eso.Key, reads []Read) Key {
	made := Key{Name: key.Name, Optional: key.Optional, By: x.by}
	if key.Read >= 0 && !reads[key.Read].Generates {
		made.From = &reads[key.Read].Remote
	}
	for _, i := range key.Uses {
		made.Uses = append(made.Uses, reads[i].Field)
	}
	switch template := x.path.Child("target", "template"); {
	case key.Template == nil:
		made.Field = reads[key.Read].Field
	case key.Template.Source < 0:
		made.Field = template.Child("data", key.Name)
	default:
		made.Field = template.Child("templateFrom").Index(key.Template.Source)
	}
	return made
}
