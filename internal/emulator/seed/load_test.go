package seed_test

import (
	"testing"
	"time"

	sdk "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
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
