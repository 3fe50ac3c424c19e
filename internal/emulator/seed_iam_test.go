package emulator

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/emulator/iam"
)

const seedProject = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

func parseSeed(t *testing.T, text string) SeedIAM {
	t.Helper()
	seed, err := readSeed(t, text)
	require.NoError(t, err)
	return seed
}

// readSeed decodes as strictly as seed files are decoded: fields are unknown when
// their case is wrong.
func readSeed(t *testing.T, text string) (seed SeedIAM, err error) {
	t.Helper()
	converted, err := yaml.YAMLToJSONStrict([]byte(text))
	require.NoError(t, err)
	strict, err := json.UnmarshalStrict(converted, &seed)
	require.NoError(t, err)
	return seed, errors.Join(strict...)
}

const goodSeed = `
applications:
- name: trackdechets-backend-secrets
  description: reads the backend's folder
  tags: [cloison]
policies:
- name: backend
  application: trackdechets-backend-secrets
  rules:
  - permissionSets: [SecretManagerSecretAccess]
    projects: [3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90]
    condition: resource.name.startsWith("/trackdechets-backend/")
  - permissionSets: [SecretManagerReadOnly]
    projects: [3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90]
keys:
- name: backend
  application: trackdechets-backend-secrets
  accessKey: SCW00000000000000001
  secretKey: 5eed0000-0000-4000-8000-000000000001
- name: frontend
  permissionSets: [SecretManagerSecretAccess]
  projects: [3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90]
  condition: resource.name.startsWith("/trackdechets-frontend/")
- name: admin
  permissionSets: [IAMManager]
  organization: true
- name: over
  expiresAt: 2026-02-03T04:05:06Z
  permissionSets: [SecretManagerReadOnly]
  projects: [3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90]
- name: idle
`

func TestASeedGivesKeysTheirRights(t *testing.T) {
	s := New(Config{Seed: 1, GrantDelay: time.Hour})
	keys, err := s.loadKeys(parseSeed(t, goodSeed))
	require.NoError(t, err)
	require.Len(t, keys, 5)
	now := born
	may := func(name string, p permission, path string) bool {
		by, err := s.iam.Authenticate(keys[name].SecretKey, now)
		require.NoError(t, err, name)
		on := iam.Resource{Project: seedProject, ID: "1", Name: path}
		return s.iam.Allows(t.Context(), by, p, on, iam.Request{Now: now})
	}

	assert.Equal(t, Key{"SCW00000000000000001", "5eed0000-0000-4000-8000-000000000001"}, keys["backend"])
	assert.True(t, may("backend", readValue, "/trackdechets-backend/url"))
	assert.False(t, may("backend", readValue, "/trackdechets-frontend/url"))
	assert.True(t, may("backend", listSecrets, "/trackdechets-frontend/url"))
	assert.True(t, may("frontend", readValue, "/trackdechets-frontend/url"))
	assert.False(t, may("frontend", readValue, "/trackdechets-backend/url"))
	assert.True(t, may("admin", iam.WritePolicies, ""))
	assert.False(t, may("idle", readValue, "/trackdechets-backend/url"))

	_, err = s.iam.Authenticate(keys["over"].SecretKey, func() time.Time { return time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC) })
	require.ErrorIs(t, err, iam.ErrExpiredKey)
}

func TestKeysOfASeedDependOnTheirNames(t *testing.T) {
	load := func(seed uint64, text string) map[string]Key {
		keys, err := New(Config{Seed: seed}).loadKeys(parseSeed(t, text))
		require.NoError(t, err)
		return keys
	}
	both, one := load(1, "keys: [{name: a}, {name: b}]"), load(1, "keys: [{name: b}]")
	assert.Equal(t, both["b"], one["b"], "whatever comes before")
	assert.NotEqual(t, both["a"], both["b"])
	assert.NotEqual(t, one["b"], load(2, "keys: [{name: b}]")["b"])
}

func TestASeedIsRefusedWithEverythingThatIsWrong(t *testing.T) {
	const canary = "ca9a11e5-0000-4000-8000-00000000001"
	s := New(Config{Seed: 1})
	before := s.iam.Snapshot()
	_, err := s.loadKeys(parseSeed(t, `
applications: [{name: a}, {name: a}, {}]
policies:
- application: c
- name: p
  rules:
  - permissionSets: [SecretManagerReadOnly]
  - projects: [shop]
    condition: resource.name ==
keys:
- accessKey: `+canary+`
  secretKey: `+canary+`
- {name: a, application: a, organization: true}
- {name: a, secretKey: 5eed0000-0000-4000-8000-000000000001, accessKey: SCW00000000000000001}
- {name: b, secretKey: 5EED0000-0000-4000-8000-000000000001, accessKey: SCW00000000000000001}
- {name: c, permissionSets: [IAMManager], projects: [`+seedProject+`]}
`))
	require.EqualError(t, err, strings.TrimSpace(`
applications[1].name "a" must be given once
applications[2].name must be given
policies[0].name must be given
policies[0].application "c" must be the name of one of the applications
policies[0].rules must have at least one rule
policies[1].rules[0].projects must have at least one project, or organization must be true
policies[1].rules[1].projects[0] "shop" must be a UUID
policies[1].rules[1].condition "resource.name ==" must be a CEL expression: <input>:1:17: Syntax error: mismatched input '<EOF>' `+
		`expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}
policies[1].rules[1].permissionSets must have at least one permission set
keys[0].name must be given
keys[0].accessKey must be SCW and 17 upper-case letters or digits
keys[0].secretKey must be a UUID
keys[1] must have an application or permissionSets, not both
keys[2].name "a" must be given once
keys[3].accessKey must not be that of another key
keys[3].secretKey must not be that of another key
keys[4].permissionSets[0] "IAMManager" must be granted over the organization, not over projects`))
	assert.Equal(t, before, s.iam.Snapshot())
}

func TestASeedThatMeetsItsOwnKeysChangesNothing(t *testing.T) {
	s := New(Config{Seed: 1})
	_, err := s.loadKeys(parseSeed(t, goodSeed))
	require.NoError(t, err)
	before := s.iam.Snapshot()

	_, err = s.loadKeys(parseSeed(t, goodSeed))

	require.EqualError(t, err, "keys[0]: access_key: must not be in use\nsecret_key: must not be in use")
	assert.Len(t, s.iam.Snapshot().Applications, len(before.Applications))
	assert.Len(t, s.iam.Snapshot().Keys, len(before.Keys))
	assert.Equal(t, before.Serials, s.iam.Snapshot().Serials)
}

func TestASeedIsReadStrictly(t *testing.T) {
	_, err := readSeed(t, "keys: [{name: a, permissionsets: [IAMReadOnly]}]")
	require.EqualError(t, err, `unknown field "keys[0].permissionsets"`)
}
