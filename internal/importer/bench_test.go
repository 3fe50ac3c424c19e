package importer_test

import (
	"strconv"
	"strings"
	"testing"

	"cloison.dev/cloison/internal/importer"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit"
)

// BenchmarkImport imports 7,000 objects of 1,000 components without the time to read them. Each component has a flow to
// the next one.
func BenchmarkImport(b *testing.B) {
	one := testkit.Read(b, "testdata", "component.yaml") + "---\n"
	var text strings.Builder
	for i := range 1000 {
		next, this := "shop-c"+strconv.Itoa((i+1)%1000), "shop-c"+strconv.Itoa(i)
		text.WriteString(strings.NewReplacer("shop-backend-next", next, "shop-backend", this).Replace(one))
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
