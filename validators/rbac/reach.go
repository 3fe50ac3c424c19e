package rbac

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/privilege"
)

// reach is what a binding grants a principal over components that it does not belong to.
type reach struct {
	grants []privilege.Grant
	// components are reached; everyNamespace is true where every namespace is.
	components     []*scope.Component
	everyNamespace bool
}

func (r *reach) add(g privilege.Grant, components []*scope.Component, everyNamespace bool) {
	r.grants = append(r.grants, g)
	r.everyNamespace = r.everyNamespace || everyNamespace
	for _, component := range components {
		if !slices.Contains(r.components, component) {
			r.components = append(r.components, component)
		}
	}
}

// reaches reports the bindings that reach components that their subjects do not belong to. Of several principals of a
// subject the first is reported.
func (j *judge) reaches() verdict.Result {
	var result verdict.Result
	for _, b := range j.bindings {
		if b.Role == nil {
			continue
		}
		for i, subject := range b.Subjects {
			about, decided := j.grantee(b, i), true
			for _, p := range j.principals(subject, b.Namespace) {
				f := j.reachOf(b, i, p)
				if f == nil {
					continue
				}
				about := []verdict.Subject{about}
				result.Add(verdict.Candidate{Finding: *f, Precedence: cause, Unless: about, Explains: about})
				decided = !f.Undecided
				break
			}
			if decided {
				result.Decide(about)
			}
		}
	}
	return result
}

// reachOf is the finding about what a principal of a subject of a binding reaches; nil where it reaches nothing.
func (j *judge) reachOf(b *authorizer.Binding, subject int, p principal) *finding.Finding {
	certain, open := j.partition(b, p)
	switch {
	case len(certain.grants) > 0:
		f := j.reachFinding(b, subject, p, certain)
		return &f
	case len(open.grants) > 0:
		f := j.reachFinding(b, subject, p, open)
		f.Severity, f.Undecided = finding.Warning, true
		f.Message = "not decided, because the input does not have the objects that the rule names: " + f.Message
		return &f
	}
	return nil
}

// partition divides what a binding grants a principal over other components into what is certain and what cannot be
// decided.
func (j *judge) partition(b *authorizer.Binding, p principal) (certain, open reach) {
	for _, g := range j.catalog.Grants(b.Role) {
		if g.OwnOnly() || g.ClusterWide && !b.ClusterWide || !j.meets(g.Requires, p.user, b.Namespace) {
			continue
		}
		switch answer, components, everyNamespace := j.reached(b, g, p); answer {
		case ternary.Yes:
			certain.add(g, components, everyNamespace)
		case ternary.Unknown:
			open.add(g, components, everyNamespace)
		}
	}
	return certain, open
}

// meets reports whether a user is allowed one of each list of requests in a namespace.
func (j *judge) meets(requires [][]authorizer.Request, user authorizer.User, namespace string) bool {
	for _, alternatives := range requires {
		has := slices.ContainsFunc(alternatives, func(r authorizer.Request) bool {
			r.Namespace = namespace
			_, allowed := j.policy.Allowed(user, r)
			return allowed
		})
		if !has {
			return false
		}
	}
	return true
}

// reached finds the components over which a binding grants a principal a permission.
func (j *judge) reached(
	b *authorizer.Binding, g privilege.Grant, p principal,
) (answer ternary.Answer, components []*scope.Component, everyNamespace bool) {
	if !b.ClusterWide {
		return j.reachedIn(b.Namespace, g, p)
	}
	others := j.others(p)
	if len(others) == 0 && !j.scope.Planned && len(p.components) > 0 {
		return ternary.No, nil, false // there is nothing to keep apart
	}
	if g.Names == nil || g.ClusterWide || namesIdentities(g) {
		return j.effective("", g), others, true
	}
	reached := slices.DeleteFunc(others, func(component *scope.Component) bool {
		return !g.Creates && j.effective(component.Namespace, g) != ternary.Yes
	})
	return ternary.Of(len(reached) > 0), reached, false
}

// reachedIn finds the components whose secrets a permission in one namespace leads to. In a privileged namespace that
// is every component.
func (j *judge) reachedIn(
	namespace string, g privilege.Grant, p principal,
) (answer ternary.Answer, components []*scope.Component, everyNamespace bool) {
	component := j.scope.Of(namespace)
	switch {
	case component != nil && !p.belongsTo(component):
		return j.effective(namespace, g), []*scope.Component{component}, false
	case component == nil && isPrivilegedNamespace(namespace) && g.LeadsToServiceAccounts():
		return j.effective(namespace, g), j.others(p), true
	}
	return ternary.No, nil, false
}

// others are the components that a principal does not belong to.
func (j *judge) others(p principal) []*scope.Component {
	var others []*scope.Component
	for i := range j.scope.Components {
		if component := &j.scope.Components[i]; !p.belongsTo(component) {
			others = append(others, component)
		}
	}
	return others
}

func (j *judge) reachFinding(b *authorizer.Binding, subject int, p principal, r reach) finding.Finding {
	granted := subjectText(b.Subjects[subject], b.Namespace)
	who := p.text
	if p.via != "" {
		who = fmt.Sprintf("%s (%s)", granted, p.via)
	}
	o, field := j.written[b.Object], subjectPath(subject)
	return o.About(finding.Finding{
		Code: r.grants[0].Code, Severity: finding.Error, Field: field,
		Message: fmt.Sprintf("%s may %s in %s; it must have no such right there",
			who, grantsText(b.Role, r.grants), r.text()),
		Counterexample: fmt.Sprintf("%s → %s %s → %s → %s%s", granted, o, field,
			roleText(b, r.grants[0]), grantText(r.grants[0]), j.example(r)),
		Fix: r.fix(b),
	})
}

func (r reach) text() string {
	var components []string
	for _, component := range r.components {
		components = append(components, describe(component))
	}
	if !r.everyNamespace {
		return listed(components)
	}
	if len(components) == 0 {
		return "every namespace"
	}
	return "every namespace, that of " + listed(components) + " included"
}

func (r reach) fix(b *authorizer.Binding) string {
	switch {
	case b.ClusterWide && !r.grants[0].ClusterWide:
		return "remove the subject, or bind the role by a RoleBinding in its own namespace"
	case b.ClusterWide:
		return "remove the subject, or the rule from the role"
	}
	return "remove the subject, or bind a role without these rights"
}

// example is a Secret that is obtained.
func (j *judge) example(r reach) string {
	for _, component := range r.components {
		if name := j.names().secret[component.Namespace]; name != "" {
			return " → Secret " + objects.Path(component.Namespace, name)
		}
	}
	return ""
}
