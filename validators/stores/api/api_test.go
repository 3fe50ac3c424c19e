package api_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/api"
)

func TestReferencesMeanOneSecretOfOneFolder(t *testing.T) {
	for key, want := range map[string]finding.Code{
		"path:/shop/dsn":             "",
		"path:/dsn":                  "",
		"path:/a/../b":               "", // Scaleway takes dots for a name
		"path:shop/dsn":              finding.ImpossibleName,
		"path:/shop/":                finding.ImpossibleName,
		"path:/shop/-dsn":            finding.ImpossibleName,
		"path:/a b/dsn":              finding.ImpossibleName,
		"path:/" + long + "a/dsn":    finding.ImpossibleName,
		"path:/" + long + "/dsn":     "",
		"shop/dsn":                   finding.ImpossibleName,
		"id:dsn":                     finding.ImpossibleName,
		"id:" + strings.ToUpper(id):  finding.IDReference,
		"name:dsn":                   finding.NameReference,
		"name:shop/dsn":              finding.ImpossibleName,
		"name:dsn!":                  finding.ImpossibleName,
		"path:/<your folder>/dsn":    finding.Placeholder,
		"path:/shop-${ENV}/dsn":      finding.Placeholder,
		"path:/shop/CHANGE_ME":       finding.Placeholder,
		"path:/todo-app/todo-secret": "",
	} {
		reads := []secretflow.Read{{
			Read: eso.Read{Kind: eso.ReadValue}, By: &objects.Object{Kind: "ExternalSecret"},
			Field:  fieldpath.Of("spec", "data").Index(0),
			Remote: secretflow.Remote{Reference: eso.ParseReference(key)},
		}}
		var got finding.Code
		found := verdict.Resolve(api.References(reads, everyRead, finding.Error)).Findings
		if len(found) > 0 {
			got = found[0].Code
			assert.Equal(t, "spec.data[0].remoteRef.key", found[0].Field.String(), "%q", key)
		}
		assert.Equal(t, want, got, "%q", key)
		assert.LessOrEqual(t, len(found), 1, "%q", key)
	}
}

const id = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

// long is the longest segment of a folder.
var long = strings.Repeat("a", 255)

func TestAReferenceByNameIsAsBadAsItIsSaid(t *testing.T) {
	reads := []secretflow.Read{{
		Read: eso.Read{Kind: eso.ReadExtract}, By: &objects.Object{Kind: "ExternalSecret"},
		Field: fieldpath.Of("spec",
			"dataFrom").Index(2), Remote: secretflow.Remote{Reference: eso.ParseReference("name:dsn")},
	}}
	for _, ambiguous := range []finding.Severity{finding.Error, finding.Warning} {
		found := verdict.Resolve(api.References(reads, everyRead, ambiguous)).Findings
		if assert.Len(t, found, 1) {
			assert.Equal(t, ambiguous, found[0].Severity)
			assert.Equal(t, "spec.dataFrom[2].extract.key", found[0].Field.String())
		}
	}
}

func TestPlaceholders(t *testing.T) {
	for text, want := range map[string]bool{
		"your-project": true, "<region>": true, "changeme": true, "00000000-0000-0000-0000-000000000000": true,
		"TODO": true, "xxxx": true, id: false, "fr-par": false, "todo": false, "": false,
	} {
		assert.Equal(t, want, api.IsPlaceholder(text), "%q", text)
	}
}

// everyRead takes every read for one of Scaleway.
func everyRead(*secretflow.Read) bool { return true }
