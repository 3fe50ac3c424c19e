package generators

import (
	"path"
	"regexp"
	"strings"
	"time"

	es "cloison.dev/cloison/internal/externalsecrets"
	"cloison.dev/cloison/internal/plan"
)

func (c component) externalSecret(group *plan.SecretGroup) Object {
	return &Manifest[es.ExternalSecretSpec]{
		TypeMeta:   typeMeta(es.APIVersion, "ExternalSecret"),
		ObjectMeta: c.meta(group.ExternalSecret),
		Spec: es.ExternalSecretSpec{
			RefreshInterval: duration(group.RefreshInterval),
			SecretStoreRef:  es.SecretStoreRef{Kind: "SecretStore", Name: group.Store},
			Target: es.Target{
				Name:           group.Target,
				CreationPolicy: "Owner",
				DeletionPolicy: "Retain",
				Template: es.Template{
					EngineVersion: "v2",
					MergePolicy:   "Replace",
					Type:          "Opaque",
					Metadata:      es.TemplateMetadata{Labels: c.labels()},
				},
			},
			Data:     data(group),
			DataFrom: dataFrom(group),
		},
	}
}

func data(group *plan.SecretGroup) []es.Data {
	var data []es.Data
	for _, entry := range group.Entries {
		ref := remoteRef(group.Folder, entry.Secret)
		ref.Property, ref.Version = entry.Property, entry.Version
		data = append(data, es.Data{SecretKey: entry.Key, RemoteRef: ref})
	}
	return data
}

func dataFrom(group *plan.SecretGroup) []es.DataFrom {
	var from []es.DataFrom
	for _, extract := range group.Extract {
		ref := remoteRef(group.Folder, extract.Secret)
		ref.Version = extract.Version
		from = append(from, es.DataFrom{Extract: &ref})
	}
	for _, entry := range group.Optional {
		from = append(from, optional(group.Folder, entry))
	}
	return from
}

// remoteRef reads by path: unlike a reference by name, it can mean only one secret.
func remoteRef(folder, secret string) es.RemoteRef {
	return es.RemoteRef{
		Key:                "path:" + path.Join(folder, secret),
		ConversionStrategy: "Default",
		DecodingStrategy:   "None",
		MetadataPolicy:     "None",
	}
}

// optional searches the folder for a secret with exactly one name. The operator fails a whole ExternalSecret when a
// secret that it reads is missing, but takes a search that finds nothing as no keys.
func optional(folder string, entry plan.Entry) es.DataFrom {
	exactly := "^" + regexp.QuoteMeta(entry.Secret) + "$"
	return es.DataFrom{
		Find: &es.Find{
			Path:               folder,
			Name:               es.FindName{RegExp: exactly},
			ConversionStrategy: "Default",
			DecodingStrategy:   "None",
		},
		Rewrite: []es.Rewrite{{RegExp: es.RewriteRegExp{Source: exactly, Target: entry.Key}}},
	}
}

// duration writes d in Go's notation without the units that are zero: 1h, not 1h0m0s.
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
