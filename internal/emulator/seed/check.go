package seed

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/emulator/id"
	"cloison.dev/cloison/internal/emulator/secret"
)

// problems collects what is wrong with a Seed.
type problems []error

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Errorf(format, args...)) }

// checkSecrets returns everything that is wrong with the secrets, which are given with their defaults too.
func (t Target) checkSecrets(seed Seed, secrets []secret.Secret) problems {
	var found problems
	taken := map[secret.Location]bool{}
	for i, of := range seed.Secrets {
		field := fmt.Sprintf("secrets[%d]", i)
		found = append(found, t.checkSecret(field, of, secrets[i])...)
		if of.DeletionRequested {
			continue
		}
		at := secrets[i].Location()
		if taken[at] || t.Secrets.At(at) != nil {
			found.add("%s.name %q exists already under %q", field, at.Name, at.Path)
		}
		taken[at] = true
	}
	return found
}

func (t Target) checkSecret(field string, of Secret, what secret.Secret) problems {
	var found problems
	if of.Values != nil && of.Versions != nil {
		found.add("%s must not have both values and versions", field)
	}
	if of.DeletionRequested && of.Protected {
		found.add("%s.deletionRequested must not be true of a protected secret", field)
	}
	if of.DeletionRequested && of.Ephemeral != nil {
		found.add("%s.deletionRequested must not be true of an ephemeral secret, which would be gone at once", field)
	}
	list := "versions"
	if of.Versions == nil {
		list = "values"
	}
	var versions []secret.Version
	for i, v := range of.versions() {
		versions = append(versions, secret.Value(v.Value))
		if wrong := v.check(what.Type); wrong != "" {
			found.add("%s.%s[%d] %s", field, list, i, wrong)
		}
	}
	for _, wrong := range t.Secrets.Check(what, versions...) {
		found.add("%s.%w", field, wrong)
	}
	return found
}

// check returns what is wrong with a version of a secret of the type, "" for nothing.
func (v Version) check(of secret.Type) string {
	if !slices.Contains(secret.Statuses(), v.Status) {
		return fmt.Sprintf("status %q must be one of %q", v.Status, secret.Statuses())
	}
	if v.Status == secret.Deleted {
		if v.Value != "" {
			return "must not have a value, as it is deleted"
		}
		return ""
	}
	if v.Value == "" {
		return "must have a value"
	}
	if wrong := of.Mismatch([]byte(v.Value)); wrong != "" {
		lines := strings.ReplaceAll(strings.TrimSpace(wrong), "\n", "; ")
		return fmt.Sprintf("must be a value of type %q: %s", of, lines)
	}
	return ""
}

// checkIAM returns everything that is wrong with applications, policies and keys.
func (t Target) checkIAM(seed Seed) problems {
	var found problems
	applications := names{}
	for i, of := range seed.Applications {
		if of.Name == "" || applications.seen(of.Name) {
			found.add("applications[%d].name %q must be given and differ from other applications' names", i, of.Name)
		}
	}
	for i, of := range seed.Policies {
		field := fmt.Sprintf("policies[%d]", i)
		if of.Name == "" {
			found.add("%s.name must be given", field)
		}
		found = append(found, applications.check(field+".application", of.Application)...)
		if len(of.Rules) == 0 {
			found.add("%s.rules must have at least one rule", field)
		}
		for j, rule := range of.Rules {
			found = append(found, seed.checkRule(fmt.Sprintf("%s.rules[%d]", field, j), rule)...)
		}
	}
	return append(found, t.checkKeys(seed, applications)...)
}

// checkRule asks for what makes a rule allow anything at all, too.
func (s Seed) checkRule(field string, rule Rule) problems {
	granted := s.grant(rule)
	var found problems = granted.Check(field)
	if len(granted.PermissionSets) == 0 {
		found.add("%s.permissionSets must have at least one permission set", field)
	}
	if len(granted.Projects) == 0 && !granted.Organization {
		found.add("%s.projects must be given where the seed names no project", field)
	}
	return found
}

// checkKeys returns what is wrong with the keys; it never quotes one.
func (t Target) checkKeys(seed Seed, applications names) problems {
	var found problems
	keys, accessKeys, secretKeys := names{}, names{}, names{}
	for i, of := range seed.Keys {
		field := fmt.Sprintf("keys[%d]", i)
		if _, exists := t.Keys[of.Name]; exists || of.Name == "" || keys.seen(of.Name) {
			found.add("%s.name %q must be given and differ from other keys' names", field, of.Name)
		}
		found = append(found, of.checkForm(field)...)
		key := t.credentials(of)
		if _, err := t.IAM.Key(key.AccessKey); err == nil || accessKeys.seen(key.AccessKey) {
			found.add("%s.accessKey must differ from other keys'", field)
		}
		if t.IAM.HasSecret(key.SecretKey) || secretKeys.seen(key.SecretKey) {
			found.add("%s.secretKey must differ from other keys'", field)
		}
		if of.Application != "" && !of.rule().isZero() {
			found.add("%s must not have both an application and rights of its own", field)
		}
		found = append(found, applications.check(field+".application", of.Application)...)
		found = append(found, seed.grant(of.rule()).Check(field)...)
	}
	return found
}

func (of Key) checkForm(field string) problems {
	var found problems
	switch given := of.AccessKey != "" || of.SecretKey != ""; {
	case given && !id.IsAccessKey(of.AccessKey):
		found.add("%s.accessKey must be SCW and 17 upper-case letters or digits, and stand beside a secretKey", field)
	case given && !id.IsUUID(of.SecretKey):
		found.add("%s.secretKey must be a UUID and stand beside an accessKey", field)
	}
	return found
}

// names are names that must be unique in a list.
type names map[string]bool

// seen reports whether the name came before, and remembers it.
func (n names) seen(name string) bool {
	before := n[name]
	n[name] = true
	return before
}

// check refuses the name of no application; an empty one names none.
func (n names) check(field, name string) problems {
	if name != "" && !n[name] {
		return problems{fmt.Errorf("%s %q must be the name of one of the applications", field, name)}
	}
	return nil
}
