package access

import (
	"cloison.dev/cloison/validators/rbac/rights"
)

// Right is something that matters to secrets and to the walls around them, and that a subject of a binding may do.
type Right struct {
	// Subject of the binding. Its kind is ServiceAccount, User or Group.
	Subject Object `json:"subject"`
	// Namespaces are those of the components that the subject belongs to, sorted.
	Namespaces []string `json:"components,omitempty"`
	// Action is what it may do, in words: read Secrets.
	Action rights.Action `json:"action"`
	// Everywhere is true for a right in every namespace, Namespace the one of any other right.
	Everywhere bool   `json:"everywhere,omitempty"`
	Namespace  string `json:"namespace,omitempty"`
	// Names are the only objects that it is over, sorted; none are all.
	Names []string `json:"names,omitempty"`
	// By are the bindings and rules that give it.
	By []Grant `json:"by"`
}

// Grant is a binding with the rule of its role that gives a right.
type Grant struct {
	// Binding, at the subject.
	Binding Rule `json:"binding"`
	// Role that the binding refers to. Format: Role shop/api.
	Role string `json:"role"`
	// Rule of the role; nil where every cluster has it.
	Rule *Rule `json:"rule,omitempty"`
}

// Role is a role that a binding of the input gives to a subject.
type Role struct {
	Subject    Object `json:"subject"`
	Everywhere bool   `json:"everywhere,omitempty"`
	Namespace  string `json:"namespace,omitempty"`
	// Role that the binding refers to. Format: Role shop/api.
	Role    string `json:"role"`
	Binding Rule   `json:"binding"`
}

// rights fills in who may do what, but for what every cluster gives.
func (m *Model) rights() {
	for i := range m.List.Rights {
		r := &m.List.Rights[i]
		right := Right{
			Subject: subjectOf(r.Subject), Namespaces: m.List.ComponentsOf(r.Subject), Action: r.Action,
			Everywhere: r.Place.Everywhere, Namespace: r.Place.Namespace, Names: r.Names,
		}
		for _, chain := range r.By {
			if chain.Binding != nil {
				right.By = append(right.By, GrantOf(chain))
			}
		}
		if len(right.By) > 0 {
			m.Rights = append(m.Rights, right)
		}
	}
	for i := range m.List.Holdings {
		if h := &m.List.Holdings[i]; h.Binding != nil {
			m.Roles = append(m.Roles, Role{
				Subject: subjectOf(h.Subject), Everywhere: h.Place.Everywhere, Namespace: h.Place.Namespace,
				Role: h.Ref.String(), Binding: RuleAt(h.Binding, rights.Chain{Index: h.Index}.SubjectField()),
			})
		}
	}
}

func subjectOf(s rights.Subject) Object {
	return Object{Kind: s.Kind, Namespace: s.Namespace, Name: s.Name}
}

// GrantOf is a chain as a Grant.
func GrantOf(chain rights.Chain) Grant {
	g := Grant{Role: chain.Role.String()}
	if chain.Binding != nil {
		g.Binding = RuleAt(chain.Binding, chain.SubjectField())
	}
	if chain.Of != nil {
		rule := RuleAt(chain.Of, chain.RuleField())
		g.Rule = &rule
	}
	return g
}
