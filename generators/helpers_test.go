package generators_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	netv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
)

// planOf resolves a Segregation called shop; more holds fields beside spec.components, indented by two.
func planOf(t testing.TB, components string, more ...string) *plan.Plan {
	t.Helper()
	text := `apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
` + strings.Join(more, "") + "  components:\n"
	for line := range strings.Lines(strings.Trim(components, "\n") + "\n") {
		text += "    " + line
	}
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &document), text)
	seg, findings := spec.Load(document.Content[0], spec.Origin{}, cluster.Kapsule())
	require.NotNil(t, seg, "%v", findings)
	p, err := plan.Resolve(seg, cluster.Kapsule())
	require.NoError(t, err)
	return p
}

func generate(t testing.TB, components string, more ...string) []generators.Object {
	t.Helper()
	return generators.Generate(planOf(t, components, more...), cluster.Kapsule())
}

// find returns the object of a type, namespace and name.
func find[T generators.Object](t testing.TB, objects []generators.Object, namespace, name string) T {
	t.Helper()
	for _, object := range objects {
		if typed, is := object.(T); is && object.GetNamespace() == namespace && object.GetName() == name {
			return typed
		}
	}
	var none T
	require.Fail(t, "not generated", "%T %s/%s", none, namespace, name)
	return none
}

// flowPolicies names the policies of a namespace, without those that every namespace has.
func flowPolicies(objects []generators.Object, namespace string) []string {
	var names []string
	for _, object := range objects {
		policy, is := object.(*netv1.NetworkPolicy)
		if is && policy.Namespace == namespace && strings.HasPrefix(policy.Name, "allow-") &&
			policy.Name != "allow-dns" && policy.Name != "allow-same-namespace" {
			names = append(names, policy.Name)
		}
	}
	return names
}

func roles(objects []generators.Object) []*rbacv1.Role {
	var found []*rbacv1.Role
	for _, object := range objects {
		if role, is := object.(*rbacv1.Role); is {
			found = append(found, role)
		}
	}
	return found
}
