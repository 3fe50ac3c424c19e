package stores_test

import (
	"slices"
	"testing"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/stores"
)

func judge(set *objects.Set, components *scope.Scope) []finding.Finding {
	return stores.Check(set, components, secretflow.New(set), cluster.Kapsule()).Findings
}

// TestWhatTheFunctionWritesIsClean judges the expected output of every case and example, with its Segregations and
// without. Without one nothing says that the address of another API is meant.
func TestWhatTheFunctionWritesIsClean(t *testing.T) {
	manifests.Judge(func(set *objects.Set, components *scope.Scope) []finding.Finding {
		return slices.DeleteFunc(judge(set, components), func(f finding.Finding) bool {
			return f.Code == finding.ForeignAPI && !components.Planned
		})
	}).AcceptsWhatIsGenerated(t)
}
