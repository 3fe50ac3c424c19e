package packaging_test

import (
	"fmt"
	"strings"
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

// BenchmarkCheck judges 10,500 objects in 700 namespaces.
func BenchmarkCheck(b *testing.B) {
	var text strings.Builder
	for n := range 700 {
		fmt.Fprintf(&text, "---\n{apiVersion: v1, kind: Namespace, metadata: {name: n%d, labels: "+
			"{cloison.dev/component: c%d}}}\n", n, n)
		for i := range 7 {
			fmt.Fprintf(&text, "---\n{apiVersion: v1, kind: Service, metadata: {name: s%d, namespace: n%d, labels: "+
				"{cloison.dev/component: c%d}}}\n", i, n, n)
			fmt.Fprintf(&text, "---\n{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i%d, "+
				"namespace: n%d}, spec: {defaultBackend: {service: {name: s%d, port: {number: 80}}}}}\n", i, n, i)
		}
	}
	manifests.Judge(judge).Benchmark(b, text.String())
}
