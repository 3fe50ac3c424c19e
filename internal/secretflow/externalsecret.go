package secretflow

import (
	"cmp"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/objects"
)

// externalSecret is an ExternalSecret, or what a ClusterExternalSecret makes in a namespace.
type externalSecret struct {
	by              *objects.Object
	spec            *eso.ReadExternalSecretSpec
	field           string
	namespace, name string
	stores          map[storeKey]*Store
	unsure          bool
}

func (x *externalSecret) addTo(g *Graph) {
	reads := x.reads()
	g.Reads = append(g.Reads, reads...)
	policy := x.spec.Target.CreationPolicy
	if policy == "None" {
		return
	}
	secret := g.secret(x.target())
	if policy != "Merge" {
		secret.Creators = append(secret.Creators, x.by)
	}
	keys, whole, open := x.content(reads)
	secret.Keys = append(secret.Keys, keys...)
	secret.Whole = append(secret.Whole, whole...)
	secret.Open = secret.Open || open || x.unsure
	for _, read := range reads {
		if read.Store != nil && !slices.Contains(secret.Stores, read.Store) {
			secret.Stores = append(secret.Stores, read.Store)
		}
	}
}

func (x *externalSecret) target() Ref {
	return Ref{Namespace: x.namespace, Name: cmp.Or(x.spec.Target.Name, x.name)}
}

// reads lists the entries: data, then dataFrom. The operator reads them the other way round, so that data wins.
func (x *externalSecret) reads() []Read {
	reads := make([]Read, 0, len(x.spec.Data)+len(x.spec.DataFrom))
	for i := range x.spec.Data {
		entry := &x.spec.Data[i]
		read := x.read(objects.Index(x.field+".data", i), entry.SourceRef)
		read.Kind, read.Key = ReadValue, entry.SecretKey
		if entry.RemoteRef != nil {
			read.From, read.Decoding = x.remote(&read, entry.RemoteRef), entry.RemoteRef.DecodingStrategy
		}
		reads = append(reads, read)
	}
	for i := range x.spec.DataFrom {
		reads = append(reads, x.readAll(objects.Index(x.field+".dataFrom", i), &x.spec.DataFrom[i]))
	}
	return reads
}

// readAll reads an entry of dataFrom. The operator looks at find before extract before the generator.
func (x *externalSecret) readAll(field string, entry *eso.ReadDataFrom) Read {
	read := x.read(field, entry.SourceRef)
	read.Entry = entry
	switch {
	case entry.Find != nil:
		read.Kind, read.Optional = ReadFind, true
		read.Decoding = entry.Find.DecodingStrategy
		read.From, read.TrailingSlash = findRemote(entry.Find)
		read.From.ProjectID = read.projectID()
		if read.From.Name != "" {
			if key, known := rewritten(read.From.Name, entry.Find, entry.Rewrite); known {
				read.Key = key
			}
		}
	case entry.Extract != nil:
		read.Kind = ReadExtract
		read.From, read.Decoding = x.remote(&read, entry.Extract), entry.Extract.DecodingStrategy
	default:
		read.Kind = ReadGenerator
	}
	return read
}

// read is an entry with its store.
func (x *externalSecret) read(field string, source *eso.SourceRef) Read {
	read := Read{By: x.by, Field: field, Target: x.target(), Unsure: x.unsure, StoreField: x.field + ".secretStoreRef"}
	if x.spec.SecretStoreRef != nil {
		read.StoreRef = *x.spec.SecretStoreRef
	}
	if source != nil && source.StoreRef != nil {
		read.StoreRef, read.StoreField = *source.StoreRef, field+".sourceRef.storeRef"
	}
	read.StoreRef.Kind = cmp.Or(read.StoreRef.Kind, "SecretStore")
	key := storeKey{cluster: read.StoreRef.Kind == "ClusterSecretStore", namespace: x.namespace, name: read.StoreRef.Name}
	if key.cluster {
		key.namespace = ""
	}
	if source == nil || source.GeneratorRef == nil {
		read.Store = x.stores[key]
	}
	return read
}

func (r *Read) projectID() string {
	if r.Store == nil {
		return ""
	}
	return r.Store.ProjectID
}

// remote is what a reference means in the store of the read.
func (x *externalSecret) remote(read *Read, ref *eso.ReadRemoteRef) Remote {
	remote := Remote{Name: ref.Key}
	if read.Store == nil || read.Store.Scaleway {
		remote = ParseRemote(ref.Key)
		remote.ProjectID = read.projectID()
	}
	remote.Property, remote.Version = ref.Property, ref.Version
	return remote
}

// content is what the Secret holds: the keys that are read or, with a template, those of the template.
//
// Source: ApplyTemplate, External Secrets Operator v0.20.4, pkg/controllers/externalsecret.
func (x *externalSecret) content(reads []Read) (keys, whole []Key, open bool) {
	for i := range reads {
		read := &reads[i]
		key := Key{Name: read.Key, Optional: read.Optional, By: x.by, Field: read.Field}
		if read.Kind != ReadGenerator {
			key.From = &read.From
		}
		if read.Key == "" {
			open = true
			whole = append(whole, key)
			continue
		}
		keys = append(keys, key)
	}
	template := x.spec.Target.Template
	if template == nil || len(template.Data)+len(template.TemplateFrom) == 0 {
		return keys, whole, open
	}
	made, more := x.templated(template, keys, whole)
	if template.MergePolicy == "Merge" {
		return append(keys, made...), whole, open || more
	}
	return made, nil, more
}

// templated lists the keys that the template makes; more says that there are others.
func (x *externalSecret) templated(template *eso.ReadTemplate, keys, whole []Key) (made []Key, more bool) {
	field := x.field + ".target.template"
	for _, name := range slices.Sorted(maps.Keys(template.Data)) {
		made = append(made, Key{
			Name: name, From: onlySource(template.Data[name], keys, whole), By: x.by, Field: objects.Field(field+".data", name),
		})
	}
	for i, from := range template.TemplateFrom {
		if from.Target == "Annotations" || from.Target == "Labels" {
			continue
		}
		more = more || from.Literal != nil
		for _, ref := range []*eso.TemplateRef{from.ConfigMap, from.Secret} {
			if ref == nil {
				continue
			}
			for _, item := range ref.Items {
				if item.TemplateAs == "KeysAndValues" {
					more = true
					continue
				}
				made = append(made, Key{Name: item.Key, By: x.by, Field: objects.Index(field+".templateFrom", i)})
			}
		}
	}
	return made, more
}

// templateWord finds the keys that a template may mean: .DATABASE_URL, "a.dotted-key".
var templateWord = form.New(`[-._a-zA-Z0-9]+`)

// onlySource is where the value of a template comes from; nil where that is not exactly one place.
func onlySource(template string, keys, whole []Key) *Remote {
	if len(whole) > 0 {
		return nil
	}
	var found *Remote
	words := map[string]bool{}
	for _, word := range templateWord().FindAllString(template, -1) {
		words[word], words[trimDot(word)] = true, true
	}
	for _, key := range keys {
		if !words[key.Name] || key.From == nil {
			continue
		}
		if found != nil {
			return nil
		}
		found = key.From
	}
	return found
}

func trimDot(word string) string {
	if word != "" && word[0] == '.' {
		return word[1:]
	}
	return word
}
