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
)

// The tests of this file compare the emulator with recorded traffic of the real API: they repeat the calls of a
// recording with values of their own and expect its bytes. Each names its recording. Facts: docs/facts.md, "Recorded
// traffic".
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
	f := emutest.StartWith(t, emulator.Config{Now: emutest.Clock(t, "15:27:54.753741", "15:27:55.512791",
		"15:27:55.767398")})
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
	const list = emutest.Root + "/secrets?order_by=name_asc&project_id=" + emutest.Project +
		"&type=unknown_type&scheduled_for_deletion="
	assert.Equal(t, `{"secrets":[],"total_count":0}`, f.Get(t, list+"false").Body)
	assert.Contains(t, f.Get(t, list+"true").Body, id)
}

func TestVersionScheduledForDeletionKeepsUpdatedAtAndStaysLatest(t *testing.T) { // list-secret-versions-all-secrets
	f := emutest.StartWith(t, emulator.Config{Now: emutest.Clock(t, "15:28:00.241314", "15:28:02.387345")})
	id := f.Add(t, "/", "secretVersionNameDataWOB", "v1")
	require.NoError(t, f.SetVersionStatus(id, 1, "scheduled_for_deletion"))

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

// More recordings, of calls that write.

// recordedSecret is a secret's body with what the stories vary.
type recordedSecret struct {
	id, name, created, updated, tags, description, kind, path, policy string

	versions  int
	protected bool
}

func (s recordedSecret) String() string {
	return fmt.Sprintf(`{"id":%q,"project_id":%q,"name":%q,"status":"ready","created_at":"2026-07-03T%sZ",`+
		`"updated_at":"2026-07-03T%sZ","tags":%s,"version_count":%d,"description":%q,"managed":false,"type":%q,`+
		`"protected":%t,"path":%q,"ephemeral_policy":%s,"used_by":[],"deletion_requested_at":null,"key_id":null,`+
		`"region":"fr-par"}`, s.id, emutest.Project, s.name, s.created, s.updated, s.tags, s.versions,
		s.description, s.kind,
		s.protected, s.path, s.policy)
}
func TestSecretIsCreatedAndChangedAsRecorded(t *testing.T) { // secret-basic
	f := emutest.StartWith(t, emulator.Config{Now: emutest.Clock(t, "15:27:54.719648", "15:27:56.620990",
		"15:27:59.315408")}).Owner(t)

	got := f.Post(t, emutest.Root+"/secrets", fmt.Sprintf(`{"project_id":%q,"name":"shopKey","tags":["web","shop"],`+
		`"description":"of the shop","type":"opaque","path":"/","protected":false}`, emutest.Project))
	want := recordedSecret{
		id: emutest.IDOf(t, got), name: "shopKey", created: "15:27:54.719648", updated: "15:27:54.719648",
		tags: `["web","shop"]`, description: "of the shop", kind: "opaque", path: "/", policy: "null",
	}
	assert.Equal(t, want.String(), got.Body)
	assert.Equal(t, "application/json", got.Header.Get("Content-Type"))

	got = f.Patch(t, emutest.Root+"/secrets/"+want.id, `{"name":"shopKeyNew","tags":["web"],"description":"changed"}`)
	want.name, want.tags, want.description, want.updated = "shopKeyNew", `["web"]`, "changed", "15:27:56.620990"
	assert.Equal(t, want.String(), got.Body)

	got = f.Patch(t, emutest.Root+"/secrets/"+want.id, `{"name":"shopKey","tags":[],"description":""}`)
	want.name, want.tags, want.description, want.updated = "shopKey", `[]`, "", "15:27:59.315408"
	assert.Equal(t, want.String(), got.Body)
	assert.Equal(t, want.String(), f.Get(t, emutest.Root+"/secrets/"+want.id).Body)
}

func TestSecretMovesAsRecorded(t *testing.T) { // secret-path
	f := emutest.StartWith(t, emulator.Config{Now: emutest.Clock(t, "15:27:54.6", "15:27:56.6", "15:28:00.05606",
		"15:28:01")}).Owner(t)
	id := emutest.IDOf(t, f.Post(t, emutest.Root+"/secrets", emutest.CreateBody("moving", "")))

	for _, step := range []struct{ given, path, updated string }{
		{"/shop", "/shop", "15:27:56.600"}, {"/shop-2/", "/shop-2", "15:28:00.056060"}, {"/", "/", "15:28:01"},
	} {
		got := f.Patch(t, emutest.Root+"/secrets/"+id, `{"path":"`+step.given+`"}`)
		assert.Equal(t, recordedSecret{
			id: id, name: "moving", created: "15:27:54.600", updated: step.updated, tags: "[]", kind: "opaque",
			path: step.path, policy: "null",
		}.String(), got.Body)
	}
}

func TestProtectedSecretIsKeptAsRecorded(t *testing.T) { // secret-protected
	f := emutest.StartWith(t, emulator.Config{Now: emutest.Clock(t, "15:27:54.8", "15:27:59.957733")}).Owner(t)
	created := f.Post(t, emutest.Root+"/secrets",
		fmt.Sprintf(`{"project_id":%q,"name":"kept","tags":null,"type":"opaque",`+
			`"path":"/","protected":true}`, emutest.Project))
	want := recordedSecret{
		id: emutest.IDOf(t, created), name: "kept", created: "15:27:54.800", updated: "15:27:54.800",
		tags: "[]", kind: "opaque",
		path: "/", policy: "null", protected: true,
	}
	one := emutest.Root + "/secrets/" + want.id
	assert.Equal(t, want.String(), created.Body)

	refused := f.Delete(t, one)
	assert.Equal(t, http.StatusPreconditionFailed, refused.Status)
	assert.Equal(t, `{"help_message":"cannot delete a protected secret","message":"precondition is not respected",`+
		`"precondition":"protected_resource","type":"precondition_failed"}`, refused.Body)

	want.protected = false
	assert.Equal(t, want.String(), f.Post(t, one+"/unprotect", "{}").Body, "updated_at stays")

	deleted := f.Delete(t, one)
	assert.Equal(t, http.StatusNoContent, deleted.Status)
	assert.Empty(t, deleted.Body)
	assert.Equal(t, "application/json", deleted.Header.Get("Content-Type"))
	assert.Empty(t, deleted.Header.Get("Content-Length"))
	assert.Contains(t, f.Get(t, one).Body, `"deletion_requested_at":"2026-07-03T15:27:59.957733Z"`)
}

func TestEphemeralPolicyIsShownAsRecorded(t *testing.T) { // secret-ephemeral-policy
	f := emutest.StartWith(t, emulator.Config{Now: emutest.Clock(t, "15:27:54.5", "15:27:56.2", "15:27:58.8")}).Owner(t)
	created := f.Post(t, emutest.Root+"/secrets", emutest.CreateBody("brief",
		`,"ephemeral_policy":{"time_to_live":"1800.000000000s","expires_once_accessed":false,"action":"disable"}`))
	want := recordedSecret{
		id: emutest.IDOf(t, created), name: "brief", created: "15:27:54.500", updated: "15:27:54.500",
		tags: "[]", kind: "opaque",
		path: "/", policy: `{"time_to_live":"1800s","expires_once_accessed":false,"action":"disable"}`,
	}
	one := emutest.Root + "/secrets/" + want.id
	assert.Equal(t, want.String(), created.Body)

	got := f.Patch(t, one,
		`{"ephemeral_policy":{"time_to_live":"18000.000000000s","expires_once_accessed":true,"action":"delete"}}`)
	want.policy, want.updated = `{"time_to_live":"18000s","expires_once_accessed":true,"action":"delete"}`,
		"15:27:56.200"
	assert.Equal(t, want.String(), got.Body)

	got = f.Patch(t, one, `{"ephemeral_policy":{"time_to_live":null,"expires_once_accessed":true,"action":"delete"}}`)
	want.policy, want.updated = `{"time_to_live":null,"expires_once_accessed":true,"action":"delete"}`, "15:27:58.800"
	assert.Equal(t, want.String(), got.Body)

	assert.Equal(t, http.StatusNoContent, f.Delete(t, one).Status)
	gone := f.Get(t, one)
	assert.Equal(t, http.StatusNotFound, gone.Status, "an ephemeral secret is gone at once")
	assert.Equal(t, `{"message":"resource is not found","resource":"secret","resource_id":"`+want.id+
		`","type":"not_found"}`, gone.Body)
}

func TestVersionsAreListedAsRecorded(t *testing.T) { // list-secret-versions-all-secrets, secret-version-basic
	f := emutest.StartWith(t, emulator.Config{Now: emutest.Clock(t,
		"15:27:59", "15:28:00.241314", "15:28:01.406879", "15:28:02.387345", "15:28:02.539758")}).Owner(t)
	id := emutest.IDOf(t, f.Post(t, emutest.Root+"/secrets", emutest.CreateBody("listed", "")))
	versions := emutest.Root + "/secrets/" + id + "/versions"
	assert.Equal(t, `{"versions":[],"total_count":0}`, f.Get(t, versions+"?page=1").Body)

	form := `{"revision":%d,"secret_id":"` + id + `","status":%q,"created_at":"2026-07-03T%sZ",` +
		`"updated_at":"2026-07-03T%sZ","deleted_at":null,"description":%q,"latest":%t,"ephemeral_properties":null,` +
		`"deletion_requested_at":%s,"region":"fr-par"}`
	one := fmt.Sprintf(form, 1, "enabled", "15:28:00.241314", "15:28:00.241314", "first", true, "null")
	assert.Equal(t, one, f.Post(t, versions, `{"data":"Zmlyc3Q=","description":"first"}`).Body)

	one = fmt.Sprintf(form, 1, "enabled", "15:28:00.241314", "15:28:01.406879", "the first", true, "null")
	assert.Equal(t, one, f.Patch(t, versions+"/1", `{"description":"the first"}`).Body)

	assert.Equal(t, http.StatusNoContent, f.Delete(t, versions+"/1").Status)
	two := fmt.Sprintf(form, 2, "enabled", "15:28:02.539758", "15:28:02.539758", "", true, "null")
	assert.Equal(t, two, f.Post(t, versions, `{"data":"c2Vjb25k"}`).Body)

	one = fmt.Sprintf(form, 1, "scheduled_for_deletion", "15:28:00.241314", "15:28:01.406879", "the first", false,
		`"2026-07-03T15:28:02.387345Z"`)
	assert.Equal(t, `{"versions":[`+two+`,`+one+`],"total_count":2}`, f.Get(t, versions+"?page=1").Body)
	assert.Equal(t, `{"versions":[`+two+`],"total_count":1}`, f.Get(t, versions+"?page=1&status=enabled").Body)
}

func TestValueOfAWrongShapeIsRefusedAsRecorded(t *testing.T) { // secret-version-type
	f := emutest.Start(t).Owner(t)
	id := emutest.IDOf(t,
		f.Post(t, emutest.Root+"/secrets", fmt.Sprintf(`{"project_id":%q,"name":"shaped","tags":null,`+
			`"type":"key_value","path":"/","protected":false}`, emutest.Project)))
	versions := emutest.Root + "/secrets/" + id + "/versions"
	assert.Equal(t, http.StatusOK, f.Post(t, versions, `{"data":"eyJ1c2VyIjogInNob3AifQ=="}`).Status)

	refused := f.Post(t, versions, `{"data":"eyJ1c2VyIjogInNob3AiLCAiYmFkIjoge319"}`) // {"user": "shop", "bad": {}}

	assert.Equal(t, http.StatusBadRequest, refused.Status)
	assert.Equal(t, `{"details":[{"argument_name":"data","help_message":"- bad: Invalid type. Expected: string, given: `+
		`object\n","reason":"format"}],"message":"invalid argument(s)","type":"invalid_arguments"}`, refused.Body)
	assert.Contains(t, f.Get(t, emutest.Root+"/secrets/"+id).Body, `"version_count":1`)
}
