package objects_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/sops"
)

const (
	value  = "'ENC[AES256_GCM,data:aa,iv:bb,tag:cc,type:str]'"
	sealed = "sops: {mac: " + value + "}\n"
)

func TestSecretsThatSOPSHasEncrypted(t *testing.T) {
	secret := func(fields string) string {
		return "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n" + fields + "\n"
	}
	for name, text := range map[string]string{
		"data":       secret("data: {k: "+value+"}") + sealed,
		"stringData": secret("stringData: {k: "+value+"}") + sealed,
		"by its date": secret("data: {k: "+value+"}") +
			"sops: {lastmodified: '2026-01-01T00:00:00Z'}\n",
		"in a list": "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: a}, data: {k: " +
			value + "}}\n" + sealed,
		"variables": secret("stringData: {k: " + value + ", sops_mac: " + value + ", sops_version: 3.11.0}"),
	} {
		found, err := objects.Parse("", []byte(text))
		require.NoError(t, err, name)
		set, findings := objects.NewSet(found)
		require.Empty(t, findings, name)
		require.Len(t, set.Secrets, 1, name)
		keys := len(set.Secrets[0].Value.Data) + len(set.Secrets[0].Value.StringData)
		assert.Equal(t, 1, keys, name)
		again, _ := objects.NewSet(found)
		assert.Same(t, set.All[0], again.All[0], "%s: checks compare objects", name)
	}
}

func TestWhatSOPSHidesIsNotJudged(t *testing.T) {
	for text, field := range map[string]string{
		"apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: " + value + "\n":                         "type",
		"apiVersion: v1\nkind: Secret\nmetadata: {name: " + value + "}\n":                                  "metadata.name",
		"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{name: " + value + "}]}\n":     "spec.ports[0].name",
		"apiVersion: example.com/v1\nkind: A\nmetadata: {name: a}\nspec: {values: [" + value + "]}\n":      "spec.values[0]",
		"apiVersion: example.com/v1\nkind: A\nmetadata: {name: a}\nspec: {values: {a: " + value + "}}\n":   "",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nbinaryData: {a: " + value + "}\n":           "",
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, labels: {a: " + value + "}}\nspec: {}": "metadata.labels.a",
	} {
		found, err := objects.Parse("", []byte(text+"\n"+sealed))
		require.NoError(t, err, text)
		set, findings := objects.NewSet(found)
		if field == "" {
			assert.Empty(t, findings, text)
			assert.False(t, set.Unread, text)
			continue
		}
		require.Len(t, findings, 1, text)
		assert.Equal(t, finding.InputUnreadable, findings[0].Code, text)
		assert.Equal(t, field, findings[0].Field.String(), text)
		assert.True(t, findings[0].Undecided, text)
		assert.NotContains(t, findings[0].String(), "ENC[", text)
		assert.True(t, set.Unread, text)
		assert.Len(t, set.Malformed, 1, text)
	}
}

func TestDocumentsThatSOPSHasEncryptedAsAWhole(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want bool
	}{
		"YAML":          {"apiVersion: " + value + "\nkind: " + value + "\nmetadata: {name: " + value + "}\n" + sealed, true},
		"of other form": {"data: " + value + "\n" + sealed, true},
		"no object":     {"password: " + value + "\n" + sealed, false},
		"two fields":    {"data: " + value + "\nmore: 1\n" + sealed, false},
	} {
		_, err := objects.Parse("", []byte(test.text))
		require.Error(t, err, name)
		_, encrypted := errors.AsType[*sops.Encrypted](err)
		assert.Equal(t, test.want, encrypted, name)
	}
}
