package secretapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator/emutest"
)

const (
	nameForm    = `^[_a-zA-Z0-9]([-_.a-zA-Z0-9]*[_a-zA-Z0-9])?$`
	segmentForm = `^[-_.a-zA-Z0-9]{1,255}$`
)

func TestCreateSecretFillsInWhatIsNotGiven(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	got := f.Post(t, emutest.Root+"/secrets", `{"name":"plain","project_id":"`+emutest.Project+`","colour":"blue"}`)
	require.Equal(t, http.StatusOK, got.Status, got.Body)
	assert.Contains(t, got.Body, `"tags":[],"version_count":0,"description":"","managed":false,"type":"opaque",`+
		`"protected":false,"path":"/","ephemeral_policy":null`)
}

func TestCreateSecretRefusesBadArguments(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	f.Add(t, "/shop", "taken")
	given := func(more string) string {
		return `{"project_id":"` + emutest.Project + `","name":"key"` + more + `}`
	}
	policy := func(of string) string { return given(`,"ephemeral_policy":` + of) }
	const mustMatch = "must be / or /segments that match " + segmentForm
	cases := map[string]struct{ body, want string }{
		"no JSON":    {`name: key`, emutest.BadArgument("body", "format", "must be a JSON object")},
		"a list":     {`[]`, emutest.BadArgument("body", "format", "must be a JSON object")},
		"no project": {`{"name":"key"}`, emutest.BadArgument("project_id", "required", "")},
		"a project of no UUID": {`{"project_id":"shop","name":"key"}`,
			emutest.BadArgument("project_id", "format", "must be a UUID")},
		"no name": {`{"project_id":"` + emutest.Project + `"}`,
			emutest.BadArgument("name", "required", "")},
		"a name with a folder": {given(`,"name":"shop/key"`),
			emutest.BadArgument("name", "format", "must match "+nameForm)},
		"a name of a number":    {given(`,"name":7`), emutest.BadArgument("name", "format", "must be a string")},
		"a path without a root": {given(`,"path":"shop"`), emutest.BadArgument("path", "format", mustMatch)},
		"a path with a hole":    {given(`,"path":"/shop//web"`), emutest.BadArgument("path", "format", mustMatch)},
		"a root with a hole":    {given(`,"path":"//"`), emutest.BadArgument("path", "format", mustMatch)},
		"tags of a string": {given(`,"tags":"web"`), emutest.BadArgument("tags", "format", "must be a list of "+
			"strings")},
		"protected of a string": {given(`,"protected":"yes"`), emutest.BadArgument("protected", "format",
			"must be a boolean")},
		"an unknown type": {
			given(`,"type":"password"`), emutest.BadArgument("type", "format",
				"must be one of unknown_type, opaque, certificate, "+
					"key_value, basic_credentials, database_credentials, ssh_key"),
		},
		"a name that is taken, slash or not": {given(`,"name":"taken","path":"/shop/"`), emutest.NameTaken()},
		"a policy of nothing": {
			policy(`{"action":"delete"}`),
			emutest.BadArgument("ephemeral_policy", "constraint", "time_to_live or expires_once_accessed must be set"),
		},
		"a policy without an action": {
			policy(`{"expires_once_accessed":true}`), emutest.BadArgument("ephemeral_policy", "constraint",
				"action must be delete or disable"),
		},
		"a policy of over a year": {
			policy(`{"time_to_live":"31536001s","action":"delete"}`),
			emutest.BadArgument("ephemeral_policy", "constraint", "time_to_live must be from 1s to 31536000s"),
		},
		"a policy of hours": {
			policy(`{"time_to_live":"1h","action":"delete"}`), emutest.BadArgument("ephemeral_policy", "format",
				"must be a policy"),
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.Post(t, emutest.Root+"/secrets", c.body)
			assert.Equal(t, http.StatusBadRequest, got.Status)
			assert.Equal(t, c.want, got.Body)
		})
	}
	assert.Contains(t, f.Get(t, emutest.Secrets).Body, `"total_count":1}`, "nothing was created")
}

func TestKeysOfTheKeyManagerAreNotEmulated(t *testing.T) {
	got := emutest.Start(t).Owner(t).Post(t, emutest.Root+"/secrets",
		emutest.CreateBody("key", `,"key_id":"`+emutest.UnknownID+`"`))
	assert.Equal(t, http.StatusNotImplemented, got.Status)
}

func TestUpdateSecretIsAllOrNothing(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	f.Add(t, "/shop", "taken")
	id := f.Add(t, "/shop", "key")
	before := f.Get(t, emutest.Root+"/secrets/"+id).Body
	cases := map[string]struct {
		body   string
		status int
		want   string
	}{
		"a name that is taken": {`{"name":"taken","tags":["x"]}`, 400, emutest.NameTaken()},
		"an empty name":        {`{"description":"x","name":""}`, 400, emutest.BadArgument("name", "required", "")},
		"a bad path": {
			`{"description":"x","path":"web"}`, 400, emutest.BadArgument("path", "format", "must be / or /segments "+
				"that match "+
				segmentForm),
		},
		"a policy where there was none": {
			`{"ephemeral_policy":{"expires_once_accessed":true,"action":"delete"}}`, 412,
			emutest.Unusable("cannot apply an ephemeral policy to an existing secret"),
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.Patch(t, emutest.Root+"/secrets/"+id, c.body)
			assert.Equal(t, c.status, got.Status)
			assert.Equal(t, c.want, got.Body)
			assert.Equal(t, before, f.Get(t, emutest.Root+"/secrets/"+id).Body)
		})
	}
}

func TestMovedSecretLeavesItsOldPath(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	id := f.Add(t, "/shop", "key", "v")
	byPath := func(path string) int {
		const call = emutest.Root + "/secrets-by-path/versions/1/access?secret_name=key&project_id=" + emutest.Project
		return f.Get(t, call+"&secret_path="+path).Status
	}
	require.Equal(t, http.StatusOK, f.Patch(t, emutest.Root+"/secrets/"+id, `{"path":"/web"}`).Status)

	assert.Equal(t, http.StatusNotFound, byPath("/shop"))
	assert.Equal(t, http.StatusOK, byPath("/web"))
	again := emutest.IDOf(t, f.Post(t, emutest.Root+"/secrets", emutest.CreateBody("key", `,"path":"/shop"`)))
	assert.NotEqual(t, id, again, "an id is never given twice")
}

func TestSecretScheduledForDeletionCanOnlyBeRestored(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	id := f.Add(t, "/shop", "key", "v")
	one := emutest.Root + "/secrets/" + id
	require.Equal(t, http.StatusNoContent, f.Delete(t, one).Status)

	for _, got := range []emutest.Answer{
		f.Delete(t, one), f.Patch(t, one, `{}`), f.Post(t, one+"/protect", `{}`), f.Post(t, one+"/unprotect", `{}`),
		f.Post(t, one+"/versions", `{"data":"dg=="}`), f.Patch(t, one+"/versions/1", `{}`),
		f.Delete(t, one+"/versions/1"),
		f.Post(t, one+"/versions/1/disable", `{}`), f.Post(t, one+"/versions/1/restore", `{}`),
	} {
		assert.Equal(t, http.StatusPreconditionFailed, got.Status)
		assert.Equal(t, emutest.Unusable("cannot act on deleted secret"), got.Body)
	}

	other := f.Add(t, "/shop", "key", "new")
	got := f.Post(t, one+"/restore", `{}`)
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Equal(t, emutest.NameTaken(), got.Body)

	require.Equal(t, http.StatusNoContent, f.Delete(t, emutest.Root+"/secrets/"+other).Status)
	deleted := f.Get(t, one).Body
	got = f.Post(t, one+"/restore", `{}`)
	require.Equal(t, http.StatusOK, got.Status, got.Body)
	_, updated, _ := strings.Cut(deleted, `"updated_at":`)
	assert.NotContains(t, got.Body, updated[:len(`"2026-07-03T15:00:00.719648Z"`)], "updated_at moves")
	assert.Equal(t, emutest.NameTaken(), f.Post(t, emutest.Root+"/secrets",
		emutest.CreateBody("key", `,"path":"/shop"`)).Body)
	assert.Contains(t, got.Body, `"deletion_requested_at":null`)
	assert.Equal(t, got.Body, f.Post(t, one+"/restore", `{}`).Body, "restored already")
	value, err := emutest.ExternalSecret(f.SDK(t, f.Key), "/shop", "key", "latest")
	require.NoError(t, err)
	assert.Equal(t, "v", value)
}

func TestProtectTellsNothingButProtected(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	id := f.Add(t, "/shop", "key")
	updated := f.Get(t, emutest.Root+"/secrets/"+id).Body

	got := f.Post(t, emutest.Root+"/secrets/"+id+"/protect", "")

	require.Equal(t, http.StatusOK, got.Status)
	assert.NotEqual(t, updated, got.Body)
	assert.Equal(t, updated, f.Post(t, emutest.Root+"/secrets/"+id+"/unprotect", "").Body)
}

func TestWritesNeedTheirPermissionSet(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, "/shop", "key", "v", "w")
	one := emutest.Root + "/secrets/" + id
	create := f.With(t, "SecretManagerSecretCreate")
	write := f.With(t, "SecretManagerSecretWrite")
	remove := f.With(t, "SecretManagerSecretDelete")
	restore := f.With(t, "SecretManagerSecretRestore")
	calls := map[string]struct {
		allowed emutest.Fixture
		call    func(f emutest.Fixture) emutest.Answer
	}{
		"create a secret": {create, func(f emutest.Fixture) emutest.Answer {
			return f.Post(t, emutest.Root+"/secrets", emutest.CreateBody("new", ""))
		}},
		"update a secret": {write, func(f emutest.Fixture) emutest.Answer { return f.Patch(t, one, `{}`) }},
		"protect":         {write, func(f emutest.Fixture) emutest.Answer { return f.Post(t, one+"/unprotect", `{}`) }},
		"restore":         {restore, func(f emutest.Fixture) emutest.Answer { return f.Post(t, one+"/restore", `{}`) }},
		"create a version": {create, func(f emutest.Fixture) emutest.Answer {
			return f.Post(t, one+"/versions",
				`{"data":"dg=="}`)
		}},
		"enable a version": {write, func(f emutest.Fixture) emutest.Answer {
			return f.Post(t, one+"/versions/1/enable",
				`{}`)
		}},
		"delete a version": {remove, func(f emutest.Fixture) emutest.Answer { return f.Delete(t, one+"/versions/2") }},
	}
	for name, c := range calls {
		t.Run(name, func(t *testing.T) {
			for _, other := range []emutest.Fixture{f, create, write, remove, restore} {
				if other.Key == c.allowed.Key {
					continue
				}
				got := c.call(other)
				assert.Equal(t, http.StatusForbidden, got.Status)
				assert.Equal(t, emutest.Denied("write"), got.Body)
			}
			got := c.call(c.allowed)
			assert.Less(t, got.Status, 300, got.Body)
		})
	}
}

func TestNullIsAFieldThatIsNotGiven(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	id := emutest.IDOf(t, f.Post(t, emutest.Root+"/secrets", emutest.CreateBody("key",
		`,"tags":["web"],"description":"d","path":"/shop","key_id":null`)))
	got := f.Patch(t, emutest.Root+"/secrets/"+id,
		`{"name":null,"path":null,"tags":null,"description":null,"ephemeral_policy":null}`)
	assert.Equal(t, http.StatusOK, got.Status, got.Body)
	for _, kept := range []string{`"name":"key"`, `"path":"/shop"`, `"tags":["web"]`, `"description":"d"`,
		`"ephemeral_policy":null`} {
		assert.Contains(t, got.Body, kept)
	}
}
