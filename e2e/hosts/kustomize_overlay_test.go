package hosts

import (
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKustomizeRunsTheFunctionAgainAboveItselfWithoutAChange(t *testing.T) {
	for name, kustomization := range map[string]string{
		"as a transformer in base and overlay": "resources: [../base]\ntransformers: [segregation.yaml]\n",
		"with a validator on top": "resources: [../base]\ntransformers: " +
			"[segregation.yaml]\nvalidators: [validate.yaml]\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, validated("").with(files{
				"overlay/kustomization.yaml": kustomization,
				"overlay/segregation.yaml":   shop(runsCloison),
			}))
			once := kustomize.succeed(t, filepath.Join(dir, "base"))
			twice := kustomize.succeed(t, filepath.Join(dir, "overlay"))
			require.Equal(t, once, twice)
		})
	}
}

func TestKustomizeTransformerOfAnOverlayRemovesWhatItsSpecNoLongerAsksFor(t *testing.T) {
	got := kustomize.succeed(t, overlay(t, validated("").with(files{
		"overlay/kustomization.yaml": "resources: [../base]\ntransformers: [segregation.yaml]\n",
		"overlay/segregation.yaml":   frontendOnly(runsCloison),
	})))
	require.ElementsMatch(t, plus(frontendObjects, webObject), objectsOf(t, got.stdout))
}

// patched is a base with shop as a resource, and an overlay that patches it and
// runs the function on the outcome.
func patched(more string) files {
	return files{
		"base/kustomization.yaml":    "resources: [segregation.yaml, web.yaml]\n",
		"base/segregation.yaml":      shop(localConfig),
		"base/web.yaml":              web,
		"overlay/kustomization.yaml": "resources: [../base]\ntransformers: [expand.yaml]\nvalidators: [validate.yaml]\n" + more,
		"overlay/expand.yaml":        function("{}"),
		"overlay/validate.yaml":      function("{mode: validate}"),
	}
}

func TestKustomizeOverlaysPatchTheSpec(t *testing.T) {
	tests := []struct{ name, patch string }{
		{name: "with a strategic merge patch", patch: `
patches:
  - patch: |
      apiVersion: cloison.dev/v1alpha1
      kind: Segregation
      metadata: {name: shop}
      spec:
        scaleway: {pathPrefix: /production, projectID: 11111111-2222-4333-8444-555555555555}
        components: {backend: {quota: {pods: "90", configmaps: "5"}}}
`},
		{name: "with a JSON6902 patch", patch: `
patches:
  - target: {kind: Segregation, name: shop}
    patch: |
      - {op: add, path: /spec/scaleway/pathPrefix, value: /production}
      - {op: replace, path: /spec/scaleway/projectID, value: 11111111-2222-4333-8444-555555555555}
      - {op: replace, path: /spec/components/backend/quota/pods, value: 90}
      - {op: add, path: /spec/components/backend/quota/configmaps, value: "5"}
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := kustomize.succeed(t, overlay(t, patched(test.patch)))
			require.ElementsMatch(t, plus(shopObjects, webObject), objectsOf(t, got.stdout),
				"the Segregation itself must not be among them")
			require.Empty(t, got.stderr)
			require.Equal(t, []string{
				"key: path:/production/shop-backend/database-url",
				"key: path:/production/shop-frontend/api-endpoint",
			}, regexp.MustCompile(`key: path:.*`).FindAllString(got.stdout, -1))
			require.Equal(t, []string{
				"projectId: 11111111-2222-4333-8444-555555555555",
				"projectId: 11111111-2222-4333-8444-555555555555",
			}, regexp.MustCompile(`projectId: .*`).FindAllString(got.stdout, -1))
			require.Contains(t, got.stdout, "  hard:\n    configmaps: \"5\"\n    pods: \"90\"\n")
		})
	}
}

func TestKustomizeOverlayTakesAComponentAway(t *testing.T) {
	got := kustomize.succeed(t, overlay(t, patched(`
patches:
  - patch: |
      apiVersion: cloison.dev/v1alpha1
      kind: Segregation
      metadata: {name: shop}
      spec: {components: {backend: {$patch: delete}, frontend: {egress: []}}}
`)))
	require.ElementsMatch(t, plus(frontendObjects, webObject), objectsOf(t, got.stdout))
}

func TestKustomizeShowsEveryMistakeOfAPatch(t *testing.T) {
	kustomize.refuse(t, []string{
		`error CLS-S003 Segregation shop spec.scaleway.pathPrefx: unknown field "pathPrefx"`,
		`error CLS-S007 Segregation shop spec.scaleway.projectID: "main" must be `,
		`error CLS-S007 Segregation shop spec.components.backend.quota.pods: "many" must be `,
	}, overlay(t, patched(`
patches:
  - patch: |
      apiVersion: cloison.dev/v1alpha1
      kind: Segregation
      metadata: {name: shop}
      spec:
        scaleway: {pathPrefx: /production, projectID: main}
        components: {backend: {quota: {pods: many}}}
`)))
}

// lookalikes is a Segregation of texts that a reader of YAML may take for truth
// values, nothing or numbers.
var lookalikes = `apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata:
  name: "y"
  annotations: {` + runsCloison + `}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  validation: {paths: "Off"}
  components:
    "n":
      namespace: "on"
      labels: {"yes": "no", exponent: "1e3", octal: "012", hexadecimal: "0x1F", empty: "null"}
      secrets:
        target: "off"
        keys: ["Y", "null", "true"]
        map: {"1e3": {secret: "no", property: "on"}}
      ingress: [{from: {namespace: "off", pods: {"y": "true"}}, ports: ["8000"]}]
    "null":
      namespace: "123"
`

func TestKustomizeKeepsTextsThatLookLikeSomethingElse(t *testing.T) {
	dir := folder(t, files{
		"base/kustomization.yaml":    "transformers: [segregation.yaml]\n",
		"base/segregation.yaml":      lookalikes,
		"again/kustomization.yaml":   "resources: [../base]\ntransformers: [segregation.yaml]\n",
		"again/segregation.yaml":     lookalikes,
		"printed/kustomization.yaml": "resources: [output.yaml]\n",
	})
	got := kustomize.succeed(t, filepath.Join(dir, "base")).stdout
	for _, quoted := range []string{
		`cloison.dev/component: "n"`, `cloison.dev/component: "null"`, `cloison.dev/segregation: "y"`,
		`name: "on"`, `namespace: "on"`, `name: "123"`, `namespace: "123"`, `name: "off"`,
		`"yes": "no"`, `exponent: "1e3"`, `octal: "012"`, `hexadecimal: "0x1F"`, `empty: "null"`,
		`secretKey: "Y"`, `secretKey: "null"`, `secretKey: "true"`, `secretKey: "1e3"`, `property: "on"`,
		`kubernetes.io/metadata.name: "off"`, `"y": "true"`, `port: 8000`,
	} {
		require.Contains(t, got, " "+quoted+"\n")
	}
	require.NotRegexp(t, `(?m): (y|n|on|off|yes|no|null|true|1e3|012|0x1F|123)$`, got)

	require.Equal(t, got, kustomize.succeed(t, filepath.Join(dir, "again")).stdout, "a second run")
	write(t, dir, files{"printed/output.yaml": got})
	require.Equal(t, got, kustomize.succeed(t, filepath.Join(dir, "printed")).stdout, "the output as a resource")
}
