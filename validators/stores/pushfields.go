package stores

import (
	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
)

// pushSecretFields judges the values of PushSecrets and ClusterPushSecrets.
func (c *checker) pushSecretFields() verdict.Result {
	r := newResult(precedenceValues)
	for _, o := range c.set.PushSecrets {
		fields{c, r, o.Object}.pushSecret("spec", &o.Value.Spec)
	}
	for _, o := range c.set.ClusterPushSecrets {
		f := fields{c, r, o.Object}
		f.objectName("spec.pushSecretName", o.Value.Spec.PushSecretName)
		f.duration("spec.refreshTime", o.Value.Spec.RefreshInterval)
		for i, selector := range o.Value.Spec.NamespaceSelectors {
			f.selector(objects.Index("spec.namespaceSelectors", i), selector)
		}
		if o.Value.Spec.PushSecretSpec == nil {
			f.missing("spec.pushSecretSpec", "")
			continue
		}
		f.pushSecret("spec.pushSecretSpec", o.Value.Spec.PushSecretSpec)
	}
	return r.Result
}

func (f fields) pushSecret(path string, spec *eso.PushSecretSpec) {
	f.duration(path+".refreshInterval", spec.RefreshInterval)
	f.oneOf(path+".updatePolicy", spec.UpdatePolicy, "Replace", "IfNotExists")
	f.oneOf(path+".deletionPolicy", spec.DeletionPolicy, "Delete", "None")
	if spec.SecretStoreRefs == nil {
		f.missing(path+".secretStoreRefs", "")
	}
	for i, ref := range spec.SecretStoreRefs {
		field := objects.Index(path+".secretStoreRefs", i)
		f.storeRef(field, &eso.StoreRef{Name: ref.Name, Kind: ref.Kind})
		f.selector(field+".labelSelector", ref.LabelSelector)
	}
	f.pushSelector(path+".selector", spec.Selector)
	for i := range spec.Data {
		f.pushData(objects.Index(path+".data", i), &spec.Data[i])
	}
	if spec.Template != nil {
		f.template(path+".template", spec.Template)
	}
}

func (f fields) pushSelector(path string, selector *eso.PushSelector) {
	if selector == nil {
		f.missing(path, "")
		return
	}
	f.exactlyOne(path, []string{"secret", "generatorRef"}, selector.Secret != nil, selector.GeneratorRef != nil)
	if selector.Secret != nil {
		f.objectName(path+".secret.name", selector.Secret.Name)
		f.selector(path+".secret.selector", selector.Secret.Selector)
	}
	if selector.GeneratorRef != nil {
		f.generatorRef(path+".generatorRef", selector.GeneratorRef)
	}
}

func (f fields) pushData(path string, data *eso.PushData) {
	f.oneOf(path+".conversionStrategy", data.ConversionStrategy, "None", "ReverseUnicode")
	switch {
	case data.Match == nil:
		f.missing(path+".match", "")
	case data.Match.RemoteRef == nil:
		f.missing(path+".match.remoteRef", "")
	case data.Match.RemoteRef.RemoteKey == "":
		f.missing(path+".match.remoteRef.remoteKey", "")
	}
}
