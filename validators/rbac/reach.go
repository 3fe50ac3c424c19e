package rbac

import (
	"cmp"
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/privilege"
)

// reach is what a binding grants a principal over components that it does not belong to.
type reach struct {
	grants []privilege.Grant
	// each is what the grant of that number reaches.
	each []reached
	// components are reached; everyNamespace is true where every namespace is.
	components     []*scope.Component
	everyNamespace bool
	// onward is how the namespace of the binding, which is no component's, leads to them; nil where it does not.
	onward *route
}

func (r *reach) add(g privilege.Grant, more reached) {
	r.grants, r.each = append(r.grants, g), append(r.each, more)
	r.everyNamespace = r.everyNamespace || more.everyNamespace
	r.onward = more.onward
	for _, component := range more.components {
		if !slices.Contains(r.components, component) {
			r.components = append(r.components, component)
		}
	}
	slices.SortFunc(r.components, func(a, b *scope.Component) int { return cmp.Compare(a.Namespace, b.Namespace) })
}

// reached are the components over which a binding grants a principal a permission.
type reached struct {
	answer         ternary.Answer
	components     []*scope.Component
	everyNamespace bool
	onward         *route
}

// reaches reports the bindings that reach components that their subjects do not belong to, and the rights of which that
// is not known. Of several principals of a subject the first is reported.
func (j *judge) reaches() verdict.Result {
	var result verdict.Result
	open := &openRights{of: map[authorizer.Identity]*openSubject{}}
	for _, b := range j.bindings {
		if b.Role == nil {
			continue
		}
		for i, subject := range b.Subjects {
			about, decided := j.grantee(b, i), true
			for _, p := range j.principals(subject, b.Namespace) {
				rights := j.partition(b, p)
				f := j.reachFinding(b, i, p, rights)
				if f == nil && len(rights.unknown) == 0 {
					continue
				}
				if f != nil {
					about := []verdict.Subject{about}
					result.Add(verdict.Candidate{Finding: *f, Precedence: cause, Unless: about, Explains: about})
				}
				if len(rights.certain.grants) == 0 {
					open.add(b, i, p, rights)
				}
				decided = f != nil && !f.Undecided
				break
			}
			if decided {
				result.Decide(about)
			}
		}
	}
	j.reportOpen(&result, open)
	return result
}

// rights are what a binding gives a principal beyond its component.
type rights struct {
	// certain are errors, unnamed those on objects that the input does not have.
	certain, unnamed reach
	// unknown are in no list, or lead to what is not known.
	unknown []privilege.Right
}

// isEmpty is true for rights that lead nowhere.
func (r rights) isEmpty() bool {
	return len(r.certain.grants)+len(r.unnamed.grants)+len(r.unknown) == 0
}

// partition divides what a binding grants a principal over others into what is certain and what cannot be decided.
func (j *judge) partition(b *authorizer.Binding, p principal) rights {
	var found rights
	own := j.isOwn(b, p)
	for _, g := range j.catalog.Grants(b.Role) {
		if g.OwnOnly() || g.ClusterWide && !b.ClusterWide || own && g.Own == ternary.No || !j.may(p, g, b) {
			continue
		}
		if g = withoutOwn(g, p); g.Names != nil && len(g.Names) == 0 {
			continue // it becomes what it is
		}
		switch more := j.reachedBy(b, g, p); {
		case more.answer == ternary.Yes:
			found.certain.add(g, more)
		case more.answer == ternary.Unknown && (more.everyNamespace || len(more.components) > 0):
			found.unnamed.add(g, more)
		case more.answer == ternary.Unknown:
			found.unknown = append(found.unknown, privilege.Right{Request: g.Request, Names: g.Names})
		}
	}
	if own {
		return found
	}
	for _, right := range j.catalog.Unknown(b.Role) {
		if (b.ClusterWide || !right.NoNamespace) && !j.isHarmless(right) {
			found.unknown = append(found.unknown, right)
		}
	}
	return found
}

// withoutOwn is a right to impersonate users without the service accounts of a principal's own components.
func withoutOwn(g privilege.Grant, p principal) privilege.Grant {
	if g.Code != finding.Impersonates || g.Resource != "users" || g.Names == nil {
		return g
	}
	isOwn := func(name string) bool {
		namespace, _, is := authorizer.SplitServiceAccount(name)
		return is && slices.ContainsFunc(p.components, func(c *scope.Component) bool { return c.Namespace == namespace })
	}
	g.Names = slices.DeleteFunc(slices.Clone(g.Names), isOwn)
	return g
}

// isOwn reports whether a binding gives rights in the principal's own namespace only.
func (j *judge) isOwn(b *authorizer.Binding, p principal) bool {
	component := j.realms.Of(b.Namespace)
	return !b.ClusterWide && component != nil && p.belongsTo(component)
}

// may reports whether a principal is allowed what a grant of a binding requires, by any of the service accounts of its
// components: one component is one principal.
func (j *judge) may(p principal, g privilege.Grant, b *authorizer.Binding) bool {
	return len(g.Requires) == 0 || b.ClusterWide && !g.ClusterWide || j.meets(g.Requires, j.usersOf(p), b.Namespace)
}

// usersOf are a principal and the service accounts of its components.
func (j *judge) usersOf(p principal) []authorizer.User {
	users := []authorizer.User{p.user}
	for _, component := range p.components {
		users = append(users, j.accountsIn[component.Namespace]...)
	}
	return users
}

// meets reports whether one of the users is allowed one of each list of requests in a namespace.
func (j *judge) meets(requires [][]authorizer.Request, users []authorizer.User, namespace string) bool {
	for _, alternatives := range requires {
		if _, _, found := j.means(alternatives, users, namespace); !found {
			return false
		}
	}
	return true
}

// means is the first of some requests that one of the users is allowed in a namespace, and why.
func (j *judge) means(
	alternatives []authorizer.Request, users []authorizer.User, namespace string,
) (authorizer.Request, authorizer.Reason, bool) {
	for _, user := range users {
		for _, r := range alternatives {
			r.Namespace = namespace
			if reason, allowed := j.policy.Allowed(user, r); allowed {
				return r, reason, true
			}
		}
	}
	return authorizer.Request{}, authorizer.Reason{}, false
}

// reachedBy finds the components over which a binding grants a principal a permission. Where the answer is not known
// and there are none, it is not known where the permission leads.
func (j *judge) reachedBy(b *authorizer.Binding, g privilege.Grant, p principal) reached {
	component := j.realms.Of(b.Namespace)
	switch {
	case b.ClusterWide:
		return j.reachedEverywhere(g, p)
	case component == nil:
		return j.reachedOutside(b.Namespace, g, p)
	case !p.belongsTo(component):
		return reached{answer: j.effective(b.Namespace, g), components: []*scope.Component{component}}
	case g.Own == ternary.Yes:
		return reached{answer: j.effective(b.Namespace, g), components: j.others(p)}
	}
	return reached{answer: g.Own}
}

// reachedEverywhere is for ClusterRoleBindings: they give rights in every namespace, in those that the input does not
// have as well.
func (j *judge) reachedEverywhere(g privilege.Grant, p principal) reached {
	if j.isOverOwnNamespaces(g, p) {
		return reached{answer: g.Own}
	}
	others := j.others(p)
	if g.ClusterWide || len(g.Requires) == 0 || j.meets(g.Requires, j.usersOf(p), "") {
		if g.Names == nil || g.ClusterWide || namesIdentities(g) {
			return reached{answer: j.effective("", g), components: others, everyNamespace: true}
		}
	}
	some := slices.DeleteFunc(slices.Clone(others), func(component *scope.Component) bool {
		return !j.meets(g.Requires, j.usersOf(p), component.Namespace) ||
			!g.Creates && j.effective(component.Namespace, g) != ternary.Yes
	})
	switch {
	case len(some) > 0:
		return reached{answer: ternary.Yes, components: some}
	case len(g.Requires) > 0 && !j.meets(g.Requires, j.usersOf(p), ""):
		return reached{}
	}
	return reached{answer: ternary.Unknown, components: others, everyNamespace: true}
}

// reachedOutside is for a namespace that is no component's: its service accounts may lead to components.
func (j *judge) reachedOutside(namespace string, g privilege.Grant, p principal) reached {
	if g.LeadsToNamespace() {
		if onward := j.routeFrom(namespace, p); onward != nil {
			return reached{
				answer: j.effective(namespace, g), components: onward.components,
				everyNamespace: onward.everyNamespace, onward: onward,
			}
		}
	}
	return reached{answer: ternary.And(ternary.Unknown, j.effective(namespace, g))}
}

// others are the components that a principal does not belong to.
func (j *judge) others(p principal) []*scope.Component {
	var others []*scope.Component
	for i := range j.realms.Components {
		if component := &j.realms.Components[i]; !p.belongsTo(component) {
			others = append(others, component)
		}
	}
	return others
}

// reachFinding is the finding about what a principal of a subject of a binding reaches; nil where it reaches nothing,
// or nothing is known of it.
func (j *judge) reachFinding(b *authorizer.Binding, subject int, p principal, found rights) *finding.Finding {
	switch {
	case len(found.certain.grants) > 0 && j.isAbsent(p):
		f := j.describeReach(b, subject, p, found.certain)
		f.Severity, f.Undecided = finding.Warning, true
		f.Message = fmt.Sprintf("not decided, because the input has nothing of %s: %s", describe(p.components[0]), f.Message)
		return &f
	case len(found.certain.grants) > 0:
		f := j.describeReach(b, subject, p, found.certain)
		f.Lead = j.lead(b, subject, found.certain)
		return &f
	case len(found.unnamed.grants) > 0:
		f := j.describeReach(b, subject, p, found.unnamed)
		f.Severity, f.Undecided = finding.Warning, true
		f.Message = "not decided, because the input does not have the objects that the rule names: " + f.Message
		return &f
	}
	return nil
}

func (j *judge) describeReach(b *authorizer.Binding, subject int, p principal, r reach) finding.Finding {
	granted := subjectText(b.Subjects[subject], b.Namespace)
	o, field, g := j.written[b.Object], subjectPath(subject), r.grants[0]
	where := placesText(r.components, r.everyNamespace)
	if r.onward != nil {
		where = fmt.Sprintf("namespace %q, %s", b.Namespace, r.onward.text)
	}
	return o.About(finding.Finding{
		Code: g.Code, Severity: finding.Error, Field: field,
		Message: fmt.Sprintf("%s may %s in %s; it must have no such right there",
			p.text, grantsText(b.Role, r.grants), where),
		Counterexample: fmt.Sprintf("%s → %s %s → %s → %s%s%s", granted, o, field, roleText(b, g), grantText(g),
			j.furtherText(b, g, p), j.consequence(r, p)),
		Fix: r.fix(b),
	})
}

// placesText names what is reached.
func placesText(components []*scope.Component, everyNamespace bool) string {
	texts := make([]string, len(components))
	for i, component := range components {
		texts[i] = describe(component)
	}
	if !everyNamespace {
		return listed(texts)
	}
	if len(texts) == 0 {
		return "every namespace"
	}
	return "every namespace, that of " + listed(texts) + " included"
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
