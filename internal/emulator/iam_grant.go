package emulator

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/emulator/iam"
)

// Grant gives permission sets over a scope, like a rule of an IAM policy. A grant
// without scope or without permission sets gives nothing.
type Grant struct {
	Projects       []string
	PermissionSets []PermissionSet
	// Condition is a CEL expression over request and resource, as IAM has them.
	// Omitted, there is none. Only its syntax is checked: one that errs, as by
	// asking for an attribute that is not there, never allows.
	Condition string
	// Organization gives the sets over the whole organization, in place of
	// Projects: over all projects, or for sets such as IAMManager over IAM.
	Organization bool
}

// AddKey makes an application with an API key that holds the union of the grants,
// and nothing when there are none. What it grants is applied at once, whatever
// Config.GrantDelay. It fails, and says everything that is wrong, on a project
// that is no UUID, an unknown permission set, a scope that a set cannot have and a
// condition of wrong syntax.
func (s *Server) AddKey(grants ...Grant) (Key, error) {
	var wrong []error
	for i, g := range grants {
		wrong = append(wrong, g.check(fmt.Sprintf("grants[%d]", i))...)
	}
	if len(wrong) > 0 {
		return Key{}, errors.Join(wrong...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	application, err := s.iam.CreateApplication(iam.Meta{Name: "emulator"}, born())
	if err != nil {
		return Key{}, err
	}
	made, err := s.iam.CreateKey(iam.Key{ApplicationID: application.ID}, born())
	if err != nil {
		return Key{}, err
	}
	if err := s.grant(application, grants); err != nil {
		return Key{}, err
	}
	return Key{made.AccessKey, made.SecretKey}, s.save()
}

// grant makes the policy of an application where anything is granted.
func (s *Server) grant(to iam.Application, grants []Grant) error {
	rules := s.rules(grants)
	if len(rules) == 0 {
		return nil
	}
	_, err := s.iam.CreatePolicy(iam.Meta{Name: to.Name}, iam.Principal{ApplicationID: to.ID}, rules, born())
	return err
}

// rules leaves out grants that give nothing: IAM cannot hold them.
func (s *Server) rules(grants []Grant) []iam.Rule {
	var rules []iam.Rule
	for _, g := range grants {
		rule := iam.Rule{ProjectIDs: g.Projects, Condition: g.Condition}
		if g.Organization {
			rule.OrganizationID = s.iam.OrganizationID()
		}
		for _, set := range g.PermissionSets {
			rule.PermissionSets = append(rule.PermissionSets, string(set))
		}
		if len(rule.PermissionSets) > 0 && (g.Organization || len(g.Projects) > 0) {
			rules = append(rules, rule)
		}
	}
	return rules
}

// check reports everything that IAM would refuse; field is where the grant stands.
func (g Grant) check(field string) []error {
	var wrong []error
	for i, project := range g.Projects {
		if !isUUID(project) {
			wrong = append(wrong, fmt.Errorf("%s.projects[%d] %q must be a UUID", field, i, project))
		}
	}
	if g.Organization && len(g.Projects) > 0 {
		wrong = append(wrong, fmt.Errorf("%s.projects must be omitted where organization is true", field))
	}
	if _, err := iam.ParseCondition(g.Condition); err != nil {
		reason, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "ERROR: "), "\n")
		wrong = append(wrong, fmt.Errorf("%s.condition %q must be a CEL expression: %s", field, g.Condition, reason))
	}
	return append(wrong, g.checkSets(field+".permissionSets")...)
}

func (g Grant) checkSets(field string) []error {
	var wrong []error
	var names []string
	known := map[string]iam.PermissionSet{}
	for _, set := range iam.PermissionSets() {
		names = append(names, set.Name)
		known[set.Name] = set
	}
	var scopes []iam.Scope
	for i, name := range g.PermissionSets {
		set, ok := known[string(name)]
		switch {
		case !ok:
			wrong = append(wrong, fmt.Errorf("%s[%d] %q must be one of %s", field, i, name, strings.Join(names, ", ")))
		case set.Scope == iam.ScopeOrganization && len(g.Projects) > 0 && !g.Organization:
			wrong = append(wrong, fmt.Errorf("%s[%d] %q must be granted over the organization, not over projects", field, i, name))
		case !slices.Contains(scopes, set.Scope):
			scopes = append(scopes, set.Scope)
		}
	}
	if len(scopes) > 1 {
		wrong = append(wrong, fmt.Errorf("%s must all be scoped by project or all by organization", field))
	}
	return wrong
}
