package stores

import (
	"math/rand/v2"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
)

// JudgeShuffled runs the checks in another order.
func JudgeShuffled(
	set *objects.Set, components *scope.Scope, flow *secretflow.Graph, random *rand.Rand,
) verdict.Verdict {
	checks := newChecker(set, components, flow).checks()
	random.Shuffle(len(checks), func(i, j int) { checks[i], checks[j] = checks[j], checks[i] })
	return judge(checks)
}
