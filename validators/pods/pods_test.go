package pods_test

import (
	"testing"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/pods"
)

func judge(set *objects.Set, components *scope.Scope) []finding.Finding {
	return pods.Check(set, components, secretflow.New(set), cluster.Kapsule()).Findings
}

func TestWhatCloisonGeneratesAndTheExamplesAreClean(t *testing.T) {
	manifests.Judge(judge).AcceptsWhatIsGenerated(t)
}
