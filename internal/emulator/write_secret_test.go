package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// bad is the body of a 400 for one argument.
func bad(argument, reason, help string) string {
	return fmt.Sprintf(`{"details":[{"argument_name":%q,"help_message":%q,"reason":%q}],`+
		`"message":"invalid argument(s)","type":"invalid_arguments"}`, argument, help, reason)
}

// unusable is the body of a 412 for something that is deleted or disabled.
func unusable(help string) string {
	return `{"help_message":"` + help + `","message":"precondition is not respected",` +
		`"precondition":"resource_not_usable","type":"precondition_failed"}`
}

const (
	nameTaken   = "cannot have same secret name in same path"
	nameForm    = `^[_a-zA-Z0-9]([-_.a-zA-Z0-9]*[_a-zA-Z0-9])?$`
	segmentForm = `^[-_.a-zA-Z0-9]{1,255}$`
)

func TestCreateSecretFillsInWhatIsNotGiven(t *testing.T) {
	f := start(t).owner(t)
	got := f.post(t, root+"/secrets", `{"name":"plain","project_id":"`+project+`","colour":"blue"}`)
	require.Equal(t, http.StatusOK, got.status, got.body)
	assert.Contains(t, got.body, `"tags":[],"version_count":0,"description":"","managed":false,"type":"opaque",`+
		`"protected":false,"path":"/","ephemeral_policy":null`)
}

func TestCreateSecretRefusesBadArguments(t *testing.T) {
	f := start(t).owner(t)
	f.add(t, "/shop", "taken")
	given := func(more string) string { return `{"project_id":"` + project + `","name":"key"` + more + `}` }
	policy := func(of string) string { return given(`,"ephemeral_policy":` + of) }
	const mustMatch = "must be / or /segments that match " + segmentForm
	cases := map[string]struct{ body, want string }{
		"no JSON":               {`name: key`, bad("body", "format", "must be a JSON object")},
		"a list":                {`[]`, bad("body", "format", "must be a JSON object")},
		"no project":            {`{"name":"key"}`, bad("project_id", "required", "")},
		"a project of no UUID":  {`{"project_id":"shop","name":"key"}`, bad("project_id", "format", "must be a UUID")},
		"no name":               {`{"project_id":"` + project + `"}`, bad("name", "required", "")},
		"a name with a folder":  {given(`,"name":"shop/key"`), bad("name", "format", "must match "+nameForm)},
		"a name of a number":    {given(`,"name":7`), bad("name", "format", "must be a string")},
		"a path without a root": {given(`,"path":"shop"`), bad("path", "format", mustMatch)},
		"a path with a hole":    {given(`,"path":"/shop//web"`), bad("path", "format", mustMatch)},
		"a root with a hole":    {given(`,"path":"//"`), bad("path", "format", mustMatch)},
		"tags of a string":      {given(`,"tags":"web"`), bad("tags", "format", "must be a list of strings")},
		"protected of a string": {given(`,"protected":"yes"`), bad("protected", "format", "must be a boolean")},
		"an unknown type": {
			given(`,"type":"password"`), bad("type", "format", "must be one of unknown_type, opaque, certificate, "+
				"key_value, basic_credentials, database_credentials, ssh_key"),
		},
		"a name that is taken, slash or not": {given(`,"name":"taken","path":"/shop/"`), bad("name", "format", nameTaken)},
		"a policy of nothing": {
			policy(`{"action":"delete"}`),
			bad("ephemeral_policy", "constraint", "time_to_live or expires_once_accessed must be set"),
		},
		"a policy without an action": {
			policy(`{"expires_once_accessed":true}`), bad("ephemeral_policy", "constraint", "action must be delete or disable"),
		},
		"a policy of over a year": {
			policy(`{"time_to_live":"31536001s","action":"delete"}`),
			bad("ephemeral_policy", "constraint", "time_to_live must be from 1s to 31536000s"),
		},
		"a policy of hours": {
			policy(`{"time_to_live":"1h","action":"delete"}`), bad("ephemeral_policy", "format", "must be a policy"),
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.post(t, root+"/secrets", c.body)
			assert.Equal(t, http.StatusBadRequest, got.status)
			assert.Equal(t, c.want, got.body)
		})
	}
	assert.Contains(t, f.get(t, root+"/secrets?project_id="+project).body, `"total_count":1}`, "nothing was created")
}

func TestKeysOfTheKeyManagerAreNotEmulated(t *testing.T) {
	got := start(t).owner(t).post(t, root+"/secrets", createBody("key", `,"key_id":"`+unknownID+`"`))
	assert.Equal(t, http.StatusNotImplemented, got.status)
}

func TestUpdateSecretIsAllOrNothing(t *testing.T) {
	f := start(t).owner(t)
	f.add(t, "/shop", "taken")
	id := f.add(t, "/shop", "key")
	before := f.get(t, root+"/secrets/"+id).body
	cases := map[string]struct {
		body   string
		status int
		want   string
	}{
		"a name that is taken": {`{"name":"taken","tags":["x"]}`, 400, bad("name", "format", nameTaken)},
		"an empty name":        {`{"description":"x","name":""}`, 400, bad("name", "required", "")},
		"a bad path": {
			`{"description":"x","path":"web"}`, 400, bad("path", "format", "must be / or /segments that match "+segmentForm),
		},
		"a policy where there was none": {
			`{"ephemeral_policy":{"expires_once_accessed":true,"action":"delete"}}`, 412,
			unusable("cannot apply an ephemeral policy to an existing secret"),
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.patch(t, root+"/secrets/"+id, c.body)
			assert.Equal(t, c.status, got.status)
			assert.Equal(t, c.want, got.body)
			assert.Equal(t, before, f.get(t, root+"/secrets/"+id).body)
		})
	}
}

func TestMovedSecretLeavesItsOldPath(t *testing.T) {
	f := start(t).owner(t)
	id := f.add(t, "/shop", "key", "v")
	byPath := func(path string) int {
		const call = root + "/secrets-by-path/versions/1/access?secret_name=key&project_id=" + project
		return f.get(t, call+"&secret_path="+path).status
	}
	require.Equal(t, http.StatusOK, f.patch(t, root+"/secrets/"+id, `{"path":"/web"}`).status)

	assert.Equal(t, http.StatusNotFound, byPath("/shop"))
	assert.Equal(t, http.StatusOK, byPath("/web"))
	again := idOf(t, f.post(t, root+"/secrets", createBody("key", `,"path":"/shop"`)))
	assert.NotEqual(t, id, again, "an id is never given twice")
}

func TestSecretScheduledForDeletionCanOnlyBeRestored(t *testing.T) {
	f := start(t).owner(t)
	id := f.add(t, "/shop", "key", "v")
	one := root + "/secrets/" + id
	require.Equal(t, http.StatusNoContent, f.delete(t, one).status)

	for _, got := range []answer{
		f.delete(t, one), f.patch(t, one, `{}`), f.post(t, one+"/protect", `{}`), f.post(t, one+"/unprotect", `{}`),
		f.post(t, one+"/versions", `{"data":"dg=="}`), f.patch(t, one+"/versions/1", `{}`), f.delete(t, one+"/versions/1"),
		f.post(t, one+"/versions/1/disable", `{}`), f.post(t, one+"/versions/1/restore", `{}`),
	} {
		assert.Equal(t, http.StatusPreconditionFailed, got.status)
		assert.Equal(t, unusable("cannot act on deleted secret"), got.body)
	}

	other := f.add(t, "/shop", "key", "new")
	got := f.post(t, one+"/restore", `{}`)
	assert.Equal(t, http.StatusBadRequest, got.status)
	assert.Equal(t, bad("name", "format", nameTaken), got.body)

	require.Equal(t, http.StatusNoContent, f.delete(t, root+"/secrets/"+other).status)
	deleted := f.get(t, one).body
	got = f.post(t, one+"/restore", `{}`)
	require.Equal(t, http.StatusOK, got.status, got.body)
	_, updated, _ := strings.Cut(deleted, `"updated_at":`)
	assert.NotContains(t, got.body, updated[:len(`"2026-07-03T15:00:00.719648Z"`)], "updated_at moves")
	assert.Equal(t, bad("name", "format", nameTaken), f.post(t, root+"/secrets", createBody("key", `,"path":"/shop"`)).body)
	assert.Contains(t, got.body, `"deletion_requested_at":null`)
	assert.Equal(t, got.body, f.post(t, one+"/restore", `{}`).body, "restored already")
	value, err := externalSecret(f.sdk(t, f.key), "/shop", "key", "latest")
	require.NoError(t, err)
	assert.Equal(t, "v", value)
}

func TestProtectTellsNothingButProtected(t *testing.T) {
	f := start(t).owner(t)
	id := f.add(t, "/shop", "key")
	updated := f.get(t, root+"/secrets/"+id).body

	got := f.post(t, root+"/secrets/"+id+"/protect", "")

	require.Equal(t, http.StatusOK, got.status)
	assert.NotEqual(t, updated, got.body)
	assert.Equal(t, updated, f.post(t, root+"/secrets/"+id+"/unprotect", "").body)
}

func TestWritesNeedTheirPermissionSet(t *testing.T) {
	f := start(t)
	id := f.add(t, "/shop", "key", "v", "w")
	one := root + "/secrets/" + id
	create := fixture{f.Server, f.url, f.newKey(t, emulator.SecretManagerSecretCreate)}
	write := fixture{f.Server, f.url, f.newKey(t, emulator.SecretManagerSecretWrite)}
	remove := fixture{f.Server, f.url, f.newKey(t, emulator.SecretManagerSecretDelete)}
	restore := fixture{f.Server, f.url, f.newKey(t, emulator.SecretManagerSecretRestore)}
	const denied = `{"details":[{"action":"write","resource":"secret"}],"message":"insufficient permissions",` +
		`"type":"permissions_denied"}`
	calls := map[string]struct {
		allowed fixture
		call    func(f fixture) answer
	}{
		"create a secret":  {create, func(f fixture) answer { return f.post(t, root+"/secrets", createBody("new", "")) }},
		"update a secret":  {write, func(f fixture) answer { return f.patch(t, one, `{}`) }},
		"protect":          {write, func(f fixture) answer { return f.post(t, one+"/unprotect", `{}`) }},
		"restore":          {restore, func(f fixture) answer { return f.post(t, one+"/restore", `{}`) }},
		"create a version": {create, func(f fixture) answer { return f.post(t, one+"/versions", `{"data":"dg=="}`) }},
		"enable a version": {write, func(f fixture) answer { return f.post(t, one+"/versions/1/enable", `{}`) }},
		"delete a version": {remove, func(f fixture) answer { return f.delete(t, one+"/versions/2") }},
	}
	for name, c := range calls {
		t.Run(name, func(t *testing.T) {
			for _, other := range []fixture{f, create, write, remove, restore} {
				if other.key == c.allowed.key {
					continue
				}
				got := c.call(other)
				assert.Equal(t, http.StatusForbidden, got.status)
				assert.Equal(t, denied, got.body)
			}
			got := c.call(c.allowed)
			assert.Less(t, got.status, 300, got.body)
		})
	}
}

func TestNullIsAFieldThatIsNotGiven(t *testing.T) {
	f := start(t).owner(t)
	id := idOf(t, f.post(t, root+"/secrets", createBody("key", `,"tags":["web"],"description":"d","path":"/shop","key_id":null`)))
	got := f.patch(t, root+"/secrets/"+id, `{"name":null,"path":null,"tags":null,"description":null,"ephemeral_policy":null}`)
	assert.Equal(t, http.StatusOK, got.status, got.body)
	for _, kept := range []string{`"name":"key"`, `"path":"/shop"`, `"tags":["web"]`, `"description":"d"`, `"ephemeral_policy":null`} {
		assert.Contains(t, got.body, kept)
	}
}
