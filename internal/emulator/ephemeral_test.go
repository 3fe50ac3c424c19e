package emulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// ephemeral adds a secret with a policy and two versions.
func (f fixture) ephemeral(t *testing.T, policy emulator.EphemeralPolicy) (id string) {
	t.Helper()
	id, err := f.AddSecret(emulator.Secret{ProjectID: project, Path: "/shop", Name: "brief", Ephemeral: &policy},
		emulator.Value("one"), emulator.Value("two"))
	require.NoError(t, err)
	return id
}

func TestVersionTakesThePolicyOver(t *testing.T) {
	f, _ := startAt(t)
	id := f.ephemeral(t, emulator.EphemeralPolicy{
		TimeToLive: 1500 * time.Millisecond, ExpiresOnceAccessed: true, Action: emulator.DisableExpired,
	})
	assert.Contains(t, f.get(t, root+"/secrets/"+id).body,
		`"ephemeral_policy":{"time_to_live":"1.5s","expires_once_accessed":true,"action":"disable"}`)
	assert.Contains(t, f.get(t, root+"/secrets/"+id+"/versions/1").body, `"ephemeral_properties":{"expires_at":`+
		`"2026-07-03T12:00:01.500Z","expires_once_accessed":true,"action":"disable"}`)
}

func TestVersionExpiresWhenItsTimeIsOver(t *testing.T) {
	cases := map[emulator.EphemeralAction]struct {
		status, help string
		count        []string
	}{
		emulator.DisableExpired: {`"status":"disabled"`, "version is disabled", []string{"2 disabled", "1 disabled"}},
		emulator.DeleteExpired:  {`"status":"deleted"`, "version is deleted", []string{"2 deleted", "1 deleted"}},
	}
	for action, c := range cases {
		t.Run(string(action), func(t *testing.T) {
			f, now := startAt(t)
			id := f.ephemeral(t, emulator.EphemeralPolicy{TimeToLive: time.Minute, Action: action})
			version := root + "/secrets/" + id + "/versions/2"
			now.pass(time.Minute - time.Nanosecond)
			assert.Equal(t, http.StatusOK, f.get(t, version+"/access").status, "reading does not consume it")

			now.pass(time.Hour)
			got := f.get(t, version+"/access")
			assert.Equal(t, http.StatusPreconditionFailed, got.status)
			assert.Equal(t, unusable(c.help), got.body)
			shown := f.get(t, version).body
			assert.Contains(t, shown, c.status)
			assert.Contains(t, shown, `"updated_at":"2026-07-03T12:01:00Z"`, "when it expired, not when it was looked at")
			assert.Equal(t, c.count, f.statusesOf(t, id, ""))
			assert.Contains(t, f.get(t, root+"/secrets/"+id).body, `"version_count":2`)
		})
	}
}

func TestVersionThatExpiresOnceAccessedIsConsumedByReadingIt(t *testing.T) {
	f, _ := startAt(t)
	id := f.ephemeral(t, emulator.EphemeralPolicy{ExpiresOnceAccessed: true, Action: emulator.DeleteExpired})
	one := root + "/secrets/" + id
	const byPath = root + "/secrets-by-path/versions/latest_enabled/access?project_id=" + project +
		"&secret_path=/shop&secret_name=brief"

	for _, path := range []string{one, one + "/versions", one + "/versions/2", root + "/secrets?project_id=" + project} {
		require.Equal(t, http.StatusOK, f.get(t, path).status, "metadata consumes nothing")
	}
	assert.Contains(t, f.get(t, byPath).body, `"revision":2,"data":"dHdv"`)
	assert.Equal(t, []string{"2 deleted", "1 enabled"}, f.statusesOf(t, id, ""))
	assert.Contains(t, f.get(t, one+"/versions/1/access").body, `"data":"b25l"`)
	assert.Equal(t, http.StatusNotFound, f.get(t, byPath).status, "no version is enabled any more")
	assert.Equal(t, http.StatusPreconditionFailed, f.get(t, one+"/versions/1/access").status)
}

func TestDeniedReadingConsumesNothing(t *testing.T) {
	f, _ := startAt(t)
	id := f.ephemeral(t, emulator.EphemeralPolicy{ExpiresOnceAccessed: true, Action: emulator.DisableExpired})
	value := root + "/secrets/" + id + "/versions/2/access"
	reader := f.newKey(t, emulator.SecretManagerReadOnly)
	require.Equal(t, http.StatusForbidden, f.do(t, http.MethodGet, value, reader.SecretKey).status)
	assert.Equal(t, http.StatusOK, f.get(t, value).status)
}

func TestEnabledAgainAVersionTakesTheCurrentPolicyOver(t *testing.T) {
	f, now := startAt(t)
	id := f.ephemeral(t, emulator.EphemeralPolicy{TimeToLive: time.Minute, Action: emulator.DisableExpired})
	one := root + "/secrets/" + id
	now.pass(2 * time.Minute)
	require.Equal(t, http.StatusOK, f.patch(t, one,
		`{"ephemeral_policy":{"time_to_live":"3600s","expires_once_accessed":false,"action":"delete"}}`).status)

	got := f.post(t, one+"/versions/2/enable", "")

	assert.Contains(t, got.body, `"status":"enabled"`)
	assert.Contains(t, got.body, `"expires_at":"2026-07-03T13:02:00Z","expires_once_accessed":false,"action":"delete"`)
	assert.Contains(t, f.get(t, one+"/versions/1").body, `"expires_at":"2026-07-03T12:01:00Z"`, "the other keeps its own")
	now.pass(time.Hour)
	assert.Equal(t, []string{"2 deleted", "1 disabled"}, f.statusesOf(t, id, ""))
}

func TestRestoredVersionKeepsItsTimeToLive(t *testing.T) {
	f, now := startAt(t)
	id := f.ephemeral(t, emulator.EphemeralPolicy{TimeToLive: time.Minute, Action: emulator.DeleteExpired})
	versions := root + "/secrets/" + id + "/versions"
	require.Equal(t, http.StatusNoContent, f.delete(t, versions+"/2").status)
	now.pass(30 * time.Second)

	assert.Contains(t, f.post(t, versions+"/2/restore", "").body, `"expires_at":"2026-07-03T12:01:00Z"`)
	require.Equal(t, http.StatusOK, f.post(t, versions+"/1/disable", "").status)
	now.pass(30 * time.Second)
	assert.Equal(t, []string{"2 deleted", "1 deleted"}, f.statusesOf(t, id, ""), "a disabled version is deleted too")
}

func TestVersionCanBeGivenPropertiesOfItsOwn(t *testing.T) {
	f, now := startAt(t)
	id := f.add(t, "/shop", "key", "one", "two")
	versions := root + "/secrets/" + id + "/versions"
	set := func(properties string) answer {
		return f.patch(t, versions+"/1", `{"ephemeral_properties":`+properties+`}`)
	}
	const argument = "ephemeral_properties"
	assert.Equal(t, bad(argument, "constraint", "expires_at must be in the future"),
		set(`{"expires_at":"2026-07-03T12:00:00Z","action":"delete"}`).body)
	assert.Equal(t, bad(argument, "constraint", "expires_at or expires_once_accessed must be set"),
		set(`{"action":"delete"}`).body)
	assert.Equal(t, bad(argument, "constraint", "action must be delete or disable"),
		set(`{"expires_once_accessed":true}`).body)
	assert.Equal(t, bad(argument, "format", "must be ephemeral properties"), set(`{"expires_at":"tomorrow"}`).body)

	got := set(`{"expires_at":"2026-07-03T12:00:30Z","action":"disable"}`)
	assert.Contains(t, got.body, `"ephemeral_properties":{"expires_at":"2026-07-03T12:00:30Z",`+
		`"expires_once_accessed":false,"action":"disable"}`)
	now.pass(30 * time.Second)
	assert.Equal(t, []string{"2 enabled", "1 disabled"}, f.statusesOf(t, id, ""))
}

func TestListTellsEphemeralSecretsFromOthers(t *testing.T) {
	f, _ := startAt(t)
	f.add(t, "/shop", "lasting")
	f.ephemeral(t, emulator.EphemeralPolicy{ExpiresOnceAccessed: true, Action: emulator.DeleteExpired})
	for query, want := range map[string][]string{
		"": {"/shop:brief", "/shop:lasting"}, "&ephemeral=true": {"/shop:brief"}, "&ephemeral=false": {"/shop:lasting"},
	} {
		got, _ := f.list(t, query)
		assert.Equal(t, want, got, query)
	}
}

func TestAddSecretRefusesABadPolicy(t *testing.T) {
	srv := emulator.New(emulator.Config{})
	_, err := srv.AddSecret(emulator.Secret{ProjectID: project, Name: "key", Ephemeral: &emulator.EphemeralPolicy{
		TimeToLive: time.Millisecond, Action: emulator.DeleteExpired,
	}})
	assert.EqualError(t, err, "ephemeral policy: time_to_live must be from 1s to 31536000s")
}
