package importer

import (
	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/objects"
)

// readValues reads what an ExternalSecret copies. What a Segregation cannot say has a note.
func (im *importer) readValues(p *component, g *group) {
	o := g.object
	for i, data := range o.Value.Spec.Data {
		field := objects.Index("spec.data", i)
		if data.SourceRef != nil || data.RemoteRef == nil {
			im.dropKey(p, o.Object, field, data.SecretKey, "it has a store of its own, or no reference: a group has one store")
			continue
		}
		if v, ok := im.readRemote(p, o.Object, field+".remoteRef", data.SecretKey, *data.RemoteRef); ok {
			v.key, v.field = data.SecretKey, field
			g.values = append(g.values, v)
		}
	}
	for i, from := range o.Value.Spec.DataFrom {
		im.readDataFrom(p, g, objects.Index("spec.dataFrom", i), from)
	}
}

func (im *importer) dropKey(p *component, o *objects.Object, field, key, reason string) {
	what := ""
	if key != "" {
		what = "key " + key + ": "
	}
	im.note(NotCarried, o, field, p.at("secrets", "keys"), "%s", what+reason)
}

// readRemote reads one reference.
func (im *importer) readRemote(p *component, o *objects.Object, field, key string, ref eso.RemoteRef) (value, bool) {
	v := value{object: o, field: field, property: ref.Property}
	var ok bool
	if v.reference, ok = parseReference(ref.Key); !ok {
		im.dropKey(p, o, field+".key", key,
			"it names no secret by folder and name, as references by id do not: find the secret in Scaleway, and write its name")
		return v, false
	}
	if eso.Decodes(ref.DecodingStrategy) {
		im.dropKey(p, o, field+".decodingStrategy", key,
			"a Segregation copies values as they are and decodes none: store the decoded value in Scaleway")
		return v, false
	}
	if m := ref.MetadataPolicy; m != "" && m != eso.MetadataNone {
		im.dropKey(p, o, field+".metadataPolicy", key, "a Segregation copies values, not the metadata of secrets")
		return v, false
	}
	var same bool
	if v.version, same = revision(ref.Version); !same {
		v.version = ""
		im.note(Changed, o, field+".version", p.at("secrets"), "the newest revision that is enabled is read instead")
	}
	return v, true
}

func (im *importer) readDataFrom(p *component, g *group, field string, from eso.DataFrom) {
	o := g.object.Object
	switch {
	case from.SourceRef != nil:
		im.dropKey(p, o, field+".sourceRef", "", "it has a store or generator of its own: a group has one store")
	case from.Extract != nil:
		im.readExtract(p, g, field, from)
	case from.Find != nil:
		im.readFind(p, g, field, from)
	}
}

func (im *importer) readExtract(p *component, g *group, field string, from eso.DataFrom) {
	o, ref := g.object.Object, *from.Extract
	switch {
	case len(from.Rewrite) > 0:
		im.dropKey(p, o, field+".rewrite", "",
			"extracted keys keep their names: list the keys under map, with their property")
		return
	case ref.Property != "" || ref.Version != "":
		im.dropKey(p, o, field+".extract", "",
			"extract takes the whole of the newest revision: list the keys under map, with property and version")
		return
	}
	if v, ok := im.readRemote(p, o, field+".extract", "", ref); ok {
		v.extract, v.field = true, field
		g.values = append(g.values, v)
	}
}

// readFind reads a search for one name, which is how a key may be missing. Other searches take whatever there is.
func (im *importer) readFind(p *component, g *group, field string, from eso.DataFrom) {
	o, find := g.object.Object, *from.Find
	name := exactName(&find)
	key, renamed := renamedTo(from.Rewrite, find.Name)
	if name == "" || len(find.Tags) > 0 || len(from.Rewrite) > 0 && !renamed {
		im.dropKey(p, o, field+".find", "",
			"a Segregation names every key, and this search takes whatever it finds: list the keys under keys or optionalKeys")
		return
	}
	v := value{key: name, optional: true, object: o, field: field, reference: reference{name: name}}
	if renamed {
		v.key = key
	}
	if find.Path != nil {
		ref, _ := parseReference("path:" + *find.Path + "/" + name)
		v.folder = ref.folder
	} else {
		v.doubt = doubtName
	}
	if !v.isPlain() {
		v.optional = false
		im.note(Changed, o, field+".find", p.at("secrets", "map"),
			"key %s was optional; under a name that does not follow from the key it is required", v.key)
	}
	g.values = append(g.values, v)
}

// renamedTo is the key that a rewrite gives to exactly what was searched.
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
