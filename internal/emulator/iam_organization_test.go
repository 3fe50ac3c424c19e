package emulator_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

func TestAListOfTheOrganizationNeedsRightsOverIt(t *testing.T) {
	f := startWith(t, emulator.Config{Seed: 1, OrganizationID: organization})
	f.add(t, ownFolder, "key", "v")
	_, err := f.AddSecret(emulator.Secret{ProjectID: otherProject, Name: "key"})
	require.NoError(t, err)
	over, err := f.AddKey(emulator.Grant{Organization: true, PermissionSets: []emulator.PermissionSet{readOnly}})
	require.NoError(t, err)
	list := func(key emulator.Key, query string) answer {
		return f.do(t, http.MethodGet, root+"/secrets?"+query, key.SecretKey)
	}

	assert.Contains(t, list(over, "organization_id="+organization).body, `"total_count":2`)
	assert.Contains(t, list(over, "organization_id="+organization+"&project_id="+project).body, `"total_count":1`)
	assert.Equal(t, deniedList, list(over, "organization_id="+unknownID).body)
	assert.Equal(t, deniedList, list(f.key, "organization_id="+organization).body, "rights over a project are not enough")
}

func TestRestoringHasAPermissionSetOfItsOwn(t *testing.T) {
	f := start(t)
	id := f.add(t, ownFolder, "key", "v")
	require.NoError(t, f.ScheduleDeletion(id))
	restore := func(sets ...emulator.PermissionSet) int {
		return f.send(t, http.MethodPost, root+"/secrets/"+id+"/restore", f.newKey(t, sets...).SecretKey, "").status
	}
	assert.Equal(t, http.StatusForbidden, restore(emulator.SecretManagerSecretWrite, emulator.SecretManagerSecretCreate))
	assert.Equal(t, http.StatusOK, restore(emulator.SecretManagerSecretRestore))

	require.NoError(t, f.SetVersionStatus(id, 1, emulator.ScheduledForDeletion))
	restoreVersion := func(sets ...emulator.PermissionSet) int {
		key := f.newKey(t, sets...)
		return f.send(t, http.MethodPost, root+"/secrets/"+id+"/versions/1/restore", key.SecretKey, "").status
	}
	assert.Equal(t, http.StatusForbidden, restoreVersion(emulator.SecretManagerSecretWrite, emulator.SecretManagerSecretDelete))
	assert.Equal(t, http.StatusOK, restoreVersion(emulator.SecretManagerSecretRestore))
}

func TestWritesAreConfinedToTheFolderToo(t *testing.T) {
	f := start(t)
	ids := f.furnish(t)
	key, err := f.AddKey(granted(confined, emulator.SecretManagerFullAccess))
	require.NoError(t, err)
	write := func(method, path, body string) int {
		return f.send(t, method, root+"/secrets"+path, key.SecretKey, body).status
	}
	create := func(folder string) int {
		return write(http.MethodPost, "", `{"project_id":"`+project+`","name":"new","path":"`+folder+`"}`)
	}

	assert.Equal(t, http.StatusOK, create(ownFolder))
	assert.Equal(t, http.StatusOK, create(subFolder))
	assert.Equal(t, http.StatusForbidden, create(otherFolder))
	assert.Equal(t, http.StatusForbidden, create(siblingFolder))
	assert.Equal(t, http.StatusOK, write(http.MethodPost, "/"+ids[ownFolder]+"/versions", `{"data":"djI="}`))
	assert.Equal(t, http.StatusForbidden, write(http.MethodPost, "/"+ids[otherFolder]+"/versions", `{"data":"djI="}`))
	assert.Equal(t, http.StatusForbidden, write(http.MethodDelete, "/"+ids[siblingFolder], ""))
	assert.Equal(t, http.StatusOK, write(http.MethodPatch, "/"+ids[ownFolder], `{"path":"/shop-backend","name":"moved"}`),
		"a secret can be moved out: the condition is judged where it is")
	assert.Equal(t, http.StatusForbidden, write(http.MethodGet, "/"+ids[ownFolder], ""), "and is out of reach then")
}
