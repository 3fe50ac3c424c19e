package network_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/network"
)

// many declares components that talk to the next ones, to a namespace and to the internet.
func many(count int) string {
	var text strings.Builder
	for i := range count {
		fmt.Fprintf(&text, "c%d:\n  ingress: [{from: {namespace: ingress-nginx}, pods: {app: ui}, ports: [3000]}]\n", i)
		fmt.Fprintf(
			&text,
			"  egress: [{to: {internet: true}, ports: [443]}, {to: {component: c%d, pods: {app: api}}, "+
				"pods: {app: ui}, ports: [4000]}, {to: {component: c%d}}]\n",
			(i+1)%count,
			(i+2)%count,
		)
	}
	return text.String()
}

// workloads are some for each component.
func workloads() string {
	var text strings.Builder
	for i := range components {
		for _, app := range []string{"ui", "api", "worker", "cron"} {
			fmt.Fprintf(
				&text,
				"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s, namespace: shop-c%d}\n"+
					"spec: {template: {metadata: {labels: {app: %s}}, spec: {containers: [{name: x}]}}}\n",
				app,
				i,
				app,
			)
		}
	}
	return text.String()
}

const components = 700

func BenchmarkDeclared(b *testing.B) {
	p := manifests.Shop(b, many(components))
	benchmark(b, generate(b, p)+workloads(), 0, p)
}

func BenchmarkWithoutASegregation(b *testing.B) {
	benchmark(b, generate(b, manifests.Shop(b, many(components)))+workloads(), 0)
}

// BenchmarkBroken opens every component to every other, by a policy each.
func BenchmarkBroken(b *testing.B) {
	p := manifests.Shop(b, many(components))
	var open strings.Builder
	for i := range components {
		open.WriteString(
			extra(
				fmt.Sprintf("c%d", i),
				"policyTypes: [Ingress, Egress], ingress: [{from: [{namespaceSelector: {}}], "+
					"ports: [{port: 22}]}], egress: [{to: [{namespaceSelector: {}}], ports: [{port: 23}]}]",
			),
		)
	}
	benchmark(b, generate(b, p)+workloads()+open.String(), 2*components, p)
}

func BenchmarkWithoutPolicies(b *testing.B) {
	benchmark(b, workloads(), 2*components)
}

func benchmark(b *testing.B, text string, want int, plans ...*plan.Plan) {
	all, err := objects.Parse("", []byte(text))
	require.NoError(b, err)
	set, _ := objects.NewSet(all)
	in := scope.New(set, plans)
	b.ReportMetric(float64(len(set.All)), "objects")
	for b.Loop() {
		require.Len(b, network.Check(set, in, cluster.Kapsule()).Findings, want)
	}
}
