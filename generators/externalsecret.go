package generators

import (
	"strings"
	"time"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/plan"
)

func (c component) externalSecret(group *plan.SecretGroup) Object {
	return &eso.ExternalSecret{
		TypeMeta:   typeMeta(eso.APIVersion, eso.ExternalSecretKind),
		ObjectMeta: c.meta(group.ExternalSecret),
		Spec: eso.ExternalSecretSpec{
			RefreshInterval: new(duration(group.RefreshInterval)),
			SecretStoreRef:  &eso.StoreRef{Kind: eso.SecretStoreKind, Name: group.Store},
			Target: eso.Target{
				Name:           group.Target,
				CreationPolicy: eso.CreateOwned,
				DeletionPolicy: eso.DeletionRetain,
				Template:       c.template(group),
			},
			Data:     data(group),
			DataFrom: dataFrom(group),
		},
	}
}

// template shapes the Secret. The policy is the operator's default, written out, unless there are keys beside those of
// the template.
func (c component) template(group *plan.SecretGroup) *eso.Template {
	policy := eso.TemplateReplace
	if group.Merges {
		policy = eso.TemplateMerge
	}
	return &eso.Template{
		EngineVersion: "v2", MergePolicy: policy, Type: group.Type, Data: group.Template,
		Metadata: eso.TemplateMetadata{Labels: c.labels()},
	}
}

func data(group *plan.SecretGroup) []eso.Data {
	var data []eso.Data
	for _, entry := range group.Entries {
		ref := remoteRef(group.Folder, entry.Secret)
		ref.Property, ref.Version = entry.Property, entry.Version
		data = append(data, eso.Data{SecretKey: entry.Key, RemoteRef: ref})
	}
	return data
}

func dataFrom(group *plan.SecretGroup) []eso.DataFrom {
	var from []eso.DataFrom
	for _, extract := range group.Extract {
		ref := remoteRef(group.Folder, extract.Secret)
		ref.Version = extract.Version
		from = append(from, eso.DataFrom{Extract: ref})
	}
	for _, entry := range group.Optional {
		from = append(from, optional(group.Folder, entry))
	}
	return from
}

// remoteRef reads by path, since a reference by name may find several secrets. The strategies are the operator's
// defaults, written out so that a cluster holds exactly what was applied.
func remoteRef(folder, secret string) *eso.RemoteRef {
	return &eso.RemoteRef{
		Key:                eso.PathReference(folder, secret).String(),
		ConversionStrategy: eso.ConversionDefault,
		DecodingStrategy:   eso.DecodingNone,
		MetadataPolicy:     eso.MetadataNone,
	}
}

// optional searches the folder for exactly one name, so that a missing secret is no error.
func optional(folder string, entry plan.Entry) eso.DataFrom {
	exactly := eso.ExactName(entry.Secret)
	return eso.DataFrom{
		Find: &eso.Find{
			Path:               &folder,
			Name:               &eso.FindName{RegExp: exactly},
			ConversionStrategy: eso.ConversionDefault,
			DecodingStrategy:   eso.DecodingNone,
		},
		Rewrite: []eso.Rewrite{{RegExp: &eso.RewriteRegExp{Source: &exactly, Target: &entry.Key}}},
	}
}

// duration formats d in Go's notation without units that are zero: 1h, not 1h0m0s.
func duration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
