package rbac_test

import (
	"fmt"
	"strings"
	"testing"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/validators/rbac/rights"
)

// BenchmarkCheck judges 7,700 objects in 700 components, three of whose five bindings each are a mistake.
func BenchmarkCheck(b *testing.B) {
	set, components, count := manyBindings(b)
	var found []finding.Finding
	for b.Loop() {
		found = checkSet(set, components)
	}
	b.ReportMetric(float64(count), "objects")
	b.ReportMetric(float64(len(found)), "findings")
}

// BenchmarkRights lists the rights of the same objects.
func BenchmarkRights(b *testing.B) {
	set, components, count := manyBindings(b)
	var found *rights.List
	for b.Loop() {
		found = rights.New(set, components)
	}
	b.ReportMetric(float64(count), "objects")
	b.ReportMetric(float64(len(found.Rights)), "rights")
}

func manyBindings(b *testing.B) (*objects.Set, *scope.Scope, int) {
	b.Helper()
	const count = 700
	var manifests strings.Builder
	for i := range count {
		namespace := fmt.Sprintf("ns-%03d", i)
		other := fmt.Sprintf("ns-%03d", (i+1)%count)
		fmt.Fprintf(&manifests, "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default, namespace: "+
			"%s}\nautomountServiceAccountToken: false\n", namespace)
		fmt.Fprintf(&manifests, "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: app, namespace: %s}\n",
			namespace)
		fmt.Fprintf(&manifests, "---\napiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: %s}\n", namespace)
		for j := range 3 {
			name := fmt.Sprintf("r%d", j)
			manifests.WriteString(role(namespace, name,
				`apiGroups: ["", apps, batch], resources: [pods, deployments, jobs, configmaps, services, pods/log], `+
					`verbs: [get, list, watch]}, {apiGroups: [""], resources: [secrets], resourceNames: [app], `+
					`verbs: [get, list, watch, create, patch]`))
			manifests.WriteString(binding(namespace, name, "Role", name,
				`{kind: ServiceAccount, name: app}, {kind: ServiceAccount, name: app, namespace: `+other+`}`))
		}
		manifests.WriteString(binding("", namespace, "ClusterRole", "view",
			`{kind: ServiceAccount, name: app, namespace: `+namespace+`}`))
		manifests.WriteString(binding(namespace, "edit", "ClusterRole", "edit", `{kind: ServiceAccount, name: app}`))
	}
	all, err := objects.Parse("", []byte(manifests.String()))
	if err != nil {
		b.Fatal(err)
	}
	set, _ := objects.NewSet(all)
	return set, scopeOf(set), len(all)
}
