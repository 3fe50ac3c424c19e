package secretapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
)

// grants are the arguments of AddKey.
type grants = []emulator.Grant

// profiles are permissions with what they open.
func profiles() map[string]struct {
	grants grants
	want   emutest.Sight
} {
	const (
		readOnly  = emulator.SecretManagerReadOnly
		getValues = emulator.SecretManagerSecretAccess
	)
	over, sees := emutest.Over, emutest.Sees
	return map[string]struct {
		grants grants
		want   emutest.Sight
	}{
		"nothing": {
			nil,
			sees(403, emutest.Nothing, emutest.Nothing, emutest.Nothing, emutest.Nothing, 403, 403),
		},
		"SecretAccess only": {
			grants{over("", getValues)},
			sees(403, emutest.Values, emutest.Values, emutest.Values, emutest.Values, 404, 404),
		},
		"ReadOnly only": {
			grants{over("", readOnly)},
			sees(200, emutest.Metadata, emutest.Metadata, emutest.Metadata, emutest.Metadata, 403, 403),
		},
		"SecretAccess and ReadOnly": {
			grants{over("", getValues, readOnly)},
			sees(200, emutest.Everything, emutest.Everything, emutest.Everything, emutest.Everything, 404, 404),
		},
		"SecretAccess on the folder": {
			grants{over(emutest.Confined, getValues)},
			sees(403, emutest.Values, emutest.Values, emutest.Nothing, emutest.Nothing, 404, 403),
		},
		"both on the folder": {
			grants{over(emutest.Confined, getValues, readOnly)},
			sees(403, emutest.Everything, emutest.Everything, emutest.Nothing, emutest.Nothing, 404, 403),
		},
		"both on the folder, lists let through for ReadOnly": {
			grants{over(emutest.Confined, getValues), over(emutest.ListsToo, readOnly)},
			sees(200, emutest.Everything, emutest.Everything, emutest.Nothing, emutest.Nothing, 404, 403),
		},
		"both on the folder, lists let through for both": {
			grants{over(emutest.ListsToo, getValues, readOnly)},
			sees(200, emutest.Everything, emutest.Everything, emutest.Nothing, emutest.Nothing, 404, 404),
		},
		"both on a prefix without slash": {
			grants{over(emutest.NoSlash, getValues, readOnly)},
			sees(403, emutest.Everything, emutest.Everything, emutest.Nothing, emutest.Everything, 404, 403),
		},
		"an unconditional rule beside the folder's": {
			grants{over(emutest.Confined, getValues), over("", getValues)},
			sees(403, emutest.Values, emutest.Values, emutest.Values, emutest.Values, 404, 404),
		},
		"FullAccess": {
			grants{over("", emulator.SecretManagerFullAccess)},
			sees(200, emutest.Everything, emutest.Everything, emutest.Everything, emutest.Everything, 404, 404),
		},
		"AllProductsFullAccess over the organization": {
			grants{{Organization: true, PermissionSets: []emulator.PermissionSet{"AllProductsFullAccess"}}},
			sees(200, emutest.Everything, emutest.Everything, emutest.Everything, emutest.Everything, 404, 404),
		},
		"AllProductsReadOnly": {
			grants{over("", "AllProductsReadOnly")},
			sees(200, emutest.Metadata, emutest.Metadata, emutest.Metadata, emutest.Metadata, 403, 403),
		},
		"SecretCreate, SecretWrite and SecretDelete": {
			grants{over("", "SecretManagerSecretCreate", "SecretManagerSecretWrite", "SecretManagerSecretDelete")},
			sees(403, emutest.Nothing, emutest.Nothing, emutest.Nothing, emutest.Nothing, 403, 403),
		},
		"IAMManager": {
			grants{{Organization: true, PermissionSets: []emulator.PermissionSet{"IAMManager"}}},
			sees(403, emutest.Nothing, emutest.Nothing, emutest.Nothing, emutest.Nothing, 403, 403),
		},
		"both over another project": {
			grants{{Projects: []string{emutest.OtherProject},
				PermissionSets: []emulator.PermissionSet{getValues, readOnly}}},
			sees(403, emutest.Nothing, emutest.Nothing, emutest.Nothing, emutest.Nothing, 403, 403),
		},
	}
}

func TestWhatEachPermissionProfileSees(t *testing.T) {
	f := emutest.Start(t)
	ids := f.Furnish(t)
	for name, c := range profiles() {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, f.Look(t, ids, f.Granted(t, c.grants...)))
		})
	}
}

func TestAKeyThatExpiredSeesNothing(t *testing.T) {
	now := time.Date(2026, time.July, 3, 15, 0, 0, 0, time.UTC)
	f := emutest.StartWith(t, emulator.Config{Random: 1, Now: func() time.Time { return now }})
	ids := f.Furnish(t)
	key := f.MakeKey(t, now.Add(time.Hour), emutest.Over("", emulator.SecretManagerSecretAccess,
		emulator.SecretManagerReadOnly))
	assert.Equal(t, emutest.Everything, f.Look(t, ids, key).Own)

	now = now.Add(time.Hour)

	none := emutest.Unauthenticated
	assert.Equal(t, emutest.Sees(401, none, none, none, none, 401, 401), f.Look(t, ids, key))
	assert.Equal(t, `{"message":"authentication is denied","method":"api_key","reason":"expired",`+
		`"type":"denied_authentication"}`,
		f.Do(t, http.MethodGet, emutest.Secrets, key.SecretKey).Body)
}

func TestAListThatIsAllowedShowsTheWholeProject(t *testing.T) {
	f := emutest.Start(t)
	f.Furnish(t)
	key := f.Granted(t, emutest.Over(emutest.ListsToo, emulator.SecretManagerReadOnly))

	all := f.Do(t, http.MethodGet, emutest.Secrets, key.SecretKey)
	other := f.Do(t, http.MethodGet, emutest.Secrets+"&path="+emutest.OtherFolder, key.SecretKey)

	assert.Contains(t, all.Body, `"total_count":4`)
	assert.Contains(t, other.Body, `"path":"/shop-backend"`)
}

func TestConditionsThatAreWrongAllowNothing(t *testing.T) {
	f := emutest.Start(t)
	ids := f.Furnish(t)
	for name, condition := range map[string]string{
		"the misspelt function of Scaleway's example": `resource.name.startswith("/shop-frontend/")`,
		"an attribute that does not exist":            `resource.path == "/shop-frontend"`,
		"a type error":                                `resource.name + 1 == "/shop-frontend/key"`,
		"no boolean":                                  `resource.name`,
		"too dear": strings.Repeat(`[0,1,2,3,4,5,6,7,8,9].all(i, `,
			6) + `true` + strings.Repeat(`)`, 6),
	} {
		t.Run(name, func(t *testing.T) {
			key := f.Granted(t, emutest.Over(condition, emulator.SecretManagerSecretAccess,
				emulator.SecretManagerReadOnly))
			assert.Equal(t, emutest.Blind(), f.Look(t, ids, key))
		})
	}
}

func TestConditionsKnowTheRequest(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, emutest.OwnFolder, "key", "v")
	for condition, want := range map[string]int{
		`request.ip == "127.0.0.1"`:                        200,
		`request.ip == "203.0.113.7"`:                      403,
		`request.user_agent.startsWith("Go-http-client/")`: 200,
		`request.time.getFullYear() == 2026`:               200,
		`request.time.getFullYear() == 2027`:               403,
		`resource.locality == "fr-par"`:                    200,
		`resource.id == "` + id + `"`:                      200,
		`resource.id == "` + emutest.UnknownID + `"`:       403,
	} {
		key := f.Granted(t, emutest.Over(condition, emulator.SecretManagerReadOnly))
		assert.Equal(t, want, f.Do(t, http.MethodGet, emutest.Root+"/secrets/"+id, key.SecretKey).Status, condition)
	}
}

func TestAListOfTheOrganizationNeedsRightsOverIt(t *testing.T) {
	f := emutest.StartWith(t, emulator.Config{Random: 1, OrganizationID: emutest.Organization})
	f.Add(t, emutest.OwnFolder, "key", "v")
	_, err := f.AddSecret(emulator.Secret{ProjectID: emutest.OtherProject, Name: "key"})
	require.NoError(t, err)
	over, err := f.AddKey(emulator.Grant{Organization: true,
		PermissionSets: []emulator.PermissionSet{emulator.SecretManagerReadOnly}})
	require.NoError(t, err)
	list := func(key emulator.Key, query string) emutest.Answer {
		return f.Do(t, http.MethodGet, emutest.Root+"/secrets?"+query, key.SecretKey)
	}

	assert.Contains(t, list(over, "organization_id="+emutest.Organization).Body, `"total_count":2`)
	assert.Contains(t, list(over, "organization_id="+emutest.Organization+"&project_id="+emutest.Project).Body,
		`"total_count":1`)
	assert.Equal(t, emutest.Denied("list"), list(over, "organization_id="+emutest.UnknownID).Body)
	assert.Equal(t, emutest.Denied("list"), list(f.Key, "organization_id="+emutest.Organization).Body,
		"rights over a project are not enough")
}

func TestRestoringHasAPermissionSetOfItsOwn(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, emutest.OwnFolder, "key", "v")
	require.NoError(t, f.ScheduleDeletion(id))
	restore := func(sets ...emulator.PermissionSet) int {
		return f.Send(t, http.MethodPost, emutest.Root+"/secrets/"+id+"/restore",
			f.NewKey(t, sets...).SecretKey, "").Status
	}
	assert.Equal(t, http.StatusForbidden, restore("SecretManagerSecretWrite", "SecretManagerSecretCreate"))
	assert.Equal(t, http.StatusOK, restore("SecretManagerSecretRestore"))

	require.NoError(t, f.SetVersionStatus(id, 1, "scheduled_for_deletion"))
	restoreVersion := func(sets ...emulator.PermissionSet) int {
		key := f.NewKey(t, sets...)
		return f.Send(t, http.MethodPost, emutest.Root+"/secrets/"+id+"/versions/1/restore", key.SecretKey, "").Status
	}
	assert.Equal(t, http.StatusForbidden, restoreVersion("SecretManagerSecretWrite", "SecretManagerSecretDelete"))
	assert.Equal(t, http.StatusOK, restoreVersion("SecretManagerSecretRestore"))
}

func TestWritesAreConfinedToTheFolderToo(t *testing.T) {
	f := emutest.Start(t)
	ids := f.Furnish(t)
	key, err := f.AddKey(emutest.Over(emutest.Confined, emulator.SecretManagerFullAccess))
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
	assert.Equal(t, http.StatusForbidden, write(http.MethodPost, "/"+ids[emutest.OtherFolder]+"/versions",
		`{"data":"djI="}`))
	assert.Equal(t, http.StatusForbidden, write(http.MethodDelete, "/"+ids[emutest.SiblingFolder], ""))
	assert.Equal(t, http.StatusOK, write(http.MethodPatch, "/"+ids[emutest.OwnFolder],
		`{"path":"/shop-backend","name":"moved"}`),
		"a secret can be moved out: the condition is judged where it is")
	assert.Equal(t, http.StatusForbidden, write(http.MethodGet, "/"+ids[emutest.OwnFolder], ""),
		"and is out of reach then")
}
