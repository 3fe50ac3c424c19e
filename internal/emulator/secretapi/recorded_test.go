package secretapi_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/secret"
)

// The tests of this file hold the emulator against recorded traffic of the real
// API: they tell a recording's story with values of their own and expect its
// bytes. Each names its recording.
func TestSecretHasTheRecordedFieldsInOrder(t *testing.T) { // secret-basic
	f := emutest.StartWith(t, emulator.Config{Now: emutest.Clock(t, "15:27:54.800400")})
	id, err := f.AddSecret(emulator.Secret{
		ProjectID: emutest.Project, Name: "secretNameBasic", Description: "a <described> & secret",
		Tags: []string{"devtools", "provider", "terraform"},
	})
	require.NoError(t, err)

	got := f.Get(t, emutest.Root+"/secrets/"+id)

	want := fmt.Sprintf(`{"id":%q,"project_id":%q,"name":"secretNameBasic","status":"ready",`+
		`"created_at":"2026-07-03T15:27:54.800400Z","updated_at":"2026-07-03T15:27:54.800400Z",`+
		`"tags":["devtools","provider","terraform"],"version_count":0,"description":"a <described> & secret",`+
		`"managed":false,"type":"opaque","protected":false,"path":"/","ephemeral_policy":null,"used_by":[],`+
		`"deletion_requested_at":null,"key_id":null,"region":"fr-par"}`, id, emutest.Project)
	assert.Equal(t, want, got.Body)
	assert.Equal(t, http.StatusOK, got.Status)
	assert.Equal(t, "application/json", got.Header.Get("Content-Type"))
	assert.Equal(t, strconv.Itoa(len(want)), got.Header.Get("Content-Length"))
	assert.NotEmpty(t, got.Header.Get("X-Request-Id"))
	assert.NotEmpty(t, got.Header.Get("Date"))
	assert.True(t, strings.HasPrefix(got.Header.Get("Server"), "Scaleway API Gateway ("), got.Header)
}

func TestNewVersionCountsButDoesNotTouchUpdatedAt(t *testing.T) { // data-source-secret-with-versions
	f := emutest.StartWith(t, emulator.Config{Now: emutest.Clock(t, "15:27:54.753741", "15:27:55.512791", "15:27:55.767398")})
	id := f.Add(t, "/", "test-secret-versions")
	for i, data := range []string{"first-version-data", "second-version-data"} {
		revision, err := f.AddVersion(id, emulator.Value(data))
		require.NoError(t, err)
		require.Equal(t, i+1, revision)
	}

	secret := f.Get(t, emutest.Root+"/secrets/"+id)
	assert.Contains(t, secret.Body, `"updated_at":"2026-07-03T15:27:54.753741Z","tags":[],"version_count":2,`)

	const form = `{"revision":%d,"secret_id":%q,"status":"enabled","created_at":%[3]q,"updated_at":%[3]q,` +
		`"deleted_at":null,"description":"","latest":%t,"ephemeral_properties":null,` +
		`"deletion_requested_at":null,"region":"fr-par"}`
	assert.Equal(t, fmt.Sprintf(form, 1, id, "2026-07-03T15:27:55.512791Z", false),
		f.Get(t, emutest.Root+"/secrets/"+id+"/versions/1").Body)
	assert.Equal(t, fmt.Sprintf(form, 2, id, "2026-07-03T15:27:55.767398Z", true),
		f.Get(t, emutest.Root+"/secrets/"+id+"/versions/2").Body)
}

func TestValueHasTheRecordedFieldsInOrder(t *testing.T) { // data-source-secret-version-basic
	f := emutest.Start(t)
	id := f.Add(t, "/", "dataSourceSecretVersionBasic", "my_super_secret_v1", "my_super_secret_v2")

	for revision, number := range map[string]int{"1": 1, "2": 2, "latest": 2} {
		data := map[int]string{1: "bXlfc3VwZXJfc2VjcmV0X3Yx", 2: "bXlfc3VwZXJfc2VjcmV0X3Yy"}[number]
		want := fmt.Sprintf(`{"secret_id":%q,"revision":%d,"data":%q,"data_crc32":null,"type":"opaque"}`,
			id, number, data)
		got := f.Get(t, emutest.Root+"/secrets/"+id+"/versions/"+revision+"/access")
		assert.Equal(t, want, got.Body, revision)
		assert.Equal(t, "133", got.Header.Get("Content-Length"), "as recorded for these values")
	}
}

func TestUnknownSecretHasTheRecordedBody(t *testing.T) { // secret-ephemeral-policy
	got := emutest.Start(t).Get(t, emutest.Root+"/secrets/"+emutest.UnknownID)

	assert.Equal(t, http.StatusNotFound, got.Status)
	assert.Equal(t, `{"message":"resource is not found","resource":"secret","resource_id":"`+emutest.UnknownID+
		`","type":"not_found"}`, got.Body)
	assert.Equal(t, "127", got.Header.Get("Content-Length"), "as recorded")
}

func TestSecretScheduledForDeletionLeavesListsButCanBeGot(t *testing.T) { // data-source-secret-basic
	f := emutest.StartWith(t, emulator.Config{Now: emutest.Clock(t, "15:27:54.781102", "15:27:57.155222")})
	id := f.Add(t, "/", "scalewayDataSourceSecretBasic")
	require.NoError(t, f.ScheduleDeletion(id))

	got := f.Get(t, emutest.Root+"/secrets/"+id)
	assert.Equal(t, http.StatusOK, got.Status)
	assert.Contains(t, got.Body, `"status":"ready","created_at":"2026-07-03T15:27:54.781102Z",`+
		`"updated_at":"2026-07-03T15:27:57.155222Z"`)
	assert.Contains(t, got.Body, `"deletion_requested_at":"2026-07-03T15:27:57.155222Z","key_id":null`)

	// The query is the one that the SDK sends; the answer to an empty list is
	// recorded for versions only.
	const list = emutest.Root + "/secrets?order_by=name_asc&project_id=" + emutest.Project + "&type=unknown_type&scheduled_for_deletion="
	assert.Equal(t, `{"secrets":[],"total_count":0}`, f.Get(t, list+"false").Body)
	assert.Contains(t, f.Get(t, list+"true").Body, id)
}

func TestVersionScheduledForDeletionKeepsUpdatedAtAndStaysLatest(t *testing.T) { // list-secret-versions-all-secrets
	f := emutest.StartWith(t, emulator.Config{Now: emutest.Clock(t, "15:28:00.241314", "15:28:02.387345")})
	id := f.Add(t, "/", "secretVersionNameDataWOB", "v1")
	require.NoError(t, f.SetVersionStatus(id, 1, secret.ScheduledForDeletion))

	assert.Equal(t, `{"revision":1,"secret_id":"`+id+`","status":"scheduled_for_deletion",`+
		`"created_at":"2026-07-03T15:28:00.241314Z","updated_at":"2026-07-03T15:28:00.241314Z",`+
		`"deleted_at":null,"description":"","latest":true,"ephemeral_properties":null,`+
		`"deletion_requested_at":"2026-07-03T15:28:02.387345Z","region":"fr-par"}`,
		f.Get(t, emutest.Root+"/secrets/"+id+"/versions/latest").Body)
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
		f := emutest.StartWith(t, emulator.Config{Now: emutest.Clock(t, now)})
		got := f.Get(t, emutest.Root+"/secrets/"+f.Add(t, "/", "timed"))
		assert.Contains(t, got.Body, `"created_at":"2026-07-03T`+want+`"`, now)
	}
}

func TestPathKeepsNoTrailingSlash(t *testing.T) { // secret-path
	f := emutest.Start(t)
	id := f.Add(t, "/test-secret-path-change/", "test-secret-path-secret")
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id).Body, `"path":"/test-secret-path-change"`)
}
