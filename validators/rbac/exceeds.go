package rbac

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
)

// exceedElsewhere reports the bindings, beside the generated ones, that let a subject to whom a Segregation gives a role do
// more in its component than its roles.
func (c *check) exceedElsewhere() {
	if len(c.access) == 0 {
		return
	}
	for _, b := range c.policy.bindings {
		if b.object == nil || b.role == nil || c.isGenerated(b) {
			continue
		}
		for i, subject := range b.subjects {
			for _, h := range c.holders(subject, b.namespace) {
				if h.via != "" {
					continue
				}
				for _, a := range h.access {
					c.exceedsBy(b, i, h, a.component)
				}
			}
		}
	}
}

// isGenerated says whether a binding gives a generated Role, which is compared with what it must be.
func (c *check) isGenerated(b *binding) bool {
	component := c.scope.Of(b.namespace)
	if b.cluster || component == nil || component.Plan == nil || b.ref.Kind != kindRole || b.ref.Name != b.object.Name {
		return false
	}
	return slices.ContainsFunc([]spec.Role{spec.RoleViewer, spec.RoleDeveloper, spec.RoleSecretsAdmin}, func(role spec.Role) bool {
		return b.ref.Name == roleName(component, role) && accessTo(component, role) != nil
	})
}

// exceedsBy reports a subject of a binding that may do more in a component than the roles that it has there.
func (c *check) exceedsBy(b *binding, subject int, h holder, component *scope.Component) bool {
	if !b.cluster && b.namespace != component.Namespace {
		return false
	}
	at := bound{b, subject}
	if c.reported[at] {
		return true
	}
	roles := rolesIn(h, component)
	if len(roles) == 0 {
		return false
	}
	var more []grant
	for _, g := range c.deeds.grantsOf(b.role) {
		if (!g.cluster || b.cluster) && !allowedToRoles(roles, g) && c.met(g.needs, h.user, b.namespace) && c.useful(component.Namespace, g) == yes {
			more = append(more, g)
		}
	}
	if len(more) == 0 {
		return false
	}
	c.reported[at] = true
	c.report(b.object.About(finding.Finding{
		Code: finding.ExceedsRole, Severity: finding.Error, Field: objects.Index("subjects", subject),
		Message: fmt.Sprintf("%s may %s in %s; it must have no more than its role", h.text, deedsText(b.role, more), describe(component)),
		Counterexample: fmt.Sprintf("%s → %s → %s → %s in namespace %q", subjectText(b.subjects[subject], b.namespace), b.object,
			b.roleText(more[0]), more[0].text(), component.Namespace),
		Fix: "remove the subject from the binding, or declare in the Segregation the role that it is to have",
	}))
	return true
}

func rolesIn(h holder, component *scope.Component) []spec.Role {
	var roles []spec.Role
	for _, a := range h.access {
		if a.component == component {
			roles = append(roles, a.role)
		}
	}
	return roles
}

// allowedToRoles says whether one of the roles has a right.
func allowedToRoles(roles []spec.Role, g grant) bool {
	return slices.ContainsFunc(roles, func(role spec.Role) bool {
		contract := contractOf(role)
		for i := range contract {
			if matches(&contract[i], g.Request) {
				return true
			}
		}
		return false
	})
}

// severalComponents warns of subjects that reach the secrets of several components by the Segregations themselves. Those
// who have such a role in every component of a Segregation run it as a whole, and no wall is meant to hold them.
func (c *check) severalComponents() {
	total := map[string]int{}
	for _, component := range c.scope.Components {
		total[component.Segregation]++
	}
	for _, key := range c.declaredKeys {
		reached := reachedComponents(c.access[key])
		in := map[string]int{}
		for _, a := range reached {
			in[a.component.Segregation]++
		}
		whole := true
		var texts []string
		for _, a := range reached {
			whole = whole && in[a.component.Segregation] == total[a.component.Segregation]
			texts = append(texts, fmt.Sprintf("%s in component %q", a.role, a.component.Name))
		}
		if len(reached) < 2 || whole {
			continue
		}
		second := reached[1]
		c.report(finding.Finding{
			Code: finding.SeveralComponents, Severity: finding.Warning,
			Object: finding.Object{APIVersion: "cloison.dev/v1alpha1", Kind: "Segregation", Name: second.component.Segregation},
			Field:  objects.Field("spec.components", second.component.Name) + ".access",
			Message: fmt.Sprintf("%s is %s; it reaches the secrets of all of them, which must be kept apart",
				subjectText(second.subject, second.component.Namespace), listed(texts)),
			Fix: "use one group or service account for each component, or the role viewer",
		})
	}
}

// reachedComponents has the first role of each component that leads to its secrets.
func reachedComponents(access []declared) []declared {
	var reached []declared
	for _, a := range access {
		known := slices.ContainsFunc(reached, func(r declared) bool { return r.component == a.component })
		if a.role != spec.RoleViewer && !known {
			reached = append(reached, a)
		}
	}
	return reached
}
