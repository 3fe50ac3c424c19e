package emulator_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

func TestCreateSecretVersionRefusesBadArguments(t *testing.T) {
	f := start(t).owner(t)
	id := f.add(t, "/shop", "key", "v")
	large := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 64*1024+1)))
	cases := map[string]struct{ body, want string }{
		"no value":          {`{}`, bad("data", "required", "")},
		"an empty value":    {`{"data":""}`, bad("data", "required", "")},
		"no base64":         {`{"data":"hunter2!"}`, bad("data", "format", "must be base64")},
		"a list of bytes":   {`{"data":[1,2]}`, bad("data", "format", "must be a string")},
		"a value too large": {`{"data":"` + large + `"}`, bad("data", "constraint", "must have at most 65536 bytes")},
		"a wrong checksum":  {`{"data":"dg==","data_crc32":1}`, bad("data_crc32", "constraint", "must be the CRC32 of data")},
		"no checksum":       {`{"data":"dg==","data_crc32":"x"}`, bad("data_crc32", "format", "must be a number")},
		"a flag of a word":  {`{"data":"dg==","disable_previous":"y"}`, bad("disable_previous", "format", "must be a boolean")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.post(t, root+"/secrets/"+id+"/versions", c.body)
			assert.Equal(t, http.StatusBadRequest, got.status)
			assert.Equal(t, c.want, got.body)
		})
	}
	assert.Contains(t, f.get(t, root+"/secrets/"+id).body, `"version_count":1`)
}

func TestValueHasAsMuchAs64KiB(t *testing.T) {
	f := start(t).owner(t)
	id := f.add(t, "/shop", "key")
	data := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 64*1024)))
	require.Equal(t, http.StatusOK, f.post(t, root+"/secrets/"+id+"/versions", `{"data":"`+data+`"}`).status)
	assert.Contains(t, f.get(t, root+"/secrets/"+id+"/versions/1/access").body, data)

	huge := f.post(t, root+"/secrets/"+id+"/versions", `{"data":"`+strings.Repeat("x", 1<<20)+`"}`)
	assert.Equal(t, http.StatusRequestEntityTooLarge, huge.status)
}

func TestChecksumIsKeptWhenGiven(t *testing.T) {
	f := start(t).owner(t)
	id := f.add(t, "/shop", "key")
	got := f.post(t, root+"/secrets/"+id+"/versions", `{"data":"MTIzNDU2Nzg5","data_crc32":3421780262}`)
	require.Equal(t, http.StatusOK, got.status, got.body)
	assert.Contains(t, f.get(t, root+"/secrets/"+id+"/versions/1/access").body, `"data_crc32":3421780262,`)
}

func TestDisablePreviousDisablesTheLatestOnly(t *testing.T) {
	f := start(t).owner(t)
	id := f.add(t, "/shop", "key", "one", "two")
	versions := root + "/secrets/" + id + "/versions"
	require.Equal(t, http.StatusOK, f.post(t, versions, `{"data":"dg==","disable_previous":true}`).status)
	assert.Equal(t, []string{"3 enabled", "2 disabled", "1 enabled"}, f.statusesOf(t, id, ""))

	require.Equal(t, http.StatusNoContent, f.delete(t, versions+"/3").status)
	require.Equal(t, http.StatusOK, f.post(t, versions, `{"data":"dg==","disable_previous":true}`).status)
	assert.Equal(t, []string{"4 enabled", "3 scheduled_for_deletion", "2 disabled", "1 enabled"}, f.statusesOf(t, id, ""))
}

// statusesOf lists a secret's versions as "revision status".
func (f fixture) statusesOf(t *testing.T, id, query string) []string {
	t.Helper()
	got := f.get(t, root+"/secrets/"+id+"/versions"+query)
	require.Equal(t, http.StatusOK, got.status, got.body)
	var statuses []string
	for _, one := range strings.Split(got.body, `{"revision":`)[1:] {
		revision, rest, _ := strings.Cut(one, ",")
		_, rest, _ = strings.Cut(rest, `"status":"`)
		status, _, _ := strings.Cut(rest, `"`)
		statuses = append(statuses, revision+" "+status)
	}
	return statuses
}

func TestVersionsMoveBetweenTheirStatuses(t *testing.T) {
	f := start(t).owner(t)
	id := f.add(t, "/shop", "key", "one", "two")
	versions := root + "/secrets/" + id + "/versions"
	steps := []struct {
		call answer
		want []string
	}{
		{f.post(t, versions+"/latest/disable", `{}`), []string{"2 disabled", "1 enabled"}},
		{f.post(t, versions+"/2/disable", `{}`), []string{"2 disabled", "1 enabled"}},
	}
	for _, step := range steps {
		assert.Equal(t, http.StatusOK, step.call.status)
		assert.Equal(t, step.want, f.statusesOf(t, id, ""))
	}
	assert.Contains(t, f.get(t, versions+"/latest_enabled").body, `"revision":1`)

	require.Equal(t, http.StatusNoContent, f.delete(t, versions+"/2").status)
	require.NoError(t, f.SetVersionStatus(id, 2, emulator.ScheduledForDeletion), "again")
	restored := f.post(t, versions+"/2/restore", `{}`)
	assert.Contains(t, restored.body, `"status":"disabled"`, "as before its deletion")
	assert.Contains(t, restored.body, `"deletion_requested_at":null`)
	assert.Equal(t, restored.body, f.post(t, versions+"/2/restore", `{}`).body, "restored already")
	require.Equal(t, http.StatusOK, f.post(t, versions+"/2/enable", `{}`).status)
	assert.Equal(t, []string{"2 enabled", "1 enabled"}, f.statusesOf(t, id, ""))
}

func TestDeletedVersionsRefuseEverythingButRestoring(t *testing.T) {
	f := start(t).owner(t)
	id := f.add(t, "/shop", "key", "one", "two")
	versions := root + "/secrets/" + id + "/versions"
	require.NoError(t, f.SetVersionStatus(id, 1, emulator.Deleted))
	require.Equal(t, http.StatusNoContent, f.delete(t, versions+"/2").status)

	for _, got := range []answer{
		f.delete(t, versions+"/2"), f.post(t, versions+"/2/enable", ""), f.patch(t, versions+"/2", `{"description":"x"}`),
		f.delete(t, versions+"/1"), f.post(t, versions+"/1/disable", ""), f.post(t, versions+"/1/restore", ""),
	} {
		assert.Equal(t, http.StatusPreconditionFailed, got.status)
		assert.Equal(t, unusable("cannot act on deleted version"), got.body)
	}
	got := f.post(t, versions+"/3/enable", "")
	assert.Equal(t, http.StatusNotFound, got.status)
	assert.Contains(t, got.body, `"resource":"secret_version","resource_id":"`+id+`/3"`)
}

func TestTwentyVersionsAreKept(t *testing.T) {
	f := start(t).owner(t)
	id := f.add(t, "/shop", "key", strings.Split(strings.Repeat("v,", 19)+"v", ",")...)
	versions := root + "/secrets/" + id + "/versions"

	got := f.post(t, versions, `{"data":"dg=="}`)
	assert.Equal(t, http.StatusForbidden, got.status)
	assert.Equal(t, `{"details":[{"current":20,"quota":20,"resource":"secret_versions"}],"message":"quota exceeded",`+
		`"type":"quotas_exceeded"}`, got.body)

	require.NoError(t, f.SetVersionStatus(id, 1, emulator.Deleted))
	require.Equal(t, http.StatusOK, f.post(t, versions, `{"data":"dg=="}`).status)
	assert.Contains(t, f.get(t, root+"/secrets/"+id).body, `"version_count":21`)
}

func TestListSecretVersionsPagesAndFilters(t *testing.T) {
	f := start(t)
	id := f.add(t, "/shop", "key", "one", "two", "three", "four")
	for revision, status := range map[int]emulator.VersionStatus{
		1: emulator.Deleted, 2: emulator.ScheduledForDeletion, 3: emulator.Disabled,
	} {
		require.NoError(t, f.SetVersionStatus(id, revision, status))
	}
	cases := map[string][]string{
		"":                                {"4 enabled", "3 disabled", "2 scheduled_for_deletion", "1 deleted"},
		"?page_size=3&page=2":             {"1 deleted"},
		"?page_size=3&page=3":             nil,
		"?status=disabled":                {"3 disabled"},
		"?status=enabled&status=disabled": {"4 enabled", "3 disabled"},
	}
	for query, want := range cases {
		assert.Equal(t, want, f.statusesOf(t, id, query), query)
	}
	versions := root + "/secrets/" + id + "/versions"
	assert.Contains(t, f.get(t, versions+"?page_size=1").body, `"total_count":4}`)
	assert.Equal(t, bad("status", "format", "must be one of enabled, disabled, scheduled_for_deletion, deleted"),
		f.get(t, versions+"?status=gone").body)
	assert.Equal(t, bad("page_size", "constraint", "must be from 0 to 100"), f.get(t, versions+"?page_size=101").body)
	assert.Equal(t, http.StatusNotFound, f.get(t, root+"/secrets/"+unknownID+"/versions").status)
}

func TestRefusedWritesNeverQuoteTheValue(t *testing.T) {
	f := start(t).owner(t)
	const canary = "canary-7d1f"
	id, err := f.AddSecret(emulator.Secret{ProjectID: project, Name: "shaped", Type: emulator.DatabaseCredentials})
	require.NoError(t, err)
	for _, value := range []string{
		canary, `{"engine":"` + canary + `"}`, `["` + canary + `"]`, fmt.Sprintf(`{"engine":%q,"username":"u",`+
			`"password":"p","host":"h","dbname":"d","port":%[1]q}`, canary),
	} {
		data := base64.StdEncoding.EncodeToString([]byte(value))
		for _, body := range []string{`{"data":"` + data + `"}`, `{"data":"` + value, value} {
			got := f.post(t, root+"/secrets/"+id+"/versions", body)
			assert.Equal(t, http.StatusBadRequest, got.status)
			assert.NotContains(t, got.body, canary)
		}
	}
}

func TestConcurrentWritersLoseNoVersion(t *testing.T) {
	f := start(t).owner(t)
	id := f.add(t, "/shop", "key")
	_, err := f.OpenState(filepath.Join(t.TempDir(), "state.json"))
	require.NoError(t, err)
	var writers sync.WaitGroup
	for range 20 {
		writers.Go(func() {
			assert.Equal(t, http.StatusOK, f.post(t, root+"/secrets/"+id+"/versions", `{"data":"dg=="}`).status)
			assert.Equal(t, http.StatusOK, f.get(t, root+"/secrets/"+id+"/versions/latest/access").status)
			f.list(t, "&order_by=updated_at_desc")
		})
	}
	writers.Wait()
	assert.Len(t, f.statusesOf(t, id, ""), 20)
}
