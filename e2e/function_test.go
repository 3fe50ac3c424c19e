package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"cloison.dev/cloison/e2e/cluster"
	"cloison.dev/cloison/fn"
)

// runOn runs the function on a Segregation. The spec is YAML, indented by nothing.
func runOn(name, spec string) fn.Outcome {
	return fn.Run(fmt.Appendf(nil, `
apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig:
  apiVersion: cloison.dev/v1alpha1
  kind: Segregation
  metadata: {name: %s}
  spec:
    scaleway: {region: fr-par, projectID: %s}
%s`, name, project, indent(spec)))
}

// expand returns what is to be applied of a Segregation.
func expand(t *testing.T, name, spec string) []*unstructured.Unstructured {
	t.Helper()
	outcome := runOn(name, spec)
	require.Falsef(t, outcome.Failed(), "expand %s: %v", name, outcome.Findings)
	lists, err := cluster.Decode(outcome.Output)
	require.NoError(t, err)
	objects, err := cluster.Deployable(lists)
	require.NoError(t, err)
	require.NotEmpty(t, objects)
	return objects
}

// indent puts a spec where a ResourceList has it.
func indent(spec string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(spec), "\n", "\n    ") + "\n"
}

// expandAndApply stores what expand returns.
func expandAndApply(t *testing.T, name, spec string) []*unstructured.Unstructured {
	t.Helper()
	objects := expand(t, name, spec)
	require.NoError(t, shared.Submit(t.Context(), objects))
	return objects
}
