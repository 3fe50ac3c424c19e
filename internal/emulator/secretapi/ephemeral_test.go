package secretapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/secret"
)

func TestVersionTakesThePolicyOver(t *testing.T) {
	f, _ := emutest.StartAt(t)
	id := f.AddEphemeral(t, secret.EphemeralPolicy{
		TimeToLive: 1500 * time.Millisecond, ExpiresOnceAccessed: true, Action: secret.DisableExpired,
	})
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id).Body,
		`"ephemeral_policy":{"time_to_live":"1.5s","expires_once_accessed":true,"action":"disable"}`)
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id+"/versions/1").Body, `"ephemeral_properties":{"expires_at":`+
		`"2026-07-03T12:00:01.500Z","expires_once_accessed":true,"action":"disable"}`)
}

func TestVersionExpiresWhenItsTimeIsOver(t *testing.T) {
	cases := map[secret.EphemeralAction]struct {
		status, help string
		count        []string
	}{
		secret.DisableExpired: {`"status":"disabled"`, "version is disabled", []string{"2 disabled", "1 disabled"}},
		secret.DeleteExpired:  {`"status":"deleted"`, "version is deleted", []string{"2 deleted", "1 deleted"}},
	}
	for action, c := range cases {
		t.Run(string(action), func(t *testing.T) {
			f, now := emutest.StartAt(t)
			id := f.AddEphemeral(t, secret.EphemeralPolicy{TimeToLive: time.Minute, Action: action})
			version := emutest.Root + "/secrets/" + id + "/versions/2"
			now.Pass(time.Minute - time.Nanosecond)
			assert.Equal(t, http.StatusOK, f.Get(t, version+"/access").Status, "reading does not consume it")

			now.Pass(time.Hour)
			got := f.Get(t, version+"/access")
			assert.Equal(t, http.StatusPreconditionFailed, got.Status)
			assert.Equal(t, emutest.Unusable(c.help), got.Body)
			shown := f.Get(t, version).Body
			assert.Contains(t, shown, c.status)
			assert.Contains(t, shown, `"updated_at":"2026-07-03T12:01:00Z"`, "when it expired, not when it was looked at")
			assert.Equal(t, c.count, f.VersionsOf(t, id, ""))
			assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id).Body, `"version_count":2`)
		})
	}
}

func TestVersionThatExpiresOnceAccessedIsConsumedByReadingIt(t *testing.T) {
	f, _ := emutest.StartAt(t)
	id := f.AddEphemeral(t, secret.EphemeralPolicy{ExpiresOnceAccessed: true, Action: secret.DeleteExpired})
	one := emutest.Root + "/secrets/" + id
	const byPath = emutest.Root + "/secrets-by-path/versions/latest_enabled/access?project_id=" + emutest.Project +
		"&secret_path=/shop&secret_name=brief"

	for _, path := range []string{one, one + "/versions", one + "/versions/2", emutest.Secrets} {
		require.Equal(t, http.StatusOK, f.Get(t, path).Status, "metadata consumes nothing")
	}
	assert.Contains(t, f.Get(t, byPath).Body, `"revision":2,"data":"dHdv"`)
	assert.Equal(t, []string{"2 deleted", "1 enabled"}, f.VersionsOf(t, id, ""))
	assert.Contains(t, f.Get(t, one+"/versions/1/access").Body, `"data":"b25l"`)
	assert.Equal(t, http.StatusNotFound, f.Get(t, byPath).Status, "no version is enabled any more")
	assert.Equal(t, http.StatusPreconditionFailed, f.Get(t, one+"/versions/1/access").Status)
}

func TestDeniedReadingConsumesNothing(t *testing.T) {
	f, _ := emutest.StartAt(t)
	id := f.AddEphemeral(t, secret.EphemeralPolicy{ExpiresOnceAccessed: true, Action: secret.DisableExpired})
	value := emutest.Root + "/secrets/" + id + "/versions/2/access"
	reader := f.NewKey(t, iam.SecretManagerReadOnly)
	require.Equal(t, http.StatusForbidden, f.Do(t, http.MethodGet, value, reader.SecretKey).Status)
	assert.Equal(t, http.StatusOK, f.Get(t, value).Status)
}

func TestEnabledAgainAVersionTakesTheCurrentPolicyOver(t *testing.T) {
	f, now := emutest.StartAt(t)
	id := f.AddEphemeral(t, secret.EphemeralPolicy{TimeToLive: time.Minute, Action: secret.DisableExpired})
	one := emutest.Root + "/secrets/" + id
	now.Pass(2 * time.Minute)
	require.Equal(t, http.StatusOK, f.Patch(t, one,
		`{"ephemeral_policy":{"time_to_live":"3600s","expires_once_accessed":false,"action":"delete"}}`).Status)

	got := f.Post(t, one+"/versions/2/enable", "")

	assert.Contains(t, got.Body, `"status":"enabled"`)
	assert.Contains(t, got.Body, `"expires_at":"2026-07-03T13:02:00Z","expires_once_accessed":false,"action":"delete"`)
	assert.Contains(t, f.Get(t, one+"/versions/1").Body, `"expires_at":"2026-07-03T12:01:00Z"`, "the other keeps its own")
	now.Pass(time.Hour)
	assert.Equal(t, []string{"2 deleted", "1 disabled"}, f.VersionsOf(t, id, ""))
}

func TestRestoredVersionKeepsItsTimeToLive(t *testing.T) {
	f, now := emutest.StartAt(t)
	id := f.AddEphemeral(t, secret.EphemeralPolicy{TimeToLive: time.Minute, Action: secret.DeleteExpired})
	versions := emutest.Root + "/secrets/" + id + "/versions"
	require.Equal(t, http.StatusNoContent, f.Delete(t, versions+"/2").Status)
	now.Pass(30 * time.Second)

	assert.Contains(t, f.Post(t, versions+"/2/restore", "").Body, `"expires_at":"2026-07-03T12:01:00Z"`)
	require.Equal(t, http.StatusOK, f.Post(t, versions+"/1/disable", "").Status)
	now.Pass(30 * time.Second)
	assert.Equal(t, []string{"2 deleted", "1 deleted"}, f.VersionsOf(t, id, ""), "a disabled version is deleted too")
}

func TestVersionCanBeGivenPropertiesOfItsOwn(t *testing.T) {
	f, now := emutest.StartAt(t)
	id := f.Add(t, "/shop", "key", "one", "two")
	versions := emutest.Root + "/secrets/" + id + "/versions"
	set := func(properties string) emutest.Answer {
		return f.Patch(t, versions+"/1", `{"ephemeral_properties":`+properties+`}`)
	}
	const argument = "ephemeral_properties"
	assert.Equal(t, emutest.BadArgument(argument, "constraint", "expires_at must be in the future"),
		set(`{"expires_at":"2026-07-03T12:00:00Z","action":"delete"}`).Body)
	assert.Equal(t, emutest.BadArgument(argument, "constraint", "expires_at or expires_once_accessed must be set"),
		set(`{"action":"delete"}`).Body)
	assert.Equal(t, emutest.BadArgument(argument, "constraint", "action must be delete or disable"),
		set(`{"expires_once_accessed":true}`).Body)
	assert.Equal(t, emutest.BadArgument(argument, "format", "must be ephemeral properties"), set(`{"expires_at":"tomorrow"}`).Body)

	got := set(`{"expires_at":"2026-07-03T12:00:30Z","action":"disable"}`)
	assert.Contains(t, got.Body, `"ephemeral_properties":{"expires_at":"2026-07-03T12:00:30Z",`+
		`"expires_once_accessed":false,"action":"disable"}`)
	now.Pass(30 * time.Second)
	assert.Equal(t, []string{"2 enabled", "1 disabled"}, f.VersionsOf(t, id, ""))
}

func TestListTellsEphemeralSecretsFromOthers(t *testing.T) {
	f, _ := emutest.StartAt(t)
	f.Add(t, "/shop", "lasting")
	f.AddEphemeral(t, secret.EphemeralPolicy{ExpiresOnceAccessed: true, Action: secret.DeleteExpired})
	for query, want := range map[string][]string{
		"": {"/shop:brief", "/shop:lasting"}, "&ephemeral=true": {"/shop:brief"}, "&ephemeral=false": {"/shop:lasting"},
	} {
		got := f.Paths(t, query)
		assert.Equal(t, want, got, query)
	}
}

func TestAddSecretRefusesABadPolicy(t *testing.T) {
	srv := emulator.New(emulator.Config{})
	_, err := srv.AddSecret(emulator.Secret{ProjectID: emutest.Project, Name: "key", Ephemeral: &secret.EphemeralPolicy{
		TimeToLive: time.Millisecond, Action: secret.DeleteExpired,
	}})
	assert.EqualError(t, err, "ephemeral policy: time_to_live must be from 1s to 31536000s")
}
