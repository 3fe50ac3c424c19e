package pods_test

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
	one := synced("A", "B", "C_TOKEN") +
		manifests.Object("v1", "ConfigMap", "m", "data: {X: x, U: 'http://example.com'}")
	for i := range 10 {
		one += workload("Deployment", fmt.Sprintf("d%d", i), fromS+", env: [{name: X, value: x}], volumeMounts: "+
			"[{name: v, mountPath: /v}], "+
			"securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}",
			"securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, volumes: [{name: v, "+
				"secret: {secretName: s}}]")
	}
	one += namespace("pod-security.kubernetes.io/enforce: restricted")
	for i := range 700 {
		named := strings.ReplaceAll(one, "namespace: a}", fmt.Sprintf("namespace: n%d}", i))
		text.WriteString(strings.ReplaceAll(named, "{name: a,", fmt.Sprintf("{name: n%d,", i)))
	}
	require.Empty(b, manifests.Judge(judge).Benchmark(b, text.String()))
}
