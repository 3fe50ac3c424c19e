package privilege

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/validators/rbac/authorizer"
)

// Grant is a permission that a role grants.
type Grant struct {
	*Privilege
	authorizer.Request
	// Rule that grants it.
	Rule authorizer.Rule
	// Names are the only objects that it is granted on; nil means every object.
	Names []string
	// Creates is true where objects of these names may be created, so that they need not exist: by a server-side apply,
	// which needs create and patch of the name.
	Creates bool
}

// Grants lists the permissions that a role grants, in the order of privileges, each once.
func (c *Catalog) Grants(role *authorizer.Role) []Grant {
	known, found := c.grants[role]
	if !found {
		known = c.find(role)
		c.grants[role] = known
	}
	return known
}

func (c *Catalog) find(role *authorizer.Role) []Grant {
	if c.all == nil {
		c.list()
	}
	found := map[int]*Grant{}
	for _, rule := range role.Rules {
		for _, i := range c.allowedBy(rule) {
			found[i] = found[i].merge(c.all[i], rule)
		}
	}
	grants := make([]Grant, 0, len(found))
	for _, i := range slices.Sorted(maps.Keys(found)) {
		g := found[i]
		if g.Verb == "create" && g.Subresource == "" && g.Names != nil {
			if g.Names = c.appliable(found, g); len(g.Names) == 0 {
				continue // a plain request to create an object has no name yet
			}
			g.Creates = true
		}
		grants = append(grants, *g)
	}
	return grants
}

// allowedBy are the indexes of the permissions that a rule grants. They are kept: most rules of an input are the same.
func (c *Catalog) allowedBy(rule authorizer.Rule) []int {
	key := rule.Key()
	indexes, found := c.allowed[key]
	if found {
		return indexes
	}
	for _, i := range c.candidates(rule) {
		if authorizer.RuleAllows(rule.PolicyRule, c.all[i].Request) {
			indexes = append(indexes, i)
		}
	}
	c.allowed[key] = indexes
	return indexes
}

// candidates are the indexes of permissions that a rule may grant.
func (c *Catalog) candidates(rule authorizer.Rule) []int {
	var indexes []int
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			if group == "*" || strings.HasPrefix(resource, "*") {
				return c.everyIndex
			}
			indexes = append(indexes, c.indexes[schema.GroupResource{Group: group, Resource: resource}]...)
		}
	}
	return indexes
}

// merge adds what a rule grants to what others did. The rule of a grant is one without names, if there is one.
func (g *Grant) merge(p permission, rule authorizer.Rule) *Grant {
	switch {
	case g == nil:
		g = &Grant{Privilege: p.Privilege, Request: p.Request, Rule: rule}
		if len(rule.ResourceNames) > 0 {
			g.Names = slices.Clone(rule.ResourceNames)
		}
	case g.Names == nil:
	case len(rule.ResourceNames) == 0:
		g.Rule, g.Names = rule, nil
	default:
		g.Names = append(g.Names, rule.ResourceNames...)
	}
	return g
}

// appliable are the names of a grant to create for which there is one to patch, too.
func (c *Catalog) appliable(found map[int]*Grant, create *Grant) []string {
	for _, i := range c.indexes[schema.GroupResource{Group: create.Group, Resource: create.Combined()}] {
		patch := found[i]
		if patch == nil || patch.Verb != "patch" {
			continue
		}
		if patch.Names == nil {
			return create.Names
		}
		isNotPatched := func(name string) bool { return !slices.Contains(patch.Names, name) }
		return slices.DeleteFunc(slices.Clone(create.Names), isNotPatched)
	}
	return nil
}
