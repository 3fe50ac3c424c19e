package fn_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/fn"
)

const pluginConfig = `# comment
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  validation: {paths: "Off"}
  components: {a: {}}
`

var validatorConfig = strings.Replace(pluginConfig, "name: shop", "name: shop, annotations: {cloison.dev/mode: "+
	"validate}", 1)

func runPlugin(config, resources []byte) fn.Outcome {
	return fn.Function{}.RunPlugin(context.Background(), config, resources)
}

func messages(outcome fn.Outcome) []string {
	var lines []string
	for _, f := range outcome.Findings {
		lines = append(lines, f.String())
	}
	return lines
}

func TestALegacyGeneratorPrintsPlainYAML(t *testing.T) {
	outcome := runPlugin([]byte(pluginConfig), nil)
	require.False(t, outcome.Failed(), "%v", outcome.Findings)
	documents := strings.Split(string(outcome.Output), "\n---\n")
	assert.Len(t, documents, 5)
	for _, document := range documents {
		node, err := yaml.Parse(document)
		require.NoError(t, err)
		assert.Equal(t, "cloison", node.GetLabels()["app.kubernetes.io/managed-by"])
		assert.Empty(t, node.GetAnnotations(), "kustomize writes no files")
	}
}

func TestALegacyValidatorAcceptsWhatAGeneratorPrints(t *testing.T) {
	generated := runPlugin([]byte(pluginConfig), nil).Output
	for name, resources := range map[string]string{
		"as printed":           string(generated),
		"with empty documents": "---\n---\n" + string(generated) + "---\n# nothing\n---\n",
		"with other objects": string(generated) + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: " +
			"a}\ndata:\n  text: |+\n    a\n      \n    b\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			outcome := runPlugin([]byte(validatorConfig), []byte(resources))
			require.False(t, outcome.Failed(), "%v", outcome.Findings)
			assert.Empty(t, outcome.Output)
		})
	}
}

func TestLegacyPluginsRefuse(t *testing.T) {
	generated := string(runPlugin([]byte(pluginConfig), nil).Output)
	for name, test := range map[string]struct{ config, resources, want string }{
		"no config":            {"", "", "error CLS-K004: there must be a Segregation"},
		"a config of comments": {"# x\n", "", "error CLS-K004: there must be a Segregation"},
		"a config that is not YAML": {"a: \"CANARY", "", "error CLS-K001: the Segregation's file: not YAML: " +
			"found unexpected end of stream"},
		"two configs": {pluginConfig + "---\n" + pluginConfig, "",
			"error CLS-K001: the Segregation's file: must be one YAML document; it holds several"},
		"a config that is text": {"hello", "", "error CLS-K001: functionConfig: must be an object with " +
			"apiVersion and kind"},
		"a config of another kind": {"apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n", "",
			"error CLS-K009 Secret a: "},
		"a bad Segregation": {strings.Replace(pluginConfig, "fr-par", "mars", 1), "",
			"error CLS-S007 Segregation shop spec.scaleway.region: "},
		"resources for a transformer": {pluginConfig, generated, "error CLS-K001: kustomize's legacy transformers " +
			"cannot add resources; "},
		"resources that are not YAML": {validatorConfig, "a: \"CANARY", "error CLS-K001: standard input: not " +
			"YAML: found unexpected end of stream"},
		"resources that are no objects": {validatorConfig, "- a\n", "error CLS-K001: items[0]: must be an object " +
			"with apiVersion and kind"},
		"no resources": {validatorConfig, "", "error CLS-K006 Segregation shop metadata.name: the manifests hold none of "},
		"resources that are not as told": {validatorConfig, strings.Replace(generated, "Egress", "Ingress", 1),
			"error CLS-K007 NetworkPolicy shop-a/default-deny spec.policyTypes[0]: "},
		"resources that are there twice": {validatorConfig,
			generated + "---\n{apiVersion: v1, kind: Namespace, metadata: {name: shop-a}}\n",
			"error CLS-K002 Namespace shop-a: "},
	} {
		t.Run(name, func(t *testing.T) {
			outcome := runPlugin([]byte(test.config), []byte(test.resources))
			require.True(t, outcome.Failed())
			assert.Empty(t, outcome.Output, "after an error nothing goes out")
			assert.False(t, outcome.ShowsResults)
			lines := strings.Join(messages(outcome), "\n")
			assert.Contains(t, lines, test.want)
			assert.NotContains(t, lines, "CANARY")
		})
	}
}

// FuzzPlugin feeds the legacy form anything.
func FuzzPlugin(f *testing.F) {
	generated := runPlugin([]byte(pluginConfig), nil).Output
	f.Add([]byte(pluginConfig), []byte(""))
	f.Add([]byte(validatorConfig), generated)
	f.Add([]byte("---\n---\n# x\n"+pluginConfig), []byte("--- |\n a\n---\n? b\n"))
	f.Fuzz(func(t *testing.T, config, resources []byte) {
		outcome := runPlugin(config, resources)
		require.Equal(t, outcome, runPlugin(config, resources))
		if outcome.Failed() {
			require.Empty(t, outcome.Output)
		}
	})
}
