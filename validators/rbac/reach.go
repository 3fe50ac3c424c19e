package rbac

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
)

// verdict says whether a grant is of use against a component.
type verdict int

const (
	no verdict = iota
	unknown
	yes
)

// reach is what one binding lets one holder do to components that it does not belong to.
type reach struct {
	grants []grant
	// components are reached, unless everywhere says that every namespace is.
	components []*scope.Component
	everywhere bool
}

func (r *reach) add(g grant, components []*scope.Component, everywhere bool) {
	r.grants = append(r.grants, g)
	r.everywhere = r.everywhere || everywhere
	for _, component := range components {
		if !slices.Contains(r.components, component) {
			r.components = append(r.components, component)
		}
	}
}

// reaches holds every binding against every component that its subjects do not belong to.
func (c *check) reaches() {
	for _, b := range c.policy.bindings {
		if b.object == nil {
			continue
		}
		for i, subject := range b.subjects {
			for _, h := range c.holders(subject, b.namespace) {
				if c.reachOf(b, i, h) {
					c.reported[bound{b, i}] = true
					break // one mistake, however many hold the subject
				}
			}
		}
	}
}

// reachOf reports what a subject of a binding reaches, if it does.
func (c *check) reachOf(b *binding, subject int, h holder) bool {
	if b.role == nil {
		return c.unknownRole(b, subject, h)
	}
	certain, open := c.judge(b, h)
	switch {
	case len(certain.grants) > 0:
		c.report(b.object.About(c.reachFinding(b, subject, h, certain)))
	case len(open.grants) > 0:
		f := c.reachFinding(b, subject, h, open)
		f.Severity, f.Undecided = finding.Warning, true
		f.Message = "not decided, because the input does not have the objects that the rule names: " + f.Message
		c.report(b.object.About(f))
	default:
		return false
	}
	return true
}

// judge parts what a binding lets a holder do to other components into what is certain and what cannot be decided.
func (c *check) judge(b *binding, h holder) (certain, open reach) {
	for _, g := range c.deeds.grantsOf(b.role) {
		if g.code == finding.ExceedsRole || g.cluster && !b.cluster || !c.met(g.needs, h.user, b.namespace) {
			continue
		}
		into := &certain
		verdict, components, everywhere := c.where(b, g, h)
		if verdict == unknown {
			into = &open
		}
		if verdict != no {
			into.add(g, components, everywhere)
		}
	}
	return certain, open
}

// met says whether a user has one of each of the rights that a deed needs.
func (c *check) met(needs [][]Request, user User, namespace string) bool {
	for _, alternatives := range needs {
		has := slices.ContainsFunc(alternatives, func(r Request) bool {
			r.Namespace = namespace
			_, allowed := c.policy.Allowed(user, r)
			return allowed
		})
		if !has {
			return false
		}
	}
	return true
}

// where finds the components that a grant reaches.
func (c *check) where(b *binding, g grant, h holder) (verdict, []*scope.Component, bool) {
	if !b.cluster {
		return c.whereLocal(b, g, h)
	}
	others := c.others(h)
	if len(others) == 0 && !c.scope.Planned && len(h.own) > 0 {
		return no, nil, false // nothing to keep apart
	}
	if g.names == nil || g.cluster || isIdentity(g) {
		return c.useful("", g), others, true
	}
	reached := slices.DeleteFunc(others, func(component *scope.Component) bool {
		return !g.creates && c.useful(component.Namespace, g) != yes
	})
	if len(reached) == 0 {
		return no, nil, false
	}
	return yes, reached, false
}

func (c *check) whereLocal(b *binding, g grant, h holder) (verdict, []*scope.Component, bool) {
	component := c.scope.Of(b.namespace)
	switch {
	case component != nil && !h.owns(component):
		return c.useful(b.namespace, g), []*scope.Component{component}, false
	case component == nil && isPowerful(b.namespace) && becomesOthers(g.code):
		return c.useful(b.namespace, g), c.others(h), true
	}
	return no, nil, false
}

// isPowerful says whether the service accounts of a namespace may read the Secrets of all others, though the input may not
// say so: those of Kubernetes' controllers and, where it is installed as its documentation says, of the External Secrets
// Operator.
func isPowerful(namespace string) bool {
	return namespace == "kube-system" || namespace == "external-secrets"
}

// becomesOthers says whether somebody with an ability in a namespace becomes the service accounts there.
func becomesOthers(code finding.Code) bool {
	return slices.Contains([]finding.Code{finding.RunsPods, finding.EntersPods, finding.MintsTokens, finding.Impersonates}, code)
}

// isIdentity says whether the names of a grant are those of users and roles.
func isIdentity(g grant) bool { return g.code == finding.Impersonates || g.Verb == "bind" }

// others are the components that a holder does not belong to.
func (c *check) others(h holder) []*scope.Component {
	var others []*scope.Component
	for i := range c.scope.Components {
		if component := &c.scope.Components[i]; !h.owns(component) {
			others = append(others, component)
		}
	}
	return others
}

// useful says whether the names of a grant are those of something that leads to a secret. Every name is.
func (c *check) useful(namespace string, g grant) verdict {
	if g.names == nil || g.creates {
		return yes
	}
	best := no
	for _, name := range g.names {
		best = max(best, c.usefulName(namespace, g, name))
	}
	return best
}

func (c *check) usefulName(namespace string, g grant, name string) verdict {
	switch {
	case g.Verb == "bind":
		if g.Resource == "clusterroles" {
			namespace = ""
		}
		role := c.policy.roles[place{namespace, name}]
		switch {
		case role == nil:
			return unknown
		case len(c.deeds.grantsOf(role)) > 0:
			return yes
		}
		return no
	case g.code == finding.Impersonates && g.Resource != "serviceaccounts":
		return c.powerful(strings.TrimSuffix(g.Resource, "s")+" "+name, name)
	case c.names().has(namespace, g.Resource, name):
		return yes
	}
	return unknown
}

// powerful says whether a user or group that may be impersonated has rights that lead to a secret.
func (c *check) powerful(key, name string) verdict {
	if name == "system:masters" {
		return yes
	}
	for _, b := range c.policy.bindings {
		for _, subject := range b.subjects {
			if subjectKey(subject, b.namespace) == key && b.role != nil && len(c.deeds.grantsOf(b.role)) > 0 {
				return yes
			}
		}
	}
	return unknown
}

func (c *check) reachFinding(b *binding, subject int, h holder, r reach) finding.Finding {
	who := h.text
	if h.via != "" {
		who = fmt.Sprintf("%s (%s)", subjectText(b.subjects[subject], b.namespace), h.via)
	}
	field := fmt.Sprintf("subjects[%d]", subject)
	return finding.Finding{
		Code: r.grants[0].code, Severity: finding.Error, Field: field,
		Message: fmt.Sprintf("%s may %s in %s; it must have no such right there", who, deedsText(b.role, r.grants), r.text()),
		Counterexample: fmt.Sprintf("%s → %s %s → %s → %s%s", subjectText(b.subjects[subject], b.namespace), b.object, field,
			b.roleText(r.grants[0]), r.grants[0].text(), c.example(r)),
		Fix: r.fix(b),
	}
}

func (r reach) text() string {
	var components []string
	for _, component := range r.components {
		components = append(components, describe(component))
	}
	if !r.everywhere {
		return listed(components)
	}
	if len(components) == 0 {
		return "every namespace"
	}
	return "every namespace, that of " + listed(components) + " included"
}

func (r reach) fix(b *binding) string {
	switch {
	case b.cluster && !r.grants[0].cluster:
		return "remove the subject, or bind the role by a RoleBinding in its own namespace"
	case b.cluster:
		return "remove the subject, or the rule from the role"
	}
	return "remove the subject, or bind a role without these rights"
}

// example is a Secret that is obtained.
func (c *check) example(r reach) string {
	for _, component := range r.components {
		if name := c.names().secret[component.Namespace]; name != "" {
			return " → Secret " + objects.Path(component.Namespace, name)
		}
	}
	return ""
}
