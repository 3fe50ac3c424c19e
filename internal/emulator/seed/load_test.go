package seed_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	sdk "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/seed"
)

func TestLoadAddsEverythingThatASeedSays(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC) }
	f := emutest.Loaded(t, emulator.Config{Random: 1, Now: now}, emutest.EveryField)

	got := f.Paths(t, "")
	assert.Equal(t, []string{"/:brief", "/shop:database-url", "/shop:login"}, got)
	got = f.Paths(t, "&scheduled_for_deletion=true")
	assert.Equal(t, []string{"/shop:database-url"}, got)
	value, err := emutest.ExternalSecret(f.SDK(t, f.Key), "/shop", "database-url", "latest_enabled")
	require.NoError(t, err)
	assert.Equal(t, "postgres://new", value)

	client := f.SDK(t, f.Key)
	list, err := client.ListSecrets(&sdk.ListSecretsRequest{ProjectID: new(emutest.Project), Name: new("login")})
	require.NoError(t, err)
	login := list.Secrets[0]
	assert.Equal(t, []string{"web", "shop"}, login.Tags)
	assert.Equal(t, "of the shop", *login.Description)
	assert.Equal(t, sdk.SecretTypeBasicCredentials, login.Type)
	assert.True(t, login.Protected)
	assert.Equal(t, []string{"3 scheduled_for_deletion", "2 deleted", "1 disabled"}, f.VersionsOf(t, login.ID, ""))
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+login.ID+"/versions/1").Body, `"description":"the first"`)

	list, err = client.ListSecrets(&sdk.ListSecretsRequest{ProjectID: new(emutest.Project), Name: new("brief")})
	require.NoError(t, err)
	assert.Equal(t, &sdk.EphemeralPolicy{
		TimeToLive: &scw.Duration{Seconds: 5400}, ExpiresOnceAccessed: new(true), Action: "disable",
	}, list.Secrets[0].EphemeralPolicy)
	list, err = client.ListSecrets(&sdk.ListSecretsRequest{ProjectID: new(emutest.Project), Region: "nl-ams"})
	require.NoError(t, err)
	assert.Equal(t, "far", list.Secrets[0].Name)
}

func TestLoadMakesTheKeysOfASeed(t *testing.T) {
	f := emutest.Loaded(t, emulator.Config{Random: 1}, emutest.EveryField)
	ci, found := f.KeyNamed("ci")
	require.True(t, found)
	assert.Equal(t, emulator.Key{
		AccessKey: "SCWABCDEFGHIJKLMNOPQ", SecretKey: "abcdef11-1111-4111-8111-111111111111",
	}, ci)
	for _, of := range []string{emutest.Project, emutest.OtherProject} {
		_, err := f.SDK(t, ci).ListSecrets(&sdk.ListSecretsRequest{ProjectID: new(of)})
		require.NoError(t, err, "a key without projects has all of the seed")
	}

	made, found := f.KeyNamed("made")
	require.True(t, found)
	_, err := f.SDK(t, made).AccessSecretVersionByPath(&sdk.AccessSecretVersionByPathRequest{
		SecretPath: "/shop", SecretName: "database-url", Revision: "1",
	})
	require.NoError(t, err)
	_, err = f.SDK(t, made).AccessSecretVersionByPath(&sdk.AccessSecretVersionByPathRequest{
		SecretPath: "/", SecretName: "foreign", Revision: "1", ProjectID: emutest.OtherProject,
	})
	require.ErrorAs(t, err, new(*scw.PermissionsDeniedError))
	_, found = f.KeyNamed("nobody")
	assert.False(t, found)
}

func TestSeedGivesTheSameIdsAndKeysEveryTime(t *testing.T) {
	ids := func(seed uint64) (list string, made emulator.Key) {
		now := func() time.Time { return time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC) }
		f := emutest.Loaded(t, emulator.Config{Random: seed, Now: now}, emutest.EveryField)
		made, _ = f.KeyNamed("made")
		return f.Get(t, emutest.Secrets).Body, made
	}
	list, made := ids(1)
	again, madeAgain := ids(1)
	assert.Equal(t, list, again)
	assert.Equal(t, made, madeAgain)
	other, madeOther := ids(2)
	assert.NotEqual(t, list, other)
	assert.NotEqual(t, made, madeOther)
}

func TestLoadedSecretsAreSeenAtOnce(t *testing.T) {
	f, _ := emutest.StartAt(t)
	f.SetQuirks(emulator.Quirks{VisibleAfter: time.Minute})
	f.LoadText(t, "project: "+emutest.Project+"\nsecrets: [{name: key, values: [v]}]")
	f.Add(t, "/", "later")

	got := f.Paths(t, "")
	assert.Equal(t, []string{"/:key"}, got, "and the quirk is back afterwards")
}

// seeded is an emulator that has the secrets of furnish and those of a seed for IAM.
func seeded(t *testing.T, c emulator.Config, text string) (f emutest.Fixture, ids map[string]string) {
	t.Helper()
	f = emutest.StartWith(t, c)
	ids = f.Furnish(t)
	f.LoadText(t, "project: "+emutest.Project+"\n"+text)
	return f, ids
}

const goodSeed = `
applications:
- name: shop-frontend-secrets
  description: reads the frontend's folder
  tags: [cloison]
policies:
- name: frontend
  application: shop-frontend-secrets
  rules:
  - permissionSets: [SecretManagerSecretAccess]
    condition: resource.name.startsWith("/shop-frontend/")
  - permissionSets: [SecretManagerReadOnly]
    projects: [` + emutest.Project + `]
- name: of nobody
  rules: [{permissionSets: [AllProductsFullAccess], organization: true}]
keys:
- name: frontend
  application: shop-frontend-secrets
  accessKey: SCW00000000000000001
  secretKey: 5EED0000-0000-4000-8000-000000000001
- name: backend
  permissionSets: [SecretManagerSecretAccess]
  condition: resource.name.startsWith("/shop-backend/")
- name: elsewhere
  permissionSets: [SecretManagerFullAccess]
  projects: [` + emutest.OtherProject + `]
- name: admin
  permissionSets: [IAMManager]
  organization: true
- name: over
  expiresAt: 2026-07-03T15:00:00Z
  permissionSets: [SecretManagerReadOnly]
- name: idle
`

func TestASeedGivesKeysTheirRights(t *testing.T) {
	now := time.Date(2026, time.July, 3, 14, 59, 59, 0, time.UTC)
	f, ids := seeded(t, emulator.Config{Random: 1, GrantDelay: time.Hour, Now: func() time.Time { return now }},
		goodSeed)
	looks := func(name string) emutest.Sight { return f.Look(t, ids, f.Named(t, name)) }

	assert.Equal(t, emulator.Key{AccessKey: "SCW00000000000000001", SecretKey: "5eed0000-0000-4000-8000-000000000001"},
		f.Named(t, "frontend"))
	assert.Equal(t, emutest.Sees(200, emutest.Everything, emutest.Everything, emutest.Metadata, emutest.Metadata, 404,
		403), looks("frontend"))
	assert.Equal(t, emutest.Sees(403, emutest.Nothing, emutest.Nothing, emutest.Values, emutest.Nothing, 403, 404),
		looks("backend"))
	for _, name := range []string{"elsewhere", "admin", "idle"} {
		assert.Equal(t, emutest.Blind(), looks(name), name)
	}
	assert.Equal(t, emutest.Metadata, looks("over").Own)
	now = now.Add(time.Second)
	assert.Equal(t, emutest.Unauthenticated, looks("over").Own, "its time is over")

	listed := f.Do(t, http.MethodGet, emutest.IAM+"/applications?order_by=name_desc&organization_id="+
		f.OrganizationID(),
		f.Named(t, "admin").SecretKey)
	assert.Contains(t, listed.Body, `"name":"shop-frontend-secrets","description":"reads the frontend's folder",`+
		`"created_at":"2026-01-01T00:00:00Z"`)
	assert.Contains(t, listed.Body, `"nb_api_keys":1,"tags":["cloison"]}`)
}

func TestKeysOfASeedDependOnTheirNames(t *testing.T) {
	load := func(seed uint64, text, name string) emulator.Key {
		f, _ := seeded(t, emulator.Config{Random: seed}, text)
		return f.Named(t, name)
	}
	const both, one = "keys: [{name: a}, {name: b}]", "keys: [{name: b}]"
	assert.Equal(t, load(1, both, "b"), load(1, one, "b"), "whatever comes before")
	assert.NotEqual(t, load(1, both, "a"), load(1, both, "b"))
	assert.NotEqual(t, load(1, one, "b"), load(2, one, "b"))
}

func TestASeedsIAMIsRefusedWithEverythingThatIsWrong(t *testing.T) {
	const secret = "ca9a11e5-0000-4000-8000-00000000001"
	f := emutest.Start(t)
	read, err := seed.Read([]byte(`
applications: [{name: a}, {name: a}, {description: x}]
policies:
- application: c
- name: p
  rules:
  - permissionSets: [SecretManagerReadOnly]
  - projects: [shop]
    condition: resource.name ==
keys:
- {accessKey: ` + secret + `, secretKey: ` + secret + `}
- {name: a, application: a, organization: true}
- {name: a, secretKey: 5eed0000-0000-4000-8000-000000000001, accessKey: SCW00000000000000001}
- {name: b, secretKey: 5EED0000-0000-4000-8000-000000000001, accessKey: SCW00000000000000001}
- {name: c, permissionSets: [IAMManager], projects: [` + emutest.Project + `]}
- {name: d, application: d}
`))
	require.NoError(t, err)
	require.EqualError(t, f.Load(read), strings.TrimSpace(`
applications[1].name "a" must be given and differ from other applications' names
applications[2].name "" must be given and differ from other applications' names
policies[0].name must be given
policies[0].application "c" must be the name of one of the applications
policies[0].rules must have at least one rule
policies[1].rules[0].projects must be given where the seed names no project
policies[1].rules[1].projects[0] "shop" must be a UUID
policies[1].rules[1].condition "resource.name ==" must be a CEL expression: <input>:1:17: `+
		`Syntax error: mismatched input '<EOF>' `+
		`expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, `+
		`NUM_UINT, STRING, BYTES, IDENTIFIER}
policies[1].rules[1].permissionSets must have at least one permission set
keys[0].name "" must be given and differ from other keys' names
keys[0].accessKey must be SCW and 17 upper-case letters or digits, and stand beside a secretKey
keys[1] must not have both an application and rights of its own
keys[2].name "a" must be given and differ from other keys' names
keys[3].accessKey must differ from other keys'
keys[3].secretKey must differ from other keys'
keys[4].permissionSets[0] "IAMManager" must be granted over the organization, not over projects
keys[5].application "d" must be the name of one of the applications`))
	_, found := f.KeyNamed("a")
	assert.False(t, found, "nothing was added")
}

func TestASeedsTimesAreRead(t *testing.T) {
	_, err := seed.Read([]byte("keys: [{name: a, expiresAt: tomorrow}, {name: b, expiresAt: 2026-07-03}]"))
	require.EqualError(t, err, "keys[0].expiresAt: must be a time such as 2027-01-01T00:00:00Z\n"+
		"keys[1].expiresAt: must be a time such as 2027-01-01T00:00:00Z")
}

func TestASeedThatIsLoadedTwiceIsRefused(t *testing.T) {
	f, _ := seeded(t, emulator.Config{Random: 1}, "keys: [{name: a}]")
	err := f.Load(seed.Seed{Keys: []seed.Key{{Name: "a"}}})
	require.EqualError(t, err, "keys[0].name \"a\" must be given and differ from other keys' names\n"+
		"keys[0].accessKey must differ from other keys'\nkeys[0].secretKey must differ from other keys'")
}
