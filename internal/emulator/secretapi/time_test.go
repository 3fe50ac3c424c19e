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
	brief := f.AddEphemeral(t, secret.EphemeralPolicy{TimeToLive: time.Minute, Action: secret.DisableExpired})
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
	assert.Equal(t, `{"message":"resource is not found","resource":"secret","resource_id":"/shop/new","type":"not_found"}`,
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
	const byPath = emutest.Root + "/secrets-by-path/versions/latest/access?secret_path=/shop&project_id=" + emutest.Project + "&secret_name="
	f.SetQuirks(emulator.Quirks{MissingPathFails: true})

	got := f.Get(t, byPath+"missing")
	assert.Equal(t, http.StatusInternalServerError, got.Status)
	assert.Equal(t, `{"message":"internal error"}`, got.Body)
	assert.Equal(t, http.StatusOK, f.Get(t, byPath+"key").Status)

	f.SetQuirks(emulator.Quirks{})
	assert.Equal(t, http.StatusNotFound, f.Get(t, byPath+"missing").Status)
}
