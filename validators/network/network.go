// Package network judges the NetworkPolicies of the input: family N of the findings. Package policy has their
// semantics, solver finds connections that they let through, model is what the input says.
package network

import (
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/network/model"
)

// Check judges the objects that stand in a cluster. Without a Segregation an explicit rule for certain peers is taken
// for what is meant; with one, what the policies of all components let through is held against the declared flows.
func Check(set *objects.Set, components *scope.Scope, in cluster.Cluster) verdict.Verdict {
	return verdict.Judge(newFacts(model.New(set, components, in)), checks())
}

// check is one check of the family. It knows nothing of the others.
type check func(*facts) verdict.Result

// checks are all checks of the family, in any order.
func checks() []check {
	return []check{
		checkValidity, checkPlugins, checkHostNetwork, checkIsolation, checkDefects, checkDNS, checkFlows, checkRules,
	}
}
