package rbac

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/privilege"
)

// realms are the components whose rights are judged, and those whose secrets they must not lead to: the components of
// the Segregations or, where there is none, every namespace that RBAC names, whatever else of it is in the input.
// Kubernetes' own namespaces are none, nor are those that are trusted.
func (j *judge) readRealms() {
	if j.realms = j.scope; j.scope.Planned {
		return
	}
	without := map[string]bool{}
	for _, component := range j.scope.Components {
		without[component.Namespace] = j.isTrusted(component.Namespace)
	}
	var named []string
	add := func(namespace string) {
		isSystem := strings.HasPrefix(namespace, wellknown.KubernetesPrefix)
		if namespace != "" && !isSystem && !hasVariable(namespace) && !j.isTrusted(namespace) {
			named = append(named, namespace)
		}
	}
	for _, b := range j.bindings {
		add(b.Namespace)
		for _, subject := range b.Subjects {
			add(namespaceOf(subject, b.Namespace))
		}
	}
	slices.Sort(named)
	j.realms = j.scope.Without(without).With(slices.Compact(named)...)
	for _, o := range j.set.All {
		j.present[o.Namespace] = true
		if o.Kind == "Namespace" {
			j.present[o.Name] = true
		}
	}
}

// isAbsent reports whether a principal is of a namespace of which the input has nothing.
func (j *judge) isAbsent(p principal) bool {
	return !j.realms.Planned && len(p.components) == 1 && !j.present[p.components[0].Namespace]
}

// namespaceOf is the namespace of the service accounts that a subject means; empty where it means others, or those of
// every namespace.
func namespaceOf(subject rbacv1.Subject, bindingNamespace string) string {
	identity, _ := authorizer.IdentityOf(subject, bindingNamespace)
	return namespaceOfIdentity(identity)
}

// namespaceOfIdentity is the namespace of a service account, or of a group of all in one; empty of others.
func namespaceOfIdentity(identity authorizer.Identity) string {
	if namespace, is := groupOfServiceAccounts(identity); is {
		return namespace
	}
	namespace, _, _ := identity.ServiceAccount()
	return namespace
}

// trust says why the service accounts of a namespace are trusted with every namespace; empty where they are not.
func (j *judge) trust(namespace string) string {
	reason, known := j.trusts[namespace]
	if !known {
		if namespace != "kube-public" && namespace != "kube-node-lease" { // where nothing runs
			reason = j.cluster.Trusts(namespace)
		}
		j.trusts[namespace] = reason
	}
	return reason
}

func (j *judge) isTrusted(namespace string) bool { return j.trust(namespace) != "" }

// holding is a binding that gives rights to a subject of a namespace.
type holding struct {
	*authorizer.Binding
	subject int
	user    authorizer.User
}

// readHoldings finds what the service accounts of each namespace hold, and who they are.
func (j *judge) readHoldings() {
	for _, b := range j.bindings {
		for i, subject := range b.Subjects {
			namespace := namespaceOf(subject, b.Namespace)
			if namespace == "" {
				continue
			}
			user := authorizer.UserOf(subject, b.Namespace)
			j.accountsIn[namespace] = append(j.accountsIn[namespace], user)
			if b.Role != nil {
				j.holdings[namespace] = append(j.holdings[namespace], holding{b, i, user})
			}
		}
	}
}

// route is how the service accounts of a namespace lead to components.
type route struct {
	// text follows a namespace in messages. Format: whose service account "ops/admin" may read Secrets (get secrets) in
	// every namespace.
	text string
	// steps of the counterexample, each with an arrow before it.
	steps          string
	components     []*scope.Component
	everyNamespace bool
}

// routeFrom finds the shortest way from the service accounts of a namespace to a component that a principal does not
// belong to: by their rights in the input, or because the namespace is trusted; nil where there is none.
func (j *judge) routeFrom(namespace string, p principal) *route {
	type hop struct{ namespace, steps string }
	seen := map[string]bool{namespace: true}
	for queue := []hop{{namespace: namespace}}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for _, h := range j.holdings[at.namespace] {
			step := j.stepOf(h, p)
			if step == nil {
				continue
			}
			step.steps = at.steps + step.steps
			if step.onward == "" {
				return &step.route
			}
			if !seen[step.onward] {
				seen[step.onward] = true
				queue = append(queue, hop{step.onward, step.steps})
			}
		}
		if reason := j.trust(at.namespace); reason != "" {
			return &route{
				text:           "whose service accounts are trusted with every namespace (" + reason + ")",
				steps:          at.steps + " → a service account of " + objects.NamespaceText(at.namespace),
				components:     j.others(p),
				everyNamespace: true,
			}
		}
	}
	return nil
}

// step is one hop of a route. onward is the namespace that it leads to; empty where it leads to components.
type step struct {
	route

	onward string
}

// stepOf is where a holding leads that is not a principal's own; nil where it leads nowhere.
func (j *judge) stepOf(h holding, p principal) *step {
	for _, g := range j.catalog.Grants(h.Role) {
		if g.OwnOnly() || g.ClusterWide && !h.ClusterWide || !j.meets(g.Requires, []authorizer.User{h.user}, h.Namespace) {
			continue
		}
		component := j.realms.Of(h.Namespace)
		if component != nil && p.belongsTo(component) || component == nil && !h.ClusterWide && !g.LeadsToNamespace() {
			continue
		}
		r := reached{answer: ternary.And(j.effective(h.Namespace, g), ternary.Of(!h.ClusterWide && component == nil))}
		if h.ClusterWide || component != nil {
			r = j.reachedBy(h.Binding, g, p)
		}
		if r.answer != ternary.Yes {
			continue
		}
		who := subjectText(h.Subjects[h.subject], h.Namespace)
		found := &step{route: route{components: r.components, everyNamespace: r.everyNamespace}}
		found.steps = fmt.Sprintf(" → %s → %s %s → %s → %s", who, j.written[h.Object], subjectPath(h.subject),
			roleText(h.Binding, g), grantText(g))
		if !h.ClusterWide && component == nil {
			found.onward = h.Namespace
			return found
		}
		found.text = fmt.Sprintf("whose %s may %s in %s", who, grantsText(h.Role, []privilege.Grant{g}),
			placesText(r.components, r.everyNamespace))
		return found
	}
	return nil
}
