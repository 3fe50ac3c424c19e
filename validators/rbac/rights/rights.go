// Package rights lists what the subjects of bindings may do that matters to secrets and to the walls around them, in
// their own namespace and in others, and by which binding and rule. It judges nothing: package rbac says which of these
// rights are wrong. Both ask the same authorizer and the same list of privileges.
package rights

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

// Subject is whom a binding names: a service account, a user or a group. A user whose name is that of a service account
// is that service account.
type Subject struct {
	// Kind is ServiceAccount, User or Group.
	Kind string
	// Namespace of a service account; empty for others.
	Namespace string
	Name      string
}

// String names the subject. Format: service account "shop/api", group "team".
func (s Subject) String() string {
	if s.Kind == rbacv1.ServiceAccountKind {
		return `service account "` + objects.Path(s.Namespace, s.Name) + `"`
	}
	return strings.ToLower(s.Kind) + ` "` + s.Name + `"`
}

// Compare orders subjects by kind, namespace and name.
func (s Subject) Compare(other Subject) int {
	return cmp.Or(cmp.Compare(s.Kind, other.Kind), cmp.Compare(s.Namespace, other.Namespace),
		cmp.Compare(s.Name, other.Name))
}

// subjectOf is the subject of an identity.
func subjectOf(identity authorizer.Identity) Subject {
	if namespace, name, is := identity.ServiceAccount(); is {
		return Subject{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: name}
	}
	return Subject{Kind: identity.Kind, Name: identity.Name}
}

// user is the subject for the authorizer.
func (s Subject) user() authorizer.User {
	return authorizer.UserOf(rbacv1.Subject{Kind: s.Kind, Namespace: s.Namespace, Name: s.Name}, "")
}

// Place is where a right holds.
type Place struct {
	// Everywhere is true for a right in every namespace, and for one over what is in none: a ClusterRoleBinding gives it.
	Everywhere bool
	// Namespace of a right that a RoleBinding gives; empty where Everywhere is true, and for a binding that names none.
	Namespace string
}

// String says where. Format: every namespace, namespace "shop".
func (p Place) String() string {
	if p.Everywhere {
		return "every namespace"
	}
	return objects.NamespaceText(p.Namespace)
}

// Has reports whether a right at p holds in a namespace.
func (p Place) Has(namespace string) bool { return p.Everywhere || p.Namespace == namespace }

// Compare orders places: every namespace first, then by name.
func (p Place) Compare(other Place) int {
	if p.Everywhere != other.Everywhere {
		if p.Everywhere {
			return -1
		}
		return 1
	}
	return cmp.Compare(p.Namespace, other.Namespace)
}

// Right is something that a subject may do in a place.
type Right struct {
	Subject Subject
	Action  Action
	Place   Place
	// Names are the only objects that it is over, sorted; nil means every object. Whether the input has them is another
	// question.
	Names []string
	// By are the bindings and rules that give it, each once: those for every object first, then in the order of the
	// policy.
	By []Chain
}

// Chain is why a subject has a right: a binding, its role, and the rule of that role.
type Chain struct {
	// Binding is nil for one that every cluster has.
	Binding *objects.Object
	// Index of the subject in the subjects of the binding.
	Index int
	// Role that the binding refers to. Namespace is empty for a ClusterRole.
	Role RoleName
	// Rule that gives the right. Its Role is another one's name where roles are aggregated.
	Rule authorizer.Rule
	// Of is the object that the rule is written in; nil where every cluster has it.
	Of *objects.Object
}

// RoleName names a Role or ClusterRole.
type RoleName struct{ Kind, Namespace, Name string }

// String formats the name as "Role shop/api".
func (r RoleName) String() string { return r.Kind + " " + objects.Path(r.Namespace, r.Name) }

// String is the chain for people. Format: RoleBinding shop/api subjects[0] → Role shop/api rules[1].
func (c Chain) String() string {
	text := "every cluster"
	if c.Binding != nil {
		text = c.Binding.String() + " " + c.SubjectField().String()
	}
	text += " → " + c.Role.String()
	if c.Rule.Role != c.Role.Name {
		text += " with the rules of " + c.Rule.Role
	}
	if !c.Rule.Builtin {
		text += " " + c.RuleField().String()
	}
	return text
}

// SubjectField is the path of the subject in the Binding.
func (c Chain) SubjectField() fieldpath.Path { return fieldpath.Of("subjects").Index(c.Index) }

// RuleField is the path of the rule in the object Of.
func (c Chain) RuleField() fieldpath.Path { return fieldpath.Of("rules").Index(c.Rule.Index) }

// same reports whether two chains are one.
func (c Chain) same(other Chain) bool {
	return c.Binding == other.Binding && c.Index == other.Index && c.Role == other.Role &&
		c.Rule.PolicyRule == other.Rule.PolicyRule
}

// inOrder orders rights by subject, action and place.
func inOrder() func(a, b Right) int {
	rank := map[Action]int{}
	for i, action := range Actions() {
		rank[action] = i
	}
	return func(a, b Right) int {
		return cmp.Or(a.Subject.Compare(b.Subject), cmp.Compare(rank[a.Action], rank[b.Action]), a.Place.Compare(b.Place))
	}
}

// grow adds objects and a chain to a right. Names of nil are every object.
func (r *Right) grow(names []string, by Chain) {
	if !slices.ContainsFunc(r.By, by.same) {
		switch {
		case names == nil && r.Names != nil:
			r.By = slices.Insert(r.By, 0, by)
		default:
			r.By = append(r.By, by)
		}
	}
	switch {
	case names == nil:
		r.Names = nil
	case r.Names != nil:
		r.Names = append(r.Names, names...)
		slices.Sort(r.Names)
		r.Names = slices.Compact(r.Names)
	}
}
