// Package rbac judges RBAC: what the subjects of one component may do in another's namespace, and whether the roles
// that a Segregation declares are what the manifests grant. Package authorizer decides single requests as the API
// server does, package privilege has the permissions that lead to a secret, package contract the rights of declared
// roles.
package rbac

import (
	"iter"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/contract"
	"cloison.dev/cloison/validators/rbac/privilege"
)

// Check returns what is wrong, in any order. flow is that of the set.
func Check(
	set *objects.Set, components *scope.Scope, flow *secretflow.Graph, in cluster.Cluster,
) verdict.Verdict {
	return verdict.Judge(newJudge(set, components, flow, in), checks())
}

// checks do not depend on each other. Which finding explains which is in explain.go.
func checks() []func(*judge) verdict.Result {
	return []func(*judge) verdict.Result{
		(*judge).refused, (*judge).reaches, (*judge).unknownRoles, (*judge).danglingRoles, (*judge).exceedingRoles,
		(*judge).declaredAccess, (*judge).syncRuntimes, (*judge).severalComponents, (*judge).defaultTokens,
		(*judge).trusted, (*judge).readAPIKeys, (*judge).variables, (*judge).ended,
		(*judge).unknownAccountsOfPods, (*judge).unknownAccountsOfBindings,
	}
}

// judge is the input of the checks, which do not change it.
type judge struct {
	set     *objects.Set
	scope   *scope.Scope
	flow    *secretflow.Graph
	cluster cluster.Cluster
	policy  *authorizer.Policy
	// bindings are those of the input.
	bindings []*authorizer.Binding
	// written has the objects of the input by their values.
	written map[metav1.Object]*objects.Object
	catalog *privilege.Catalog
	// assignments are the roles that Segregations give, by subject; assignees are the keys in the order of the
	// Segregations.
	assignments map[authorizer.Identity][]assignment
	assignees   []authorizer.Identity
	contracts   map[spec.Role]*contract.Contract
	comparisons map[string]contract.Comparison
	accounts    map[types.NamespacedName]*objects.Typed[corev1.ServiceAccount]
	// realms are the components as far as rights are concerned.
	realms *scope.Scope
	// present are, without a Segregation, the namespaces that something in the input is in.
	present map[string]bool
	// trusts has why namespaces are trusted, of those that were asked for.
	trusts map[string]string
	// accountsIn has the service accounts of each namespace that bindings name, holdings what they are bound to.
	accountsIn map[string][]authorizer.User
	holdings   map[string][]holding
	// staffed are the namespaces whose service accounts or workloads the input has, so that no other folder has them.
	staffed map[string]bool
	// byName has the RoleBindings of the input.
	byName map[types.NamespacedName]*authorizer.Binding
	// names are read where a check first needs them: most inputs have no rules for which they matter.
	names func() *names
}

func newJudge(set *objects.Set, components *scope.Scope, flow *secretflow.Graph, in cluster.Cluster) *judge {
	j := &judge{
		set: set, scope: components, flow: flow, cluster: in, policy: &authorizer.Policy{},
		catalog: privilege.NewCatalog(), trusts: map[string]string{},
		present:     map[string]bool{},
		staffed:     map[string]bool{},
		accountsIn:  map[string][]authorizer.User{},
		holdings:    map[string][]holding{},
		byName:      map[types.NamespacedName]*authorizer.Binding{},
		written:     map[metav1.Object]*objects.Object{},
		contracts:   map[spec.Role]*contract.Contract{},
		comparisons: map[string]contract.Comparison{},
		accounts:    map[types.NamespacedName]*objects.Typed[corev1.ServiceAccount]{},
		names:       sync.OnceValue(func() *names { return newNames(set, components.Components, flow) }),
	}
	if len(set.RoleBindings)+len(set.ClusterRoleBindings) > 0 { // otherwise nothing is allowed
		j.readPolicy()
	}
	for i := range set.ServiceAccounts {
		o := &set.ServiceAccounts[i]
		j.accounts[types.NamespacedName{Namespace: o.Namespace, Name: o.Name}] = o
		j.staffed[o.Namespace] = true
	}
	for _, w := range set.Workloads {
		j.staffed[w.Namespace] = true
	}
	j.readRealms()
	j.readAssignments()
	j.readHoldings()
	return j
}

// planned are the components that Segregations declare.
func (j *judge) planned() iter.Seq[*scope.Component] {
	return func(yield func(*scope.Component) bool) {
		for i := range j.scope.Components {
			if component := &j.scope.Components[i]; component.Plan != nil && !yield(component) {
				return
			}
		}
	}
}

func (j *judge) readPolicy() {
	j.policy = authorizer.New(authorizer.Objects{
		Roles:               note(j, j.set.Roles),
		ClusterRoles:        note(j, j.set.ClusterRoles),
		RoleBindings:        note(j, j.set.RoleBindings),
		ClusterRoleBindings: note(j, j.set.ClusterRoleBindings),
	})
	for _, b := range j.policy.Bindings() {
		if b.Object == nil {
			continue
		}
		j.bindings = append(j.bindings, b)
		if !b.ClusterWide {
			j.byName[types.NamespacedName{Namespace: b.Namespace, Name: b.Object.GetName()}] = b
		}
	}
}

// bindingNamed is a RoleBinding of the input; nil where there is none.
func (j *judge) bindingNamed(namespace, name string) *authorizer.Binding {
	return j.byName[types.NamespacedName{Namespace: namespace, Name: name}]
}

// value is the fields of an object.
type value[T any] interface {
	*T
	metav1.Object
}

// note returns the values of objects, and notes which object has which.
func note[T any, P value[T]](j *judge, typed []objects.Typed[T]) []*T {
	values := make([]*T, len(typed))
	for i, o := range typed {
		values[i] = o.Value
		j.written[P(o.Value)] = o.Object
	}
	return values
}
