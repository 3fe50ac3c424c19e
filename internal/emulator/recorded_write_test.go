package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// More stories of recordings, told by calls that write. See recorded_test.go.

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
		`"region":"fr-par"}`, s.id, project, s.name, s.created, s.updated, s.tags, s.versions, s.description, s.kind,
		s.protected, s.path, s.policy)
}

func idOf(t *testing.T, a answer) string {
	t.Helper()
	var created struct{ ID string }
	require.Equal(t, http.StatusOK, a.status, a.body)
	require.NoError(t, json.Unmarshal([]byte(a.body), &created))
	return created.ID
}

// createBody is the body that the SDK sends, with further fields.
func createBody(name, more string) string {
	return fmt.Sprintf(`{"project_id":%q,"name":%q,"tags":null,"type":"opaque","path":"/","protected":false%s}`,
		project, name, more)
}

func TestSecretIsCreatedAndChangedAsRecorded(t *testing.T) { // secret-basic
	f := startWith(t, emulator.Config{Now: clock(t, "15:27:54.719648", "15:27:56.620990", "15:27:59.315408")}).owner(t)

	got := f.post(t, root+"/secrets", fmt.Sprintf(`{"project_id":%q,"name":"shopKey","tags":["web","shop"],`+
		`"description":"of the shop","type":"opaque","path":"/","protected":false}`, project))
	want := recordedSecret{
		id: idOf(t, got), name: "shopKey", created: "15:27:54.719648", updated: "15:27:54.719648",
		tags: `["web","shop"]`, description: "of the shop", kind: "opaque", path: "/", policy: "null",
	}
	assert.Equal(t, want.String(), got.body)
	assert.Equal(t, "application/json", got.header.Get("Content-Type"))

	got = f.patch(t, root+"/secrets/"+want.id, `{"name":"shopKeyNew","tags":["web"],"description":"changed"}`)
	want.name, want.tags, want.description, want.updated = "shopKeyNew", `["web"]`, "changed", "15:27:56.620990"
	assert.Equal(t, want.String(), got.body)

	got = f.patch(t, root+"/secrets/"+want.id, `{"name":"shopKey","tags":[],"description":""}`)
	want.name, want.tags, want.description, want.updated = "shopKey", `[]`, "", "15:27:59.315408"
	assert.Equal(t, want.String(), got.body)
	assert.Equal(t, want.String(), f.get(t, root+"/secrets/"+want.id).body)
}

func TestSecretMovesAsRecorded(t *testing.T) { // secret-path
	f := startWith(t, emulator.Config{Now: clock(t, "15:27:54.6", "15:27:56.6", "15:28:00.05606", "15:28:01")}).owner(t)
	id := idOf(t, f.post(t, root+"/secrets", createBody("moving", "")))

	for _, step := range []struct{ given, path, updated string }{
		{"/shop", "/shop", "15:27:56.600"}, {"/shop-2/", "/shop-2", "15:28:00.056060"}, {"/", "/", "15:28:01"},
	} {
		got := f.patch(t, root+"/secrets/"+id, `{"path":"`+step.given+`"}`)
		assert.Equal(t, recordedSecret{
			id: id, name: "moving", created: "15:27:54.600", updated: step.updated, tags: "[]", kind: "opaque",
			path: step.path, policy: "null",
		}.String(), got.body)
	}
}

func TestProtectedSecretIsKeptAsRecorded(t *testing.T) { // secret-protected
	f := startWith(t, emulator.Config{Now: clock(t, "15:27:54.8", "15:27:59.957733")}).owner(t)
	created := f.post(t, root+"/secrets", fmt.Sprintf(`{"project_id":%q,"name":"kept","tags":null,"type":"opaque",`+
		`"path":"/","protected":true}`, project))
	want := recordedSecret{
		id: idOf(t, created), name: "kept", created: "15:27:54.800", updated: "15:27:54.800", tags: "[]", kind: "opaque",
		path: "/", policy: "null", protected: true,
	}
	one := root + "/secrets/" + want.id
	assert.Equal(t, want.String(), created.body)

	refused := f.delete(t, one)
	assert.Equal(t, http.StatusPreconditionFailed, refused.status)
	assert.Equal(t, `{"help_message":"cannot delete a protected secret","message":"precondition is not respected",`+
		`"precondition":"protected_resource","type":"precondition_failed"}`, refused.body)

	want.protected = false
	assert.Equal(t, want.String(), f.post(t, one+"/unprotect", "{}").body, "updated_at stays")

	deleted := f.delete(t, one)
	assert.Equal(t, http.StatusNoContent, deleted.status)
	assert.Empty(t, deleted.body)
	assert.Equal(t, "application/json", deleted.header.Get("Content-Type"))
	assert.Empty(t, deleted.header.Get("Content-Length"))
	assert.Contains(t, f.get(t, one).body, `"deletion_requested_at":"2026-07-03T15:27:59.957733Z"`)
}

func TestEphemeralPolicyIsShownAsRecorded(t *testing.T) { // secret-ephemeral-policy
	f := startWith(t, emulator.Config{Now: clock(t, "15:27:54.5", "15:27:56.2", "15:27:58.8")}).owner(t)
	created := f.post(t, root+"/secrets", createBody("brief",
		`,"ephemeral_policy":{"time_to_live":"1800.000000000s","expires_once_accessed":false,"action":"disable"}`))
	want := recordedSecret{
		id: idOf(t, created), name: "brief", created: "15:27:54.500", updated: "15:27:54.500", tags: "[]", kind: "opaque",
		path: "/", policy: `{"time_to_live":"1800s","expires_once_accessed":false,"action":"disable"}`,
	}
	one := root + "/secrets/" + want.id
	assert.Equal(t, want.String(), created.body)

	got := f.patch(t, one,
		`{"ephemeral_policy":{"time_to_live":"18000.000000000s","expires_once_accessed":true,"action":"delete"}}`)
	want.policy, want.updated = `{"time_to_live":"18000s","expires_once_accessed":true,"action":"delete"}`, "15:27:56.200"
	assert.Equal(t, want.String(), got.body)

	got = f.patch(t, one, `{"ephemeral_policy":{"time_to_live":null,"expires_once_accessed":true,"action":"delete"}}`)
	want.policy, want.updated = `{"time_to_live":null,"expires_once_accessed":true,"action":"delete"}`, "15:27:58.800"
	assert.Equal(t, want.String(), got.body)

	assert.Equal(t, http.StatusNoContent, f.delete(t, one).status)
	gone := f.get(t, one)
	assert.Equal(t, http.StatusNotFound, gone.status, "an ephemeral secret is gone at once")
	assert.Equal(t, `{"message":"resource is not found","resource":"secret","resource_id":"`+want.id+
		`","type":"not_found"}`, gone.body)
}

func TestVersionsAreListedAsRecorded(t *testing.T) { // list-secret-versions-all-secrets, secret-version-basic
	f := startWith(t, emulator.Config{Now: clock(t,
		"15:27:59", "15:28:00.241314", "15:28:01.406879", "15:28:02.387345", "15:28:02.539758")}).owner(t)
	id := idOf(t, f.post(t, root+"/secrets", createBody("listed", "")))
	versions := root + "/secrets/" + id + "/versions"
	assert.Equal(t, `{"versions":[],"total_count":0}`, f.get(t, versions+"?page=1").body)

	form := `{"revision":%d,"secret_id":"` + id + `","status":%q,"created_at":"2026-07-03T%sZ",` +
		`"updated_at":"2026-07-03T%sZ","deleted_at":null,"description":%q,"latest":%t,"ephemeral_properties":null,` +
		`"deletion_requested_at":%s,"region":"fr-par"}`
	one := fmt.Sprintf(form, 1, "enabled", "15:28:00.241314", "15:28:00.241314", "first", true, "null")
	assert.Equal(t, one, f.post(t, versions, `{"data":"Zmlyc3Q=","description":"first"}`).body)

	one = fmt.Sprintf(form, 1, "enabled", "15:28:00.241314", "15:28:01.406879", "the first", true, "null")
	assert.Equal(t, one, f.patch(t, versions+"/1", `{"description":"the first"}`).body)

	assert.Equal(t, http.StatusNoContent, f.delete(t, versions+"/1").status)
	two := fmt.Sprintf(form, 2, "enabled", "15:28:02.539758", "15:28:02.539758", "", true, "null")
	assert.Equal(t, two, f.post(t, versions, `{"data":"c2Vjb25k"}`).body)

	one = fmt.Sprintf(form, 1, "scheduled_for_deletion", "15:28:00.241314", "15:28:01.406879", "the first", false,
		`"2026-07-03T15:28:02.387345Z"`)
	assert.Equal(t, `{"versions":[`+two+`,`+one+`],"total_count":2}`, f.get(t, versions+"?page=1").body)
	assert.Equal(t, `{"versions":[`+two+`],"total_count":1}`, f.get(t, versions+"?page=1&status=enabled").body)
}

func TestValueOfAWrongShapeIsRefusedAsRecorded(t *testing.T) { // secret-version-type
	f := start(t).owner(t)
	id := idOf(t, f.post(t, root+"/secrets", fmt.Sprintf(`{"project_id":%q,"name":"shaped","tags":null,`+
		`"type":"key_value","path":"/","protected":false}`, project)))
	versions := root + "/secrets/" + id + "/versions"
	assert.Equal(t, http.StatusOK, f.post(t, versions, `{"data":"eyJ1c2VyIjogInNob3AifQ=="}`).status)

	refused := f.post(t, versions, `{"data":"eyJ1c2VyIjogInNob3AiLCAiYmFkIjoge319"}`) // {"user": "shop", "bad": {}}

	assert.Equal(t, http.StatusBadRequest, refused.status)
	assert.Equal(t, `{"details":[{"argument_name":"data","help_message":"- bad: Invalid type. Expected: string, given: `+
		`object\n","reason":"format"}],"message":"invalid argument(s)","type":"invalid_arguments"}`, refused.body)
	assert.Contains(t, f.get(t, root+"/secrets/"+id).body, `"version_count":1`)
}
