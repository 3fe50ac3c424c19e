package iam

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/id"
)

// Rule allows what its permission sets hold, over its scope, when its condition
// is true. Its scope is either ProjectIDs or OrganizationID; the latter means all
// projects for sets that are scoped by project.
type Rule struct {
	ID             string   `json:"id"`
	PermissionSets []string `json:"permissionSets"`
	Condition      string   `json:"condition,omitempty"` // CEL; empty: none
	ProjectIDs     []string `json:"projectIDs,omitempty"`
	OrganizationID string   `json:"organizationID,omitempty"`
	// GrantedAt is when the rule came to its principal: GrantDelay counts from it.
	GrantedAt time.Time `json:"grantedAt"`

	scope     Scope
	condition Condition
}

// Scope is the scope type of the rule's permission sets.
func (r Rule) Scope() Scope { return r.scope }

// parse checks rules and returns them ready to be evaluated, ids in lower case.
func (m *Model) parse(p *problems, rules []Rule) []Rule {
	parsed := make([]Rule, 0, len(rules))
	for i, rule := range rules {
		field := fmt.Sprintf("rules[%d]", i)
		var err error
		if rule.condition, err = ParseCondition(rule.Condition); err != nil {
			p.add(field+".condition", "format", err.Error())
		}
		rule.scope = m.scopeOf(p, field, rule.PermissionSets)
		rule.OrganizationID = strings.ToLower(rule.OrganizationID)
		rule.ProjectIDs = m.checkScope(p, field, rule)
		rule.PermissionSets = slices.Clone(rule.PermissionSets)
		parsed = append(parsed, rule)
	}
	return parsed
}

// scopeOf refuses sets of several scope types. Facts: docs/facts.md, "Model of IAM".
func (m *Model) scopeOf(p *problems, field string, names []string) Scope {
	field += ".permission_set_names"
	if len(names) == 0 {
		p.add(field, "required", "")
	}
	var scope Scope
	for _, name := range names {
		set, known := m.sets[name]
		switch {
		case !known:
			p.add(field, "constraint", fmt.Sprintf("permission set %q must be one that exists", name))
		case scope != "" && scope != set.Scope:
			p.add(field, "constraint", "permission sets must be of the same scope type")
			return scope
		default:
			scope = set.Scope
		}
	}
	return scope
}

// checkScope refuses a rule that has no scope, two, or one that its sets cannot have, and returns the projects in lower
// case. Facts: docs/facts.md, "Model of IAM".
func (m *Model) checkScope(p *problems, field string, rule Rule) []string {
	organization := rule.OrganizationID != ""
	if organization == (len(rule.ProjectIDs) > 0) {
		p.add(field, "format", "embedded message failed validation")
	}
	if organization && rule.OrganizationID != m.config.OrganizationID {
		p.add(field+".organization_id", "constraint", fmt.Sprintf("%q must be the organization's", rule.OrganizationID))
	}
	if !organization && rule.scope == ScopeOrganization {
		p.add(field+".project_ids", "constraint", "permission sets must be granted over the organization")
	}
	var projects []string
	for _, project := range rule.ProjectIDs {
		if !id.IsUUID(project) {
			p.add(field+".project_ids", "format", fmt.Sprintf("%q must be a UUID", project))
		}
		projects = append(projects, strings.ToLower(project))
	}
	return projects
}

// allows decides over one permission. Those over the organization concern no
// project, so that rules over projects never cover them.
func (r Rule) allows(ctx context.Context, sets map[string]PermissionSet, p Permission, on Resource, q Request) bool {
	holds := slices.ContainsFunc(r.PermissionSets, func(name string) bool { return sets[name].Allows(p) })
	return holds && r.covers(on) && r.condition.Holds(ctx, on, q)
}

func (r Rule) covers(on Resource) bool {
	return r.OrganizationID != "" || slices.Contains(r.ProjectIDs, on.Project)
}
