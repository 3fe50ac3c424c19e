// Package access has what manifests allow, as one model: which component has which Secrets, from which Scaleway folder
// and with whose API key they are filled, which containers get which of their keys, who reaches whom over the network,
// what is published, and who may do what. It judges nothing. Two of its states can be compared, and what is lost where
// a part falls can be read from one.
package access

import (
	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/reach"
	"cloison.dev/cloison/validators/rbac/rights"
)

// State is what there is to show. It holds names only, never a value of a secret. It is written as JSON: other fields
// may be added, none renamed.
type State struct {
	// Planned is true where the components are those of Segregations, and false where they are all namespaces.
	Planned bool `json:"planned"`
	// Components are sorted by namespace. With Segregations, namespaces of no component follow where they have Secrets.
	Components []Component `json:"components"`
	// Parties are what connections begin or end at: the pods by namespace and name, then what is outside.
	Parties []Party `json:"parties"`
	// Reaches are sorted by their ends.
	Reaches []Reach `json:"reaches"`
	// Rights and Roles are sorted by subject.
	Rights []Right `json:"rights"`
	Roles  []Role  `json:"roles"`
	// Published are sorted by namespace, Service and the object that publishes.
	Published []Publication `json:"published"`
}

// Model is a State with what it was made of, for questions.
type Model struct {
	State
	*decoded.Manifests
	Map  *reach.Map
	List *rights.List
}

// New finds what manifests allow.
func New(of *decoded.Manifests) *Model {
	m := &Model{
		Manifests: of, Map: reach.New(model.New(of.Set, of.Scope, of.Cluster)), List: rights.New(of.Set, of.Scope),
	}
	m.State = State{
		Planned: of.Scope.Planned, Components: collectSecrets(of),
		Parties: []Party{}, Reaches: []Reach{}, Rights: []Right{}, Roles: []Role{},
		Published: []Publication{},
	}
	m.reaches()
	m.rights()
	m.published()
	return m
}
