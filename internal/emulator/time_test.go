package emulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

const week = 7 * 24 * time.Hour

func TestSecretIsGoneSevenDaysAfterItsDeletion(t *testing.T) {
	f, now := startAt(t)
	id := f.add(t, "/shop", "key", "v")
	one := root + "/secrets/" + id
	require.Equal(t, http.StatusNoContent, f.delete(t, one).status)

	now.pass(week - time.Nanosecond)
	assert.Equal(t, http.StatusOK, f.get(t, one).status)
	got, _ := f.list(t, "&scheduled_for_deletion=true")
	assert.Equal(t, []string{"/shop:key"}, got)

	now.pass(time.Nanosecond)
	assert.Equal(t, http.StatusNotFound, f.get(t, one).status)
	assert.Equal(t, http.StatusNotFound, f.post(t, one+"/restore", "").status)
	got, _ = f.list(t, "&scheduled_for_deletion=true")
	assert.Empty(t, got)
	assert.NotEqual(t, id, f.add(t, "/shop", "key"), "an id is never given twice")
}

func TestRestoredSecretStays(t *testing.T) {
	f, now := startAt(t)
	one := root + "/secrets/" + f.add(t, "/shop", "key", "v")
	require.Equal(t, http.StatusNoContent, f.delete(t, one).status)
	now.pass(week - time.Second)
	require.Equal(t, http.StatusOK, f.post(t, one+"/restore", "").status)
	now.pass(week)
	assert.Equal(t, http.StatusOK, f.get(t, one).status)
}

func TestVersionIsDeletedSevenDaysAfterItsDeletion(t *testing.T) {
	f, now := startAt(t)
	id := f.add(t, "/shop", "key", "one", "two", "three")
	versions := root + "/secrets/" + id + "/versions"
	for _, revision := range []string{"/1", "/2"} {
		require.Equal(t, http.StatusNoContent, f.delete(t, versions+revision).status)
	}
	now.pass(time.Hour)
	require.Equal(t, http.StatusOK, f.post(t, versions+"/1/restore", "").status)

	now.pass(week)
	assert.Equal(t, []string{"3 enabled", "2 deleted", "1 enabled"}, f.statusesOf(t, id, ""))
	shown := f.get(t, versions+"/2").body
	assert.Contains(t, shown, `"deleted_at":"2026-07-10T12:00:00Z"`)
	assert.Contains(t, shown, `"deletion_requested_at":"2026-07-03T12:00:00Z"`)
	assert.Contains(t, f.get(t, root+"/secrets/"+id).body, `"version_count":3`)
}

func TestEachEndComesInItsTurn(t *testing.T) {
	f, now := startAt(t)
	first, second := f.add(t, "/shop", "first"), f.add(t, "/shop", "second")
	brief := f.ephemeral(t, emulator.EphemeralPolicy{TimeToLive: time.Minute, Action: emulator.DisableExpired})
	now.pass(30 * time.Second)
	_, err := f.AddVersion(brief, emulator.Value("three"))
	require.NoError(t, err)
	require.Equal(t, http.StatusNoContent, f.delete(t, root+"/secrets/"+first).status)
	now.pass(30 * time.Second)
	require.Equal(t, http.StatusNoContent, f.delete(t, root+"/secrets/"+second).status)

	assert.Equal(t, []string{"3 enabled", "2 disabled", "1 disabled"}, f.statusesOf(t, brief, ""))
	now.pass(30 * time.Second)
	assert.Equal(t, []string{"3 disabled", "2 disabled", "1 disabled"}, f.statusesOf(t, brief, ""))
	now.pass(week - time.Minute)
	assert.Equal(t, []string{"/shop:second"}, listed(t, f, "&scheduled_for_deletion=true"))
	now.pass(30 * time.Second)
	assert.Empty(t, listed(t, f, "&scheduled_for_deletion=true"))
}

func TestWhatIsNewStaysUnseenForAWhile(t *testing.T) {
	f, now := startAt(t)
	old := f.add(t, "/shop", "old", "one")
	f.SetQuirks(emulator.Quirks{VisibleAfter: 30 * time.Second})
	id := idOf(t, f.post(t, root+"/secrets", createBody("new", `,"path":"/shop"`)))
	require.Equal(t, http.StatusOK, f.post(t, root+"/secrets/"+id+"/versions", `{"data":"dg=="}`).status)
	require.Equal(t, http.StatusOK, f.post(t, root+"/secrets/"+old+"/versions", `{"data":"dHdv"}`).status)
	byPath := func(name string) answer {
		return f.get(t, root+"/secrets-by-path/versions/latest/access?secret_path=/shop&secret_name="+name+
			"&project_id="+project)
	}
	versions := root + "/secrets/" + old + "/versions"

	now.pass(30*time.Second - time.Nanosecond)
	got, total := f.list(t, "")
	assert.Equal(t, []string{"/shop:old"}, got)
	assert.Equal(t, 1, total)
	assert.Equal(t, `{"message":"resource is not found","resource":"secret","resource_id":"/shop/new","type":"not_found"}`,
		byPath("new").body, "not only its version")
	assert.Equal(t, http.StatusOK, f.get(t, root+"/secrets/"+id).status, "its id is known")
	assert.Contains(t, byPath("old").body, `"data":"b25l"`)
	assert.Equal(t, []string{"1 enabled"}, f.statusesOf(t, old, ""))
	assert.Contains(t, f.get(t, root+"/secrets/"+old).body, `"version_count":1`)
	assert.Contains(t, f.get(t, versions+"/1").body, `"latest":true`)
	assert.Equal(t, http.StatusNotFound, f.get(t, versions+"/2").status)
	taken := f.post(t, root+"/secrets", createBody("new", `,"path":"/shop"`))
	assert.Equal(t, bad("name", "format", nameTaken), taken.body, "writes see everything")

	now.pass(time.Nanosecond)
	got, _ = f.list(t, "")
	assert.Equal(t, []string{"/shop:new", "/shop:old"}, got)
	assert.Contains(t, byPath("new").body, `"data":"dg=="`)
	assert.Contains(t, byPath("old").body, `"data":"dHdv"`)
	assert.Contains(t, f.get(t, versions+"/1").body, `"latest":false`)
}

func TestMissingPathFailsOnDemand(t *testing.T) {
	f := start(t)
	f.add(t, "/shop", "key", "v")
	const byPath = root + "/secrets-by-path/versions/latest/access?secret_path=/shop&project_id=" + project + "&secret_name="
	f.SetQuirks(emulator.Quirks{MissingPathFails: true})

	got := f.get(t, byPath+"missing")
	assert.Equal(t, http.StatusInternalServerError, got.status)
	assert.Equal(t, `{"message":"internal error"}`, got.body)
	assert.Equal(t, http.StatusOK, f.get(t, byPath+"key").status)

	f.SetQuirks(emulator.Quirks{})
	assert.Equal(t, http.StatusNotFound, f.get(t, byPath+"missing").status)
}
