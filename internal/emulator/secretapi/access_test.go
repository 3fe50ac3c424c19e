package secretapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
)

func TestPermissionSetsOpenTheirCallsOnly(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, "/shop", "one", "v")
	foreign, err := f.AddSecret(emulator.Secret{ProjectID: emutest.OtherProject, Path: "/shop", Name: "one"},
		emulator.Value("v"))
	require.NoError(t, err)
	byPath := func(project string) string {
		return emutest.Root + "/secrets-by-path/versions/latest/access?secret_path=/shop&secret_name=one&project_id=" +
			project
	}
	list, get, version := emutest.Secrets, emutest.Root+"/secrets/"+id, emutest.Root+"/secrets/"+id+"/versions/1"
	readOnly := f.NewKey(t, emulator.SecretManagerReadOnly).SecretKey
	valuesOnly := f.NewKey(t, emulator.SecretManagerSecretAccess).SecretKey
	nothing := f.NewKey(t).SecretKey

	own, foreignList := f.Key.SecretKey, emutest.Root+"/secrets?project_id="+emutest.OtherProject
	foreignGet := emutest.Root + "/secrets/" + foreign
	cases := []struct {
		name, key, path, denied string // denied is empty for 200
	}{
		{"ReadOnly lists", readOnly, list, ""},
		{"ReadOnly gets a secret", readOnly, get, ""},
		{"ReadOnly gets a version", readOnly, version, ""},
		{"ReadOnly reads no value", readOnly, version + "/access", emutest.Denied("read")},
		{"ReadOnly reads no value by path", readOnly, byPath(emutest.Project), emutest.Denied("read")},
		{"SecretAccess does not list", valuesOnly, list, emutest.Denied("list")},
		{"SecretAccess does not get a secret", valuesOnly, get, emutest.Denied("read")},
		{"SecretAccess does not get a version", valuesOnly, version, emutest.Denied("read")},
		{"SecretAccess reads a value", valuesOnly, version + "/access", ""},
		{"SecretAccess reads a value by path", valuesOnly, byPath(emutest.Project), ""},
		{"no permission set does nothing", nothing, list, emutest.Denied("list")},
		{"both sets do not reach another project's list", own, foreignList, emutest.Denied("list")},
		{"both sets do not reach another project's secret", own, foreignGet, emutest.Denied("read")},
		{"both sets do not reach another project's value", own, foreignGet + "/versions/1/access",
			emutest.Denied("read")},
		{"both sets do not reach another project's path", own, byPath(emutest.OtherProject), emutest.Denied("read")},
		{"an organisation is beyond every key", own, emutest.Root + "/secrets?organization_id=" + emutest.UnknownID,
			emutest.Denied("list")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := f.Do(t, http.MethodGet, c.path, c.key)
			if c.denied == "" {
				assert.Equal(t, http.StatusOK, got.Status, got.Body)
				return
			}
			assert.Equal(t, http.StatusForbidden, got.Status)
			assert.Equal(t, c.denied, got.Body)
		})
	}
}

func TestGrantsAddUp(t *testing.T) {
	f := emutest.Start(t)
	f.Add(t, "/shop", "one", "v")
	read := []emulator.PermissionSet{emulator.SecretManagerReadOnly}
	values := []emulator.PermissionSet{emulator.SecretManagerSecretAccess}
	key, err := f.AddKey(
		emulator.Grant{Projects: []string{emutest.Project}, PermissionSets: read},
		emulator.Grant{Projects: []string{emutest.Project}, PermissionSets: values},
	)
	require.NoError(t, err)

	got, err := emutest.ExternalSecret(f.SDK(t, key), "/shop", "one", "1")
	require.NoError(t, err)
	assert.Equal(t, "v", got)
}
