package pods

import (
	"testing"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/testkit/manifests"
)

func TestTheOrderOfChecksDoesNotMatter(t *testing.T) {
	manifests.InAnyOrder(t, checks(), func(set *objects.Set, components *scope.Scope) *judge {
		return newJudge(set, components, secretflow.New(set), cluster.Kapsule())
	})
}
