// Package network judges the NetworkPolicies of the input: family N of the findings. Package policy has their
// semantics, package solver finds connections that they allow, package model reads the input.
package network

import (
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/network/model"
)

// Check judges the NetworkPolicies of set in the cluster in. With a Segregation, the connections that the policies of
// all components allow are compared with the declared flows. Without one, an explicit rule for certain peers counts as
// declared.
func Check(set *objects.Set, components *scope.Scope, in cluster.Cluster) verdict.Verdict {
	return verdict.Judge(newFacts(model.New(set, components, in)), checks())
}

// check is one check of the family. Checks do not depend on each other.
type check func(*facts) verdict.Result

// checks are all checks of the family, in any order.
func checks() []check {
	return []check{
		checkValidity, checkPlugins, checkSecondNetworks, checkHostNetwork, checkIsolation, checkDefects, checkDNS, checkFlows, checkNames, checkRules,
		checkServicePorts, checkDoors,
	}
}
