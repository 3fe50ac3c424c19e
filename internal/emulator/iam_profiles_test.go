package emulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// The folders that a component meets: its own, one below it, another component's
// and one whose name begins like its own.
const (
	ownFolder     = "/shop-frontend"
	subFolder     = "/shop-frontend/ui"
	otherFolder   = "/shop-backend"
	siblingFolder = "/shop-frontend-admin"
)

func allFolders() []string { return []string{ownFolder, subFolder, otherFolder, siblingFolder} }

const (
	confined  = `resource.name.startsWith("/shop-frontend/")`
	listsToo  = confined + ` || !has(resource.id)`
	noSlash   = `resource.name.startsWith("/shop-frontend")`
	readOnly  = emulator.SecretManagerReadOnly
	getValues = emulator.SecretManagerSecretAccess
)

func granted(condition string, sets ...emulator.PermissionSet) emulator.Grant {
	return emulator.Grant{Projects: []string{project}, PermissionSets: sets, Condition: condition}
}

// profiles are permissions with what they open: the list of the own folder, then
// for every folder GetSecret, GetSecretVersion, AccessSecretVersion and
// AccessSecretVersionByPath, then the path of no secret in the own and in the
// other component's folder.
var profiles = []struct { //nolint:gochecknoglobals // a table
	name                     string
	grants                   []emulator.Grant
	list                     int
	own, sub, other, sibling [4]int
	absentOwn, absentOther   int
}{
	{
		"nothing", nil,
		403, none, none, none, none, 403, 403,
	},
	{
		"SecretAccess only", []emulator.Grant{granted("", getValues)},
		403, values, values, values, values, 404, 404,
	},
	{
		"ReadOnly only", []emulator.Grant{granted("", readOnly)},
		200, metadata, metadata, metadata, metadata, 403, 403,
	},
	{
		"SecretAccess and ReadOnly", []emulator.Grant{granted("", getValues, readOnly)},
		200, every, every, every, every, 404, 404,
	},
	{
		"SecretAccess on the folder", []emulator.Grant{granted(confined, getValues)},
		403, values, values, none, none, 404, 403,
	},
	{
		"both on the folder", []emulator.Grant{granted(confined, getValues, readOnly)},
		403, every, every, none, none, 404, 403,
	},
	{
		"both on the folder, lists let through for ReadOnly", []emulator.Grant{granted(confined, getValues), granted(listsToo, readOnly)},
		200, every, every, none, none, 404, 403,
	},
	{
		"both on the folder, lists let through for both", []emulator.Grant{granted(listsToo, getValues, readOnly)},
		200, every, every, none, none, 404, 404,
	},
	{
		"both on a prefix without slash", []emulator.Grant{granted(noSlash, getValues, readOnly)},
		403, every, every, none, every, 404, 403,
	},
	{
		"an unconditional rule beside the folder's", []emulator.Grant{granted(confined, getValues), granted("", getValues)},
		403, values, values, values, values, 404, 404,
	},
	{
		"FullAccess", []emulator.Grant{granted("", emulator.SecretManagerFullAccess)},
		200, every, every, every, every, 404, 404,
	},
	{
		"AllProductsFullAccess over the organization",
		[]emulator.Grant{{Organization: true, PermissionSets: []emulator.PermissionSet{emulator.AllProductsFullAccess}}},
		200, every, every, every, every, 404, 404,
	},
	{
		"AllProductsReadOnly", []emulator.Grant{granted("", emulator.AllProductsReadOnly)},
		200, metadata, metadata, metadata, metadata, 403, 403,
	},
	{
		"SecretCreate, SecretWrite and SecretDelete",
		[]emulator.Grant{granted("", "SecretManagerSecretCreate", "SecretManagerSecretWrite", "SecretManagerSecretDelete")},
		403, none, none, none, none, 403, 403,
	},
	{
		"IAMManager", []emulator.Grant{{Organization: true, PermissionSets: []emulator.PermissionSet{emulator.IAMManager}}},
		403, none, none, none, none, 403, 403,
	},
	{
		"both over another project",
		[]emulator.Grant{{Projects: []string{otherProject}, PermissionSets: []emulator.PermissionSet{getValues, readOnly}}},
		403, none, none, none, none, 403, 403,
	},
}

// What GetSecret, GetSecretVersion, AccessSecretVersion and
// AccessSecretVersionByPath answer.
var ( //nolint:gochecknoglobals // rows of the table
	none     = [4]int{403, 403, 403, 403}
	values   = [4]int{403, 403, 200, 200}
	metadata = [4]int{200, 200, 403, 403}
	every    = [4]int{200, 200, 200, 200}
	unknown  = [4]int{401, 401, 401, 401}
)

// seen is what a key sees of the folders.
type seen struct {
	list                   int
	folders                map[string][4]int
	absentOwn, absentOther int
}

func (f fixture) look(t *testing.T, ids map[string]string, key emulator.Key) seen {
	t.Helper()
	status := func(path string) int { return f.do(t, http.MethodGet, path, key.SecretKey).status }
	byPath := func(folder, name string) int {
		return status(root + "/secrets-by-path/versions/latest/access?project_id=" + project +
			"&secret_path=" + folder + "&secret_name=" + name)
	}
	got := seen{
		list:      status(root + "/secrets?project_id=" + project + "&path=" + ownFolder),
		folders:   map[string][4]int{},
		absentOwn: byPath(ownFolder, "absent"), absentOther: byPath(otherFolder, "absent"),
	}
	for folder, id := range ids {
		one := root + "/secrets/" + id
		got.folders[folder] = [4]int{
			status(one), status(one + "/versions/1"), status(one + "/versions/1/access"), byPath(folder, "key"),
		}
	}
	return got
}

// furnish puts one secret into every folder.
func (f fixture) furnish(t *testing.T) (ids map[string]string) {
	t.Helper()
	ids = map[string]string{}
	for _, folder := range allFolders() {
		ids[folder] = f.add(t, folder, "key", "v")
	}
	return ids
}

func TestWhatEachPermissionProfileSees(t *testing.T) {
	f := start(t)
	ids := f.furnish(t)
	for _, c := range profiles {
		t.Run(c.name, func(t *testing.T) {
			key, err := f.AddKey(c.grants...)
			require.NoError(t, err)
			assert.Equal(t, seen{
				c.list,
				map[string][4]int{ownFolder: c.own, subFolder: c.sub, otherFolder: c.other, siblingFolder: c.sibling},
				c.absentOwn, c.absentOther,
			}, f.look(t, ids, key))
		})
	}
}

func TestAKeyThatExpiredSeesNothing(t *testing.T) {
	now := time.Date(2026, time.July, 3, 15, 0, 0, 0, time.UTC)
	f := startWith(t, emulator.Config{Seed: 1, Now: func() time.Time { return now }})
	ids := f.furnish(t)
	key := f.makeKey(t, now.Add(time.Hour), granted("", getValues, readOnly))
	assert.Equal(t, every, f.look(t, ids, key).folders[ownFolder])

	now = now.Add(time.Hour)

	got := f.look(t, ids, key)
	assert.Equal(t, 401, got.list)
	for _, folder := range allFolders() {
		assert.Equal(t, unknown, got.folders[folder], folder)
	}
	assert.Equal(t, `{"message":"authentication is denied","method":"api_key","reason":"expired","type":"denied_authentication"}`,
		f.do(t, http.MethodGet, root+"/secrets?project_id="+project, key.SecretKey).body)
}

func TestAListThatIsAllowedShowsTheWholeProject(t *testing.T) {
	f := start(t)
	f.furnish(t)
	key, err := f.AddKey(granted(listsToo, readOnly))
	require.NoError(t, err)

	all := f.do(t, http.MethodGet, root+"/secrets?project_id="+project, key.SecretKey)
	other := f.do(t, http.MethodGet, root+"/secrets?project_id="+project+"&path="+otherFolder, key.SecretKey)

	assert.Contains(t, all.body, `"total_count":4`)
	assert.Contains(t, other.body, `"path":"/shop-backend"`)
}

func TestConditionsThatAreWrongAllowNothing(t *testing.T) {
	f := start(t)
	ids := f.furnish(t)
	for name, condition := range map[string]string{
		"the misspelt function of Scaleway's example": `resource.name.startswith("/shop-frontend/")`,
		"an attribute that does not exist":            `resource.path == "/shop-frontend"`,
		"a type error":                                `resource.name + 1 == "/shop-frontend/key"`,
		"no boolean":                                  `resource.name`,
		"too dear":                                    strings.Repeat(`[0,1,2,3,4,5,6,7,8,9].all(i, `, 6) + `true` + strings.Repeat(`)`, 6),
	} {
		t.Run(name, func(t *testing.T) {
			key, err := f.AddKey(granted(condition, getValues, readOnly))
			require.NoError(t, err)
			assert.Equal(t, seen{
				403, map[string][4]int{ownFolder: none, subFolder: none, otherFolder: none, siblingFolder: none}, 403, 403,
			}, f.look(t, ids, key))
		})
	}
}

func TestConditionsKnowTheRequest(t *testing.T) {
	f := start(t)
	id := f.add(t, ownFolder, "key", "v")
	for condition, want := range map[string]int{
		`request.ip == "127.0.0.1"`:                        200,
		`request.ip == "203.0.113.7"`:                      403,
		`request.user_agent.startsWith("Go-http-client/")`: 200,
		`request.time.getFullYear() == 2026`:               200,
		`request.time.getFullYear() == 2027`:               403,
		`resource.locality == "fr-par"`:                    200,
		`resource.id == "` + id + `"`:                      200,
		`resource.id == "` + unknownID + `"`:               403,
	} {
		key, err := f.AddKey(granted(condition, readOnly))
		require.NoError(t, err)
		assert.Equal(t, want, f.do(t, http.MethodGet, root+"/secrets/"+id, key.SecretKey).status, condition)
	}
}
