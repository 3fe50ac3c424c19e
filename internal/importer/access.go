package importer

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
)

// readAccess carries over who may do what in the components' namespaces.
func (im *importer) readAccess() {
	bound, known := map[*objects.Object]bool{}, im.knownRoles()
	for _, binding := range im.set.RoleBindings {
		p := im.byNamespace[binding.Namespace]
		if p == nil || isRuntime(binding.Object) {
			continue
		}
		role, referenced := im.roleOf(p, binding, known)
		bound[referenced] = true
		if role == "" {
			continue
		}
		for i, subject := range binding.Value.Subjects {
			im.addSubject(p, role, binding.Object, objects.Index("subjects", i), subject)
		}
	}
	for _, role := range im.set.Roles {
		if p := im.byNamespace[role.Namespace]; p != nil && !bound[role.Object] && !isRuntime(role.Object) {
			im.note(NotCarried, role.Object, "", p.at("access"), "no RoleBinding of the input gives it to anybody")
		}
	}
	for _, p := range im.components {
		order := []spec.Role{spec.RoleViewer, spec.RoleDeveloper, spec.RoleSecretsAdmin}
		slices.SortStableFunc(p.spec.Access,
			func(a, b spec.Access) int { return slices.Index(order, a.Role) - slices.Index(order, b.Role) })
	}
}

// roleOf is the role of a Segregation that does what a binding gives; empty where there is none, which has a note.
func (im *importer) roleOf(p *component, binding objects.Typed[rbacv1.RoleBinding], known map[roleKey]knownRole) (spec.Role, *objects.Object) {
	at := p.at("access")
	ref := binding.Value.RoleRef
	name := ref.Kind + " " + ref.Name
	key := roleKey{binding.Namespace, ref.Kind, ref.Name}
	if ref.Kind == "ClusterRole" {
		key.namespace = ""
	}
	referenced, found := known[key]
	if !found {
		return im.builtIn(p, binding.Object, ref), nil
	}
	role, exactly, missing := fitting(referenced.rules)
	switch {
	case role == "":
		im.note(NotCarried, binding.Object, "roleRef", at,
			"%s gives %s, which no role of a Segregation has: keep it beside the Segregation, or give the subjects a role", name, missing)
	case !exactly:
		im.note(Changed, binding.Object, "roleRef", at, "%s becomes %s, which has all of its rights and more", name, role)
	}
	return role, referenced.object
}

type roleKey struct{ namespace, kind, name string }

type knownRole struct {
	object *objects.Object
	rules  []rbacv1.PolicyRule
}

// knownRoles are those whose rules are in the input. Those of an aggregated ClusterRole are not: the cluster adds to
// them.
func (im *importer) knownRoles() map[roleKey]knownRole {
	known := map[roleKey]knownRole{}
	for _, role := range im.set.Roles {
		known[roleKey{role.Namespace, "Role", role.Name}] = knownRole{role.Object, role.Value.Rules}
	}
	for _, role := range im.set.ClusterRoles {
		if role.Value.AggregationRule == nil {
			known[roleKey{"", "ClusterRole", role.Name}] = knownRole{role.Object, role.Value.Rules}
		}
	}
	return known
}

// builtIn is the role nearest to one of Kubernetes' own ClusterRoles.
func (im *importer) builtIn(p *component, binding *objects.Object, ref rbacv1.RoleRef) spec.Role {
	at := p.at("access")
	switch {
	case ref.Kind == "ClusterRole" && ref.Name == "view":
		im.note(Changed, binding, "roleRef", at, "ClusterRole view becomes viewer, which reads about the same")
		return spec.RoleViewer
	case ref.Kind == "ClusterRole" && ref.Name == "edit":
		im.note(Changed, binding, "roleRef", at,
			"ClusterRole edit becomes developer, which reads no Secrets, opens no shell in a pod and acts as no service account")
		return spec.RoleDeveloper
	case ref.Kind == "ClusterRole" && (ref.Name == "admin" || ref.Name == "cluster-admin"):
		im.note(NotCarried, binding, "roleRef", at,
			"ClusterRole %s gives more than a role of a Segregation: give the subjects developer and secrets-admin, or keep "+
				"it beside the Segregation", ref.Name)
	default:
		im.note(NotCarried, binding, "roleRef", at,
			"%s %q is not in the input, or is put together by the cluster, so that its rights are not known", ref.Kind, ref.Name)
	}
	return ""
}

// addSubject gives a subject a role, unless other components are part of it.
func (im *importer) addSubject(p *component, role spec.Role, binding *objects.Object, field string, s rbacv1.Subject) {
	subject := spec.Subject{Kind: s.Kind, Name: s.Name}
	if s.Kind == rbacv1.ServiceAccountKind {
		if s.Namespace != p.namespace {
			subject.Namespace = s.Namespace
		}
		if other := im.byNamespace[s.Namespace]; other != nil && other != p {
			im.note(NotCarried, binding, field, p.at("access"),
				"ServiceAccount %s/%s is one of component %s, whose pods would enter this one", s.Namespace, s.Name, other.name)
			return
		}
	} else if strings.HasPrefix(s.Name, "system:serviceaccount") || s.Name == "system:authenticated" || s.Name == "system:unauthenticated" || s.Name == "system:anonymous" {
		im.note(NotCarried, binding, field, p.at("access"), "%s %q has subjects of every component", s.Kind, s.Name)
		return
	}
	i := slices.IndexFunc(p.spec.Access, func(a spec.Access) bool { return a.Role == role })
	if i < 0 {
		i = len(p.spec.Access)
		p.spec.Access = append(p.spec.Access, spec.Access{Role: role})
	}
	if a := &p.spec.Access[i]; !slices.Contains(a.Subjects, subject) {
		a.Subjects = append(a.Subjects, subject)
	}
}
