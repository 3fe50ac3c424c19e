package eso_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/eso"
)

func TestWhatATemplateTakes(t *testing.T) {
	always := func(name string) eso.KeyUse { return eso.KeyUse{Name: name, Always: true} }
	perhaps := func(name string) eso.KeyUse { return eso.KeyUse{Name: name} }
	for text, want := range map[string][]eso.KeyUse{
		"plain": nil,
		"{{ .a }}{{ .b | quote }}{{ printf \"%s\" .c }}":                               {always("a"), always("b"), always("c")},
		"{{ $.a }}{{ with .b }}{{ .c }}{{ $.d }}{{ end }}":                             {always("a"), always("b"), perhaps("d")},
		"{{ if .a }}{{ .b }}{{ else }}{{ .c }}{{ end }}":                               {always("a"), perhaps("b"), perhaps("c")},
		"{{ range $k, $v := . }}{{ $k }}={{ .x }}{{ end }}":                            nil,
		"{{ or .a .b }}{{ default \"x\" .c }}":                                         {always("a"), perhaps("b"), always("c")},
		"{{ (.a | fromJson).b }}{{ .c.d }}":                                            {always("a"), {Name: "c", Always: true, Field: "d"}},
		"{{ index . \"a\" }}{{ define \"t\" }}{{ .b }}{{ end }}{{ template \"t\" . }}": nil,
	} {
		use, ok := eso.ParseTemplateUse(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, use.Keys, text)
	}
	for _, text := range []string{"{{ .a", "{{ .a-b }}", "{{ end }}"} {
		_, ok := eso.ParseTemplateUse(text)
		assert.False(t, ok, text)
	}
	use, _ := eso.ParseTemplateUse(`{{ getSecretKey "n" "s" "k" }}{{ if .x }}{{ getSecretKey .x "s" "k" }}{{ end }}`)
	assert.Equal(t, []eso.SecretKeyUse{{Namespace: "s", Name: "n", Key: "k"}, {Namespace: "s", Key: "k"}}, use.SecretKeys)
}

func TestFieldsThatNotEveryVersionHas(t *testing.T) {
	e := read(`
spec:
  syncWindows: {kind: deny}
  target: {manifest: {apiVersion: v1, kind: ConfigMap}}
  data: [{secretKey: K, remoteRef: {key: k, nullBytePolicy: Fail}}]
`)
	var paths []string
	for _, field := range eso.BoundedFields(e) {
		paths = append(paths, field.Path+" "+field.Since.String())
	}
	assert.Equal(t, []string{"spec.target.manifest v1.0", "spec.data[0].remoteRef.nullBytePolicy v2.3",
		"spec.syncWindows v2.7"}, paths)
	field := eso.Bounded{Since: eso.ParseVersion("v1.0"), Until: eso.ParseVersion("v2.0")}
	for version, want := range map[string]bool{"v0.20": false, "v1.0": true, "v1.3": true, "v2.0": false, "": true} {
		assert.Equal(t, want, field.IsIn(eso.ParseVersion(version)), version)
	}
}
