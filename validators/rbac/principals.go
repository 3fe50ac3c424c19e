package rbac

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

// principal is what a subject of a binding means: a user or group that belongs to components, or every user.
type principal struct {
	// components that the principal belongs to; none for every user of the cluster.
	components []*scope.Component
	// text names the principal in messages.
	text string
	// user is the principal for the authorizer.
	user authorizer.User
	// assignments are the roles that Segregations give the principal.
	assignments []assignment
}

func (p principal) belongsTo(c *scope.Component) bool { return slices.Contains(p.components, c) }

// rolesIn are the roles that Segregations give the principal in a component.
func (p principal) rolesIn(component *scope.Component) []spec.Role {
	var roles []spec.Role
	for _, a := range p.assignments {
		if a.component == component {
			roles = append(roles, a.role)
		}
	}
	return roles
}

// assignment is a role that a Segregation gives to a subject.
type assignment struct {
	component *scope.Component
	role      spec.Role
	subject   rbacv1.Subject
}

func (j *judge) readAssignments() {
	j.assignments = map[authorizer.Identity][]assignment{}
	for component := range j.planned() {
		for _, access := range component.Plan.Access {
			for _, subject := range access.Subjects {
				identity, _ := authorizer.IdentityOf(subject, component.Namespace)
				if j.assignments[identity] == nil {
					j.assignees = append(j.assignees, identity)
				}
				j.assignments[identity] = append(j.assignments[identity], assignment{component, access.Role, subject})
			}
		}
	}
}

// isAssigned reports whether a Segregation gives a subject of a binding a role.
func (j *judge) isAssigned(subject rbacv1.Subject, bindingNamespace string) bool {
	identity, _ := authorizer.IdentityOf(subject, bindingNamespace)
	return j.assignments[identity] != nil
}

// principals are those that a subject means: those of components, and every user. There are none for users that belong
// to no component.
func (j *judge) principals(subject rbacv1.Subject, bindingNamespace string) []principal {
	identity, is := authorizer.IdentityOf(subject, bindingNamespace)
	if !is {
		return nil
	}
	user := authorizer.UserOf(subject, bindingNamespace)
	if isEverybody(identity) {
		return []principal{{text: subjectText(subject, "") + " (every pod of the cluster)", user: user}}
	}
	if namespace, is := groupOfServiceAccounts(identity); is {
		return j.serviceAccounts(namespace, subjectText(subject, ""), user)
	}
	namespace, name, is := identity.ServiceAccount()
	if !is {
		return j.outsider(identity, subjectText(subject, bindingNamespace), user)
	}
	text := fmt.Sprintf("service account %q", objects.Path(namespace, name))
	if component := j.realms.Of(namespace); component != nil {
		return []principal{{
			components: []*scope.Component{component}, text: text + ofComponent(component), user: user,
			assignments: j.assignments[identity],
		}}
	}
	return j.outsider(identity, text, user)
}

// isEverybody reports whether an identity is a group of all authenticated or all unauthenticated users, or of all
// service accounts.
func isEverybody(identity authorizer.Identity) bool {
	switch identity.Kind {
	case rbacv1.GroupKind:
		return slices.Contains([]string{
			authorizer.AuthenticatedGroup, authorizer.UnauthenticatedGroup, authorizer.ServiceAccountsGroup,
		}, identity.Name)
	case rbacv1.UserKind:
		return identity.Name == authorizer.AnonymousUser
	}
	return false
}

// groupOfServiceAccounts is the namespace of a group of all service accounts of a namespace; is reports whether
// identity is such a group.
func groupOfServiceAccounts(identity authorizer.Identity) (namespace string, is bool) {
	if identity.Kind != rbacv1.GroupKind {
		return "", false
	}
	return strings.CutPrefix(identity.Name, authorizer.ServiceAccountsGroup+":")
}

// serviceAccounts are the principals of the group of all service accounts of a namespace.
func (j *judge) serviceAccounts(namespace, text string, user authorizer.User) []principal {
	if component := j.realms.Of(namespace); component != nil {
		return []principal{{components: []*scope.Component{component}, text: text + ofComponent(component), user: user}}
	}
	var found []principal
	for _, identity := range j.assignees {
		if in, name, is := identity.ServiceAccount(); is && in == namespace {
			account := fmt.Sprintf("%s with service account %q", text, namespace+"/"+name)
			found = append(found, j.outsider(identity, account, authorizer.ServiceAccount(namespace, name))...)
		}
	}
	return found
}

// outsider is a user or group that belongs to the components whose Segregations give it a role; none where they give
// none.
func (j *judge) outsider(identity authorizer.Identity, text string, user authorizer.User) []principal {
	assignments := j.assignments[identity]
	if len(assignments) == 0 {
		return nil
	}
	p := principal{user: user, assignments: assignments}
	var roles []string
	for _, a := range assignments {
		p.components = append(p.components, a.component)
		roles = append(roles, fmt.Sprintf("%s in %s", a.role, describe(a.component)))
	}
	p.text = text + " (" + listed(roles) + ")"
	return []principal{p}
}
