package secretapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/secret"
)

func TestAListOfTheOrganizationNeedsRightsOverIt(t *testing.T) {
	f := emutest.StartWith(t, emulator.Config{Random: 1, OrganizationID: emutest.Organization})
	f.Add(t, emutest.OwnFolder, "key", "v")
	_, err := f.AddSecret(emulator.Secret{ProjectID: emutest.OtherProject, Name: "key"})
	require.NoError(t, err)
	over, err := f.AddKey(emulator.Grant{Organization: true, PermissionSets: []iam.SetName{iam.SecretManagerReadOnly}})
	require.NoError(t, err)
	list := func(key emulator.Key, query string) emutest.Answer {
		return f.Do(t, http.MethodGet, emutest.Root+"/secrets?"+query, key.SecretKey)
	}

	assert.Contains(t, list(over, "organization_id="+emutest.Organization).Body, `"total_count":2`)
	assert.Contains(t, list(over, "organization_id="+emutest.Organization+"&project_id="+emutest.Project).Body, `"total_count":1`)
	assert.Equal(t, emutest.Denied("list"), list(over, "organization_id="+emutest.UnknownID).Body)
	assert.Equal(t, emutest.Denied("list"), list(f.Key, "organization_id="+emutest.Organization).Body, "rights over a project are not enough")
}

func TestRestoringHasAPermissionSetOfItsOwn(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, emutest.OwnFolder, "key", "v")
	require.NoError(t, f.ScheduleDeletion(id))
	restore := func(sets ...iam.SetName) int {
		return f.Send(t, http.MethodPost, emutest.Root+"/secrets/"+id+"/restore", f.NewKey(t, sets...).SecretKey, "").Status
	}
	assert.Equal(t, http.StatusForbidden, restore(iam.SecretManagerSecretWrite, iam.SecretManagerSecretCreate))
	assert.Equal(t, http.StatusOK, restore(iam.SecretManagerSecretRestore))

	require.NoError(t, f.SetVersionStatus(id, 1, secret.ScheduledForDeletion))
	restoreVersion := func(sets ...iam.SetName) int {
		key := f.NewKey(t, sets...)
		return f.Send(t, http.MethodPost, emutest.Root+"/secrets/"+id+"/versions/1/restore", key.SecretKey, "").Status
	}
	assert.Equal(t, http.StatusForbidden, restoreVersion(iam.SecretManagerSecretWrite, iam.SecretManagerSecretDelete))
	assert.Equal(t, http.StatusOK, restoreVersion(iam.SecretManagerSecretRestore))
}

func TestWritesAreConfinedToTheFolderToo(t *testing.T) {
	f := emutest.Start(t)
	ids := f.Furnish(t)
	key, err := f.AddKey(emutest.Over(emutest.Confined, iam.SecretManagerFullAccess))
	require.NoError(t, err)
	write := func(method, path, body string) int {
		return f.Send(t, method, emutest.Root+"/secrets"+path, key.SecretKey, body).Status
	}
	create := func(folder string) int {
		return write(http.MethodPost, "", `{"project_id":"`+emutest.Project+`","name":"new","path":"`+folder+`"}`)
	}

	assert.Equal(t, http.StatusOK, create(emutest.OwnFolder))
	assert.Equal(t, http.StatusOK, create(emutest.SubFolder))
	assert.Equal(t, http.StatusForbidden, create(emutest.OtherFolder))
	assert.Equal(t, http.StatusForbidden, create(emutest.SiblingFolder))
	assert.Equal(t, http.StatusOK, write(http.MethodPost, "/"+ids[emutest.OwnFolder]+"/versions", `{"data":"djI="}`))
	assert.Equal(t, http.StatusForbidden, write(http.MethodPost, "/"+ids[emutest.OtherFolder]+"/versions", `{"data":"djI="}`))
	assert.Equal(t, http.StatusForbidden, write(http.MethodDelete, "/"+ids[emutest.SiblingFolder], ""))
	assert.Equal(t, http.StatusOK, write(http.MethodPatch, "/"+ids[emutest.OwnFolder], `{"path":"/shop-backend","name":"moved"}`),
		"a secret can be moved out: the condition is judged where it is")
	assert.Equal(t, http.StatusForbidden, write(http.MethodGet, "/"+ids[emutest.OwnFolder], ""), "and is out of reach then")
}
