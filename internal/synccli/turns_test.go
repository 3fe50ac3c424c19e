package synccli

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/internal/wall"
)

// TestNoTwoProbesHaveTheSameTurn has the runtimes of a generated Segregation read their arguments. Each slot of the
// interval is one's alone, whichever of its stores and folders a runtime uses it for: so any 5 minutes have 9 refusals
// at most, as package probe tests with such turns.
func TestNoTwoProbesHaveTheSameTurn(t *testing.T) {
	const components = 24
	var segregation strings.Builder
	segregation.WriteString(`
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  sync: {engine: Cloison, image: "registry.example.com/cloison-sync:v1"}
  components:
`)
	for i := range components {
		fmt.Fprintf(&segregation, "    c%02d: {secrets: {keys: [A]}, secretGroups: {", i)
		for group := range i % 3 {
			fmt.Fprintf(&segregation, "g%d: {keys: [B%d]}, ", group, group)
		}
		segregation.WriteString("}}\n")
	}
	stores, taken := map[string]int{}, map[time.Duration]string{}
	var deployments []*generators.Manifest[appsv1.DeploymentSpec]
	for _, object := range generators.Generate(manifests.Plan(t, segregation.String()), cluster.Kapsule()) {
		if object.GetObjectKind().GroupVersionKind().Kind == "SecretStore" {
			stores[object.GetNamespace()]++
		}
		if deployment, is := object.(*generators.Manifest[appsv1.DeploymentSpec]); is {
			deployments = append(deployments, deployment)
		}
	}
	require.Len(t, deployments, components)
	for _, deployment := range deployments {
		terms, probes := &clusterOptions{}, 0
		cmd := &cobra.Command{}
		terms.flags(cmd, new(deployment.Namespace))
		cmd.Flags().String("namespace", "", "")
		require.NoError(t, cmd.ParseFlags(deployment.Spec.Template.Spec.Containers[0].Args))
		require.NoError(t, terms.check(cmd))
		read := terms.probes.terms()
		probes = stores[deployment.Namespace] * len(read.Folders)
		assert.LessOrEqual(t, probes, read.Most())
		for number := range probes {
			begin := read.Offset + time.Duration(number)*wall.Spacing
			assert.Empty(t, taken[begin], "the slot at %s of %s", begin, deployment.Namespace)
			taken[begin] = deployment.Namespace
			assert.Less(t, begin, read.Interval)
		}
	}
	assert.Greater(t, len(taken), 1000)
}
