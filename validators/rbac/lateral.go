package rbac

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

// findLateralMovement finds the principals who may act as the service accounts of namespaces that are no component's,
// because a binding lets them run or enter pods, mint tokens or impersonate there. It repeats this for the rights that
// they gain, until there are no more.
func (j *judge) findLateralMovement() {
	for changed := true; changed; {
		changed = false
		for _, b := range j.bindings {
			if b.ClusterWide || b.Role == nil || j.scope.Of(b.Namespace) != nil || isPrivilegedNamespace(b.Namespace) {
				continue
			}
			for _, subject := range b.Subjects {
				for _, p := range j.principals(subject, b.Namespace) {
					changed = j.moves(b, p) || changed
				}
			}
		}
	}
}

// moves adds a principal to those who may act as the service accounts of a binding's namespace. It returns false where
// it may not, or is among them already.
func (j *judge) moves(b *authorizer.Binding, p principal) bool {
	isKnown := func(known principal) bool { return slices.Equal(known.components, p.components) }
	if slices.ContainsFunc(j.lateral[b.Namespace], isKnown) {
		return false
	}
	for _, g := range j.catalog.Grants(b.Role) {
		may := g.LeadsToServiceAccounts() && !g.ClusterWide && j.meets(g.Requires, p.user, b.Namespace)
		if may && j.effective(b.Namespace, g) == ternary.Yes {
			via := fmt.Sprintf("which %s may become: it may %s in namespace %q by %s",
				p.text, g.Text, b.Namespace, j.written[b.Object])
			j.lateral[b.Namespace] = append(j.lateral[b.Namespace],
				principal{components: p.components, text: p.text, via: via})
			return true
		}
	}
	return false
}

// actingAs are the principals who may act as the service accounts of a namespace. user is the one that they act as.
func (j *judge) actingAs(namespace string, user authorizer.User) []principal {
	principals := slices.Clone(j.lateral[namespace])
	for i := range principals {
		principals[i].user = user
	}
	return principals
}

// isPrivilegedNamespace reports whether the service accounts of a namespace may read the Secrets of all others, though
// the input may not have their bindings: those of Kubernetes' controllers and, where it is installed as its
// documentation says, of the External Secrets Operator. Facts: docs/facts.md, "Privileged namespaces".
func isPrivilegedNamespace(namespace string) bool {
	return namespace == "kube-system" || namespace == "external-secrets"
}
