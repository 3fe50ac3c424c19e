// Package access turns RoleBindings into the roles of a Segregation. It fills in access of the components.
package access

import (
	"cmp"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// Read carries over who may do what in the components' namespaces.
func Read(d *draft.Draft, set *objects.Set) {
	bound, known := map[*objects.Object]bool{}, knownRoles(set)
	for _, o := range set.RoleBindings {
		c := d.Of(o.Namespace)
		if c == nil || wellknown.IsRuntime(o.Name, o.Labels) {
			continue
		}
		b := binding{Draft: d, component: c, object: o.Object}
		role, referenced := b.role(o.Value.RoleRef, known)
		bound[referenced] = true
		if role == "" {
			continue
		}
		for i, subject := range o.Value.Subjects {
			b.addSubject(role, fieldpath.Of("subjects").Index(i), subject)
		}
	}
	for _, o := range set.Roles {
		if c := d.Of(o.Namespace); c != nil && !bound[o.Object] && !wellknown.IsRuntime(o.Name, o.Labels) {
			d.Note(draft.NotCarried, o.Object, fieldpath.Path{}, c.Path("access"),
				"no RoleBinding of the input gives it to anybody")
		}
	}
	for _, c := range d.Components {
		slices.SortStableFunc(c.Spec.Access,
			func(a, b spec.Access) int { return cmp.Or(rank(a.Role)-rank(b.Role), cmp.Compare(a.Role, b.Role)) })
	}
}

// rank is the place of a role in a Segregation: its own ones first.
func rank(role spec.Role) int {
	if i := slices.Index(roles, role); i >= 0 {
		return i
	}
	return len(roles)
}

type roleKey struct{ namespace, kind, name string }

type knownRole struct {
	object *objects.Object
	rules  []rbacv1.PolicyRule
}

// knownRoles are those whose rules are in the input. Those of an aggregated ClusterRole are not: the cluster adds to
// them.
func knownRoles(set *objects.Set) map[roleKey]knownRole {
	known := map[roleKey]knownRole{}
	for _, o := range set.Roles {
		known[roleKey{o.Namespace, "Role", o.Name}] = knownRole{o.Object, o.Value.Rules}
	}
	for _, o := range set.ClusterRoles {
		if o.Value.AggregationRule == nil {
			known[roleKey{"", "ClusterRole", o.Name}] = knownRole{o.Object, o.Value.Rules}
		}
	}
	return known
}

// binding is a RoleBinding of a component.
type binding struct {
	*draft.Draft
	component *draft.Component
	object    *objects.Object
}

func (b binding) note(outcome draft.Outcome, field fieldpath.Path, reason string, args ...any) {
	b.Note(outcome, b.object, field, b.component.Path("access"), reason, args...)
}

// role is the role of a Segregation that does what the binding gives; empty where there is none, which has a note.
// referenced is the role that the binding names; nil where it is not in the input.
func (b binding) role(ref rbacv1.RoleRef, known map[roleKey]knownRole) (role spec.Role, referenced *objects.Object) {
	key := roleKey{b.object.Namespace, ref.Kind, ref.Name}
	if ref.Kind == "ClusterRole" {
		key.namespace = ""
	}
	given, found := known[key]
	if !found {
		return b.builtIn(ref), nil
	}
	role, exactly, missing := fitting(given.rules)
	switch {
	case role == "" && ref.Kind == "ClusterRole":
		return spec.OfClusterRole(ref.Name), given.object
	case role == "":
		b.note(draft.NotCarried, fieldpath.Of("roleRef"),
			"%s %s gives %s, which no role of a Segregation has: keep it beside the Segregation, or give the "+
				"subjects a role",
			ref.Kind, ref.Name, missing)
	case !exactly:
		b.note(draft.Changed, fieldpath.Of("roleRef"), "%s %s becomes %s, which has all of its rights and more",
			ref.Kind, ref.Name, role)
	}
	return role, given.object
}

// builtIn is the role nearest to one of Kubernetes' own ClusterRoles; empty where there is none, which has a note.
func (b binding) builtIn(ref rbacv1.RoleRef) spec.Role {
	at := fieldpath.Of("roleRef")
	switch {
	case ref.Kind == "ClusterRole" && ref.Name == "view":
		b.note(draft.Changed, at, "ClusterRole view becomes viewer, which reads about the same")
		return spec.RoleViewer
	case ref.Kind == "ClusterRole" && ref.Name == "edit":
		b.note(draft.Changed, at,
			"ClusterRole edit becomes developer, which reads no Secrets, opens no shell in a pod and acts as no "+
				"service account")
		return spec.RoleDeveloper
	case ref.Kind == "ClusterRole" && (ref.Name == "admin" || ref.Name == "cluster-admin"):
		b.note(draft.NotCarried, at,
			"ClusterRole %s gives more than a role of a Segregation: give the subjects developer and secrets-admin, "+
				"or keep it beside the Segregation", ref.Name)
	case ref.Kind == "ClusterRole":
		b.note(draft.Changed, at, "ClusterRole %q is not in the input, or is put together by the cluster, so that its rights "+
			"are not known: it is carried over as it is", ref.Name)
		return spec.OfClusterRole(ref.Name)
	default:
		b.note(draft.NotCarried, at,
			"%s %q is not in the input, or is put together by the cluster, so that its rights are not known",
			ref.Kind, ref.Name)
	}
	return ""
}

// addSubject gives a subject a role, unless it stands for other components too.
func (b binding) addSubject(role spec.Role, field fieldpath.Path, s rbacv1.Subject) {
	subject := spec.Subject{Kind: s.Kind, Name: s.Name}
	switch {
	case s.Kind == rbacv1.ServiceAccountKind:
		if other := b.Of(s.Namespace); other != nil && other != b.component {
			b.note(draft.NotCarried, field, "ServiceAccount %s/%s is one of component %s, whose pods would enter "+
				"this one",
				s.Namespace, s.Name, other.Name)
			return
		}
		if s.Namespace != b.component.Namespace {
			subject.Namespace = s.Namespace
		}
	case wellknown.IsEverybody(s.Name):
		b.note(draft.NotCarried, field, "%s %q has subjects of every component", s.Kind, s.Name)
		return
	}
	access := &b.component.Spec.Access
	i := slices.IndexFunc(*access, func(a spec.Access) bool { return a.Role == role })
	if i < 0 {
		i = len(*access)
		*access = append(*access, spec.Access{Role: role})
	}
	if a := &(*access)[i]; !slices.Contains(a.Subjects, subject) {
		a.Subjects = append(a.Subjects, subject)
	}
}
