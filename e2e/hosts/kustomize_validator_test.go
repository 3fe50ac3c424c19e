package hosts

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// validated is a base that shop transforms, and an overlay that holds the result
// against shop, with more lines for the overlay's kustomization.
func validated(more string) files {
	return files{
		"base/kustomization.yaml":    "resources: [web.yaml]\ntransformers: [segregation.yaml]\n",
		"base/segregation.yaml":      shop(runsCloison),
		"base/web.yaml":              web,
		"overlay/kustomization.yaml": "resources: [../base]\nvalidators: [validate.yaml]\n" + more,
		"overlay/validate.yaml":      shop(runsCloison, validateMode),
	}
}

// overlay writes content and returns the folder that kustomize builds.
func overlay(t *testing.T, content files) string {
	t.Helper()
	return filepath.Join(folder(t, content), "overlay")
}

func TestKustomizeValidatorLetsPassWhatWeakensNothing(t *testing.T) {
	tests := []struct{ name, more string }{
		{name: "the output of the transformer", more: ""},
		{name: "labels that no selector has", more: "labels: [{pairs: {team: sales}}]\n"},
		{name: "annotations", more: "commonAnnotations: {team: sales}\n"},
		{name: "a patch of an object that is not generated", more: `
patches:
  - patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: web, namespace: shop-frontend}, data: {theme: "off"}}'
`},
		{name: "a NamespaceTransformer that only fills in", more: `
transformers:
  - |-
    apiVersion: builtin
    kind: NamespaceTransformer
    metadata: {name: fill-in, namespace: sales}
    unsetOnly: true
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := kustomize.succeed(t, overlay(t, validated(test.more)))
			require.ElementsMatch(t, plus(shopObjects, webObject), objectsOf(t, got.stdout))
			require.Empty(t, got.stderr)
		})
	}
}

func TestKustomizeValidatorChangesNothing(t *testing.T) {
	with := kustomize.succeed(t, overlay(t, validated("")))
	without := kustomize.succeed(t,
		overlay(t, validated("").with(files{"overlay/kustomization.yaml": "resources: [../base]\n"})))
	require.Equal(t, without, with)
}

func TestKustomizeValidatorFindsWhatAnOverlayDid(t *testing.T) {
	const of = "apiVersion: networking.k8s.io/v1\n      kind: NetworkPolicy\n      metadata: {name: " +
		"default-deny, namespace: shop-backend}"
	tests := []struct {
		name, more string
		messages   []string
	}{
		{
			name: "a strategic merge patch of a policy",
			more: "patches:\n  - patch: |\n      " + of +
				"\n      spec: {podSelector: {matchLabels: {app: api}}}\n",
			messages: []string{"error CLS-K007 NetworkPolicy shop-backend/default-deny spec.podSelector.matchLabels: "},
		},
		{
			name: "a JSON6902 patch of several objects",
			more: `
patches:
  - target: {kind: SecretStore}
    patch: |
      - {op: replace, path: /spec/provider/scaleway/accessKey/secretRef/name, value: scw-backend-credentials}
`,
			messages: []string{"error CLS-K007 SecretStore shop-frontend/frontend-secretstore " +
				"spec.provider.scaleway.accessKey.secretRef.name: "},
		},
		{
			name:     "an object that is deleted",
			more:     "patches:\n  - patch: |\n      " + of + "\n      $patch: delete\n",
			messages: []string{"error CLS-K006 NetworkPolicy shop-backend/default-deny: "},
		},
		{
			name: "labels that go into selectors",
			more: "labels: [{pairs: {team: sales}, includeSelectors: true}]\n",
			messages: []string{
				"error CLS-K007 NetworkPolicy shop-backend/allow-dns " +
					"spec.egress[0].to[0].podSelector.matchLabels.team: label \"team\" was added to the selectors of ",
			},
		},
		{
			name: "names with a prefix",
			more: "namePrefix: sales-\n",
			messages: []string{
				"error CLS-K006 ServiceAccount shop-backend/default: ",
				" objects that the Segregation asks for have other names, such as \"sales-default\"",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			kustomize.refuse(t, test.messages, overlay(t, validated(test.more)))
		})
	}
}

func TestKustomizeValidatorTakesItsModeFromAConfigMap(t *testing.T) {
	const segregationAsResource = "resources: [segregation.yaml]\ntransformers: [expand.yaml]\n"
	content := files{
		"kustomization.yaml": segregationAsResource + "validators: [validate.yaml]\n",
		"segregation.yaml":   shop(localConfig),
		"expand.yaml":        function("{}"),
		"validate.yaml":      function("{mode: validate}"),
	}
	got := kustomize.succeed(t, folder(t, content))
	require.ElementsMatch(t, shopObjects, objectsOf(t, got.stdout))

	content["kustomization.yaml"] = "resources: [segregation.yaml]\nvalidators: [validate.yaml]\n"
	kustomize.refuse(t, []string{"error CLS-K006 Segregation shop metadata.name: the manifests hold none of the "},
		folder(t, content))
}
