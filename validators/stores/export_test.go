package stores

import (
	"math/rand/v2"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/internal/verdict"
)

// JudgeShuffled runs the checks in another order.
func JudgeShuffled(
	set *objects.Set, components *scope.Scope, flow *secretflow.Graph, random *rand.Rand,
) verdict.Verdict {
	return verdict.Judge(newJudge(set, components, flow, cluster.Kapsule()), manifests.Shuffled(random, checks()))
}
