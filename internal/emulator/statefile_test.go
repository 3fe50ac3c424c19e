package emulator_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// reopened is another Server on the same state, as after a restart.
func reopened(t *testing.T, path string, c emulator.Config, key emulator.Key) fixture {
	t.Helper()
	f := startWith(t, c)
	found, err := f.OpenState(path)
	require.NoError(t, err)
	require.True(t, found)
	f.key = key
	return f
}

func TestStateOutlivesTheServer(t *testing.T) {
	w := &wall{now: time.Date(2026, 7, 3, 12, 0, 0, 123456789, time.UTC)}
	path := filepath.Join(t.TempDir(), "state.json")
	first := loaded(t, emulator.Config{Seed: 1, Now: w.time}).owner(t)
	found, err := first.OpenState(path)
	require.NoError(t, err)
	assert.False(t, found, "a new file")
	shop := idOf(t, first.post(t, root+"/secrets", createBody("key", `,"path":"/shop"`)))
	versions := root + "/secrets/" + shop + "/versions"
	require.Equal(t, http.StatusOK, first.post(t, versions, `{"data":"MTIzNDU2Nzg5","data_crc32":3421780262}`).status)
	require.Equal(t, http.StatusOK, first.post(t, versions, `{"data":"dHdv","description":"x"}`).status)
	require.Equal(t, http.StatusNoContent, first.delete(t, versions+"/2").status)
	later, err := first.AddKey(emulator.Grant{
		Projects: []string{project}, PermissionSets: []emulator.PermissionSet{emulator.SecretManagerReadOnly},
	})
	require.NoError(t, err)

	second := reopened(t, path, emulator.Config{Seed: 1, Now: w.time}, first.key)

	for _, call := range []string{
		"/secrets?project_id=" + project, "/secrets?scheduled_for_deletion=true&project_id=" + project,
		"/secrets/" + shop, "/secrets/" + shop + "/versions", "/secrets/" + shop + "/versions/1/access",
	} {
		want := first.get(t, root+call)
		require.Equal(t, http.StatusOK, want.status)
		assert.Equal(t, want.body, second.get(t, root+call).body, call)
	}
	ci, found := second.KeyNamed("ci")
	assert.True(t, found)
	for _, key := range []emulator.Key{later, ci} {
		assert.Equal(t, http.StatusOK, second.do(t, http.MethodGet, root+"/secrets?project_id="+project, key.SecretKey).status)
	}
	assert.Contains(t, second.post(t, versions+"/2/restore", "").body, `"status":"enabled"`)
	assert.Contains(t, second.post(t, root+"/secrets", createBody("key", `,"path":"/shop"`)).body, nameTaken)
	w.pass(week)
	assert.Empty(t, listed(t, second, "&scheduled_for_deletion=true"), "what was due before the restart happens after it")
}

func listed(t *testing.T, f fixture, query string) []string {
	t.Helper()
	names, _ := f.list(t, query)
	return names
}

func TestReadingAValueThatExpiresIsWrittenToo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	f, w := startAt(t)
	id := f.ephemeral(t, emulator.EphemeralPolicy{ExpiresOnceAccessed: true, Action: emulator.DeleteExpired})
	_, err := f.OpenState(path)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, f.get(t, root+"/secrets/"+id+"/versions/2/access").status)

	again := reopened(t, path, emulator.Config{Now: w.time}, f.key)
	assert.Equal(t, []string{"2 deleted", "1 enabled"}, again.statusesOf(t, id, ""))
	require.Equal(t, http.StatusNoContent, again.delete(t, root+"/secrets/"+id).status)
	third := reopened(t, path, emulator.Config{Seed: 1, Now: w.time}, f.key)
	assert.NotEqual(t, id, third.add(t, "/shop", "brief"), "ids that are gone are remembered")
}

func TestStateFileIsForItsOwnerOnlyAndAlone(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "state.json")
	f := start(t).owner(t)
	_, err := f.OpenState(path)
	require.NoError(t, err)
	for _, name := range []string{"a", "b", "c"} {
		f.add(t, "/shop", name, "v")
	}
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing is left beside it")
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	f.get(t, root+"/secrets?project_id="+project)
	after, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, info.ModTime(), after.ModTime(), "reading writes nothing")

	same := reopened(t, path, emulator.Config{}, f.key)
	same.SetQuirks(emulator.Quirks{})
	again, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(again))
}

func TestDamagedStateIsRefusedAndKept(t *testing.T) {
	const secret = `{"ID":"` + unknownID + `","Secret":{"ProjectID":"` + project + `","Name":"key"},"Versions":[%s]}`
	state := func(secrets string) string {
		return `{"version":1,"secrets":[` + secrets + `],"retired":[],"iam":{"organizationID":"` + organization + `"},"named":{}}`
	}
	with := func(version string) string { return strings.Replace(secret, "%s", version, 1) }
	cases := map[string]struct{ data, want string }{
		"empty":           {"", "it must be JSON as OpenState writes it"},
		"no JSON":         {canary, "it must be JSON as OpenState writes it"},
		"cut off":         {`{"version":1,"secrets":[{"ID":"` + canary, "it must be JSON as OpenState writes it"},
		"too much":        {state("") + canary, "it must end after one JSON object"},
		"another version": {strings.Replace(state(""), ":1", ":2", 1), "version is 2 and must be 1"},
		"another program": {`{"version":1}`, "it must have iam, named and secrets"},
		"an id twice": {
			state(with("") + "," + strings.Replace(with(""), `"key"`, `"other"`, 1)), "secrets[1].ID must be a UUID of its own",
		},
		"a place twice": {
			state(with("") + "," + strings.Replace(with(""), unknownID, otherProject, 1)),
			"secrets[1] must not have the path and name of another",
		},
		"a rule of a permission set that does not exist": {
			strings.Replace(state(""), organization+`"`, organization+`","policies":[{"id":"p","rules":[{"permissionSets":["All"],`+
				`"organizationID":"`+organization+`"}]}]`, 1),
			`restore policy "p": rules[0].permission_set_names: permission set "All" must be one that exists`,
		},
		"a key of no form": {
			strings.Replace(state(""), organization+`"`, organization+`","keys":[{"accessKey":"`+canary+`","secretKey":"`+canary+`"}]`, 1),
			"restore keys[0]: access_key: must be SCW and 17 upper-case letters or digits\nsecret_key: must be a UUID",
		},
		"an unknown status": {
			state(with(`{"Status":"` + canary + `"}`)), "secrets[0].Versions[0].Status must fit its other fields",
		},
		"a deletion at no time": {
			state(with(`{"Status":"scheduled_for_deletion","Before":"enabled"}`)),
			"secrets[0].Versions[0].Status must fit its other fields",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "state.json")
			require.NoError(t, os.WriteFile(path, []byte(c.data), 0o600))
			f := start(t)
			f.add(t, "/shop", "key")

			found, err := f.OpenState(path)

			require.EqualError(t, err,
				`the emulator's state in "`+path+`" is damaged: `+c.want+"; repair the file or move it away")
			assert.False(t, found)
			f.add(t, "/shop", "still-in-memory")
			assert.Equal(t, []string{"/shop:key", "/shop:still-in-memory"}, listed(t, f, ""))
			kept, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, c.data, string(kept))
		})
	}
}

func TestStateThatCannotBeWrittenFailsTheCall(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "gone")
	f := start(t).owner(t)
	_, err := f.OpenState(filepath.Join(folder, "state.json"))
	require.ErrorIs(t, err, os.ErrNotExist)

	require.NoError(t, os.Mkdir(folder, 0o700))
	_, err = f.OpenState(filepath.Join(folder, "state.json"))
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(folder))
	got := f.post(t, root+"/secrets", createBody("key", ""))
	assert.Equal(t, http.StatusInternalServerError, got.status)
	assert.Contains(t, got.body, `{"message":"write the emulator's state: open `)
	_, err = f.AddSecret(emulator.Secret{ProjectID: project, Name: "other"})
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAFileThatAnotherServerWroteIsNotOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	first := start(t).owner(t)
	_, err := first.OpenState(path)
	require.NoError(t, err)
	second := reopened(t, path, emulator.Config{Seed: 1}, first.key)
	first.add(t, "/shop", "of-the-first")
	want, err := os.ReadFile(path)
	require.NoError(t, err)

	lost := second.post(t, root+"/secrets", createBody("of-the-second", ""))
	assert.Equal(t, http.StatusInternalServerError, lost.status)
	assert.Equal(t, `{"message":"write the emulator's state: \"`+path+`\" was changed by another program since it was read; `+
		`two emulators must not share a file"}`, lost.body)
	assert.Equal(t, http.StatusInternalServerError, second.get(t, root+"/secrets?project_id="+project).status, "nor is it forgotten")
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(kept))

	first.add(t, "/shop", "again")
	require.NoError(t, os.Remove(path))
	first.add(t, "/shop", "anew")
	last := reopened(t, path, emulator.Config{}, first.key)
	assert.Equal(t, []string{"/shop:again", "/shop:anew", "/shop:of-the-first"}, listed(t, last, ""))
}

func TestStateOfAFolderIsRefused(t *testing.T) {
	folder := t.TempDir()
	_, err := start(t).OpenState(folder)
	require.EqualError(t, err, "read the emulator's state: read "+folder+": is a directory")
}
