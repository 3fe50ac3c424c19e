package quota_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/testkit/manifests"
)

// BenchmarkCheck judges about 10,000 objects in 700 namespaces.
func BenchmarkCheck(b *testing.B) {
	var text strings.Builder
	one := quotaOf("requests.cpu: 100, limits.memory: 100Gi, pods: 100, secrets: 10, persistentvolumeclaims: 10") +
		limitsOf("{type: Container, default: {cpu: 1, memory: 1Gi}, max: {cpu: 4}}") +
		autoscaler("autoscaling/v2", "d0", "d0", 1, 5)
	for i := range 6 {
		one += deployment(fmt.Sprintf("d%d", i), "replicas: 3", half) +
			manifests.Object("v1", "Service", fmt.Sprintf("s%d", i), "spec: {ports: [{port: 80}]}")
	}
	for i := range 700 {
		text.WriteString(strings.ReplaceAll(one, "namespace: a}", fmt.Sprintf("namespace: n%d}", i)))
	}
	require.Empty(b, manifests.Judge(judge).Benchmark(b, text.String()))
}
