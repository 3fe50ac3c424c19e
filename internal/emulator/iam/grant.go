package iam

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/emulator/id"
)

// SetName is the name of a PermissionSet.
type SetName string

// The permission sets that concern what the emulator serves; PermissionSets lists all of them. Neither of the first two
// includes the other: a key with SecretManagerSecretAccess alone can read a value by path but can neither list nor get
// secrets. Facts: docs/facts.md, "Rights on secrets".
const (
	SecretManagerReadOnly      SetName = "SecretManagerReadOnly"
	SecretManagerSecretAccess  SetName = "SecretManagerSecretAccess"
	SecretManagerSecretCreate  SetName = "SecretManagerSecretCreate"
	SecretManagerSecretWrite   SetName = "SecretManagerSecretWrite"
	SecretManagerSecretDelete  SetName = "SecretManagerSecretDelete"
	SecretManagerSecretRestore SetName = "SecretManagerSecretRestore"
	SecretManagerFullAccess    SetName = "SecretManagerFullAccess"
	AllProductsFullAccess      SetName = "AllProductsFullAccess"
	AllProductsReadOnly        SetName = "AllProductsReadOnly"
	IAMManager                 SetName = "IAMManager"
	IAMReadOnly                SetName = "IAMReadOnly"
	ProjectManager             SetName = "ProjectManager"
)

// Grant is permission sets over a scope, from which a Rule of a policy is made. A grant without scope or without
// permission sets is ignored.
type Grant struct {
	Projects       []string
	PermissionSets []SetName
	// Condition is a CEL expression over request and resource. Omitted, there is none. Only its syntax is checked: one
	// that errs, for example on an attribute that does not exist, never allows.
	Condition string
	// Organization gives the sets over the whole organization, in place of Projects: over all projects, or for sets
	// such as IAMManager over IAM.
	Organization bool
}

// Check returns everything that IAM would refuse; field is the path of the grant in its errors.
func (g Grant) Check(field string) []error {
	var wrong []error
	for i, project := range g.Projects {
		if !id.IsUUID(project) {
			wrong = append(wrong, fmt.Errorf("%s.projects[%d] %q must be a UUID", field, i, project))
		}
	}
	if g.Organization && len(g.Projects) > 0 {
		wrong = append(wrong, fmt.Errorf("%s.projects must be omitted where organization is true", field))
	}
	if _, err := ParseCondition(g.Condition); err != nil {
		reason, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "ERROR: "), "\n")
		wrong = append(wrong, fmt.Errorf("%s.condition %q must be a CEL expression: %s", field, g.Condition, reason))
	}
	return append(wrong, g.checkSets(field+".permissionSets")...)
}

func (g Grant) checkSets(field string) []error {
	var wrong []error
	var names []string
	known := map[SetName]PermissionSet{}
	for _, set := range PermissionSets() {
		names = append(names, set.Name)
		known[SetName(set.Name)] = set
	}
	var scopes []Scope
	for i, name := range g.PermissionSets {
		set, ok := known[name]
		switch {
		case !ok:
			wrong = append(wrong, fmt.Errorf("%s[%d] %q must be one of %s", field, i, name, strings.Join(names, ", ")))
		case set.Scope == ScopeOrganization && len(g.Projects) > 0 && !g.Organization:
			wrong = append(wrong, fmt.Errorf("%s[%d] %q must be granted over the organization, not over projects",
				field, i, name))
		case !slices.Contains(scopes, set.Scope):
			scopes = append(scopes, set.Scope)
		}
	}
	if len(scopes) > 1 {
		wrong = append(wrong, fmt.Errorf("%s must all be scoped by project or all by organization", field))
	}
	return wrong
}

// Rules returns the rules of a policy that gives the grants. It leaves out grants without scope or permission sets,
// which IAM refuses.
func (m *Model) Rules(grants []Grant) []Rule {
	var rules []Rule
	for _, g := range grants {
		rule := Rule{ProjectIDs: g.Projects, Condition: g.Condition}
		if g.Organization {
			rule.OrganizationID = m.OrganizationID()
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

// CreateGranted makes an application that has the grants by a policy of the same name, and no policy where nothing is
// granted. The grants are applied at once, whatever the grant delay.
func (m *Model) CreateGranted(name string, grants ...Grant) (Application, error) {
	application, err := m.CreateApplication(Meta{Name: name}, m.config.Born)
	if err != nil {
		return Application{}, err
	}
	rules := m.Rules(grants)
	if len(rules) == 0 {
		return application, nil
	}
	_, err = m.CreatePolicy(Meta{Name: name}, Principal{ApplicationID: application.ID}, rules, m.config.Born)
	return application, err
}

// CreateGrantedKey makes a key of a new application that has the grants. It fails, with everything that is wrong, on a
// project that is no UUID, an unknown permission set, a scope that a set cannot have and a condition of wrong syntax.
func (m *Model) CreateGrantedKey(application string, grants ...Grant) (Credentials, error) {
	var wrong []error
	for i, g := range grants {
		wrong = append(wrong, g.Check(fmt.Sprintf("grants[%d]", i))...)
	}
	if len(wrong) > 0 {
		return Credentials{}, errors.Join(wrong...)
	}
	owner, err := m.CreateGranted(application, grants...)
	if err != nil {
		return Credentials{}, err
	}
	key, err := m.CreateKey(Key{ApplicationID: owner.ID}, m.config.Born)
	return Credentials{key.AccessKey, key.SecretKey}, err
}
