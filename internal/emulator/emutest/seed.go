package emutest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// EveryField is a seed that uses every field of secrets.
const EveryField = `
project: 11111111-2222-4333-8444-555555555555
region: fr-par
secrets:
- path: /shop/
  name: database-url
  values: ["postgres://old", "postgres://new"]
- {path: /shop, name: database-url, deletionRequested: true, values: ["postgres://gone"]}
- path: /shop
  name: login
  type: basic_credentials
  tags: [web, shop]
  description: of the shop
  protected: True
  versions:
  - {value: '{"username":"u","password":"p"}', status: disabled, description: the first}
  - {status: deleted}
  - {value: '{"username":"u","password":"q"}', status: scheduled_for_deletion}
- name: brief
  values: [once]
  ephemeral: {timeToLive: 90m, expiresOnceAccessed: true, action: disable}
- {name: far, region: nl-ams}
- {name: foreign, project: 66666666-7777-4888-8999-AAAAAAAAAAAA}
keys:
- name: ci
  accessKey: SCWABCDEFGHIJKLMNOPQ
  secretKey: ABCDEF11-1111-4111-8111-111111111111
  permissionSets: [SecretManagerReadOnly]
- {name: made, permissionSets: [SecretManagerSecretAccess], projects: [11111111-2222-4333-8444-555555555555]}
`

// Loaded is StartWith and Load.
func Loaded(t *testing.T, c emulator.Config, text string) Fixture {
	t.Helper()
	f := StartWith(t, c)
	f.LoadText(t, text)
	return f
}

// LoadText loads a seed.
func (f Fixture) LoadText(t *testing.T, text string) {
	t.Helper()
	seed, err := emulator.ReadSeed([]byte(text))
	require.NoError(t, err)
	require.NoError(t, f.Load(seed))
}
