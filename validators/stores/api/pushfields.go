package api

import (
	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// PushSecrets judges the values of PushSecrets and ClusterPushSecrets.
func PushSecrets(set *objects.Set, version eso.Version) verdict.Result {
	r := explaining.New(explaining.OfValues)
	for _, o := range set.PushSecrets {
		fields{r, o.Object, version}.pushSecret(fieldpath.Of("spec"), &o.Value.Spec)
	}
	for _, o := range set.ClusterPushSecrets {
		f := fields{r, o.Object, version}
		f.objectName(fieldpath.Of("spec", "pushSecretName"), o.Value.Spec.PushSecretName)
		f.duration(fieldpath.Of("spec", "refreshTime"), o.Value.Spec.RefreshInterval)
		for i, selector := range o.Value.Spec.NamespaceSelectors {
			f.selector(fieldpath.Of("spec", "namespaceSelectors").Index(i), selector)
		}
		if o.Value.Spec.PushSecretSpec == nil {
			f.missing(fieldpath.Of("spec", "pushSecretSpec"), "")
			continue
		}
		f.pushSecret(fieldpath.Of("spec", "pushSecretSpec"), o.Value.Spec.PushSecretSpec)
	}
	return r.Result
}

func (f fields) pushSecret(path fieldpath.Path, spec *eso.PushSecretSpec) {
	f.duration(path.Child("refreshInterval"), spec.RefreshInterval)
	f.oneOf(path.Child("updatePolicy"), spec.UpdatePolicy, "Replace", "IfNotExists")
	f.oneOf(path.Child("deletionPolicy"), spec.DeletionPolicy, "Delete", "None")
	if spec.SecretStoreRefs == nil {
		f.missing(path.Child("secretStoreRefs"), "")
	}
	for i, ref := range spec.SecretStoreRefs {
		field := path.Child("secretStoreRefs").Index(i)
		f.storeRef(field, &eso.StoreRef{Name: ref.Name, Kind: ref.Kind})
		f.selector(field.Child("labelSelector"), ref.LabelSelector)
	}
	f.pushSelector(path.Child("selector"), spec.Selector)
	for i := range spec.Data {
		f.pushData(path.Child("data").Index(i), &spec.Data[i])
	}
	for i := range spec.DataTo {
		f.pushDataTo(path.Child("dataTo").Index(i), &spec.DataTo[i])
	}
	if spec.Template != nil {
		f.template(path.Child("template"), spec.Template, true)
	}
}

func (f fields) pushSelector(path fieldpath.Path, selector *eso.PushSelector) {
	if selector == nil {
		f.missing(path, "")
		return
	}
	f.exactlyOne(path, []string{"secret", "generatorRef"}, selector.Secret != nil, selector.GeneratorRef != nil)
	if selector.Secret != nil {
		f.objectName(path.Child("secret", "name"), selector.Secret.Name)
		f.selector(path.Child("secret", "selector"), selector.Secret.Selector)
	}
	if selector.GeneratorRef != nil {
		f.generatorRef(path.Child("generatorRef"), selector.GeneratorRef)
	}
}

// pushDataTo judges an entry for any number of keys.
func (f fields) pushDataTo(path fieldpath.Path, entry *eso.PushDataTo) {
	if entry.StoreRef == nil || entry.StoreRef.Name == "" && entry.StoreRef.LabelSelector == nil {
		f.missing(path.Child("storeRef"), "name a store, or select stores by labels")
	}
	if ref := entry.StoreRef; ref != nil {
		f.storeRef(path.Child("storeRef"), &eso.StoreRef{Name: ref.Name, Kind: ref.Kind})
		f.selector(path.Child("storeRef", "labelSelector"), ref.LabelSelector)
	}
	if entry.RemoteKey != "" && len(entry.Rewrite) > 0 {
		f.invalid(path.Child("rewrite"), "remoteKey and rewrite exclude one another", "keep one")
	}
	if entry.Match != nil {
		f.expression(path.Child("match", "regexp"), entry.Match.RegExp)
	}
	for i := range entry.Rewrite {
		f.rewrite(path.Child("rewrite").Index(i), &entry.Rewrite[i])
	}
	f.oneOf(path.Child("conversionStrategy"), entry.ConversionStrategy, "None", "ReverseUnicode")
}

func (f fields) pushData(path fieldpath.Path, data *eso.PushData) {
	f.oneOf(path.Child("conversionStrategy"), data.ConversionStrategy, "None", "ReverseUnicode")
	switch {
	case data.Match == nil:
		f.missing(path.Child("match"), "")
	case data.Match.RemoteRef == nil:
		f.missing(path.Child("match", "remoteRef"), "")
	case data.Match.RemoteRef.RemoteKey == "":
		f.missing(path.Child("match", "remoteRef", "remoteKey"), "")
	}
}
