package state_test

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
	"cloison.dev/cloison/internal/emulator/emutest"
)

// reopened is another Server on the same state, as after a restart.
func reopened(t *testing.T, path string, c emulator.Config, key emulator.Key) emutest.Fixture {
	t.Helper()
	f := emutest.StartWith(t, c)
	found, err := f.OpenState(path)
	require.NoError(t, err)
	require.True(t, found)
	f.Key = key
	return f
}

// canary stands wherever a value or a key stands in a file that is refused.
const canary = "canary-7d1f"

func TestStateOutlivesTheServer(t *testing.T) {
	w := emutest.NewWall()
	w.Pass(123456789)
	path := filepath.Join(t.TempDir(), "state.json")
	first := emutest.Loaded(t, emulator.Config{Random: 1, Now: w.Time}, emutest.EveryField).Owner(t)
	found, err := first.OpenState(path)
	require.NoError(t, err)
	assert.False(t, found, "a new file")
	shop := emutest.IDOf(t, first.Post(t, emutest.Root+"/secrets", emutest.CreateBody("key", `,"path":"/shop"`)))
	versions := emutest.Root + "/secrets/" + shop + "/versions"
	require.Equal(t, http.StatusOK, first.Post(t, versions, `{"data":"MTIzNDU2Nzg5","data_crc32":3421780262}`).Status)
	require.Equal(t, http.StatusOK, first.Post(t, versions, `{"data":"dHdv","description":"x"}`).Status)
	require.Equal(t, http.StatusNoContent, first.Delete(t, versions+"/2").Status)
	later, err := first.AddKey(emulator.Grant{
		Projects: []string{emutest.Project}, PermissionSets: []emulator.PermissionSet{emulator.SecretManagerReadOnly},
	})
	require.NoError(t, err)

	second := reopened(t, path, emulator.Config{Random: 1, Now: w.Time}, first.Key)

	for _, call := range []string{
		"/secrets?project_id=" + emutest.Project, "/secrets?scheduled_for_deletion=true&project_id=" + emutest.Project,
		"/secrets/" + shop, "/secrets/" + shop + "/versions", "/secrets/" + shop + "/versions/1/access",
	} {
		want := first.Get(t, emutest.Root+call)
		require.Equal(t, http.StatusOK, want.Status)
		assert.Equal(t, want.Body, second.Get(t, emutest.Root+call).Body, call)
	}
	ci, found := second.KeyNamed("ci")
	assert.True(t, found)
	for _, key := range []emulator.Key{later, ci} {
		assert.Equal(t, http.StatusOK, second.Do(t, http.MethodGet, emutest.Secrets, key.SecretKey).Status)
	}
	assert.Contains(t, second.Post(t, versions+"/2/restore", "").Body, `"status":"enabled"`)
	assert.Equal(t, emutest.NameTaken(), second.Post(t, emutest.Root+"/secrets",
		emutest.CreateBody("key", `,"path":"/shop"`)).Body)
	w.Pass(7 * 24 * time.Hour)
	assert.Empty(t, second.Paths(t, "&scheduled_for_deletion=true"), "what was due before the restart happens after it")
}
func TestReadingAValueThatExpiresIsWrittenToo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	f, w := emutest.StartAt(t)
	id := f.AddEphemeral(t, emulator.EphemeralPolicy{ExpiresOnceAccessed: true, Action: "delete"})
	_, err := f.OpenState(path)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, f.Get(t, emutest.Root+"/secrets/"+id+"/versions/2/access").Status)

	again := reopened(t, path, emulator.Config{Now: w.Time}, f.Key)
	assert.Equal(t, []string{"2 deleted", "1 enabled"}, again.VersionsOf(t, id, ""))
	require.Equal(t, http.StatusNoContent, again.Delete(t, emutest.Root+"/secrets/"+id).Status)
	third := reopened(t, path, emulator.Config{Random: 1, Now: w.Time}, f.Key)
	assert.NotEqual(t, id, third.Add(t, "/shop", "brief"), "ids that are gone are remembered")
}

func TestStateFileIsForItsOwnerOnlyAndAlone(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "state.json")
	f := emutest.Start(t).Owner(t)
	_, err := f.OpenState(path)
	require.NoError(t, err)
	for _, name := range []string{"a", "b", "c"} {
		f.Add(t, "/shop", name, "v")
	}
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing is left beside it")
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	f.Get(t, emutest.Secrets)
	after, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, info.ModTime(), after.ModTime(), "reading writes nothing")

	same := reopened(t, path, emulator.Config{}, f.Key)
	same.SetQuirks(emulator.Quirks{})
	again, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(again))
}

func TestDamagedStateIsRefusedAndKept(t *testing.T) {
	const secret = `{"ID":"` + emutest.UnknownID + `","Secret":{"ProjectID":"` + emutest.Project +
		`","Name":"key"},"Versions":[%s]}`
	state := func(secrets string) string {
		return `{"version":1,"secrets":[` + secrets + `],"retired":[],"iam":{"organizationID":"` +
			emutest.Organization +
			`"},"named":{}}`
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
			state(with("") + "," + strings.Replace(with(""), `"key"`, `"other"`, 1)),
			"secrets[1].ID must be a UUID of its own",
		},
		"a place twice": {
			state(with("") + "," + strings.Replace(with(""), emutest.UnknownID, emutest.OtherProject, 1)),
			"secrets[1] must not have the path and name of another",
		},
		"a rule of a permission set that does not exist": {
			strings.Replace(state(""), emutest.Organization+`"`, emutest.Organization+
				`","policies":[{"id":"p","rules":[{"permissionSets":["All"],`+
				`"organizationID":"`+emutest.Organization+`"}]}]`, 1),
			`restore policy "p": rules[0].permission_set_names: permission set "All" must be one that exists`,
		},
		"a key of no form": {
			strings.Replace(state(""), emutest.Organization+`"`, emutest.Organization+`","keys":[{"accessKey":"`+canary+
				`","secretKey":"`+canary+`"}]`, 1),
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
			f := emutest.Start(t)
			f.Add(t, "/shop", "key")

			found, err := f.OpenState(path)

			require.EqualError(t, err,
				`the emulator's state in "`+path+`" is damaged: `+c.want+"; repair the file or move it away")
			assert.False(t, found)
			f.Add(t, "/shop", "still-in-memory")
			assert.Equal(t, []string{"/shop:key", "/shop:still-in-memory"}, f.Paths(t, ""))
			kept, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, c.data, string(kept))
		})
	}
}

func TestStateThatCannotBeWrittenFailsTheCall(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "gone")
	f := emutest.Start(t).Owner(t)
	_, err := f.OpenState(filepath.Join(folder, "state.json"))
	require.ErrorIs(t, err, os.ErrNotExist)

	require.NoError(t, os.Mkdir(folder, 0o700))
	_, err = f.OpenState(filepath.Join(folder, "state.json"))
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(folder))
	got := f.Post(t, emutest.Root+"/secrets", emutest.CreateBody("key", ""))
	assert.Equal(t, http.StatusInternalServerError, got.Status)
	assert.Equal(t, `{"message":"write the emulator's state: \"`+folder+`\": no such file or directory"}`, got.Body)
	_, err = f.AddSecret(emulator.Secret{ProjectID: emutest.Project, Name: "other"})
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAFileThatAnotherServerWroteIsNotOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	first := emutest.Start(t).Owner(t)
	_, err := first.OpenState(path)
	require.NoError(t, err)
	second := reopened(t, path, emulator.Config{Random: 1}, first.Key)
	first.Add(t, "/shop", "of-the-first")
	want, err := os.ReadFile(path)
	require.NoError(t, err)

	lost := second.Post(t, emutest.Root+"/secrets", emutest.CreateBody("of-the-second", ""))
	assert.Equal(t, http.StatusInternalServerError, lost.Status)
	assert.Equal(t, `{"message":"write the emulator's state: \"`+path+
		`\" was changed by another program since it was read; `+
		`two emulators must not share a file"}`, lost.Body)
	assert.Equal(t, http.StatusInternalServerError, second.Get(t, emutest.Secrets).Status, "nor is it forgotten")
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(kept))

	first.Add(t, "/shop", "again")
	require.NoError(t, os.Remove(path))
	first.Add(t, "/shop", "anew")
	last := reopened(t, path, emulator.Config{}, first.Key)
	assert.Equal(t, []string{"/shop:again", "/shop:anew", "/shop:of-the-first"}, last.Paths(t, ""))
}

func TestStateOfAFolderIsRefused(t *testing.T) {
	folder := t.TempDir()
	_, err := emutest.Start(t).OpenState(folder)
	require.EqualError(t, err, "read the emulator's state: read "+folder+": is a directory")
}

func TestIAMOutlivesTheServer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	first := emutest.Start(t)
	ids := first.Furnish(t)
	_, err := first.OpenState(path)
	require.NoError(t, err)
	key := first.MakeKey(t, time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC),
		emutest.Over(emutest.Confined, emulator.SecretManagerSecretAccess))
	before, err := os.Stat(path)
	require.NoError(t, err)

	second := reopened(t, path, emulator.Config{Random: 2}, key)

	assert.Equal(t, os.FileMode(0o600), before.Mode().Perm())
	assert.Equal(t, first.OrganizationID(), second.OrganizationID())
	assert.Equal(t, emutest.Sees(403, emutest.Values, emutest.Values, emutest.Nothing, emutest.Nothing, 404, 403),
		second.Look(t, ids, key), "the condition is evaluated again")
	again, err := second.AddKey()
	require.NoError(t, err)
	assert.NotEqual(t, key, again)
}
