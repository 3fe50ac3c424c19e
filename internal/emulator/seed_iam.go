package emulator

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/emulator/iam"
)

// SeedApplication is an identity that keys and policies of a Seed name.
type SeedApplication struct {
	Name        string   `yaml:"name"`
	Description string   `yaml:"description"`
	Tags        []string `yaml:"tags"`
}

// SeedPolicy gives an application what its rules allow. What a Seed grants is
// applied at once, whatever Config.GrantDelay.
type SeedPolicy struct {
	Name        string     `yaml:"name"`
	Description string     `yaml:"description"`
	Application string     `yaml:"application"`
	Rules       []SeedRule `yaml:"rules"`
}

// SeedRule is a Grant; without Projects it is over all projects of the Seed.
type SeedRule struct {
	PermissionSets []PermissionSet `yaml:"permissionSets"`
	Projects       []string        `yaml:"projects"`
	Organization   bool            `yaml:"organization"`
	Condition      string          `yaml:"condition"`
}

func (r SeedRule) isZero() bool {
	return len(r.PermissionSets)+len(r.Projects) == 0 && !r.Organization && r.Condition == ""
}

func (seed Seed) grant(r SeedRule) Grant {
	projects := r.Projects
	if len(projects) == 0 && !r.Organization {
		projects = seed.projects()
	}
	return Grant{projects, r.PermissionSets, r.Condition, r.Organization}
}

// projects are all those that the Seed names, sorted.
func (seed Seed) projects() []string {
	all := []string{strings.ToLower(seed.Project)}
	for _, of := range seed.Secrets {
		all = append(all, strings.ToLower(of.Project))
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(project string) bool { return !isUUID(project) })
}

// checkIAM says everything that is wrong with applications, policies and keys.
func (s *Server) checkIAM(seed Seed) []error {
	var problems []error
	applications := names{}
	for i, of := range seed.Applications {
		if of.Name == "" || applications.has(of.Name) {
			problems = append(problems, fmt.Errorf("applications[%d].name %q must be given and differ from other applications' names", i, of.Name))
		}
	}
	for i, of := range seed.Policies {
		field := fmt.Sprintf("policies[%d]", i)
		if of.Name == "" {
			problems = append(problems, fmt.Errorf("%s.name must be given", field))
		}
		problems = append(problems, applications.know(field+".application", of.Application)...)
		if len(of.Rules) == 0 {
			problems = append(problems, fmt.Errorf("%s.rules must have at least one rule", field))
		}
		for j, rule := range of.Rules {
			problems = append(problems, seed.checkRule(fmt.Sprintf("%s.rules[%d]", field, j), rule)...)
		}
	}
	return append(problems, s.checkKeys(seed, applications)...)
}

// checkRule asks for what makes a rule allow anything at all, too.
func (seed Seed) checkRule(field string, rule SeedRule) []error {
	granted := seed.grant(rule)
	problems := granted.check(field)
	if len(granted.PermissionSets) == 0 {
		problems = append(problems, fmt.Errorf("%s.permissionSets must have at least one permission set", field))
	}
	if len(granted.Projects) == 0 && !granted.Organization {
		problems = append(problems, fmt.Errorf("%s.projects must be given where the seed names no project", field))
	}
	return problems
}

// loadIAM adds applications, policies and keys that are known to be well formed,
// all of them or none.
func (s *Server) loadIAM(seed Seed) error {
	before, named := s.iam.Snapshot(), maps.Clone(s.named)
	if err := s.addIAM(seed); err != nil {
		s.named = named
		return errors.Join(err, s.iam.Restore(before))
	}
	return nil
}

func (s *Server) addIAM(seed Seed) error {
	applications := map[string]iam.Application{}
	for i, of := range seed.Applications {
		made, err := s.iam.CreateApplication(iam.Meta{Name: of.Name, Description: of.Description, Tags: of.Tags}, born())
		if err != nil {
			return fmt.Errorf("applications[%d]: %w", i, err)
		}
		applications[of.Name] = made
	}
	for i, of := range seed.Policies {
		var grants []Grant
		for _, rule := range of.Rules {
			grants = append(grants, seed.grant(rule))
		}
		meta := iam.Meta{Name: of.Name, Description: of.Description}
		principal := iam.Principal{ApplicationID: applications[of.Application].ID}
		if _, err := s.iam.CreatePolicy(meta, principal, s.rules(grants), born()); err != nil {
			return fmt.Errorf("policies[%d]: %w", i, err)
		}
	}
	for i, of := range seed.Keys {
		if err := s.loadKey(of, seed, applications); err != nil {
			return fmt.Errorf("keys[%d]: %w", i, err)
		}
	}
	return nil
}

// names are what must be unique in a list.
type names map[string]bool

// has reports whether the name came before, and remembers it.
func (n names) has(name string) bool {
	before := n[name]
	n[name] = true
	return before
}

func (n names) know(field, name string) []error {
	if name != "" && !n[name] {
		return []error{fmt.Errorf("%s %q must be the name of one of the applications", field, name)}
	}
	return nil
}
