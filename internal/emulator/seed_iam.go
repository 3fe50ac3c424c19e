package emulator

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
)

// SeedIAM is the part of a seed that says who may do what. All of it is applied at
// once, whatever Config.GrantDelay.
type SeedIAM struct {
	Applications []SeedApplication `json:"applications,omitempty"`
	Policies     []SeedPolicy      `json:"policies,omitempty"`
	Keys         []SeedKey         `json:"keys,omitempty"`
}

// SeedApplication is an identity that keys and policies name.
type SeedApplication struct {
	Name        string   `json:"name"` // required, unique in the seed
	Description string   `json:"description,omitempty"`
	Tags        []string `json:"tags,omitempty"`
}

// SeedPolicy gives an application what its rules allow.
type SeedPolicy struct {
	Name        string     `json:"name"` // required
	Description string     `json:"description,omitempty"`
	Application string     `json:"application,omitempty"` // a name of applications; omitted: no principal
	Rules       []SeedRule `json:"rules"`                 // required, at least one
}

// SeedRule allows what permission sets hold, over a scope, under a condition.
type SeedRule struct {
	PermissionSets []PermissionSet `json:"permissionSets,omitempty"`
	Projects       []string        `json:"projects,omitempty"`     // UUIDs
	Organization   bool            `json:"organization,omitempty"` // instead of projects
	Condition      string          `json:"condition,omitempty"`    // CEL; omitted: none
}

func (r SeedRule) grant() Grant {
	return Grant{r.Projects, r.PermissionSets, r.Condition, r.Organization}
}

func (r SeedRule) isZero() bool {
	return len(r.PermissionSets)+len(r.Projects) == 0 && !r.Organization && r.Condition == ""
}

// SeedKey is an API key. It is either one of a named application, or has a rule
// of its own and gets an application of its own name. A key with neither may do
// nothing.
type SeedKey struct {
	Name      string     `json:"name"`                // required, unique in the seed
	AccessKey string     `json:"accessKey,omitempty"` // omitted: depends on the emulator's seed and the name
	SecretKey string     `json:"secretKey,omitempty"` // a UUID; omitted: likewise
	ExpiresAt *time.Time `json:"expiresAt,omitempty"` // RFC 3339, may be over; omitted: never

	Application string `json:"application,omitempty"` // a name of applications
	SeedRule
}

// loadKeys adds applications, policies and keys, and returns the keys by name. It
// changes nothing when anything is wrong, and says everything that is, by field;
// no error quotes a key.
func (s *Server) loadKeys(seed SeedIAM) (map[string]Key, error) {
	if wrong := seed.check(); len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	before := s.iam.Snapshot()
	keys, err := s.seedIAM(seed)
	if err != nil {
		return nil, errors.Join(err, s.iam.Restore(before))
	}
	return keys, nil
}

func (s *Server) seedIAM(seed SeedIAM) (map[string]Key, error) {
	applications := map[string]iam.Application{}
	for i, of := range seed.Applications {
		made, err := s.iam.CreateApplication(iam.Meta{Name: of.Name, Description: of.Description, Tags: of.Tags}, born())
		if err != nil {
			return nil, fmt.Errorf("applications[%d]: %w", i, err)
		}
		applications[of.Name] = made
	}
	for i, of := range seed.Policies {
		principal := iam.Principal{ApplicationID: applications[of.Application].ID}
		var grants []Grant
		for _, rule := range of.Rules {
			grants = append(grants, rule.grant())
		}
		meta := iam.Meta{Name: of.Name, Description: of.Description}
		if _, err := s.iam.CreatePolicy(meta, principal, s.rules(grants), born()); err != nil {
			return nil, fmt.Errorf("policies[%d]: %w", i, err)
		}
	}
	keys := map[string]Key{}
	for i, of := range seed.Keys {
		made, err := s.seedKey(of, applications)
		if err != nil {
			return nil, fmt.Errorf("keys[%d]: %w", i, err)
		}
		keys[of.Name] = made
	}
	return keys, nil
}

func (s *Server) seedKey(of SeedKey, applications map[string]iam.Application) (Key, error) {
	owner, named := applications[of.Application]
	if !named {
		var err error
		if owner, err = s.iam.CreateApplication(iam.Meta{Name: of.Name}, born()); err != nil {
			return Key{}, err
		}
		if err := s.grant(owner, []Grant{of.grant()}); err != nil {
			return Key{}, err
		}
	}
	key := iam.Key{
		ApplicationID: owner.ID, Description: of.Name, ExpiresAt: expiry(of.ExpiresAt),
		AccessKey: of.AccessKey, SecretKey: of.SecretKey,
	}
	if key.AccessKey == "" {
		key.AccessKey = iam.AccessKey(newID(s.seed, "access key of "+of.Name, 0))
	}
	if key.SecretKey == "" {
		key.SecretKey = newID(s.seed, "secret key of "+of.Name, 0)
	}
	made, err := s.iam.CreateKey(key, born())
	return Key{made.AccessKey, made.SecretKey}, err
}

// check reports everything that is wrong with the seed alone.
func (seed SeedIAM) check() []error {
	var wrong []error
	applications := names{}
	for i, of := range seed.Applications {
		wrong = append(wrong, applications.add(fmt.Sprintf("applications[%d].name", i), of.Name)...)
	}
	for i, of := range seed.Policies {
		field := fmt.Sprintf("policies[%d]", i)
		wrong = append(wrong, names{}.add(field+".name", of.Name)...)
		wrong = append(wrong, applications.know(field+".application", of.Application)...)
		if len(of.Rules) == 0 {
			wrong = append(wrong, fmt.Errorf("%s.rules must have at least one rule", field))
		}
		for j, rule := range of.Rules {
			wrong = append(wrong, rule.check(fmt.Sprintf("%s.rules[%d]", field, j))...)
		}
	}
	keys, accessKeys, secretKeys := names{}, names{}, names{}
	for i, of := range seed.Keys {
		field := fmt.Sprintf("keys[%d]", i)
		wrong = append(wrong, keys.add(field+".name", of.Name)...)
		wrong = append(wrong, applications.know(field+".application", of.Application)...)
		wrong = append(wrong, of.check(field)...)
		if accessKeys.has(of.AccessKey) {
			wrong = append(wrong, fmt.Errorf("%s.accessKey must not be that of another key", field))
		}
		if secretKeys.has(strings.ToLower(of.SecretKey)) {
			wrong = append(wrong, fmt.Errorf("%s.secretKey must not be that of another key", field))
		}
	}
	return wrong
}

// check asks for what makes a rule allow anything at all.
func (r SeedRule) check(field string) []error {
	wrong := r.grant().check(field)
	if len(r.PermissionSets) == 0 {
		wrong = append(wrong, fmt.Errorf("%s.permissionSets must have at least one permission set", field))
	}
	if len(r.Projects) == 0 && !r.Organization {
		wrong = append(wrong, fmt.Errorf("%s.projects must have at least one project, or organization must be true", field))
	}
	return wrong
}

func (k SeedKey) check(field string) []error {
	var wrong []error
	if k.AccessKey != "" && !iam.IsAccessKey(k.AccessKey) {
		wrong = append(wrong, fmt.Errorf("%s.accessKey must be SCW and 17 upper-case letters or digits", field))
	}
	if k.SecretKey != "" && !isUUID(k.SecretKey) {
		wrong = append(wrong, fmt.Errorf("%s.secretKey must be a UUID", field))
	}
	switch {
	case k.isZero():
	case k.Application != "":
		wrong = append(wrong, fmt.Errorf("%s must have an application or permissionSets, not both", field))
	default:
		wrong = append(wrong, k.SeedRule.check(field)...)
	}
	return wrong
}

// names are what must be unique in a list.
type names map[string]bool

func (n names) add(field, name string) []error {
	switch {
	case name == "":
		return []error{fmt.Errorf("%s must be given", field)}
	case n.has(name):
		return []error{fmt.Errorf("%s %q must be given once", field, name)}
	}
	return nil
}

// has reports whether the name came before; no name never did.
func (n names) has(name string) bool {
	before := n[name]
	n[name] = name != ""
	return before
}

func (n names) know(field, name string) []error {
	if name != "" && !n[name] {
		return []error{fmt.Errorf("%s %q must be the name of one of the applications", field, name)}
	}
	return nil
}
