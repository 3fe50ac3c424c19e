package packaging_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit"
)

// runtimeDefinitions are the CRDs that users apply.
func runtimeDefinitions(t *testing.T) []*objects.Object {
	t.Helper()
	folder := filepath.Join(testkit.Root(t), "kustomization", "sync", "crds")
	var found []*objects.Object
	for _, path := range testkit.Files(t, folder+"/*s.yaml", 2) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		parsed, err := objects.Parse(filepath.Base(path), text)
		require.NoError(t, err)
		found = append(found, parsed...)
	}
	return found
}

// besideOperator is what is found of the CRDs of the runtime beside other manifests; empty where nothing is.
func besideOperator(t *testing.T, others string) string {
	t.Helper()
	parsed, err := objects.Parse("m.yaml", []byte(others))
	require.NoError(t, err)
	set, malformed := objects.NewSet(append(parsed, runtimeDefinitions(t)...))
	require.Empty(t, malformed)
	text := ""
	for _, f := range judge(set, scope.New(set, nil)) {
		if f.Code == finding.DefinitionsBesideOperator {
			text += f.String() + "\n"
		}
	}
	return text
}

func TestTheRuntimesDefinitionsBesideTheOperator(t *testing.T) {
	const begin = `error CLS-K023 CustomResourceDefinition externalsecrets.external-secrets.io: the CRDs of the sync ` +
		`runtime are ` +
		`for clusters without the External Secrets Operator, and must not stand beside it: `
	const end = `; fix: remove the kustomization sync/crds: the runtime serves the operator's CRDs too ` +
		`(externalsecrets.yaml:2)` + "\n"
	for name, test := range map[string]struct{ others, found string }{
		"a CRD of the operator's": {`
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: clustersecretstores.external-secrets.io}}
`, "CustomResourceDefinition clustersecretstores.external-secrets.io"},
		"a CRD of its generators": {`
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: passwords.generators.external-secrets.io}}
`, "CustomResourceDefinition passwords.generators.external-secrets.io"},
		"its image, of a mirror": {`
apiVersion: apps/v1
kind: Deployment
metadata: {name: eso, namespace: external-secrets}
spec: {template: {spec: {containers: [{name: a, image: "rg.fr-par.scw.cloud/mirror/external-secrets/external-secrets:v0.20.4-ubi@sha256:00"}]}}}
`, "Deployment eso"},
		"Flux, by the chart's name": {`
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: eso, namespace: flux-system}
spec: {chart: {spec: {chart: external-secrets, sourceRef: {kind: HelmRepository, name: eso}}}, values: {installCRDs: false}}
`, "HelmRelease eso"},
		"Flux, by a reference to the chart": {`
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: eso, namespace: flux-system}
spec: {chartRef: {kind: OCIRepository, name: charts}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: charts, namespace: flux-system}
spec: {url: "oci://ghcr.io/external-secrets/charts/external-secrets"}
`, "HelmRelease eso"},
		"Argo CD": {`
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: eso, namespace: argocd}
spec: {sources: [{repoURL: "https://git.example.com/values", ref: values}, {repoURL: "https://charts.external-secrets.io", chart: external-secrets}]}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all, namespace: argocd}
spec: {template: {spec: {source: {repoURL: "https://charts.external-secrets.io", chart: external-secrets}}}}
`, "Application eso, ApplicationSet all"},
		"charts and images of others": {`
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: external-secrets, namespace: flux-system}
spec: {chart: {spec: {chart: external-secrets-exporter}}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: other, namespace: flux-system}
spec: {chartRef: {kind: OCIRepository, name: charts, namespace: elsewhere}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: charts, namespace: flux-system}
spec: {url: "oci://ghcr.io/external-secrets/charts/external-secrets"}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: external-secrets, namespace: argocd}
spec: {source: {repoURL: "https://git.example.com/external-secrets", path: external-secrets}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reloader, namespace: external-secrets}
spec: {template: {spec: {containers: [{name: a, image: external-secrets}, {name: b, image: "ghcr.io/external-secrets/reloader:v1"}]}}}
---
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.my-external-secrets.io}}
`, ""},
	} {
		want := ""
		if test.found != "" {
			want = begin + test.found + end
		}
		assert.Equal(t, want, besideOperator(t, test.others), name)
	}
}
