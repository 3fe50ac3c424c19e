package load_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/load"
)

const tree = `
-- base/kustomization.yaml --
resources: [segregation.yaml, secret.yaml, local.yaml]
-- base/segregation.yaml --
` + segregation + `
-- base/secret.yaml --
{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: shop-front}}
-- base/local.yaml --
{apiVersion: v1, kind: ConfigMap, metadata: {name: local, annotations: {config.kubernetes.io/local-config: "true"}}}
-- overlays/prod/kustomization.yaml --
resources: [../../base]
namePrefix: prod-
configMapGenerator: [{name: generated, literals: [A=b]}]
patches:
- patch: |
    apiVersion: cloison.dev/v1alpha1
    kind: Segregation
    metadata: {name: shop}
    spec: {components: {back: {}}}
`

func TestAKustomizationIsBuilt(t *testing.T) {
	in(t, tree)
	for _, args := range [][]string{{"overlays/prod"}, {"overlays/prod/"}, {"overlays/prod/kustomization.yaml"},
		{"overlays/prod", "./overlays/prod"}} {
		input, objects := read(t, load.Options{}, "", args...)
		assert.Equal(t, []string{
			"Segregation prod-shop base/segregation.yaml local", "Secret shop-front/prod-a base/secret.yaml",
			"ConfigMap prod-generated-9ff99b6g8t overlays/prod/kustomization.yaml",
		}, normalize(objects), args)
		assert.Empty(t, input.Findings)
		require.Len(t, input.Plans, 1)
		assert.Len(t, input.Plans[0].Components, 2, "the overlay's patch counts")
	}
}

// normalize gives the generated ConfigMap's hash a fixed value.
func normalize(lines []string) []string {
	for i, line := range lines {
		if before, after, found := strings.Cut(line, "generated-"); found {
			_, rest, _ := strings.Cut(after, " ")
			lines[i] = before + "generated-9ff99b6g8t " + rest
		}
	}
	return lines
}

func TestAFolderOfKustomizationsIsNoManifest(t *testing.T) {
	in(t, tree)
	assert.Equal(t, []string{
		". holds kustomizations (base, overlays/prod), whose files are parts and no manifests: name the ones to " +
			"build, as in: cloison check overlays/prod",
	}, problems(t, "", "."))
}

const withFunction = `
-- d/kustomization.yaml --
resources: [secret.yaml]
transformers: [nested]
-- d/secret.yaml --
{apiVersion: v1, kind: Secret, metadata: {name: a}}
-- d/nested/kustomization.yaml --
resources: [function.yaml]
-- d/nested/function.yaml --
apiVersion: v1
kind: ConfigMap
metadata:
  name: run
  annotations:
    config.kubernetes.io/function: "exec: {path: ./program.sh}"
`

func TestFunctionsAreNotRunWithoutLeave(t *testing.T) {
	in(t, withFunction)
	input, objects := read(t, load.Options{}, "", "d")
	assert.Empty(t, objects)
	assert.True(t, input.Stopped)
	require.Len(t, input.Findings, 1)
	assert.True(t, input.Findings[0].Undecided)
	assert.Equal(t, "warning CLS-K020 ConfigMap run: the kustomization d runs a function, which may change "+
		"everything; it was not run, so nothing is known of the final manifests; fix: allow it with --enable-exec, "+
		"or pipe the output of your own build into: cloison check - (d/nested/function.yaml)",
		input.Findings[0].String())
}

func TestFunctionsAreFoundWhereverTheyAre(t *testing.T) {
	const function = `{apiVersion: v1, kind: ConfigMap, metadata: {name: run, annotations: ` +
		`{config.kubernetes.io/function: "container: {image: x}"}}}`
	for name, kustomization := range map[string]string{
		"a generator":           "generators: [function.yaml]",
		"a validator":           "validators: [function.yaml]",
		"inline":                "transformers:\n- |-\n  " + function,
		"a component":           "components: [component]",
		"a base":                "resources: [base]",
		"a plugin, no function": "generators: [plugin.yaml]",
	} {
		t.Run(name, func(t *testing.T) {
			in(t, "-- d/kustomization.yaml --\n"+kustomization+"\n-- d/function.yaml --\n"+function+
				"\n-- d/component/kustomization.yaml --\n{apiVersion: kustomize.config.k8s.io/v1alpha1, kind: "+
				"Component, transformers: [function.yaml]}\n-- d/component/function.yaml --\n"+function+
				"\n-- d/base/kustomization.yaml --\ntransformers: [function.yaml]\n-- d/base/function.yaml --\n"+
				function+
				"\n-- d/plugin.yaml --\n{apiVersion: example.com/v1, kind: Plugin, metadata: {name: run}}\n")
			input, _ := read(t, load.Options{}, "", "d")
			require.Len(t, input.Findings, 1)
			assert.Equal(t, "CLS-K020", string(input.Findings[0].Code))
			assert.Equal(t, "run", input.Findings[0].Object.Name)
		})
	}
}

func TestBuiltinTransformersAreNoFunctions(t *testing.T) {
	in(t, `
-- d/kustomization.yaml --
resources: [secret.yaml]
transformers:
- |-
  {apiVersion: builtin, kind: NamespaceTransformer, metadata: {name: n, namespace: prod}, unsetOnly: true}
-- d/secret.yaml --
{apiVersion: v1, kind: Secret, metadata: {name: a}}
`)
	_, objects := read(t, load.Options{}, "", "d")
	assert.Equal(t, []string{"Secret prod/a d/secret.yaml"}, objects)
}

func TestFunctionsRunWithLeave(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("needs a shell")
	}
	in(t, `
-- d/kustomization.yaml --
resources: [secret.yaml]
transformers: [segregation.yaml]
-- d/secret.yaml --
{apiVersion: v1, kind: Secret, metadata: {name: a}}
-- d/segregation.yaml --
`+strings.Replace(segregation, `{config.kubernetes.io/local-config: "true"}`, `{config.kubernetes.io/function: `+
		`"exec: {path: sed, args: ['s/name: a$/name: b/']}"}`, 1))
	input, objects := read(t, load.Options{EnableExec: true}, "", "d")
	assert.Equal(t, []string{"Secret b d/secret.yaml", "Segregation shop d/segregation.yaml local"}, objects)
	assert.Len(t, input.Plans, 1, "the Segregation that configures the function counts")
	assert.Empty(t, input.Findings)
}

func TestErrorsOfABuild(t *testing.T) {
	for name, test := range map[string]struct{ archive, want string }{
		"a missing file": {"-- d/kustomization.yaml --\nresources: [nowhere.yaml]\n",
			"lstat d/nowhere.yaml: no such file or directory"},
		"a patch that is none": {"-- d/kustomization.yaml --\npatches:\n- patch: |\n    password: hunter2\n",
			"d: kustomize build: "},
		"a generator that fails": {"-- d/kustomization.yaml --\nsecretGenerator:\n- name: a\n  literals: " +
			"[PASSWORD=hunter2]\n  files: [nowhere]\n",
			"d: kustomize build: "},
		"a Helm chart": {"-- d/kustomization.yaml --\nhelmCharts: [{name: x, valuesInline: {password: hunter2}}]\n",
			"build it yourself: kustomize build --enable-helm DIR | cloison check -"},
		"a file outside": {"-- d/kustomization.yaml --\nresources: [../x.yaml]\n-- x.yaml --\n{apiVersion: v1, kind: " +
			"Secret, metadata: {name: a}}\n",
			"allow it with --load-restrictor LoadRestrictionsNone"},
		"malformed YAML": {"-- d/kustomization.yaml --\nresources: [a.yaml]\n-- d/a.yaml --\nkind: " +
			"Secret\nstringData: {a: *hunter2}\n", "d: kustomize build: "},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, test.archive)
			got := problems(t, "", "d")
			require.Len(t, got, 1)
			assert.Contains(t, got[0], test.want)
			assert.NotContains(t, got[0], "hunter2")
			assert.NotContains(t, got[0], "cloison-check")
		})
	}
}

func TestAnyFolderMayBeReadWithLeave(t *testing.T) {
	in(t, "-- d/kustomization.yaml --\nresources: [../x.yaml]\n-- x.yaml --\n{apiVersion: v1, kind: Secret, "+
		"metadata: {name: a}}\n")
	_, objects := read(t, load.Options{AnyFolder: true}, "", "d")
	assert.Equal(t, []string{"Secret a x.yaml"}, objects)
}
