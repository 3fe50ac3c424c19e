// Package stores judges stores, ExternalSecrets and PushSecrets: family E of the findings. Every value is judged
// twice: can the API server and the operator work with it, and does it keep the components' secrets apart.
//
// A check changes nothing and knows no other check. It returns candidates and what it decided; [verdict.Judge]
// drops the candidates that others explain, so that one mistake is found once. What explains what is in
// [explaining.Precedence]. The checks, and where they are:
//
//	each object by itself, package api
//	  unknown.go         Versions               E009                                 OfAPI
//	                     UnknownFields          E010                                 OfAPI
//	  storefields.go     Stores                 E011 E012 E013 E014 E024 E025 E029   OfValues
//	  externalfields.go  ExternalSecrets        E011 E012 E020 E023 E025             OfStructure, OfValues
//	  pushfields.go      PushSecrets            E011 E012 E025                       OfStructure, OfValues
//	  references.go      References             E007 E008 E012 E026                  OfReferences
//	objects beside each other
//	  searches.go        searchesEverywhere     E006                                 OfReferences
//	  twice.go           keysTwice              E016                                 OfKeysTwice
//	  writers.go         targetsTwice           E017                                 OfRelations
//	  uses.go            storeReferences        E015                                 OfRelations
//	                     unusedStores           E021                                 OfLeftovers
//	  credentials.go     sharedCredentials      E002                                 OfRelations
//	                     credentialKeys         E028                                 OfRelations
//	  cluster.go         clusterStores          E003                                 OfRelations
//	                     clusterExternalSecrets E004                                 OfRelations
//	  reaching.go        foreignKeys            E002 (without a Segregation)         OfRelations
//	  sharedsecrets.go   sharedSecrets          E001 E007 E022 (without a Seg.)      OfStructure, OfValues
//	  pushes.go          pushes                 E005                                 OfRelations
//	  folders.go         sharedFolders          E001 (without a Segregation)         OfRelations
//	  templates.go       templateUses           E031                                 OfReferences
//	                     templateReads          E031 E032                            OfRelations
//	                     otherKinds             E030                                 OfLeftovers
//	  endpoints.go       foreignAPIs            E033                                 OfRelations
//	  undecided.go       otherProviders         E022 E027                            OfLeftovers
//	                     generators             E022                                 OfLeftovers
//	objects beside what the Segregations declare
//	  declared.go        storesAsDeclared       E002 E018                            OfDeclaredStores
//	                     foreignFolders         E001                                 OfForeignFolders
//	                     undeclared             E019                                 OfUndeclared
//	  declaredkeys.go    secretsAsDeclared      E018 E019                            OfDeclaredSecrets, OfDeclaredKeys
package stores

import (
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/api"
)

// Check returns what is wrong, in any order. flow is that of the set.
func Check(
	set *objects.Set, components *scope.Scope, flow *secretflow.Graph, in cluster.Cluster,
) verdict.Verdict {
	return verdict.Judge(newJudge(set, components, flow, in), checks())
}

// check is one question about the whole input.
type check func(*judge) verdict.Result

// judge has the facts about one input. No check changes them.
type judge struct {
	set        *objects.Set
	components *scope.Scope
	flow       *secretflow.Graph
	cluster    cluster.Cluster
	// version of the operator; the zero value where it is not known.
	version    eso.Version
	namespaces *secretflow.Namespaces
	// declared is what the Segregations say; nil where the components are not planned.
	declared *declared
}

func newJudge(set *objects.Set, components *scope.Scope, flow *secretflow.Graph, in cluster.Cluster) *judge {
	j := &judge{
		set: set, components: components, flow: flow, cluster: in, version: eso.ParseVersion(in.ExternalSecrets.Version),
		namespaces: secretflow.NewNamespaces(set),
	}
	if components.Planned {
		j.declared = newDeclared(j)
	}
	return j
}

// checks are all of the family, as in the table above. Their order means nothing.
func checks() []check {
	return []check{
		ofSet(api.Versions), ofVersion(api.UnknownFields), (*judge).storeValues, ofVersion(api.ExternalSecrets),
		ofVersion(api.PushSecrets), (*judge).references,

		(*judge).searchesEverywhere, (*judge).keysTwice, (*judge).targetsTwice, (*judge).storeReferences,
		(*judge).unusedStores, (*judge).sharedCredentials, (*judge).credentialKeys, (*judge).clusterStores,
		(*judge).clusterExternalSecrets, (*judge).pushes, (*judge).sharedFolders, (*judge).otherProviders,
		(*judge).generators, (*judge).templateUses, (*judge).templateReads, (*judge).otherKinds, (*judge).foreignAPIs,
		(*judge).foreignKeys, (*judge).sharedSecrets,

		asDeclared((*declared).storesAsDeclared), asDeclared((*declared).foreignFolders),
		asDeclared((*declared).undeclared), asDeclared((*declared).secretsAsDeclared),
	}
}

// ofSet is a check that needs the objects only.
func ofSet(ask func(*objects.Set) verdict.Result) check {
	return func(j *judge) verdict.Result { return ask(j.set) }
}

// ofVersion is a check that needs the objects and the version of the operator.
func ofVersion(ask func(*objects.Set, eso.Version) verdict.Result) check {
	return func(j *judge) verdict.Result { return ask(j.set, j.version) }
}

func (j *judge) storeValues() verdict.Result { return api.Stores(j.flow.Stores, j.version) }

func (j *judge) references() verdict.Result {
	return api.References(j.flow.Reads, j.isScaleway, j.severity())
}

// isScaleway reports whether a read comes from Scaleway. A store that is not in the input may be of any provider, but
// for a SecretStore of a component that is declared.
func (j *judge) isScaleway(read *secretflow.Read) bool {
	if read.Store != nil {
		return read.Store.Scaleway
	}
	return j.components.Planned && read.StoreRef.Kind == eso.SecretStoreKind &&
		j.components.Of(read.Target.Namespace) != nil
}

// asDeclared is a check of what the Segregations declare. Without one it finds and decides nothing.
func asDeclared(ask func(*declared) verdict.Result) check {
	return func(j *judge) verdict.Result {
		if !j.components.Planned {
			return verdict.Result{}
		}
		return ask(j.declared)
	}
}

// name is how messages call the component of a namespace.
func (j *judge) name(namespace string) string {
	if component := j.components.Of(namespace); component != nil && j.components.Planned {
		return "component " + component.Name
	}
	return "namespace " + namespace
}

// severity is Error where a Segregation says what is meant, else Warning.
func (j *judge) severity() finding.Severity {
	if j.components.Planned {
		return finding.Error
	}
	return finding.Warning
}
