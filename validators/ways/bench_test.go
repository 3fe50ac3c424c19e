package ways_test

import (
	"fmt"
	"strings"
	"testing"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators/ways"
)

// BenchmarkSum has 1,458 components with 12,150 objects and 7,776 findings: each has a service account that reads
// the Secrets of the next one, every second one a pod that takes over its node, every third one rights everywhere.
func BenchmarkSum(b *testing.B) {
	const count = 1458
	var text strings.Builder
	for i := range count {
		namespace, next := fmt.Sprintf("ns-%04d", i), fmt.Sprintf("ns-%04d", (i+1)%count)
		for _, name := range []string{"a", "b", "c"} {
			fmt.Fprintf(&text, "---\napiVersion: v1\nkind: Secret\nmetadata: {name: %s, namespace: %s}\n", name, namespace)
		}
		for k, name := range []string{"app", "worker"} {
			fmt.Fprintf(&text, "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s, namespace: %s}\nspec: "+
				"{template: {spec: {hostPID: %t, serviceAccountName: app, containers: [{name: a, image: a, envFrom: "+
				"[{secretRef: {name: a}}]}]}}}\n", name, namespace, i%2+k == 1)
		}
		fmt.Fprintf(&text, "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: app, namespace: %s}\n", namespace)
		bind := func(kind, meta, role string) {
			fmt.Fprintf(&text, "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: %s\nmetadata: {%s}\nroleRef: "+
				"{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %s}\nsubjects: [{kind: ServiceAccount, "+
				"name: app, namespace: %s}]\n", kind, meta, role, namespace)
		}
		bind("RoleBinding", "name: reads, namespace: "+next, "system:controller:bootstrap")
		bind("RoleBinding", "name: edits, namespace: "+next, "edit")
		if i%3 == 0 {
			bind("ClusterRoleBinding", "name: all-"+namespace, "edit")
		}
	}
	all, err := objects.Parse("", []byte(text.String()))
	if err != nil {
		b.Fatal(err)
	}
	facts, found := prove(all, nil)
	var sum ways.Sum
	for b.Loop() {
		sum = ways.New(facts, found).Sum()
	}
	b.ReportMetric(float64(len(all)), "objects")
	b.ReportMetric(float64(len(found)), "findings")
	b.ReportMetric(float64(sum.Count), "ways")
	b.ReportMetric(float64(len(sum.Uncounted)), "uncounted")
}
