package importer_test

import (
	"strconv"
	"strings"
	"testing"

	"cloison.dev/cloison/internal/importer"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
)

// BenchmarkImport imports 10,000 objects of 1,000 components without the time to read them.
func BenchmarkImport(b *testing.B) {
	one := backend + store + external("backend", "backend-secrets",
		"  data:\n    - {secretKey: A, remoteRef: {key: path:/shop-backend/a}}") +
		policy("shop-backend", egressTo+"    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: "+
			"shop-backend-next}}}]\n      ports: [{port: 4000}]") +
		binding + "roleRef: {kind: ClusterRole, name: view}\n---\n"
	var text strings.Builder
	for i := range 1000 {
		text.WriteString(strings.NewReplacer("shop-backend-next", "shop-c"+strconv.Itoa((i+1)%1000), "shop-backend",
			"shop-c"+strconv.Itoa(i)).Replace(one))
	}
	all, err := objects.Parse("", []byte(text.String()))
	if err != nil {
		b.Fatal(err)
	}
	set, _ := objects.NewSet(all)
	components := scope.New(set, nil)
	b.ReportMetric(float64(len(set.All)), "objects")
	for b.Loop() {
		importer.Import(set, components, importer.Options{})
	}
}
