package rbac

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/privilege"
)

// furtherText names the rights that a grant takes beside its own, and whose they are where they are another's. Format:
// ", with get secrets named "ci-token" of service account "shop/ci"".
func (j *judge) furtherText(b *authorizer.Binding, g privilege.Grant, p principal) string {
	var text strings.Builder
	for _, alternatives := range g.Requires {
		r, reason, found := j.means(alternatives, j.usersOf(p), b.Namespace)
		if !found {
			continue
		}
		fmt.Fprintf(&text, ", with %s%s", r, namedText(reason.Rule.ResourceNames...))
		if reason.Object != nil && reason.Object != b.Object {
			fmt.Fprintf(&text, " of %s by %s", subjectText(reason.Subjects[reason.Index], reason.Namespace),
				j.written[reason.Object])
		}
	}
	return text.String()
}

// consequence is what follows from the first grant of a reach: the way onward, and a Secret where one is obtained
// without further knowledge. Format: " → Secret shop/db".
func (j *judge) consequence(r reach, p principal) string {
	if r.onward != nil {
		return r.onward.steps
	}
	for _, component := range r.components {
		if text := j.obtained(r.grants[0], component); text != "" {
			return " → " + text + j.furtherOn(r, p)
		}
	}
	return j.furtherOn(r, p)
}

// furtherOn is how the service accounts of the one component that is reached lead on to others, as a further sentence;
// empty where they do not.
func (j *judge) furtherOn(r reach, p principal) string {
	g := r.grants[0]
	becomes := g.Names == nil && (g.LeadsToServiceAccounts() || g.Code == finding.Escalates)
	if len(r.components) != 1 || r.everyNamespace || !becomes {
		return ""
	}
	reached := r.components[0]
	p.components = append(slices.Clone(p.components), reached)
	onward := j.routeFrom(reached.Namespace, p)
	if onward == nil {
		return ""
	}
	return "; and on" + onward.steps
}

// obtained is a Secret of a component that a grant leads to; empty where the input has none.
func (j *judge) obtained(g privilege.Grant, component *scope.Component) string {
	secret := func(name string) string {
		if name == "" {
			return ""
		}
		return "Secret " + objects.Path(component.Namespace, name)
	}
	switch g.Code {
	case finding.ReadsSecrets:
		if g.Names == nil {
			return secret(j.names().secret[component.Namespace])
		}
		for _, name := range g.Names {
			if j.names().has(component.Namespace, secrets, name) {
				return secret(name)
			}
		}
	case finding.RunsPods, finding.ApprovesCertificates:
		return secret(j.names().secret[component.Namespace])
	case finding.EntersPods:
		if g.Names == nil {
			return secret(j.names().used[component.Namespace])
		}
	case finding.MintsTokens:
		return j.obtainedByAccount(g, component)
	case finding.Impersonates, finding.Escalates:
		if g.Names == nil && g.Resource != serviceAccounts {
			return secret(j.names().secret[component.Namespace])
		}
	}
	return ""
}

// obtainedByAccount is a service account of a component that reads or mounts its Secrets, and one of these.
func (j *judge) obtainedByAccount(g privilege.Grant, component *scope.Component) string {
	name := j.names().secret[component.Namespace]
	for _, user := range j.accountsIn[component.Namespace] {
		_, account, _ := authorizer.SplitServiceAccount(user.Name)
		if account == "" || g.Resource == serviceAccounts && g.Names != nil && !slices.Contains(g.Names, account) {
			continue
		}
		r := authorizer.Request{Verb: "list", Resource: secrets, Namespace: component.Namespace}
		if _, allowed := j.policy.Allowed(user, r); allowed && name != "" {
			return fmt.Sprintf("service account %q → list secrets → Secret %s",
				objects.Path(component.Namespace, account), objects.Path(component.Namespace, name))
		}
	}
	return ""
}

// isHarmless reports whether the Cluster says that what a right is over is harmless.
func (j *judge) isHarmless(right privilege.Right) bool {
	for key := range j.cluster.Kinds {
		group, kind, _ := strings.Cut(key, "/")
		if group == right.Group && (kind == "*" || resourceOf(kind) == right.Resource) {
			return true
		}
	}
	return false
}
