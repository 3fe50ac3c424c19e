package rights

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/privilege"
)

// List is what the subjects of bindings may do. The bindings that every cluster has are among them: of groups such as
// system:authenticated.
type List struct {
	// Rights are sorted by subject, action and place, each once.
	Rights []Right
	// Holdings are the roles that bindings give, sorted by subject, place, and the order of the policy.
	Holdings []Holding
	// Accounts are the service accounts that the input has, that its pods run as or that its bindings name, sorted.
	Accounts []Account

	components map[Subject][]string
	account    map[Subject]*Account
}

// New lists the rights. Components says which namespaces and which access of Segregations belong together: what a right
// needs beside it may be another service account's of its component, as it is judged.
func New(set *objects.Set, components *scope.Scope) *List {
	r := &reader{
		list: &List{components: map[Subject][]string{}}, scope: components, catalog: privilege.NewCatalog(),
		written: map[metav1.Object]*objects.Object{}, roles: map[types.NamespacedName]*objects.Object{},
		found: map[rightKey]*Right{}, granted: map[*authorizer.Role][]granted{},
		accountsIn: map[string][]authorizer.User{}, boundIn: map[authorizer.Identity][]string{},
		bound: map[authorizer.Identity]bool{},
	}
	r.readPolicy(set)
	r.readAccounts(set)
	r.readComponents()
	for _, b := range r.policy.Bindings() {
		for i, subject := range b.Subjects {
			if identity, is := authorizer.IdentityOf(subject, b.Namespace); is {
				r.read(b, i, subjectOf(identity))
			}
		}
	}
	return r.result()
}

// reader collects the rights.
type reader struct {
	list    *List
	scope   *scope.Scope
	policy  *authorizer.Policy
	catalog *privilege.Catalog
	// written has the bindings and roles of the input by their values, roles those roles by their names.
	written map[metav1.Object]*objects.Object
	roles   map[types.NamespacedName]*objects.Object
	found   map[rightKey]*Right
	// granted are the privileges of roles that were asked for.
	granted map[*authorizer.Role][]granted
	// accountsIn has the service accounts of each namespace that bindings name, boundIn the namespaces of the
	// RoleBindings of each identity.
	accountsIn map[string][]authorizer.User
	boundIn    map[authorizer.Identity][]string
	bound      map[authorizer.Identity]bool
}

type rightKey struct {
	subject Subject
	action  Action
	place   Place
}

func (r *reader) readPolicy(set *objects.Set) {
	in := authorizer.Objects{
		Roles: values(r, set.Roles), ClusterRoles: values(r, set.ClusterRoles),
		RoleBindings: values(r, set.RoleBindings), ClusterRoleBindings: values(r, set.ClusterRoleBindings),
	}
	for _, o := range set.Roles {
		r.roles[types.NamespacedName{Namespace: o.Namespace, Name: o.Name}] = o.Object
	}
	for _, o := range set.ClusterRoles {
		r.roles[types.NamespacedName{Name: o.Name}] = o.Object
	}
	r.policy = authorizer.New(in)
	for _, b := range r.policy.Bindings() {
		for _, subject := range b.Subjects {
			identity, is := authorizer.IdentityOf(subject, b.Namespace)
			if !is {
				continue
			}
			if !b.ClusterWide {
				r.boundIn[identity] = append(r.boundIn[identity], b.Namespace)
			}
			namespace := namespaceOf(subjectOf(identity))
			if isNew := !r.bound[identity]; isNew && namespace != "" {
				r.accountsIn[namespace] = append(r.accountsIn[namespace], authorizer.UserOf(subject, b.Namespace))
			}
			r.bound[identity] = true
		}
	}
}

// values returns the values of objects, and notes which object has which.
func values[T any, P interface {
	*T
	metav1.Object
}](r *reader, typed []objects.Typed[T]) []*T {
	all := make([]*T, len(typed))
	for i, o := range typed {
		all[i] = o.Value
		r.written[P(o.Value)] = o.Object
	}
	return all
}

// read adds what a binding gives one of its subjects.
func (r *reader) read(b *authorizer.Binding, index int, subject Subject) {
	place := Place{Everywhere: b.ClusterWide, Namespace: b.Namespace}
	holding := Holding{Subject: subject, Place: place, Binding: r.object(b.Object), Index: index, Ref: roleName(b)}
	if b.Role == nil {
		r.list.Holdings = append(r.list.Holdings, holding)
		return
	}
	holding.Rules, holding.written = b.Role.Rules, r
	r.list.Holdings = append(r.list.Holdings, holding)
	for _, g := range r.grantsOf(b.Role) {
		if g.clusterWide && !b.ClusterWide {
			continue
		}
		by := holding.Chain(g.rule)
		for _, at := range r.places(g, subject, place) {
			r.add(rightKey{subject, g.action, at}, g.names, by)
		}
	}
}

func (r *reader) add(key rightKey, names []string, by Chain) {
	if known := r.found[key]; known != nil {
		known.grow(names, by)
		return
	}
	first := &Right{Subject: key.subject, Action: key.action, Place: key.place, By: []Chain{by}}
	if names != nil {
		first.Names = slices.Compact(slices.Sorted(slices.Values(names)))
	}
	r.found[key] = first
}

// granted is what a rule of a role gives: the grants of one action together, but for those that need more.
type granted struct {
	action      Action
	clusterWide bool
	names       []string
	rule        authorizer.Rule
	requires    [][]authorizer.Request
}

// grantsOf are the privileges of a role, each once for each rule. They are kept: most bindings share a few roles.
func (r *reader) grantsOf(role *authorizer.Role) []granted {
	known, found := r.granted[role]
	if found {
		return known
	}
	for _, g := range r.catalog.Grants(role) {
		one := granted{ActionOf(g.Privilege), g.ClusterWide, g.Names, g.Rule, g.Requires}
		isKnown := len(one.requires) == 0 && slices.ContainsFunc(known, func(other granted) bool {
			return other.action == one.action && other.clusterWide == one.clusterWide && len(other.requires) == 0 &&
				other.rule.PolicyRule == one.rule.PolicyRule && slices.Equal(other.names, one.names) &&
				(other.names == nil) == (one.names == nil)
		})
		if !isKnown {
			known = append(known, one)
		}
	}
	r.granted[role] = known
	return known
}

// places are where a grant holds for a subject: the place of its binding or, where it needs further rights that hold in
// some namespaces only, those.
func (r *reader) places(g granted, subject Subject, at Place) []Place {
	if len(g.requires) == 0 {
		return []Place{at}
	}
	users := r.usersOf(subject)
	if r.meets(g.requires, users, at.Namespace) {
		return []Place{at}
	}
	if !at.Everywhere || g.clusterWide {
		return nil
	}
	var places []Place
	for _, namespace := range r.namespacesOf(users) {
		if r.meets(g.requires, users, namespace) {
			places = append(places, Place{Namespace: namespace})
		}
	}
	return places
}

// namespacesOf are the namespaces in which RoleBindings give rights to one of the users.
func (r *reader) namespacesOf(users []authorizer.User) []string {
	var namespaces []string
	for _, user := range users {
		namespaces = append(namespaces, r.boundIn[authorizer.Identity{Kind: rbacv1.UserKind, Name: user.Name}]...)
		for _, group := range user.Groups {
			namespaces = append(namespaces, r.boundIn[authorizer.Identity{Kind: rbacv1.GroupKind, Name: group}]...)
		}
	}
	slices.Sort(namespaces)
	return slices.Compact(namespaces)
}

// meets reports whether the users are allowed one of each list of requests in a namespace.
func (r *reader) meets(requires [][]authorizer.Request, users []authorizer.User, namespace string) bool {
	for _, alternatives := range requires {
		isAllowed := slices.ContainsFunc(users, func(user authorizer.User) bool {
			return slices.ContainsFunc(alternatives, func(request authorizer.Request) bool {
				request.Namespace = namespace
				_, allowed := r.policy.Allowed(user, request)
				return allowed
			})
		})
		if !isAllowed {
			return false
		}
	}
	return true
}

// object is that of a binding or role; nil where every cluster has it.
func (r *reader) object(value metav1.Object) *objects.Object {
	if value == nil {
		return nil
	}
	return r.written[value]
}

// source is the object that a rule of a role is written in; nil where every cluster has it.
func (r *reader) source(of RoleName, rule authorizer.Rule) *objects.Object {
	if rule.Builtin {
		return nil
	}
	return r.roles[types.NamespacedName{Namespace: of.Namespace, Name: rule.Role}]
}

// roleName is the role that a binding refers to.
func roleName(b *authorizer.Binding) RoleName {
	name := RoleName{Kind: b.RoleRef.Kind, Name: b.RoleRef.Name}
	if name.Kind == authorizer.RoleKind {
		name.Namespace = b.Namespace
	}
	return name
}

// result sorts what was found.
func (r *reader) result() *List {
	list := r.list
	list.Rights = make([]Right, 0, len(r.found))
	for _, right := range r.found {
		list.Rights = append(list.Rights, *right)
	}
	slices.SortFunc(list.Rights, inOrder())
	slices.SortStableFunc(list.Holdings, compareHoldings)
	return list
}
