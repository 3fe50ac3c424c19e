package privilege

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/validators/rbac/authorizer"
)

// Right is a verb on a resource, both of which may be wildcards, that is neither a privilege nor known to be harmless.
type Right struct {
	authorizer.Request
	// Names are the only objects that it is on; empty means every object.
	Names []string
	// NoNamespace is true where only a ClusterRoleBinding gives it.
	NoNamespace bool
}

// IsRead reports whether the right is to read.
func (r Right) IsRead() bool { return slices.Contains(reads(), r.Verb) }

func reads() []string { return []string{"get", "list", "watch"} }

// Unknown lists the rights of a role that write, or read values of secrets, and are in no list.
func (c *Catalog) Unknown(role *authorizer.Role) []Right {
	known, found := c.unknown[role]
	if !found {
		if c.all == nil {
			c.list()
		}
		for _, rule := range role.Rules {
			known = append(known, c.unknownOf(rule)...)
		}
		c.unknown[role] = known
	}
	return known
}

func (c *Catalog) unknownOf(rule authorizer.Rule) []Right {
	verbs := verbsOf(rule)
	if len(verbs) == 0 {
		return nil
	}
	var rights []Right
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			if strings.HasSuffix(resource, "/*") {
				continue // no wildcard
			}
			rights = append(rights, c.unknownOn(group, resource, verbs, rule)...)
		}
	}
	return rights
}

// verbsOf are the verbs of a rule, with those that write for a wildcard. There are none where a rule only reads what no
// secret is in.
func verbsOf(rule authorizer.Rule) []string {
	if !slices.Contains(rule.Verbs, "*") {
		return rule.Verbs
	}
	return append(strings.Fields(everyWrite), "get")
}

func (c *Catalog) unknownOn(group, resource string, verbs []string, rule authorizer.Rule) []Right {
	var rights []Right
	for _, verb := range verbs {
		if c.isDecided(verb, group, resource) || verb == "create" && len(rule.ResourceNames) > 0 &&
			!slices.Contains(verbs, "patch") {
			continue
		}
		rights = append(rights, Right{
			Request: authorizer.ResourceRequest(verb, group, resource), Names: rule.ResourceNames,
			NoNamespace: c.clusterScoped.has("*", group, resource),
		})
	}
	if len(rights) == len(verbs) && slices.Contains(rule.Verbs, "*") {
		rights[0].Verb = "*"
		return rights[:1]
	}
	return rights
}

// isDecided reports whether a verb on a resource is in one of the lists, or only reads what no secret is in.
func (c *Catalog) isDecided(verb, group, resource string) bool {
	isRead := slices.Contains(reads(), verb) || strings.HasPrefix(verb, "impersonate-on:") // which alone does nothing
	if isRead && !c.readable.has(verb, group, resource) {
		return true
	}
	if c.isPrivilege(verb, group, resource) || c.harmless.has(verb, group, resource) || c.served.lacks(group, resource) {
		return true
	}
	isDeletion := verb == "delete" || verb == "deletecollection"
	return isDeletion && slices.ContainsFunc(c.indexes[schema.GroupResource{Group: group, Resource: resource}],
		func(i int) bool { return c.all[i].LeadsToServiceAccounts() }) // what has pods has fewer then
}

// isPrivilege reports whether a verb on a resource gives a privilege over others.
func (c *Catalog) isPrivilege(verb, group, resource string) bool {
	gives := func(i int) bool {
		p := c.all[i]
		return !p.OwnOnly() && p.Verb == verb
	}
	if group != "*" && !strings.HasPrefix(resource, "*") {
		return slices.ContainsFunc(c.indexes[schema.GroupResource{Group: group, Resource: resource}], gives)
	}
	sub, isEverySub := strings.CutPrefix(resource, "*/")
	return slices.ContainsFunc(c.everyIndex, func(i int) bool {
		p := c.all[i]
		isResource := resource == "*" || isEverySub && p.Subresource == sub || p.Combined() == resource
		return (group == "*" || p.Group == group) && isResource && gives(i)
	})
}
