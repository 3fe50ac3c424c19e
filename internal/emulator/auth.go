package emulator

import (
	"fmt"
	"slices"
	"strings"
)

// PermissionSet is one of Scaleway's named sets of rights.
type PermissionSet string

// The permission sets that the emulator knows. Neither includes the other: a
// key with SecretManagerSecretAccess alone can read a value by path but can
// neither list nor get secrets. Source: the project's facts.
const (
	SecretManagerReadOnly     PermissionSet = "SecretManagerReadOnly"
	SecretManagerSecretAccess PermissionSet = "SecretManagerSecretAccess"
	SecretManagerSecretCreate PermissionSet = "SecretManagerSecretCreate"
	SecretManagerSecretWrite  PermissionSet = "SecretManagerSecretWrite"
	SecretManagerSecretDelete PermissionSet = "SecretManagerSecretDelete"
	SecretManagerFullAccess   PermissionSet = "SecretManagerFullAccess"
)

// Grant gives permission sets over projects, like a rule of an IAM policy.
type Grant struct {
	Projects       []string
	PermissionSets []PermissionSet
}

// Key is a Scaleway API key in the form that the SDK and External Secrets
// Operator demand.
type Key struct {
	AccessKey string
	SecretKey string
}

// AddKey makes an API key that holds the union of the grants, and nothing when
// there are none. It fails on a project that is no UUID and on an unknown
// permission set.
func (s *Server) AddKey(grants ...Grant) (Key, error) {
	var held []Grant
	for _, g := range grants {
		var projects []string
		for _, project := range g.Projects {
			if !isUUID(project) {
				return Key{}, fmt.Errorf("project %q must be a UUID", project)
			}
			projects = append(projects, strings.ToLower(project))
		}
		for _, set := range g.PermissionSets {
			if !slices.Contains(permissionSets(), set) {
				return Key{}, fmt.Errorf("permission set %q must be one of %q", set, permissionSets())
			}
		}
		held = append(held, Grant{projects, slices.Clone(g.PermissionSets)})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := newID(s.seed, "key", len(s.keys))
	s.keys[id] = held
	s.changed()
	return Key{AccessKey: accessKey(id), SecretKey: id}, s.save()
}

func permissionSets() []PermissionSet {
	return []PermissionSet{
		SecretManagerReadOnly, SecretManagerSecretAccess, SecretManagerSecretCreate,
		SecretManagerSecretWrite, SecretManagerSecretDelete, SecretManagerFullAccess,
	}
}

// accessKey is SCW and 17 upper-case letters or digits, the form that
// scaleway-sdk-go's validation package demands.
func accessKey(secretKey string) string {
	return "SCW" + strings.ToUpper(strings.ReplaceAll(secretKey, "-", ""))[:17]
}

// authenticate returns the grants of the secret key in X-Auth-Token.
func (s *Server) authenticate(token string) ([]Grant, error) {
	if !isUUID(token) {
		return nil, errUnauthenticated("invalid_argument")
	}
	grants, ok := s.keys[strings.ToLower(token)]
	if !ok {
		return nil, errUnauthenticated("not_found")
	}
	return grants, nil
}

// permission is one thing that a permission set allows.
type permission string

const (
	listSecrets  permission = "list secrets"
	readSecret   permission = "read a secret"
	readValue    permission = "read a value"
	createSecret permission = "create a secret"
	writeSecret  permission = "write a secret"
	deleteSecret permission = "delete a secret"
)

// allows lists what the permission sets are taken to hold.
func (set PermissionSet) allows(p permission) bool {
	switch set {
	case SecretManagerReadOnly:
		return p == listSecrets || p == readSecret
	case SecretManagerSecretAccess:
		return p == readValue
	case SecretManagerSecretCreate:
		return p == createSecret
	case SecretManagerSecretWrite:
		return p == writeSecret
	case SecretManagerSecretDelete:
		return p == deleteSecret
	case SecretManagerFullAccess:
		return true
	}
	return false
}

// target is what a call is about.
type target struct {
	project string
	// secret is nil for a list.
	secret *secret
}

func (s *secret) target() target { return target{s.ProjectID, s} }

// may reports whether the call's key holds the permission over the target.
func (c call) may(p permission, on target) bool {
	return slices.ContainsFunc(c.grants, func(g Grant) bool {
		return slices.Contains(g.Projects, on.project) &&
			slices.ContainsFunc(g.PermissionSets, func(set PermissionSet) bool { return set.allows(p) })
	})
}
