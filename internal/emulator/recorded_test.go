package emulator_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// The tests of this file hold the emulator against recorded traffic of the real
// API: they tell a recording's story with values of their own and expect its
// bytes. Each names its recording.

// clock hands out the given times of one day, then the last one for ever.
func clock(t *testing.T, times ...string) func() time.Time {
	t.Helper()
	return func() time.Time {
		now, err := time.Parse(time.RFC3339Nano, "2026-07-03T"+times[0]+"Z")
		require.NoError(t, err)
		if len(times) > 1 {
			times = times[1:]
		}
		return now
	}
}

func TestSecretHasTheRecordedFieldsInOrder(t *testing.T) { // secret-basic
	f := startWith(t, emulator.Config{Now: clock(t, "15:27:54.800400")})
	id, err := f.AddSecret(emulator.Secret{
		ProjectID: project, Name: "secretNameBasic", Description: "a <described> & secret",
		Tags: []string{"devtools", "provider", "terraform"},
	})
	require.NoError(t, err)

	got := f.get(t, root+"/secrets/"+id)

	want := fmt.Sprintf(`{"id":%q,"project_id":%q,"name":"secretNameBasic","status":"ready",`+
		`"created_at":"2026-07-03T15:27:54.800400Z","updated_at":"2026-07-03T15:27:54.800400Z",`+
		`"tags":["devtools","provider","terraform"],"version_count":0,"description":"a <described> & secret",`+
		`"managed":false,"type":"opaque","protected":false,"path":"/","ephemeral_policy":null,"used_by":[],`+
		`"deletion_requested_at":null,"key_id":null,"region":"fr-par"}`, id, project)
	assert.Equal(t, want, got.body)
	assert.Equal(t, http.StatusOK, got.status)
	assert.Equal(t, "application/json", got.header.Get("Content-Type"))
	assert.Equal(t, strconv.Itoa(len(want)), got.header.Get("Content-Length"))
	assert.NotEmpty(t, got.header.Get("X-Request-Id"))
	assert.NotEmpty(t, got.header.Get("Date"))
	assert.True(t, strings.HasPrefix(got.header.Get("Server"), "Scaleway API Gateway ("), got.header)
}

func TestNewVersionCountsButDoesNotTouchUpdatedAt(t *testing.T) { // data-source-secret-with-versions
	f := startWith(t, emulator.Config{Now: clock(t, "15:27:54.753741", "15:27:55.512791", "15:27:55.767398")})
	id := f.add(t, "/", "test-secret-versions")
	for i, data := range []string{"first-version-data", "second-version-data"} {
		revision, err := f.AddVersion(id, emulator.Value(data))
		require.NoError(t, err)
		require.Equal(t, i+1, revision)
	}

	secret := f.get(t, root+"/secrets/"+id)
	assert.Contains(t, secret.body, `"updated_at":"2026-07-03T15:27:54.753741Z","tags":[],"version_count":2,`)

	const form = `{"revision":%d,"secret_id":%q,"status":"enabled","created_at":%[3]q,"updated_at":%[3]q,` +
		`"deleted_at":null,"description":"","latest":%t,"ephemeral_properties":null,` +
		`"deletion_requested_at":null,"region":"fr-par"}`
	assert.Equal(t, fmt.Sprintf(form, 1, id, "2026-07-03T15:27:55.512791Z", false),
		f.get(t, root+"/secrets/"+id+"/versions/1").body)
	assert.Equal(t, fmt.Sprintf(form, 2, id, "2026-07-03T15:27:55.767398Z", true),
		f.get(t, root+"/secrets/"+id+"/versions/2").body)
}

func TestValueHasTheRecordedFieldsInOrder(t *testing.T) { // data-source-secret-version-basic
	f := start(t)
	id := f.add(t, "/", "dataSourceSecretVersionBasic", "my_super_secret_v1", "my_super_secret_v2")

	for revision, number := range map[string]int{"1": 1, "2": 2, "latest": 2} {
		data := map[int]string{1: "bXlfc3VwZXJfc2VjcmV0X3Yx", 2: "bXlfc3VwZXJfc2VjcmV0X3Yy"}[number]
		want := fmt.Sprintf(`{"secret_id":%q,"revision":%d,"data":%q,"data_crc32":null,"type":"opaque"}`,
			id, number, data)
		got := f.get(t, root+"/secrets/"+id+"/versions/"+revision+"/access")
		assert.Equal(t, want, got.body, revision)
		assert.Equal(t, "133", got.header.Get("Content-Length"), "as recorded for these values")
	}
}

func TestUnknownSecretHasTheRecordedBody(t *testing.T) { // secret-ephemeral-policy
	got := start(t).get(t, root+"/secrets/"+unknownID)

	assert.Equal(t, http.StatusNotFound, got.status)
	assert.Equal(t, `{"message":"resource is not found","resource":"secret","resource_id":"`+unknownID+
		`","type":"not_found"}`, got.body)
	assert.Equal(t, "127", got.header.Get("Content-Length"), "as recorded")
}

func TestSecretScheduledForDeletionLeavesListsButCanBeGot(t *testing.T) { // data-source-secret-basic
	f := startWith(t, emulator.Config{Now: clock(t, "15:27:54.781102", "15:27:57.155222")})
	id := f.add(t, "/", "scalewayDataSourceSecretBasic")
	require.NoError(t, f.ScheduleDeletion(id))

	got := f.get(t, root+"/secrets/"+id)
	assert.Equal(t, http.StatusOK, got.status)
	assert.Contains(t, got.body, `"status":"ready","created_at":"2026-07-03T15:27:54.781102Z",`+
		`"updated_at":"2026-07-03T15:27:57.155222Z"`)
	assert.Contains(t, got.body, `"deletion_requested_at":"2026-07-03T15:27:57.155222Z","key_id":null`)

	// The query is the one that the SDK sends; the answer to an empty list is
	// recorded for versions only.
	const list = root + "/secrets?order_by=name_asc&project_id=" + project + "&type=unknown_type&scheduled_for_deletion="
	assert.Equal(t, `{"secrets":[],"total_count":0}`, f.get(t, list+"false").body)
	assert.Contains(t, f.get(t, list+"true").body, id)
}

func TestVersionScheduledForDeletionKeepsUpdatedAtAndStaysLatest(t *testing.T) { // list-secret-versions-all-secrets
	f := startWith(t, emulator.Config{Now: clock(t, "15:28:00.241314", "15:28:02.387345")})
	id := f.add(t, "/", "secretVersionNameDataWOB", "v1")
	require.NoError(t, f.SetVersionStatus(id, 1, emulator.ScheduledForDeletion))

	assert.Equal(t, `{"revision":1,"secret_id":"`+id+`","status":"scheduled_for_deletion",`+
		`"created_at":"2026-07-03T15:28:00.241314Z","updated_at":"2026-07-03T15:28:00.241314Z",`+
		`"deleted_at":null,"description":"","latest":true,"ephemeral_properties":null,`+
		`"deletion_requested_at":"2026-07-03T15:28:02.387345Z","region":"fr-par"}`,
		f.get(t, root+"/secrets/"+id+"/versions/latest").body)
}

func TestTimestampsHaveTheRecordedDecimals(t *testing.T) {
	cases := map[string]string{ // all recordings: 1,725 of 6 decimals, 6 of 3, 5 of none, none of any other
		"15:27:54":           "15:27:54Z",
		"15:27:54.5":         "15:27:54.500Z",
		"15:27:54.782":       "15:27:54.782Z",
		"15:27:54.8004":      "15:27:54.800400Z",
		"15:27:54.123456789": "15:27:54.123456Z",
	}
	for now, want := range cases {
		f := startWith(t, emulator.Config{Now: clock(t, now)})
		got := f.get(t, root+"/secrets/"+f.add(t, "/", "timed"))
		assert.Contains(t, got.body, `"created_at":"2026-07-03T`+want+`"`, now)
	}
}

func TestPathKeepsNoTrailingSlash(t *testing.T) { // secret-path
	f := start(t)
	id := f.add(t, "/test-secret-path-change/", "test-secret-path-secret")
	assert.Contains(t, f.get(t, root+"/secrets/"+id).body, `"path":"/test-secret-path-change"`)
}
