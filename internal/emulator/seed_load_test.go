package emulator_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	secretapi "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// loaded is an emulator with everyField.
func loaded(t *testing.T, c emulator.Config) fixture {
	t.Helper()
	f := startWith(t, c)
	seed, err := emulator.ReadSeed([]byte(everyField))
	require.NoError(t, err)
	require.NoError(t, f.Load(seed))
	return f
}

const everyField = `
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

func TestLoadAddsEverythingThatASeedSays(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC) }
	f := loaded(t, emulator.Config{Seed: 1, Now: now})

	got, _ := f.list(t, "")
	assert.Equal(t, []string{"/:brief", "/shop:database-url", "/shop:login"}, got)
	got, _ = f.list(t, "&scheduled_for_deletion=true")
	assert.Equal(t, []string{"/shop:database-url"}, got)
	value, err := externalSecret(f.sdk(t, f.key), "/shop", "database-url", "latest_enabled")
	require.NoError(t, err)
	assert.Equal(t, "postgres://new", value)

	api := f.sdk(t, f.key)
	list, err := api.ListSecrets(&secretapi.ListSecretsRequest{ProjectID: new(project), Name: new("login")})
	require.NoError(t, err)
	login := list.Secrets[0]
	assert.Equal(t, []string{"web", "shop"}, login.Tags)
	assert.Equal(t, "of the shop", *login.Description)
	assert.Equal(t, secretapi.SecretTypeBasicCredentials, login.Type)
	assert.True(t, login.Protected)
	assert.Equal(t, []string{"3 scheduled_for_deletion", "2 deleted", "1 disabled"}, f.statusesOf(t, login.ID, ""))
	assert.Contains(t, f.get(t, root+"/secrets/"+login.ID+"/versions/1").body, `"description":"the first"`)

	list, err = api.ListSecrets(&secretapi.ListSecretsRequest{ProjectID: new(project), Name: new("brief")})
	require.NoError(t, err)
	assert.Equal(t, &secretapi.EphemeralPolicy{
		TimeToLive: &scw.Duration{Seconds: 5400}, ExpiresOnceAccessed: new(true), Action: "disable",
	}, list.Secrets[0].EphemeralPolicy)
	list, err = api.ListSecrets(&secretapi.ListSecretsRequest{ProjectID: new(project), Region: "nl-ams"})
	require.NoError(t, err)
	assert.Equal(t, "far", list.Secrets[0].Name)
}

func TestLoadMakesTheKeysOfASeed(t *testing.T) {
	f := loaded(t, emulator.Config{Seed: 1})
	ci, found := f.KeyNamed("ci")
	require.True(t, found)
	assert.Equal(t, emulator.Key{
		AccessKey: "SCWABCDEFGHIJKLMNOPQ", SecretKey: "abcdef11-1111-4111-8111-111111111111",
	}, ci)
	for _, of := range []string{project, otherProject} {
		_, err := f.sdk(t, ci).ListSecrets(&secretapi.ListSecretsRequest{ProjectID: new(of)})
		require.NoError(t, err, "a key without projects has all of the seed")
	}

	made, found := f.KeyNamed("made")
	require.True(t, found)
	_, err := f.sdk(t, made).AccessSecretVersionByPath(&secretapi.AccessSecretVersionByPathRequest{
		SecretPath: "/shop", SecretName: "database-url", Revision: "1",
	})
	require.NoError(t, err)
	_, err = f.sdk(t, made).AccessSecretVersionByPath(&secretapi.AccessSecretVersionByPathRequest{
		SecretPath: "/", SecretName: "foreign", Revision: "1", ProjectID: otherProject,
	})
	require.ErrorAs(t, err, new(*scw.PermissionsDeniedError))
	_, found = f.KeyNamed("nobody")
	assert.False(t, found)
}

func TestSeedGivesTheSameIdsAndKeysEveryTime(t *testing.T) {
	ids := func(seed uint64) (list string, made emulator.Key) {
		now := func() time.Time { return time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC) }
		f := loaded(t, emulator.Config{Seed: seed, Now: now})
		made, _ = f.KeyNamed("made")
		return f.get(t, root+"/secrets?project_id="+project).body, made
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
	f, _ := startAt(t)
	f.SetQuirks(emulator.Quirks{VisibleAfter: time.Minute})
	seed, err := emulator.ReadSeed([]byte("project: " + project + "\nsecrets: [{name: key, values: [v]}]"))
	require.NoError(t, err)
	require.NoError(t, f.Load(seed))
	f.add(t, "/", "later")

	got, _ := f.list(t, "")
	assert.Equal(t, []string{"/:key"}, got, "and the quirk is back afterwards")
}

func ExampleReadSeed() {
	seed, err := emulator.ReadSeed([]byte(`
project: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
secrets:
- path: /trackdechets-backend
  name: database-url
  values: ["postgres://old", "postgres://new"]
keys:
- name: ci
  permissionSets: [SecretManagerSecretAccess]
`))
	check(err)
	srv := emulator.New(emulator.Config{Seed: 1})
	check(srv.Load(seed))
	served := httptest.NewServer(srv)
	defer served.Close()

	key, _ := srv.KeyNamed("ci")
	client, err := scw.NewClient(
		scw.WithAPIURL(served.URL), scw.WithAuth(key.AccessKey, key.SecretKey),
		scw.WithDefaultRegion("fr-par"), scw.WithDefaultProjectID(seed.Project),
	)
	check(err)
	value, err := secretapi.NewAPI(client).AccessSecretVersionByPath(&secretapi.AccessSecretVersionByPathRequest{
		SecretPath: "/trackdechets-backend", SecretName: "database-url", Revision: "latest",
	})
	check(err)
	fmt.Printf("revision %d: %s\n", value.Revision, value.Data)
	// Output: revision 2: postgres://new
}
