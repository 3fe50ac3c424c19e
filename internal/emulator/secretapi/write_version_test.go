package secretapi_test

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
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/secret"
)

func TestCreateSecretVersionRefusesBadArguments(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	id := f.Add(t, "/shop", "key", "v")
	large := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 64*1024+1)))
	cases := map[string]struct{ body, want string }{
		"no value":        {`{}`, emutest.BadArgument("data", "required", "")},
		"an empty value":  {`{"data":""}`, emutest.BadArgument("data", "required", "")},
		"no base64":       {`{"data":"hunter2!"}`, emutest.BadArgument("data", "format", "must be base64")},
		"a list of bytes": {`{"data":[1,2]}`, emutest.BadArgument("data", "format", "must be a string")},
		"a value too large": {`{"data":"` + large + `"}`, emutest.BadArgument("data", "constraint",
			"must have at most 65536 bytes")},
		"a wrong checksum": {`{"data":"dg==","data_crc32":1}`, emutest.BadArgument("data_crc32", "constraint",
			"must be the CRC32 of data")},
		"no checksum": {`{"data":"dg==","data_crc32":"x"}`, emutest.BadArgument("data_crc32", "format",
			"must be a number")},
		"a flag of a word": {`{"data":"dg==","disable_previous":"y"}`,
			emutest.BadArgument("disable_previous", "format", "must be a boolean")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.Post(t, emutest.Root+"/secrets/"+id+"/versions", c.body)
			assert.Equal(t, http.StatusBadRequest, got.Status)
			assert.Equal(t, c.want, got.Body)
		})
	}
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id).Body, `"version_count":1`)
}

func TestValueHasAsMuchAs64KiB(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	id := f.Add(t, "/shop", "key")
	data := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 64*1024)))
	require.Equal(t, http.StatusOK, f.Post(t, emutest.Root+"/secrets/"+id+"/versions", `{"data":"`+data+`"}`).Status)
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id+"/versions/1/access").Body, data)

	huge := f.Post(t, emutest.Root+"/secrets/"+id+"/versions", `{"data":"`+strings.Repeat("x", 1<<20)+`"}`)
	assert.Equal(t, http.StatusRequestEntityTooLarge, huge.Status)
}

func TestChecksumIsKeptWhenGiven(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	id := f.Add(t, "/shop", "key")
	got := f.Post(t, emutest.Root+"/secrets/"+id+"/versions", `{"data":"MTIzNDU2Nzg5","data_crc32":3421780262}`)
	require.Equal(t, http.StatusOK, got.Status, got.Body)
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id+"/versions/1/access").Body, `"data_crc32":3421780262,`)
}

func TestDisablePreviousDisablesTheLatestOnly(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	id := f.Add(t, "/shop", "key", "one", "two")
	versions := emutest.Root + "/secrets/" + id + "/versions"
	require.Equal(t, http.StatusOK, f.Post(t, versions, `{"data":"dg==","disable_previous":true}`).Status)
	assert.Equal(t, []string{"3 enabled", "2 disabled", "1 enabled"}, f.VersionsOf(t, id, ""))

	require.Equal(t, http.StatusNoContent, f.Delete(t, versions+"/3").Status)
	require.Equal(t, http.StatusOK, f.Post(t, versions, `{"data":"dg==","disable_previous":true}`).Status)
	assert.Equal(t, []string{"4 enabled", "3 scheduled_for_deletion", "2 disabled", "1 enabled"},
		f.VersionsOf(t, id, ""))
}
func TestVersionsMoveBetweenTheirStatuses(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	id := f.Add(t, "/shop", "key", "one", "two")
	versions := emutest.Root + "/secrets/" + id + "/versions"
	steps := []struct {
		call emutest.Answer
		want []string
	}{
		{f.Post(t, versions+"/latest/disable", `{}`), []string{"2 disabled", "1 enabled"}},
		{f.Post(t, versions+"/2/disable", `{}`), []string{"2 disabled", "1 enabled"}},
	}
	for _, step := range steps {
		assert.Equal(t, http.StatusOK, step.call.Status)
		assert.Equal(t, step.want, f.VersionsOf(t, id, ""))
	}
	assert.Contains(t, f.Get(t, versions+"/latest_enabled").Body, `"revision":1`)

	require.Equal(t, http.StatusNoContent, f.Delete(t, versions+"/2").Status)
	require.NoError(t, f.SetVersionStatus(id, 2, secret.ScheduledForDeletion), "again")
	restored := f.Post(t, versions+"/2/restore", `{}`)
	assert.Contains(t, restored.Body, `"status":"disabled"`, "as before its deletion")
	assert.Contains(t, restored.Body, `"deletion_requested_at":null`)
	assert.Equal(t, restored.Body, f.Post(t, versions+"/2/restore", `{}`).Body, "restored already")
	require.Equal(t, http.StatusOK, f.Post(t, versions+"/2/enable", `{}`).Status)
	assert.Equal(t, []string{"2 enabled", "1 enabled"}, f.VersionsOf(t, id, ""))
}

func TestDeletedVersionsRefuseEverythingButRestoring(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	id := f.Add(t, "/shop", "key", "one", "two")
	versions := emutest.Root + "/secrets/" + id + "/versions"
	require.NoError(t, f.SetVersionStatus(id, 1, secret.Deleted))
	require.Equal(t, http.StatusNoContent, f.Delete(t, versions+"/2").Status)

	for _, got := range []emutest.Answer{
		f.Delete(t, versions+"/2"), f.Post(t, versions+"/2/enable", ""),
		f.Patch(t, versions+"/2", `{"description":"x"}`),
		f.Delete(t, versions+"/1"), f.Post(t, versions+"/1/disable", ""), f.Post(t, versions+"/1/restore", ""),
	} {
		assert.Equal(t, http.StatusPreconditionFailed, got.Status)
		assert.Equal(t, emutest.Unusable("cannot act on deleted version"), got.Body)
	}
	got := f.Post(t, versions+"/3/enable", "")
	assert.Equal(t, http.StatusNotFound, got.Status)
	assert.Contains(t, got.Body, `"resource":"secret_version","resource_id":"`+id+`/3"`)
}

func TestTwentyVersionsAreKept(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	id := f.Add(t, "/shop", "key", strings.Split(strings.Repeat("v,", 19)+"v", ",")...)
	versions := emutest.Root + "/secrets/" + id + "/versions"

	got := f.Post(t, versions, `{"data":"dg=="}`)
	assert.Equal(t, http.StatusForbidden, got.Status)
	assert.Equal(t, `{"details":[{"current":20,"quota":20,"resource":"secret_versions"}],"message":"quota exceeded",`+
		`"type":"quotas_exceeded"}`, got.Body)

	require.NoError(t, f.SetVersionStatus(id, 1, secret.Deleted))
	require.Equal(t, http.StatusOK, f.Post(t, versions, `{"data":"dg=="}`).Status)
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id).Body, `"version_count":21`)
}

func TestListSecretVersionsPagesAndFilters(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, "/shop", "key", "one", "two", "three", "four")
	for revision, status := range map[int]secret.Status{
		1: secret.Deleted, 2: secret.ScheduledForDeletion, 3: emulator.Disabled,
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
		assert.Equal(t, want, f.VersionsOf(t, id, query), query)
	}
	versions := emutest.Root + "/secrets/" + id + "/versions"
	assert.Contains(t, f.Get(t, versions+"?page_size=1").Body, `"total_count":4}`)
	assert.Equal(t, emutest.BadArgument("status", "format",
		"must be one of enabled, disabled, scheduled_for_deletion, deleted"),
		f.Get(t, versions+"?status=gone").Body)
	assert.Equal(t, emutest.BadArgument("page_size", "constraint", "must be from 0 to 100"),
		f.Get(t, versions+"?page_size=101").Body)
	assert.Equal(t, http.StatusNotFound, f.Get(t, emutest.Root+"/secrets/"+emutest.UnknownID+"/versions").Status)
}

func TestRefusedWritesNeverQuoteTheValue(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	const canary = "canary-7d1f"
	id, err := f.AddSecret(emulator.Secret{ProjectID: emutest.Project, Name: "shaped",
		Type: secret.DatabaseCredentials})
	require.NoError(t, err)
	for _, value := range []string{
		canary, `{"engine":"` + canary + `"}`, `["` + canary + `"]`, fmt.Sprintf(`{"engine":%q,"username":"u",`+
			`"password":"p","host":"h","dbname":"d","port":%[1]q}`, canary),
	} {
		data := base64.StdEncoding.EncodeToString([]byte(value))
		for _, body := range []string{`{"data":"` + data + `"}`, `{"data":"` + value, value} {
			got := f.Post(t, emutest.Root+"/secrets/"+id+"/versions", body)
			assert.Equal(t, http.StatusBadRequest, got.Status)
			assert.NotContains(t, got.Body, canary)
		}
	}
}

func TestConcurrentWritersLoseNoVersion(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	id := f.Add(t, "/shop", "key")
	_, err := f.OpenState(filepath.Join(t.TempDir(), "state.json"))
	require.NoError(t, err)
	var writers sync.WaitGroup
	for range 20 {
		writers.Go(func() {
			assert.Equal(t, http.StatusOK, f.Post(t, emutest.Root+"/secrets/"+id+"/versions", `{"data":"dg=="}`).Status)
			assert.Equal(t, http.StatusOK, f.Get(t, emutest.Root+"/secrets/"+id+"/versions/latest/access").Status)
			f.List(t, "&order_by=updated_at_desc")
		})
	}
	writers.Wait()
	assert.Len(t, f.VersionsOf(t, id, ""), 20)
}
