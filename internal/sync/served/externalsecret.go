package served

import (
	"maps"
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/sync/template"
	"cloison.dev/cloison/internal/syntax"
)

// ExternalSecret reads an ExternalSecret in JSON. It names everything that is not served; then nothing of the object is
// to be done.
func ExternalSecret(text []byte) (*eso.ExternalSecret, []Refusal) {
	read, refused := &eso.ExternalSecret{}, refusals{}
	refused.decode(text, read)
	spec, at := &read.Spec, fieldpath.Of("spec")
	refused.refresh(at, spec)
	refused.target(at.Child("target"), &spec.Target)
	for i := range spec.Data {
		refused.data(at.Child("data").Index(i), &spec.Data[i])
	}
	for i := range spec.DataFrom {
		refused.dataFrom(at.Child("dataFrom").Index(i), &spec.DataFrom[i])
	}
	refused.stores(at, spec)
	return read, refused
}

func (r *refusals) refresh(at fieldpath.Path, spec *eso.ExternalSecretSpec) {
	r.oneOf(
		at.Child("refreshPolicy"),
		spec.RefreshPolicy,
		eso.RefreshPeriodic,
		eso.RefreshOnChange,
		eso.RefreshCreatedOnce,
	)
	if _, err := spec.Interval(); err != nil {
		r.add(at.Child("refreshInterval"), "must be a duration such as 1h or 30s")
	}
}

func (r *refusals) target(at fieldpath.Path, target *eso.Target) {
	r.oneOf(
		at.Child("creationPolicy"),
		target.CreationPolicy,
		eso.CreateOwned,
		eso.CreateOrphan,
		eso.CreateMerge,
		eso.CreateNone,
	)
	r.oneOf(at.Child("deletionPolicy"), target.DeletionPolicy, eso.DeletionRetain)
	if target.Template != nil {
		r.template(at.Child("template"), target.Template)
	}
}

func (r *refusals) template(at fieldpath.Path, shaped *eso.Template) {
	r.oneOf(at.Child("engineVersion"), shaped.EngineVersion, "v2")
	r.oneOf(at.Child("mergePolicy"), shaped.MergePolicy, eso.TemplateReplace, eso.TemplateMerge)
	if len(shaped.Metadata.Finalizers) > 0 {
		r.add(at.Child("metadata", "finalizers"), "is not served")
	}
	r.parse(at.Child("data"), shaped.Data)
	r.parse(at.Child("metadata", "labels"), shaped.Metadata.Labels)
	r.parse(at.Child("metadata", "annotations"), shaped.Metadata.Annotations)
	for i, from := range shaped.TemplateFrom {
		item := at.Child("templateFrom").Index(i)
		r.oneOf(item.Child("target"), from.Target, eso.TargetData, eso.TargetLabels, eso.TargetAnnotations)
		if from.ConfigMap != nil {
			r.add(item.Child("configMap"), "is not served: write the template into literal")
		}
		if from.Secret != nil {
			r.add(item.Child("secret"), "is not served: write the template into literal")
		}
		if from.Literal != nil {
			r.parse(item, map[string]string{"literal": *from.Literal})
		}
	}
}

// parse refuses templates that cannot be executed whatever is read.
func (r *refusals) parse(at fieldpath.Path, texts map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		if err := template.Check(texts[key]); err != nil {
			r.add(at.Child(key), "is a template that cannot be executed: %s", err.Error())
		}
	}
}

func (r *refusals) data(at fieldpath.Path, entry *eso.Data) {
	if !syntax.SecretKey.Matches(entry.SecretKey) {
		r.add(at.Child("secretKey"), "%s must be %s", phrase.Quote(entry.SecretKey), syntax.SecretKey.Must)
	}
	if entry.RemoteRef == nil {
		r.add(at.Child("remoteRef"), "is missing")
	} else {
		r.remoteRef(at.Child("remoteRef"), entry.RemoteRef)
	}
}

func (r *refusals) dataFrom(at fieldpath.Path, entry *eso.DataFrom) {
	switch {
	case entry.Extract != nil && entry.Find != nil:
		r.add(at, "must have either extract or find, has both")
	case entry.Extract != nil:
		r.remoteRef(at.Child("extract"), entry.Extract)
	case entry.Find != nil:
		r.strategies(at.Child("find"), entry.Find.ConversionStrategy, entry.Find.DecodingStrategy)
	case entry.SourceRef == nil || entry.SourceRef.GeneratorRef == nil:
		r.add(at, "must have extract or find")
	}
	for i := range entry.Rewrite {
		r.rewrite(at.Child("rewrite").Index(i), &entry.Rewrite[i])
	}
}

func (r *refusals) remoteRef(at fieldpath.Path, ref *eso.RemoteRef) {
	r.oneOf(at.Child("metadataPolicy"), ref.MetadataPolicy, eso.MetadataNone)
	r.strategies(at, ref.ConversionStrategy, ref.DecodingStrategy)
	if version := ref.Version; version != "" && !syntax.RevisionSelector.Matches(version) {
		r.add(at.Child("version"), "%s must be %s", phrase.Quote(version), syntax.RevisionSelector.Must)
	}
}

func (r *refusals) strategies(at fieldpath.Path, conversion, decoding string) {
	r.oneOf(at.Child("conversionStrategy"), conversion, eso.ConversionDefault, eso.ConversionUnicode)
	r.oneOf(
		at.Child("decodingStrategy"),
		decoding,
		eso.DecodingNone,
		eso.DecodingBase64,
		eso.DecodingBase64URL,
		eso.DecodingAuto,
	)
}

func (r *refusals) rewrite(at fieldpath.Path, by *eso.Rewrite) {
	if by.Merge != nil {
		r.oneOf(at.Child("merge", "strategy"), by.Merge.Strategy, eso.MergeExtract, eso.MergeJSON)
		r.oneOf(at.Child("merge", "conflictPolicy"), by.Merge.ConflictPolicy, eso.ConflictError, eso.ConflictIgnore)
		r.oneOf(
			at.Child("merge", "priorityPolicy"),
			by.Merge.PriorityPolicy,
			eso.PriorityStrict,
			eso.PriorityIgnoreNotFound,
		)
	}
	if by.Transform != nil && by.Transform.Template != nil {
		r.parse(at.Child("transform"), map[string]string{"template": *by.Transform.Template})
	}
}

// stores refuses what does not come from a SecretStore of the namespace.
func (r *refusals) stores(at fieldpath.Path, spec *eso.ExternalSecretSpec) {
	for _, read := range spec.Reads() {
		entry := at.Child(read.Entry.List).Index(read.Entry.Index)
		switch {
		case read.Generates:
			r.add(entry.Child("sourceRef", "generatorRef"), "is not served: values come from a SecretStore only")
		case read.StoreRef.Kind != eso.SecretStoreKind && read.OwnStore:
			r.add(entry.Child("sourceRef", "storeRef", "kind"), "%s is not served: it must be %s",
				phrase.Quote(read.StoreRef.Kind), eso.SecretStoreKind)
		case read.StoreRef.Name == "":
			r.add(entry, "has no SecretStore: name one in spec.secretStoreRef")
		}
	}
	if ref := spec.SecretStoreRef; ref != nil && ref.WithKind().Kind != eso.SecretStoreKind {
		r.add(
			at.Child("secretStoreRef", "kind"),
			"%s is not served: it must be %s",
			phrase.Quote(ref.Kind),
			eso.SecretStoreKind,
		)
	}
}
