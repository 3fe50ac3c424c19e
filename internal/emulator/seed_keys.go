package emulator

import (
	"fmt"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
)

// SeedKey is an API key of a Seed. AccessKey and SecretKey are given both, so that
// a demonstration can name them, or neither. It is a key of the Application, or
// has the rights that stand beside it and an application of its own name.
type SeedKey struct {
	Name      string     `yaml:"name"`
	AccessKey string     `yaml:"accessKey"`
	SecretKey string     `yaml:"secretKey"`
	ExpiresAt *time.Time `yaml:"expiresAt"`

	Application    string          `yaml:"application"`
	PermissionSets []PermissionSet `yaml:"permissionSets"`
	Projects       []string        `yaml:"projects"`
	Organization   bool            `yaml:"organization"`
	Condition      string          `yaml:"condition"`
}

func (of SeedKey) rule() SeedRule {
	return SeedRule{of.PermissionSets, of.Projects, of.Organization, of.Condition}
}

// KeyNamed returns the key of that name of the Seeds that were loaded.
func (s *Server) KeyNamed(name string) (key Key, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, found = s.named[name]
	return key, found
}

// key is the key that the Seed gives or the one made from the Server's seed.
func (s *Server) key(of SeedKey) Key {
	if of.SecretKey != "" {
		return Key{AccessKey: of.AccessKey, SecretKey: strings.ToLower(of.SecretKey)}
	}
	return Key{
		AccessKey: iam.AccessKey(newID(s.seed, fmt.Sprintf("access key of %q", of.Name), 0)),
		SecretKey: newID(s.seed, fmt.Sprintf("key %q", of.Name), 0),
	}
}

// checkKeys says what is wrong with the keys; it never quotes one.
func (s *Server) checkKeys(seed Seed, applications names) []error {
	var problems []error
	keys, accessKeys, secretKeys := names{}, names{}, names{}
	for i, of := range seed.Keys {
		field := fmt.Sprintf("keys[%d]", i)
		wrong := func(format string, args ...any) {
			problems = append(problems, fmt.Errorf(field+format, args...))
		}
		if _, exists := s.named[of.Name]; exists || of.Name == "" || keys.has(of.Name) {
			wrong(".name %q must be given and differ from other keys' names", of.Name)
		}
		if given := of.AccessKey != "" || of.SecretKey != ""; given && !iam.IsAccessKey(of.AccessKey) {
			wrong(".accessKey must be SCW and 17 upper-case letters or digits, and stand beside a secretKey")
		} else if given && !isUUID(of.SecretKey) {
			wrong(".secretKey must be a UUID and stand beside an accessKey")
		}
		key := s.key(of)
		if _, err := s.iam.Key(key.AccessKey); err == nil || accessKeys.has(key.AccessKey) {
			wrong(".accessKey must differ from other keys'")
		}
		if s.iam.HasSecret(key.SecretKey) || secretKeys.has(key.SecretKey) {
			wrong(".secretKey must differ from other keys'")
		}
		if of.Application != "" && !of.rule().isZero() {
			wrong(" must not have both an application and rights of its own")
		}
		problems = append(problems, applications.know(field+".application", of.Application)...)
		problems = append(problems, seed.grant(of.rule()).check(field)...)
	}
	return problems
}

// loadKey adds a key that is known to be well formed.
func (s *Server) loadKey(of SeedKey, seed Seed, applications map[string]iam.Application) error {
	owner, named := applications[of.Application]
	if !named {
		var err error
		if owner, err = s.iam.CreateApplication(iam.Meta{Name: of.Name}, born()); err != nil {
			return err
		}
		if err := s.grant(owner, []Grant{seed.grant(of.rule())}); err != nil {
			return err
		}
	}
	key := s.key(of)
	_, err := s.iam.CreateKey(iam.Key{
		ApplicationID: owner.ID, Description: of.Name, ExpiresAt: expiry(of.ExpiresAt),
		AccessKey: key.AccessKey, SecretKey: key.SecretKey,
	}, born())
	s.named[of.Name] = key
	return err
}
