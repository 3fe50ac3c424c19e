// Package stores judges stores, ExternalSecrets and PushSecrets: family E of the findings. Every value is judged
// twice: can the API server and the operator work with it, and does it keep the components' secrets apart.
//
// A check changes nothing and knows no other check. It returns candidates and what it decided; [verdict.Judge]
// drops the candidates that others explain, so that one mistake is found once.
package stores

import (
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/api"
)

// Check returns what is wrong, in any order. flow is that of the set.
func Check(set *objects.Set, components *scope.Scope, flow *secretflow.Graph) verdict.Verdict {
	return verdict.Judge(newChecker(set, components, flow), checks())
}

// check is one question about the whole input.
type check func(*checker) verdict.Result

// checker has the facts about one input. No check changes them.
type checker struct {
	set        *objects.Set
	scope      *scope.Scope
	graph      *secretflow.Graph
	namespaces *secretflow.Namespaces
	// declared is what the Segregations say; nil without one.
	declared *declared
}

func newChecker(set *objects.Set, components *scope.Scope, flow *secretflow.Graph) *checker {
	c := &checker{set: set, scope: components, graph: flow, namespaces: secretflow.NewNamespaces(set)}
	if components.Planned {
		c.declared = newDeclared(c)
	}
	return c
}

// checks are all of the family, in no order that means anything.
func checks() []check {
	return []check{
		ofSet(api.Versions), ofSet(api.UnknownFields), ofSet(api.ExternalSecrets), ofSet(api.PushSecrets),
		(*checker).stores, (*checker).references, (*checker).searchesEverywhere, (*checker).keysTwice,
		(*checker).sharedCredentials,
		(*checker).credentialKeys, (*checker).clusterStores, (*checker).clusterExternalSecrets, (*checker).pushes,
		(*checker).storeReferences, (*checker).unusedStores, (*checker).targetsTwice, (*checker).otherProviders,
		(*checker).generators, (*checker).sharedFolders,
		asDeclared((*declared).storesAsDeclared), asDeclared((*declared).foreignFolders),
		asDeclared((*declared).secretsAsDeclared), asDeclared((*declared).undeclared),
	}
}

// ofSet is a check of each object by itself.
func ofSet(ask func(*objects.Set) verdict.Result) check {
	return func(c *checker) verdict.Result { return ask(c.set) }
}

func (c *checker) stores() verdict.Result { return api.Stores(c.graph.Stores) }

func (c *checker) references() verdict.Result { return api.References(c.graph.Reads, c.severity()) }

// asDeclared is a check of what the Segregations declare. Without one it finds and decides nothing.
func asDeclared(ask func(*declared) verdict.Result) check {
	return func(c *checker) verdict.Result {
		if c.declared == nil {
			return verdict.Result{}
		}
		return ask(c.declared)
	}
}

// name is how messages call the component of a namespace.
func (c *checker) name(namespace string) string {
	if component := c.scope.Of(namespace); component != nil && c.scope.Planned {
		return "component " + component.Name
	}
	return "namespace " + namespace
}

// severity is Error where a Segregation says what is meant, else Warning.
func (c *checker) severity() finding.Severity {
	if c.scope.Planned {
		return finding.Error
	}
	return finding.Warning
}
