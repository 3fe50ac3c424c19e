package network

import (
	"math/rand/v2"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/network/model"
)

// CheckShuffled is Check with the checks in a random order.
func CheckShuffled(r *rand.Rand, set *objects.Set, components *scope.Scope, in cluster.Cluster) verdict.Verdict {
	shuffled := checks()
	r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	return verdict.Judge(newFacts(model.New(set, components, in)), shuffled)
}
