package rbac

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
)

// holder is somebody of a component whom a subject of a binding stands for.
type holder struct {
	// own are the components that the holder belongs to; none for what stands for everybody in the cluster.
	own []*scope.Component
	// text says who it is.
	text string
	// user is the holder as the authorizer sees it.
	user User
	// access is what Segregations give the holder; nil for nothing.
	access []declared
	// via says how the holder becomes the subject; empty where it is the subject.
	via string
}

func (h holder) owns(c *scope.Component) bool { return slices.Contains(h.own, c) }

// declared is a role that a Segregation gives to a subject.
type declared struct {
	component *scope.Component
	role      spec.Role
	subject   rbacv1.Subject
}

// declare lists what the Segregations give, by subject.
func (c *check) declare() {
	c.access = map[string][]declared{}
	for i := range c.scope.Components {
		component := &c.scope.Components[i]
		if component.Plan == nil {
			continue
		}
		for _, access := range component.Plan.Access {
			for _, subject := range access.Subjects {
				key := subjectKey(subject, component.Namespace)
				if c.access[key] == nil {
					c.declaredKeys = append(c.declaredKeys, key)
				}
				c.access[key] = append(c.access[key], declared{component, access.Role, subject})
			}
		}
	}
}

// accessTo finds the entry of a component's plan.
func accessTo(component *scope.Component, role spec.Role) *plan.Access {
	for i := range component.Plan.Access {
		if access := &component.Plan.Access[i]; access.Role == role {
			return access
		}
	}
	return nil
}

// holders are those of components, and everybody, whom a subject stands for; none for people and programs of nobody's.
func (c *check) holders(subject rbacv1.Subject, bindingNamespace string) []holder {
	switch {
	case subject.Kind == rbacv1.GroupKind && isEverybody(subject.Name), subject.Kind == rbacv1.UserKind && subject.Name == userAnonymous:
		return []holder{{text: fmt.Sprintf("%s %q (every pod of the cluster)", kindText(subject.Kind), subject.Name), user: userOf(subject, "")}}
	case subject.Kind == rbacv1.GroupKind && strings.HasPrefix(subject.Name, groupServiceAccounts+":"):
		return c.serviceAccountsOf(strings.TrimPrefix(subject.Name, groupServiceAccounts+":"), subject)
	}
	key := subjectKey(subject, bindingNamespace)
	if key == "" {
		return nil
	}
	namespace, name, is := serviceAccountOf(strings.TrimPrefix(key, "user "))
	if is {
		text := fmt.Sprintf("service account %q", objects.Path(namespace, name))
		if component := c.scope.Of(namespace); component != nil {
			return []holder{{
				own: []*scope.Component{component}, text: text + ofComponent(component),
				user: ServiceAccount(namespace, name), access: c.access[key],
			}}
		}
		return slices.Concat(c.outsider(key, text, ServiceAccount(namespace, name)), c.becomes(namespace, ServiceAccount(namespace, name)))
	}
	return c.outsider(key, fmt.Sprintf("%s %q", kindText(subject.Kind), subject.Name), userOf(subject, bindingNamespace))
}

// outsider is somebody who belongs to components only because their Segregations give a role.
func (c *check) outsider(key, text string, user User) []holder {
	access := c.access[key]
	if len(access) == 0 {
		return nil
	}
	h := holder{user: user, access: access}
	var roles []string
	for _, a := range access {
		h.own = append(h.own, a.component)
		roles = append(roles, fmt.Sprintf("%s in %s", a.role, describe(a.component)))
	}
	h.text = text + " (" + listed(roles) + ")"
	return []holder{h}
}

// serviceAccountsOf are those whom the group of a namespace's service accounts stands for.
func (c *check) serviceAccountsOf(namespace string, subject rbacv1.Subject) []holder {
	text := fmt.Sprintf("group %q", subject.Name)
	if component := c.scope.Of(namespace); component != nil {
		user := userOf(subject, "")
		return []holder{{own: []*scope.Component{component}, text: text + ofComponent(component), user: user}}
	}
	var holders []holder
	for _, key := range c.declaredKeys {
		in, name, is := serviceAccountOf(strings.TrimPrefix(key, "user "))
		if is && in == namespace {
			holders = append(holders, c.outsider(key, fmt.Sprintf("%s with service account %q", text, namespace+"/"+name), ServiceAccount(namespace, name))...)
		}
	}
	return append(holders, c.becomes(namespace, userOf(subject, ""))...)
}

// isEverybody says whether every pod that holds a token, or asks without one, is in a group.
func isEverybody(group string) bool {
	return group == groupAuthenticated || group == groupUnauthenticated || group == groupServiceAccounts
}

// userOf is a user that a subject stands for and who is in no other group than everybody.
func userOf(subject rbacv1.Subject, bindingNamespace string) User {
	switch subject.Kind {
	case rbacv1.GroupKind:
		groups := []string{subject.Name}
		if subject.Name != groupUnauthenticated {
			groups = append(groups, groupAuthenticated)
		}
		if strings.HasPrefix(subject.Name, groupServiceAccounts+":") {
			groups = append(groups, groupServiceAccounts)
		}
		return User{Groups: groups}
	case rbacv1.ServiceAccountKind:
		namespace := subject.Namespace
		if namespace == "" {
			namespace = bindingNamespace
		}
		return ServiceAccount(namespace, subject.Name)
	}
	if namespace, name, is := serviceAccountOf(subject.Name); is {
		return ServiceAccount(namespace, name)
	}
	if subject.Name == userAnonymous {
		return User{Name: subject.Name, Groups: []string{groupUnauthenticated}}
	}
	return User{Name: subject.Name, Groups: []string{groupAuthenticated}}
}

func kindText(kind string) string {
	if kind == rbacv1.ServiceAccountKind {
		return "service account"
	}
	return strings.ToLower(kind)
}

// subjectText names a subject of a binding for people. Format: group "team", service account "shop/api".
func subjectText(subject rbacv1.Subject, bindingNamespace string) string {
	name := subject.Name
	if subject.Kind == rbacv1.ServiceAccountKind {
		namespace := subject.Namespace
		if namespace == "" {
			namespace = bindingNamespace
		}
		name = objects.Path(namespace, name)
	}
	return fmt.Sprintf("%s %q", kindText(subject.Kind), name)
}

// describe names a component, with its namespace where that has another name.
func describe(component *scope.Component) string {
	if component.Name == component.Namespace {
		return objects.NamespaceText(component.Namespace)
	}
	return fmt.Sprintf("component %q (namespace %q)", component.Name, component.Namespace)
}

// ofComponent says whose a subject is, where its namespace does not say it.
func ofComponent(component *scope.Component) string {
	if component.Name == component.Namespace {
		return ""
	}
	return fmt.Sprintf(" of component %q", component.Name)
}

// listed joins a few texts and counts the rest.
func listed(texts []string) string {
	const few = 4
	switch n := len(texts); {
	case n == 0:
		return ""
	case n == 1:
		return texts[0]
	case n > few+1:
		return fmt.Sprintf("%s and %d more", strings.Join(texts[:few], ", "), n-few)
	default:
		return strings.Join(texts[:n-1], ", ") + " and " + texts[n-1]
	}
}
