// Package network judges NetworkPolicies: family N of the findings. Allows decides one connection, as the API defines it.
// Check decides for every pod that may ever run in a component's namespace: labels are variables that a small solver looks
// for values of, so that pods which operators create count and replicas cost nothing.
package network

import (
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
)

// Check returns what is wrong, in any order. Without a Segregation an explicit rule for certain peers is taken for what is
// meant; with one, what the policies of all components let through is held against the declared flows.
func Check(set *objects.Set, components *scope.Scope) []finding.Finding {
	w := newWorld(set, components)
	w.checkPlugins()
	w.checkHostNetwork()
	for _, n := range w.components {
		w.checkDead(n)
		w.checkIsolation(n)
	}
	for _, n := range w.components {
		w.checkDNS(n)
		if w.planned {
			w.checkDeclared(n)
		}
	}
	w.checkOpenings()
	for _, n := range w.components {
		w.reportSuspects(n)
	}
	return w.findings
}
