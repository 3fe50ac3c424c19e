package rbac

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/contract"
	"cloison.dev/cloison/validators/rbac/privilege"
)

// grantsText describes grants of a role. Format: read Secrets (get, list secrets) and run pods (create pods).
func grantsText(role *authorizer.Role, grants []privilege.Grant) string {
	if role.AllowsEverything() {
		return "do everything (every verb on every resource)"
	}
	var texts []string
	of := map[string][]privilege.Grant{}
	for _, g := range grants {
		if of[g.Text] == nil {
			texts = append(texts, g.Text)
		}
		of[g.Text] = append(of[g.Text], g)
	}
	for i, text := range texts {
		texts[i] = fmt.Sprintf("%s (%s)", text, requestsText(of[text]))
	}
	if last := len(texts) - 1; last > 0 {
		return strings.Join(texts[:last], ", ") + " and " + texts[last]
	}
	return strings.Join(texts, "")
}

// requestsText lists the requests of grants, those for one resource together. Format: create, patch pods; create
// jobs.batch.
func requestsText(grants []privilege.Grant) string {
	var resources []string
	verbs := map[string][]string{}
	for _, g := range grants {
		resource := g.ResourceName() + namedText(g.Names...)
		if verbs[resource] == nil {
			resources = append(resources, resource)
		}
		if !slices.Contains(verbs[resource], g.Verb) {
			verbs[resource] = append(verbs[resource], g.Verb)
		}
	}
	const few = 2
	var texts []string
	for _, resource := range resources[:min(few, len(resources))] {
		texts = append(texts, strings.Join(verbs[resource], ", ")+" "+resource)
	}
	if len(resources) > few {
		texts = append(texts, "...")
	}
	return strings.Join(texts, "; ")
}

// namedText follows a resource. Format: named "db"; empty without a name.
func namedText(names ...string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	if len(quoted) == 0 {
		return ""
	}
	return " named " + listed(quoted)
}

// grantText is the request of a grant. Format: get secrets named "db".
func grantText(g privilege.Grant) string { return g.String() + namedText(g.Names...) }

// rightsText lists rights. Format: get secrets named "db" and list secrets.
func rightsText(rights []contract.Right) string {
	texts := make([]string, len(rights))
	for i, r := range rights {
		texts[i] = r.Request().String()
		if r.Name != "" {
			texts[i] += namedText(r.Name)
		}
	}
	return listed(texts)
}

// refText names the role that a binding refers to. Format: Role shop/api, ClusterRole edit.
func refText(b *authorizer.Binding) string {
	if b.RoleRef.Kind == authorizer.RoleKind {
		return fmt.Sprintf("Role %s/%s", b.Namespace, b.RoleRef.Name)
	}
	return b.RoleRef.Kind + " " + b.RoleRef.Name
}

// roleText names the role of a binding and, where that is another one, the role that has the rule of a grant.
// Format: ClusterRole edit with the rules of theirs rules[0].
func roleText(b *authorizer.Binding, g privilege.Grant) string {
	text := refText(b)
	if g.Rule.Role != b.RoleRef.Name {
		text += " with the rules of " + g.Rule.Role
	}
	if !g.Rule.Builtin {
		text += " " + rulePath(g.Rule.Index).String()
	}
	return text
}

// subjectText names a subject of a binding. Format: group "team", service account "shop/api".
func subjectText(subject rbacv1.Subject, bindingNamespace string) string {
	if subject.Kind == rbacv1.ServiceAccountKind {
		return fmt.Sprintf("service account %q", objects.Path(cmp.Or(subject.Namespace, bindingNamespace),
			subject.Name))
	}
	return fmt.Sprintf("%s %q", strings.ToLower(subject.Kind), subject.Name)
}

// describe names a component, with its namespace where that has another name.
func describe(component *scope.Component) string {
	if component.Name == component.Namespace {
		return objects.NamespaceText(component.Namespace)
	}
	return fmt.Sprintf("component %q (namespace %q)", component.Name, component.Namespace)
}

// ofComponent names the component of a subject, where its namespace does not.
func ofComponent(component *scope.Component) string {
	if component.Name == component.Namespace {
		return ""
	}
	return fmt.Sprintf(" of component %q", component.Name)
}

// listed joins a few texts and counts the rest.
func listed(texts []string) string { return phrase.And(4, texts) }
