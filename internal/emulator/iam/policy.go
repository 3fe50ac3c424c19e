package iam

import (
	"slices"
	"time"
)

// Principal is what a policy applies to: one of the three, or nothing.
type Principal struct {
	UserID        string `json:"userID,omitempty"`
	GroupID       string `json:"groupID,omitempty"`
	ApplicationID string `json:"applicationID,omitempty"`
}

// Policy grants its principal the permissions of its rules.
type Policy struct {
	ID string `json:"id"`
	Meta
	Principal Principal `json:"principal"`
	Rules     []Rule    `json:"rules,omitempty"`
}

// Scopes is how many different scopes the rules have: two rules over one organization have one. Facts: docs/facts.md,
// "Objects of IAM".
func (p Policy) Scopes() int {
	var scopes []string
	for _, rule := range p.Rules {
		scopes = append(scopes, append([]string{rule.OrganizationID}, rule.ProjectIDs...)...)
	}
	return distinct(scopes)
}

// PermissionSets is how many different permission sets the rules name.
func (p Policy) PermissionSets() int {
	var names []string
	for _, rule := range p.Rules {
		names = append(names, rule.PermissionSets...)
	}
	return distinct(names)
}

func distinct(all []string) int {
	slices.Sort(all)
	return len(slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == "" }))
}

// PolicyChange replaces the fields that are not nil.
type PolicyChange struct {
	Change
	Principal *Principal
}

// CreatePolicy gives the policy and its rules their ids.
func (m *Model) CreatePolicy(of Meta, principal Principal, rules []Rule, at time.Time) (Policy, error) {
	defer m.change()()
	var p problems
	p.meta(of)
	parsed := m.parse(&p, rules)
	if len(p) > 0 {
		return Policy{}, p.err()
	}
	if err := m.checkPrincipal(principal); err != nil {
		return Policy{}, err
	}
	added := Policy{ID: m.newID("policy"), Meta: created(of, at), Principal: principal}
	added.Rules = m.granted(parsed, at)
	m.policies.rows[added.ID] = added
	return added, nil
}

func (m *Model) checkPrincipal(p Principal) error {
	if p.UserID != "" {
		return &NotFoundError{"user", p.UserID}
	}
	if p.GroupID != "" {
		if _, err := m.groups.get(p.GroupID); err != nil {
			return err
		}
	}
	if p.ApplicationID != "" {
		if _, err := m.applications.get(p.ApplicationID); err != nil {
			return err
		}
	}
	return nil
}

// Policy returns the policy of an id.
func (m *Model) Policy(id string) (Policy, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.policies.get(id)
}

// Policies returns all of them, by id.
func (m *Model) Policies() []Policy {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.policies.all()
}

// UpdatePolicy changes a policy. Its updated_at stays where only the tags change and moves otherwise (inferred). A
// policy that gets another principal grants it its rules anew. Facts: docs/facts.md, "Objects of IAM".
func (m *Model) UpdatePolicy(id string, c PolicyChange, at time.Time) (Policy, error) {
	defer m.change()()
	found, err := m.policies.get(id)
	if err != nil {
		return found, err
	}
	if c.Principal != nil {
		if err := m.checkPrincipal(*c.Principal); err != nil {
			return found, err
		}
	}
	if found.Meta, err = c.of(found.Meta); err != nil {
		return found, err
	}
	if c.Name != nil || c.Description != nil || c.Principal != nil {
		found.UpdatedAt = at
	}
	if c.Principal != nil && *c.Principal != found.Principal {
		found.Principal = *c.Principal
		found.Rules = grantedAt(found.Rules, at)
	}
	m.policies.rows[id] = found
	return found, nil
}

// SetRules replaces all rules of a policy; all of them get new ids, and the policy's updated_at moves. Facts:
// docs/facts.md, "Objects of IAM".
func (m *Model) SetRules(id string, rules []Rule, at time.Time) ([]Rule, error) {
	defer m.change()()
	found, err := m.policies.get(id)
	if err != nil {
		return nil, err
	}
	var p problems
	parsed := m.parse(&p, rules)
	if len(p) > 0 {
		return nil, p.err()
	}
	found.UpdatedAt = at
	found.Rules = m.granted(parsed, at)
	m.policies.rows[id] = found
	return slices.Clone(found.Rules), nil
}

// DeletePolicy deletes a policy. Its permissions end at once.
func (m *Model) DeletePolicy(id string) error {
	defer m.change()()
	return m.policies.remove(id)
}

// orphan leaves the policies of a principal without one.
func (m *Model) orphan(of Principal) {
	for id, policy := range m.policies.rows {
		if policy.Principal == of {
			policy.Principal = Principal{}
			m.policies.rows[id] = policy
		}
	}
}

func (m *Model) granted(rules []Rule, at time.Time) []Rule {
	for i := range rules {
		rules[i].ID = m.newID("rule")
	}
	return grantedAt(rules, at)
}

func grantedAt(rules []Rule, at time.Time) []Rule {
	rules = slices.Clone(rules)
	for i := range rules {
		rules[i].GrantedAt = at
	}
	return rules
}
