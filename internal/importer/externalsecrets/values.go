package externalsecrets

import (
	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
)

// Value is one key of a Secret, or with Extract all keys of a JSON secret, and where it is read.
type Value struct {
	Key string
	// Name of the secret in the folder of the group.
	Name     string
	Property string
	Version  spec.Revision
	Optional bool
	Extract  bool
	// Object and Field are where the value is written.
	Object *objects.Object
	Field  fieldpath.Path

	// folder is empty where the manifest does not say it.
	folder string
	// doubt tells what had to be guessed; empty where nothing was.
	doubt string
}

// IsPlain reports whether the key alone says all: the secret's name follows from it by a rule, and the whole of its
// newest revision is read.
func (v Value) IsPlain(rule spec.SecretNames) bool {
	return v.Name == rule.Of(v.Key) && v.Property == "" && v.Version == ""
}

// IsSame reports whether two values are the same key from the same source.
func (v Value) IsSame(other Value) bool {
	return v.Key == other.Key && v.Name == other.Name && v.Property == other.Property && v.Version == other.Version &&
		v.Optional == other.Optional && v.Extract == other.Extract
}

// valueReader reads the values of one ExternalSecret.
type valueReader struct {
	*draft.Draft
	component *draft.Component
	object    *objects.Object
	values    []Value
}

// readValues reads what an ExternalSecret copies. What a Segregation cannot say has a note.
func readValues(d *draft.Draft, c *draft.Component, o objects.Typed[eso.ExternalSecret]) []Value {
	r := &valueReader{Draft: d, component: c, object: o.Object}
	for i, data := range o.Value.Spec.Data {
		field := fieldpath.Of("spec", "data").Index(i)
		if data.SourceRef != nil || data.RemoteRef == nil {
			r.drop(field, data.SecretKey, "it has a store of its own, or no reference: a group has one store")
			continue
		}
		if v, ok := r.remote(field.Child("remoteRef"), data.SecretKey, *data.RemoteRef); ok {
			v.Key, v.Field = data.SecretKey, field
			r.values = append(r.values, v)
		}
	}
	for i, from := range o.Value.Spec.DataFrom {
		field := fieldpath.Of("spec", "dataFrom").Index(i)
		switch {
		case from.SourceRef != nil:
			r.drop(field.Child("sourceRef"), "", "it has a store or generator of its own: a group has one store")
		case from.Extract != nil:
			r.extract(field, from)
		case from.Find != nil:
			r.find(field, from)
		}
	}
	return r.values
}

// drop notes a value that is not carried over. key is empty where the value has none.
func (r *valueReader) drop(field fieldpath.Path, key, reason string) {
	what := ""
	if key != "" {
		what = "key " + key + ": "
	}
	r.Note(draft.NotCarried, r.object, field, r.component.Path("secrets", "keys"), "%s", what+reason)
}

// remote reads one reference; false where it is not carried over.
func (r *valueReader) remote(field fieldpath.Path, key string, ref eso.RemoteRef) (Value, bool) {
	found, ok := parseReference(ref.Key)
	if !ok {
		r.drop(field.Child("key"), key,
			"it names no secret by folder and name, as references by id do not: find the secret in Scaleway, and "+
				"write its name")
		return Value{}, false
	}
	if eso.Decodes(ref.DecodingStrategy) {
		r.drop(field.Child("decodingStrategy"), key,
			"a Segregation copies values as they are and decodes none: store the decoded value in Scaleway")
		return Value{}, false
	}
	if m := ref.MetadataPolicy; m != "" && m != eso.MetadataNone {
		r.drop(field.Child("metadataPolicy"), key, "a Segregation copies values, not the metadata of secrets")
		return Value{}, false
	}
	version, same := revision(ref.Version)
	if !same {
		version = ""
		r.Note(draft.Changed, r.object, field.Child("version"), r.component.Path("secrets"),
			"the newest revision that is enabled is read instead")
	}
	return Value{
		Name: found.name, Property: ref.Property, Version: version, Object: r.object,
		folder: found.folder, doubt: found.doubt,
	}, true
}

func (r *valueReader) extract(field fieldpath.Path, from eso.DataFrom) {
	ref := *from.Extract
	switch {
	case len(from.Rewrite) > 0:
		r.drop(field.Child("rewrite"), "",
			"extracted keys keep their names: list the keys under map, with their property")
		return
	case ref.Property != "" || ref.Version != "":
		r.drop(field.Child("extract"), "",
			"extract takes the whole of the newest revision: list the keys under map, with property and version")
		return
	}
	if v, ok := r.remote(field.Child("extract"), "", ref); ok {
		v.Extract, v.Field = true, field
		r.values = append(r.values, v)
	}
}

// find reads a search for one name, which is how a key may be missing. Other searches take whatever there is.
func (r *valueReader) find(field fieldpath.Path, from eso.DataFrom) {
	find := *from.Find
	name := exactName(&find)
	key, renamed := renamedTo(from.Rewrite, find.Name)
	if name == "" || len(find.Tags) > 0 || len(from.Rewrite) > 0 && !renamed {
		r.drop(field.Child("find"), "",
			"a Segregation names every key, and this search takes whatever it finds: list the keys under keys or "+
				"optionalKeys")
		return
	}
	v := Value{Key: name, Name: name, Optional: true, Object: r.object, Field: field}
	if renamed {
		v.Key = key
	}
	if find.Path != nil {
		ref, _ := parseReference("path:" + *find.Path + "/" + name)
		v.folder = ref.folder
	} else {
		v.doubt = doubtName
	}
	r.values = append(r.values, v)
}

// renamedTo is the key that a rewrite gives to exactly the name that was searched; false for any other rewrite.
func renamedTo(rewrites []eso.Rewrite, name *eso.FindName) (string, bool) {
	if len(rewrites) != 1 || name == nil || rewrites[0].RegExp == nil {
		return "", false
	}
	source, target := rewrites[0].RegExp.Source, rewrites[0].RegExp.Target
	if source == nil || target == nil || *source != name.RegExp {
		return "", false
	}
	return *target, *target != ""
}
