// Package rbac judges RBAC: what the subjects of one component may do in another's namespace, and whether the roles that a
// Segregation declares are what the manifests give. Policy answers single questions as the API server does.
package rbac

import (
	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
)

// check is one run over an input.
type check struct {
	set    *objects.Set
	scope  *scope.Scope
	flow   *secretflow.Graph
	policy *Policy
	deeds  *deeds
	// access is what Segregations declare, by subject; declaredKeys are its keys in their order.
	access       map[string][]declared
	declaredKeys []string
	// accounts are the service accounts of the input.
	accounts map[place]*objects.Typed[corev1.ServiceAccount]
	// become has, for namespaces of nobody, those who may become their service accounts.
	become map[string][]holder
	// reported are the subjects of bindings that have a finding, unknownRoles the bindings whose role has one.
	reported     map[bound]bool
	unknownRoles map[*binding]bool
	contracts    map[string]comparison
	// refusedObjects are those that the API server does not accept.
	refusedObjects map[*objects.Object]bool

	lazyNames *names
	findings  []finding.Finding
}

// Check returns what is wrong, in any order. flow is that of the set.
func Check(set *objects.Set, components *scope.Scope, flow *secretflow.Graph) []finding.Finding {
	c := &check{
		set: set, scope: components, flow: flow, policy: &Policy{}, deeds: &deeds{},
		accounts: map[place]*objects.Typed[corev1.ServiceAccount]{}, become: map[string][]holder{}, reported: map[bound]bool{}, unknownRoles: map[*binding]bool{},
		contracts: map[string]comparison{}, refusedObjects: map[*objects.Object]bool{},
	}
	if len(set.RoleBindings)+len(set.ClusterRoleBindings) > 0 { // otherwise nobody may do anything
		c.policy, c.deeds = NewPolicy(set), newDeeds()
	}
	for i := range set.ServiceAccounts {
		o := &set.ServiceAccounts[i]
		c.accounts[place{o.Namespace, o.Name}] = o
	}
	c.refused()
	c.declare()
	c.becoming()
	c.reaches()
	for i := range components.Components {
		if component := &components.Components[i]; component.Plan != nil {
			c.declaredAccess(component)
			c.syncRuntime(component)
		}
	}
	c.exceedElsewhere()
	c.severalComponents()
	c.danglingRoles()
	c.defaultTokens()
	c.secretsWebhooks()
	c.unknownServiceAccounts()
	return c.findings
}

func (c *check) report(f finding.Finding) { c.findings = append(c.findings, f) }

// names knows the objects of the input. Most inputs have no rules for which they matter.
func (c *check) names() *names {
	if c.lazyNames == nil {
		c.lazyNames = newNames(c.set, c.scope.Components, c.flow)
	}
	return c.lazyNames
}
