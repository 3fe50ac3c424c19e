package load_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/load"
)

func TestSegregationsAreReadWithoutTheFunctions(t *testing.T) {
	const function = `{apiVersion: v1, kind: ConfigMap, metadata: {name: run, annotations: ` +
		`{config.kubernetes.io/function: "exec: {path: ./nowhere}"}}}`
	const builtin = `{apiVersion: builtin, kind: LabelTransformer, metadata: {name: l}, labels: {a: b}, fieldSpecs: ` +
		`[{path: metadata/labels, create: true}]}`
	asFunction := strings.Replace(segregation, `{config.kubernetes.io/local-config: "true"}`,
		`{config.kubernetes.io/function: "exec: {path: ./nowhere}"}`, 1)
	for name, kustomization := range map[string]string{
		"a transformer": "resources: [segregation.yaml]\ntransformers: [function.yaml]",
		"a generator and a validator": "resources: [segregation.yaml]\ngenerators: " +
			"[function.yaml]\nvalidators: [function.yaml]",
		"inline, beside one of kustomize": "resources: [segregation.yaml]\ntransformers:\n- |-\n  " + function +
			"\n- |-\n  " + builtin,
		"a folder":                          "resources: [segregation.yaml]\ntransformers: [folder]",
		"a component":                       "resources: [segregation.yaml]\ncomponents: [component]",
		"the Segregation is what is listed": "transformers: [as-function.yaml]",
	} {
		t.Run(name, func(t *testing.T) {
			in(t, "-- d/kustomization.yaml --\n"+kustomization+"\n-- d/function.yaml --\n"+function+
				"\n-- d/segregation.yaml --\n"+segregation+"\n-- d/as-function.yaml --\n"+asFunction+
				"\n-- d/folder/kustomization.yaml --\nresources: [function.yaml]\n-- d/folder/function.yaml --\n"+
				function+
				"\n-- d/component/kustomization.yaml --\n{apiVersion: kustomize.config.k8s.io/v1alpha1, kind: "+
				"Component, transformers: [function.yaml]}"+
				"\n-- d/component/function.yaml --\n"+function+"\n")
			input, _ := read(t, load.Options{SegregationsOnly: true}, "", "d")
			assert.Empty(t, input.Findings)
			assert.False(t, input.Stopped)
			require.Len(t, input.Plans, 1)
			assert.Equal(t, "shop", input.Plans[0].Segregation)
		})
	}
}

func TestTransformersOfKustomizeWorkWithoutTheFunctions(t *testing.T) {
	in(t, `
-- d/kustomization.yaml --
resources: [secret.yaml]
transformers:
- function.yaml
- |-
  {apiVersion: builtin, kind: NamespaceTransformer, metadata: {name: n, namespace: prod}, unsetOnly: true}
-- d/function.yaml --
{apiVersion: v1, kind: ConfigMap, metadata: {name: run, annotations: {config.kubernetes.io/function: "exec: {path: ./nowhere}"}}}
-- d/secret.yaml --
{apiVersion: v1, kind: Secret, metadata: {name: a}}
`)
	_, objects := read(t, load.Options{SegregationsOnly: true}, "", "d")
	assert.Equal(t, []string{"Secret prod/a d/secret.yaml"}, objects)
}
