package stores_test

import (
	"testing"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/stores"
)

func judge(set *objects.Set, components *scope.Scope) []finding.Finding {
	return stores.Check(set, components, secretflow.New(set)).Findings
}

// TestWhatTheFunctionWritesIsClean judges the expected output of every case and example, with its Segregations and
// without.
func TestWhatTheFunctionWritesIsClean(t *testing.T) {
	manifests.Judge(judge).AcceptsWhatIsGenerated(t)
}
