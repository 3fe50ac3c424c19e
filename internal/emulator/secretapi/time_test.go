package secretapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/secret"
)

const week = 7 * 24 * time.Hour

func TestSecretIsGoneSevenDaysAfterItsDeletion(t *testing.T) {
	f, now := emutest.StartAt(t)
	id := f.Add(t, "/shop", "key", "v")
	one := emutest.Root + "/secrets/" + id
	require.Equal(t, http.StatusNoContent, f.Delete(t, one).Status)

	now.Pass(week - time.Nanosecond)
	assert.Equal(t, http.StatusOK, f.Get(t, one).Status)
	got := f.Paths(t, "&scheduled_for_deletion=true")
	assert.Equal(t, []string{"/shop:key"}, got)

	now.Pass(time.Nanosecond)
	assert.Equal(t, http.StatusNotFound, f.Get(t, one).Status)
	assert.Equal(t, http.StatusNotFound, f.Post(t, one+"/restore", "").Status)
	got = f.Paths(t, "&scheduled_for_deletion=true")
	assert.Empty(t, got)
	assert.NotEqual(t, id, f.Add(t, "/shop", "key"), "an id is never given twice")
}

func TestRestoredSecretStays(t *testing.T) {
	f, now := emutest.StartAt(t)
	one := emutest.Root + "/secrets/" + f.Add(t, "/shop", "key", "v")
	require.Equal(t, http.StatusNoContent, f.Delete(t, one).Status)
	now.Pass(week - time.Second)
	require.Equal(t, http.StatusOK, f.Post(t, one+"/restore", "").Status)
	now.Pass(week)
	assert.Equal(t, http.StatusOK, f.Get(t, one).Status)
}

func TestVersionIsDeletedSevenDaysAfterItsDeletion(t *testing.T) {
	f, now := emutest.StartAt(t)
	id := f.Add(t, "/shop", "key", "one", "two", "three")
	versions := emutest.Root + "/secrets/" + id + "/versions"
	for _, revision := range []string{"/1", "/2"} {
		require.Equal(t, http.StatusNoContent, f.Delete(t, versions+revision).Status)
	}
	now.Pass(time.Hour)
	require.Equal(t, http.StatusOK, f.Post(t, versions+"/1/restore", "").Status)

	now.Pass(week)
	assert.Equal(t, []string{"3 enabled", "2 deleted", "1 enabled"}, f.VersionsOf(t, id, ""))
	shown := f.Get(t, versions+"/2").Body
	assert.Contains(t, shown, `"deleted_at":"2026-07-10T12:00:00Z"`)
	assert.Contains(t, shown, `"deletion_requested_at":"2026-07-03T12:00:00Z"`)
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id).Body, `"version_count":3`)
}

func TestEachEndComesInItsTurn(t *testing.T) {
	f, now := emutest.StartAt(t)
	first, second := f.Add(t, "/shop", "first"), f.Add(t, "/shop", "second")
	brief := f.AddEphemeral(t, emulator.EphemeralPolicy{TimeToLive: time.Minute, Action: secret.DisableExpired})
	now.Pass(30 * time.Second)
	_, err := f.AddVersion(brief, emulator.Value("three"))
	require.NoError(t, err)
	require.Equal(t, http.StatusNoContent, f.Delete(t, emutest.Root+"/secrets/"+first).Status)
	now.Pass(30 * time.Second)
	require.Equal(t, http.StatusNoContent, f.Delete(t, emutest.Root+"/secrets/"+second).Status)

	assert.Equal(t, []string{"3 enabled", "2 disabled", "1 disabled"}, f.VersionsOf(t, brief, ""))
	now.Pass(30 * time.Second)
	assert.Equal(t, []string{"3 disabled", "2 disabled", "1 disabled"}, f.VersionsOf(t, brief, ""))
	now.Pass(week - time.Minute)
	assert.Equal(t, []string{"/shop:second"}, f.Paths(t, "&scheduled_for_deletion=true"))
	now.Pass(30 * time.Second)
	assert.Empty(t, f.Paths(t, "&scheduled_for_deletion=true"))
}

func TestWhatIsNewStaysUnseenForAWhile(t *testing.T) {
	f, now := emutest.StartAt(t)
	old := f.Add(t, "/shop", "old", "one")
	f.SetQuirks(emulator.Quirks{VisibleAfter: 30 * time.Second})
	id := emutest.IDOf(t, f.Post(t, emutest.Root+"/secrets", emutest.CreateBody("new", `,"path":"/shop"`)))
	require.Equal(t, http.StatusOK, f.Post(t, emutest.Root+"/secrets/"+id+"/versions", `{"data":"dg=="}`).Status)
	require.Equal(t, http.StatusOK, f.Post(t, emutest.Root+"/secrets/"+old+"/versions", `{"data":"dHdv"}`).Status)
	byPath := func(name string) emutest.Answer {
		return f.Get(t, emutest.Root+"/secrets-by-path/versions/latest/access?secret_path=/shop&secret_name="+name+
			"&project_id="+emutest.Project)
	}
	versions := emutest.Root + "/secrets/" + old + "/versions"

	now.Pass(30*time.Second - time.Nanosecond)
	got, total := f.List(t, "")
	assert.Equal(t, []string{"/shop:old"}, got)
	assert.Equal(t, 1, total)
	assert.Equal(t, `{"message":"resource is not `+
		`found","resource":"secret","resource_id":"/shop/new","type":"not_found"}`,
		byPath("new").Body, "not only its version")
	assert.Equal(t, http.StatusOK, f.Get(t, emutest.Root+"/secrets/"+id).Status, "its id is known")
	assert.Contains(t, byPath("old").Body, `"data":"b25l"`)
	assert.Equal(t, []string{"1 enabled"}, f.VersionsOf(t, old, ""))
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+old).Body, `"version_count":1`)
	assert.Contains(t, f.Get(t, versions+"/1").Body, `"latest":true`)
	assert.Equal(t, http.StatusNotFound, f.Get(t, versions+"/2").Status)
	taken := f.Post(t, emutest.Root+"/secrets", emutest.CreateBody("new", `,"path":"/shop"`))
	assert.Equal(t, emutest.NameTaken(), taken.Body, "writes see everything")

	now.Pass(time.Nanosecond)
	got = f.Paths(t, "")
	assert.Equal(t, []string{"/shop:new", "/shop:old"}, got)
	assert.Contains(t, byPath("new").Body, `"data":"dg=="`)
	assert.Contains(t, byPath("old").Body, `"data":"dHdv"`)
	assert.Contains(t, f.Get(t, versions+"/1").Body, `"latest":false`)
}

func TestMissingPathFailsOnDemand(t *testing.T) {
	f := emutest.Start(t)
	f.Add(t, "/shop", "key", "v")
	const byPath = emutest.Root + "/secrets-by-path/versions/latest/access?secret_path=/shop&project_id=" +
		emutest.Project + "&secret_name="
	f.SetQuirks(emulator.Quirks{MissingPathFails: true})

	got := f.Get(t, byPath+"missing")
	assert.Equal(t, http.StatusInternalServerError, got.Status)
	assert.Equal(t, `{"message":"internal error"}`, got.Body)
	assert.Equal(t, http.StatusOK, f.Get(t, byPath+"key").Status)

	f.SetQuirks(emulator.Quirks{})
	assert.Equal(t, http.StatusNotFound, f.Get(t, byPath+"missing").Status)
}

func TestVersionTakesThePolicyOver(t *testing.T) {
	f, _ := emutest.StartAt(t)
	id := f.AddEphemeral(t, emulator.EphemeralPolicy{
		TimeToLive: 1500 * time.Millisecond, ExpiresOnceAccessed: true, Action: secret.DisableExpired,
	})
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id).Body,
		`"ephemeral_policy":{"time_to_live":"1.5s","expires_once_accessed":true,"action":"disable"}`)
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id+"/versions/1").Body,
		`"ephemeral_properties":{"expires_at":`+
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
			id := f.AddEphemeral(t, emulator.EphemeralPolicy{TimeToLive: time.Minute, Action: action})
			version := emutest.Root + "/secrets/" + id + "/versions/2"
			now.Pass(time.Minute - time.Nanosecond)
			assert.Equal(t, http.StatusOK, f.Get(t, version+"/access").Status, "reading does not consume it")

			now.Pass(time.Hour)
			got := f.Get(t, version+"/access")
			assert.Equal(t, http.StatusPreconditionFailed, got.Status)
			assert.Equal(t, emutest.Unusable(c.help), got.Body)
			shown := f.Get(t, version).Body
			assert.Contains(t, shown, c.status)
			assert.Contains(t, shown, `"updated_at":"2026-07-03T12:01:00Z"`,
				"when it expired, not when it was looked at")
			assert.Equal(t, c.count, f.VersionsOf(t, id, ""))
			assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id).Body, `"version_count":2`)
		})
	}
}

func TestVersionThatExpiresOnceAccessedIsConsumedByReadingIt(t *testing.T) {
	f, _ := emutest.StartAt(t)
	id := f.AddEphemeral(t, emulator.EphemeralPolicy{ExpiresOnceAccessed: true, Action: secret.DeleteExpired})
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
	id := f.AddEphemeral(t, emulator.EphemeralPolicy{ExpiresOnceAccessed: true, Action: secret.DisableExpired})
	value := emutest.Root + "/secrets/" + id + "/versions/2/access"
	reader := f.NewKey(t, emulator.SecretManagerReadOnly)
	require.Equal(t, http.StatusForbidden, f.Do(t, http.MethodGet, value, reader.SecretKey).Status)
	assert.Equal(t, http.StatusOK, f.Get(t, value).Status)
}

func TestEnabledAgainAVersionTakesTheCurrentPolicyOver(t *testing.T) {
	f, now := emutest.StartAt(t)
	id := f.AddEphemeral(t, emulator.EphemeralPolicy{TimeToLive: time.Minute, Action: secret.DisableExpired})
	one := emutest.Root + "/secrets/" + id
	now.Pass(2 * time.Minute)
	require.Equal(t, http.StatusOK, f.Patch(t, one,
		`{"ephemeral_policy":{"time_to_live":"3600s","expires_once_accessed":false,"action":"delete"}}`).Status)

	got := f.Post(t, one+"/versions/2/enable", "")

	assert.Contains(t, got.Body, `"status":"enabled"`)
	assert.Contains(t, got.Body, `"expires_at":"2026-07-03T13:02:00Z","expires_once_accessed":false,"action":"delete"`)
	assert.Contains(t, f.Get(t, one+"/versions/1").Body, `"expires_at":"2026-07-03T12:01:00Z"`,
		"the other keeps its own")
	now.Pass(time.Hour)
	assert.Equal(t, []string{"2 deleted", "1 disabled"}, f.VersionsOf(t, id, ""))
}

func TestRestoredVersionKeepsItsTimeToLive(t *testing.T) {
	f, now := emutest.StartAt(t)
	id := f.AddEphemeral(t, emulator.EphemeralPolicy{TimeToLive: time.Minute, Action: secret.DeleteExpired})
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
	assert.Equal(t, emutest.BadArgument(argument, "format", "must be ephemeral properties"),
		set(`{"expires_at":"tomorrow"}`).Body)

	got := set(`{"expires_at":"2026-07-03T12:00:30Z","action":"disable"}`)
	assert.Contains(t, got.Body, `"ephemeral_properties":{"expires_at":"2026-07-03T12:00:30Z",`+
		`"expires_once_accessed":false,"action":"disable"}`)
	now.Pass(30 * time.Second)
	assert.Equal(t, []string{"2 enabled", "1 disabled"}, f.VersionsOf(t, id, ""))
}

func TestListTellsEphemeralSecretsFromOthers(t *testing.T) {
	f, _ := emutest.StartAt(t)
	f.Add(t, "/shop", "lasting")
	f.AddEphemeral(t, emulator.EphemeralPolicy{ExpiresOnceAccessed: true, Action: secret.DeleteExpired})
	for query, want := range map[string][]string{
		"": {"/shop:brief", "/shop:lasting"}, "&ephemeral=true": {"/shop:brief"}, "&ephemeral=false": {"/shop:lasting"},
	} {
		got := f.Paths(t, query)
		assert.Equal(t, want, got, query)
	}
}

func TestAddSecretRefusesABadPolicy(t *testing.T) {
	srv := emulator.New(emulator.Config{})
	_, err := srv.AddSecret(emulator.Secret{ProjectID: emutest.Project, Name: "key",
		Ephemeral: &emulator.EphemeralPolicy{
			TimeToLive: time.Millisecond, Action: secret.DeleteExpired,
		}})
	assert.EqualError(t, err, "ephemeral policy: time_to_live must be from 1s to 31536000s")
}
