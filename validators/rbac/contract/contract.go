// Package contract has the rights that the roles of a Segregation and of the sync runtime must have, and no more. It
// repeats those of the generators on purpose, so that a mistake there is noticed here. They are documented in
// docs/generated.md.
package contract

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"

	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

// Rules in the notation of [authorizer.ParseRules].
const (
	observing = `
read : core : endpoints events limitranges pods/log pods/status resourcequotas serviceaccounts
read : discovery.k8s.io : endpointslices
read : events.k8s.io : events
read : external-secrets.io : externalsecrets secretstores
read : networking.k8s.io : networkpolicies
`
	// looking is what a role may have and need not: no Role that somebody wrote, or an earlier version, lacks anything
	// without it.
	looking = `
read : apps : controllerrevisions
read : gateway.networking.k8s.io : gateways grpcroutes httproutes
read : metrics.k8s.io : pods
`
	workloads = `
VERBS : core : configmaps persistentvolumeclaims pods services
VERBS : apps : daemonsets deployments deployments/scale replicasets statefulsets statefulsets/scale
VERBS : autoscaling : horizontalpodautoscalers
VERBS : batch : cronjobs jobs
VERBS : networking.k8s.io : ingresses
VERBS : policy : poddisruptionbudgets
`
	administering = `
read : core : events secrets
read write : external-secrets.io : externalsecrets secretstores
`
	syncing = `
create patch : core : secrets
read : core : secrets
list watch : external-secrets.io : externalsecrets secretstores
patch : external-secrets.io : externalsecrets/status secretstores/status
create : core : events
create patch : events.k8s.io : events
create : coordination.k8s.io : leases
get update : coordination.k8s.io : leases : ` + wellknown.RuntimeName
	restarting = `
list patch watch : apps : daemonsets deployments statefulsets
list : core : pods`
)

// Contract is what a role must allow in the namespace of its component, and no more.
type Contract struct {
	rules  []rbacv1.PolicyRule
	rights []Right
	// further are rights that the role may have and need not.
	further []Right
}

// Of is the contract of a role of a Segregation.
func Of(role spec.Role) *Contract {
	switch role {
	case spec.RoleViewer:
		return of(authorizer.ParseRules(strings.ReplaceAll(workloads, "VERBS", "read") + observing)).mayHave(looking)
	case spec.RoleDeveloper:
		return of(authorizer.ParseRules(strings.ReplaceAll(workloads, "VERBS", "read write") + observing)).mayHave(looking)
	case spec.RoleSecretsAdmin:
		return of(authorizer.ParseRules(administering))
	}
	return &Contract{}
}

// Runtime is the contract of a sync runtime, which writes the Secrets called targets, reads those called secrets, and
// restarts workloads where restart is true. create and patch of one name let it write that Secret and no other; get,
// list and watch of one name are allowed with a field selector for it.
func Runtime(targets, secrets []string, restart bool) *Contract {
	rules := authorizer.ParseRules(syncing)
	rules[0].ResourceNames, rules[1].ResourceNames = targets, secrets
	if restart {
		rules = append(rules, authorizer.ParseRules(restarting)...)
	}
	return of(rules)
}

// OfRules is the contract of a role of the cluster's own: what it allows.
func OfRules(rules []rbacv1.PolicyRule) *Contract { return of(rules) }

func of(rules []rbacv1.PolicyRule) *Contract {
	c := &Contract{rules: rules}
	for i := range rules {
		c.rights = append(c.rights, rightsOf(&rules[i])...)
	}
	return c
}

// mayHave adds rights that the role may have and need not.
func (c *Contract) mayHave(rules string) *Contract {
	further := of(authorizer.ParseRules(rules))
	c.rules, c.further = slices.Concat(c.rules, further.rules), further.rights
	return c
}

// Allows reports whether the contract allows a request.
func (c *Contract) Allows(r authorizer.Request) bool {
	for i := range c.rules {
		if authorizer.RuleAllows(&c.rules[i], r) {
			return true
		}
	}
	return false
}

// Right is one verb on one resource, which has its subresource at its end, of every name or of one.
type Right struct{ Verb, Group, Resource, Name string }

// Request is the request by which the right is used.
func (r Right) Request() authorizer.Request {
	request := authorizer.ResourceRequest(r.Verb, r.Group, r.Resource)
	request.Name = r.Name
	return request
}

// Meaningful reports whether the API server ever asks for a right: subresources have few verbs.
func (r Right) Meaningful() bool {
	_, sub, isSub := strings.Cut(r.Resource, "/")
	switch {
	case sub == "scale":
		return slices.Contains([]string{"get", "patch", "update"}, r.Verb)
	case isSub && r.Group == "":
		return r.Verb == "get"
	}
	return true
}

// rightsOf lists the rights that a rule grants. Wildcards are rights of that name.
func rightsOf(rule *rbacv1.PolicyRule) []Right {
	var rights []Right
	for _, simple := range validation.BreakdownRule(*rule) {
		if len(simple.NonResourceURLs) > 0 {
			continue
		}
		right := Right{Verb: simple.Verbs[0], Group: simple.APIGroups[0], Resource: simple.Resources[0]}
		if len(simple.ResourceNames) > 0 {
			right.Name = simple.ResourceNames[0]
		}
		rights = append(rights, right)
	}
	return rights
}
