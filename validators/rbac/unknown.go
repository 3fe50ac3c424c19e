package rbac

import (
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
)

// unknownRole reports a binding of a holder to a role that is not known, where it matters, and says whether it did.
func (c *check) unknownRole(b *binding, subject int, h holder) bool {
	component := c.scope.Of(b.namespace)
	local := !b.cluster && component != nil && h.owns(component) && len(rolesIn(h, component)) == 0
	known := b.ref.Name != "" && (b.ref.Kind == kindClusterRole || b.ref.Kind == kindRole && !b.cluster)
	switch {
	case !known:
		return false // the API server refuses the binding
	case !b.cluster && component == nil:
		return false
	case local:
		return false // whatever it allows is the component's own
	case c.unknownRoles[b]:
		return true
	}
	c.unknownRoles[b] = true
	f := finding.Finding{
		Code: finding.UnknownRole, Severity: finding.Warning, Field: "roleRef.name", Undecided: true,
		Message: fmt.Sprintf("%s is not in the input, so what it allows %s is not known", b.refText(), subjectText(b.subjects[subject], b.namespace)),
		Fix:     "put the role into the input, correct its name, or remove the binding",
	}
	c.report(b.object.About(f))
	return true
}

// refText names the role that a binding refers to.
func (b *binding) refText() string {
	if b.ref.Kind == kindRole {
		return fmt.Sprintf("Role %s/%s", b.namespace, b.ref.Name)
	}
	return b.ref.Kind + " " + b.ref.Name
}

// unknownServiceAccounts warns of service accounts of components that bindings or pods name and that nothing creates, of
// each once.
func (c *check) unknownServiceAccounts() {
	said := map[place]bool{}
	for _, w := range c.set.Workloads {
		at := place{w.Namespace, serviceAccountOfPods(w)}
		component := c.unknownAccount(at)
		if component == nil || said[at] {
			continue
		}
		said[at] = true
		c.report(w.About(finding.Finding{
			Code: finding.UnknownServiceAccount, Severity: finding.Warning, Field: w.SpecPath() + ".serviceAccountName",
			Message: fmt.Sprintf("there is no service account %q in %s; no pod is created until it exists", at.name, describe(component)),
			Fix:     "add the ServiceAccount, or correct its name",
		}))
	}
	for _, b := range c.policy.bindings {
		for i, subject := range b.subjects {
			at := place{firstOf(subject.Namespace, b.namespace), subject.Name}
			component := c.unknownAccount(at)
			declared := c.access[subjectKey(subject, b.namespace)] != nil
			if b.object == nil || subject.Kind != rbacv1.ServiceAccountKind || component == nil || said[at] || declared || c.reported[bound{b, i}] {
				continue
			}
			said[at] = true
			c.report(b.object.About(finding.Finding{
				Code: finding.UnknownServiceAccount, Severity: finding.Warning, Field: objects.Index("subjects", i) + ".name",
				Message: fmt.Sprintf("there is no service account %q in %s, and no pod uses one; whoever creates it gets the rights of %s",
					at.name, describe(component), b.refText()),
				Fix: "correct the name or the namespace, add the ServiceAccount, or remove the subject",
			}))
		}
	}
}

// unknownAccount is the component that a service account would be of; nil where it exists, or is nobody's. That of the sync
// runtime is judged with the rest of the runtime.
func (c *check) unknownAccount(at place) *scope.Component {
	component := c.scope.Of(at.namespace)
	if component == nil || at.name == "default" || at.name == "" || c.accounts[at] != nil || c.isSync(component, at.name) {
		return nil
	}
	return component
}

// defaultTokens warns of tokens that pods get without asking for a service account: once for each component, at the service
// account or, where there is none, at what it lets in. Without a Segregation it takes a pod to be a mistake.
func (c *check) defaultTokens() {
	users := map[string]*objects.Workload{}
	for _, w := range c.set.Workloads {
		if users[w.Namespace] == nil && serviceAccountOfPods(w) == "default" && w.Pod.Spec.AutomountServiceAccountToken == nil {
			users[w.Namespace] = w
		}
	}
	for i := range c.scope.Components {
		component := &c.scope.Components[i]
		account := c.accounts[place{component.Namespace, "default"}]
		user := users[component.Namespace]
		if account != nil && isFalse(account.Value.AutomountServiceAccountToken) || component.Plan == nil && user == nil {
			continue
		}
		f := finding.Finding{
			Code: finding.TokenMounted, Severity: finding.Warning,
			Message: fmt.Sprintf("pods of %s that name no service account hold a token of the API server; "+
				"the ServiceAccount %q must have automountServiceAccountToken: false", describe(component), "default"),
			Fix: "set it there, and give pods that need a token a service account of their own",
		}
		switch {
		case account != nil:
			f.Field = "automountServiceAccountToken"
			f = account.About(f)
		case component.Plan == nil:
			f.Field = user.SpecPath() + ".automountServiceAccountToken"
			f = user.About(f)
		default:
			f.Object = finding.Object{APIVersion: "v1", Kind: "ServiceAccount", Namespace: component.Namespace, Name: "default"}
		}
		c.report(f)
	}
}

func isFalse(value *bool) bool { return value != nil && !*value }

// danglingRoles reports RoleBindings of components to Roles that the input does not have, whoever their subjects are: a
// Role belongs beside its binding.
func (c *check) danglingRoles() {
	for _, b := range c.policy.bindings {
		component := c.scope.Of(b.namespace)
		dangling := b.object != nil && !b.cluster && b.role == nil && b.ref.Kind == kindRole && b.ref.Name != "" && len(b.subjects) > 0
		if !dangling || component == nil || c.unknownRoles[b] {
			continue
		}
		c.report(b.object.About(finding.Finding{
			Code: finding.UnknownRole, Severity: finding.Warning, Field: "roleRef.name",
			Message: fmt.Sprintf("%s is not in the input; the binding gives %s nothing, until somebody creates the role",
				b.refText(), subjectText(b.subjects[0], b.namespace)),
			Fix: "put the Role into the input, correct its name, or remove the binding",
		}))
	}
}
