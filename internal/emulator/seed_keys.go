package emulator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// SeedKey is an API key of a Seed. AccessKey and SecretKey are given both, so that
// a demonstration can name them, or neither.
type SeedKey struct {
	Name           string          `yaml:"name"`
	AccessKey      string          `yaml:"accessKey"`
	SecretKey      string          `yaml:"secretKey"`
	PermissionSets []PermissionSet `yaml:"permissionSets"`
	Projects       []string        `yaml:"projects"`
}

// accessKeyForm is what the SDK's validation package takes for an access key.
var accessKeyForm = regexp.MustCompile(`^SCW[A-Z0-9]{17}$`)

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
	id := newID(s.seed, fmt.Sprintf("key %q", of.Name), 0)
	return Key{AccessKey: accessKey(id), SecretKey: id}
}

// projects are all those that the Seed names, sorted.
func (seed Seed) projects() []string {
	var all []string
	for _, of := range seed.Secrets {
		all = append(all, strings.ToLower(of.Project))
	}
	all = append(all, strings.ToLower(seed.Project))
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(project string) bool { return project == "" })
}

// checkKeys says what is wrong with the keys; it never quotes one.
func (s *Server) checkKeys(seed Seed) []error {
	var problems []error
	names, secretKeys := map[string]bool{}, map[string]bool{}
	for i, of := range seed.Keys {
		wrong := func(format string, args ...any) {
			problems = append(problems, fmt.Errorf(fmt.Sprintf("keys[%d].", i)+format, args...))
		}
		if _, exists := s.named[of.Name]; exists || names[of.Name] || of.Name == "" {
			wrong("name %q must be given and differ from other keys' names", of.Name)
		}
		if given := of.AccessKey != "" || of.SecretKey != ""; given && !accessKeyForm.MatchString(of.AccessKey) {
			wrong("accessKey must match %s and stand beside a secretKey", accessKeyForm)
		} else if given && !isUUID(of.SecretKey) {
			wrong("secretKey must be a UUID and stand beside an accessKey")
		}
		key := s.key(of)
		if _, exists := s.keys[key.SecretKey]; exists || secretKeys[key.SecretKey] {
			wrong("secretKey must differ from other keys'")
		}
		names[of.Name], secretKeys[key.SecretKey] = true, true
		for j, set := range of.PermissionSets {
			if !slices.Contains(permissionSets(), set) {
				wrong("permissionSets[%d] %q must be one of %q", j, set, permissionSets())
			}
		}
		for j, project := range of.Projects {
			if !isUUID(project) {
				wrong("projects[%d] %q must be a UUID", j, project)
			}
		}
	}
	return problems
}

// loadKeys adds keys that are known to be well formed.
func (s *Server) loadKeys(seed Seed) {
	for _, of := range seed.Keys {
		grant := Grant{Projects: seed.projects(), PermissionSets: slices.Clone(of.PermissionSets)}
		if len(of.Projects) > 0 {
			grant.Projects = nil
			for _, project := range of.Projects {
				grant.Projects = append(grant.Projects, strings.ToLower(project))
			}
		}
		key := s.key(of)
		s.keys[key.SecretKey] = []Grant{grant}
		s.named[of.Name] = key
	}
}
