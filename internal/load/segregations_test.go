package load_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/load"
)

const segregation = `
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata:
  name: shop
  annotations: {config.kubernetes.io/local-config: "true"}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  components: {front: {}}
`

func TestSegregations(t *testing.T) {
	for name, test := range map[string]struct {
		stream  string
		want    []string
		stopped bool
		plans   int
	}{
		"one": {segregation, []string{}, false, 1},
		"one that would be applied": {strings.Replace(segregation, "local-config", "other", 1), []string{
			`warning CLS-K008 Segregation shop metadata.annotations: the Segregation would be applied to the cluster, which does not know it; fix: annotate it config.kubernetes.io/local-config: "true" (input line 6)`}, false, 1},
		"one that was moved": {strings.Replace(segregation, "name: shop", "name: shop\n  namespace: prod", 1), []string{
			`warning CLS-K011 Segregation shop metadata.namespace: the Segregation has the namespace "prod", so something such as kustomize's "namespace:" has moved every resource of the input there, out of the namespaces of the components; fix: remove "namespace:" and give each workload the namespace of its component (input line 6)`}, false, 1},
		"the same twice": {segregation + "---" + segregation, []string{}, false, 1},
		"two of a name": {segregation + "---" + strings.Replace(segregation, "front", "back", 1), []string{
			`error CLS-K002 Segregation shop metadata.name: there are two Segregations with the name "shop"; each must have its own; fix: remove or rename one of them (input line 14)`}, true, 0},
		"two that overlap": {segregation + "---" + strings.NewReplacer("name: shop", "name: other", "{front: {}}", "{front: {namespace: shop-front}}").Replace(segregation), []string{
			`error CLS-S011 Segregation other spec.components.front.namespace`}, true, 0},
		"a refused one": {strings.Replace(segregation, "components", "componets", 1), []string{
			`error CLS-S003 Segregation shop spec.componets`}, true, 0},
		"another version": {strings.Replace(segregation, "v1alpha1", "v2", 1), []string{
			`error CLS-S002 Segregation shop apiVersion`}, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			input, _ := read(t, load.Options{}, test.stream, "-")
			got := findings(input)
			if assert.GreaterOrEqual(t, len(got), len(test.want), got) {
				for i, want := range test.want {
					assert.Contains(t, got[i], want)
				}
			}
			assert.Equal(t, len(test.want) == 0, len(got) == 0, got)
			assert.Equal(t, test.stopped, input.Stopped)
			assert.Len(t, input.Plans, test.plans)
		})
	}
}

func TestObjectsThatAreGivenTwice(t *testing.T) {
	in(t, `
-- d/a.yaml --
{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: n}}
---
{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: other}}
---
{apiVersion: v1, kind: Secret, metadata: {generateName: a, namespace: n}}
---
{apiVersion: v1, kind: Secret, metadata: {generateName: a, namespace: n}}
-- d/b.yaml --
{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: n}}
---
{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: n, annotations: {config.kubernetes.io/local-config: "true"}}}
---
{apiVersion: example.com/v1, kind: Secret, metadata: {name: a, namespace: n}}
`)
	input, _ := read(t, load.Options{}, "", "d")
	assert.Equal(t, []string{
		`error CLS-K002 Secret n/a: the input has this object twice, in d/a.yaml:1 too; it must be there once; fix: remove one of the two (d/b.yaml:1)`,
	}, findings(input))
	assert.False(t, input.Stopped)
}
