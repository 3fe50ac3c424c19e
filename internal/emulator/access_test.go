package emulator_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

const (
	deniedRead = `{"details":[{"action":"read","resource":"secret"}],` + deniedTail
	deniedList = `{"details":[{"action":"list","resource":"secret"}],` + deniedTail
	deniedTail = `"message":"insufficient permissions","type":"permissions_denied"}`
)

func TestPermissionSetsOpenTheirCallsOnly(t *testing.T) {
	f := start(t)
	id := f.add(t, "/shop", "one", "v")
	foreign, err := f.AddSecret(emulator.Secret{ProjectID: otherProject, Path: "/shop", Name: "one"}, emulator.Value("v"))
	require.NoError(t, err)
	byPath := func(project string) string {
		return root + "/secrets-by-path/versions/latest/access?secret_path=/shop&secret_name=one&project_id=" + project
	}
	list, get, version := root+"/secrets?project_id="+project, root+"/secrets/"+id, root+"/secrets/"+id+"/versions/1"
	readOnly := f.newKey(t, emulator.SecretManagerReadOnly).SecretKey
	valuesOnly := f.newKey(t, emulator.SecretManagerSecretAccess).SecretKey
	nothing := f.newKey(t).SecretKey

	own, foreignList := f.key.SecretKey, root+"/secrets?project_id="+otherProject
	foreignGet := root + "/secrets/" + foreign
	cases := []struct {
		name, key, path, denied string // denied is empty for 200
	}{
		{"ReadOnly lists", readOnly, list, ""},
		{"ReadOnly gets a secret", readOnly, get, ""},
		{"ReadOnly gets a version", readOnly, version, ""},
		{"ReadOnly reads no value", readOnly, version + "/access", deniedRead},
		{"ReadOnly reads no value by path", readOnly, byPath(project), deniedRead},
		{"SecretAccess does not list", valuesOnly, list, deniedList},
		{"SecretAccess does not get a secret", valuesOnly, get, deniedRead},
		{"SecretAccess does not get a version", valuesOnly, version, deniedRead},
		{"SecretAccess reads a value", valuesOnly, version + "/access", ""},
		{"SecretAccess reads a value by path", valuesOnly, byPath(project), ""},
		{"no permission set does nothing", nothing, list, deniedList},
		{"both sets do not reach another project's list", own, foreignList, deniedList},
		{"both sets do not reach another project's secret", own, foreignGet, deniedRead},
		{"both sets do not reach another project's value", own, foreignGet + "/versions/1/access", deniedRead},
		{"both sets do not reach another project's path", own, byPath(otherProject), deniedRead},
		{"an organisation is beyond every key", own, root + "/secrets?organization_id=" + unknownID, deniedList},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := f.do(t, http.MethodGet, c.path, c.key)
			if c.denied == "" {
				assert.Equal(t, http.StatusOK, got.status, got.body)
				return
			}
			assert.Equal(t, http.StatusForbidden, got.status)
			assert.Equal(t, c.denied, got.body)
		})
	}
}

func TestGrantsAddUp(t *testing.T) {
	f := start(t)
	f.add(t, "/shop", "one", "v")
	read := []emulator.PermissionSet{emulator.SecretManagerReadOnly}
	values := []emulator.PermissionSet{emulator.SecretManagerSecretAccess}
	key, err := f.AddKey(
		emulator.Grant{Projects: []string{project}, PermissionSets: read},
		emulator.Grant{Projects: []string{project}, PermissionSets: values},
	)
	require.NoError(t, err)

	got, err := externalSecret(f.sdk(t, key), "/shop", "one", "1")
	require.NoError(t, err)
	assert.Equal(t, "v", got)
}

func TestAddKeyRefusesWhatCannotBeGrantedAllAtOnce(t *testing.T) {
	srv := emulator.New(emulator.Config{})
	_, err := srv.AddKey(
		emulator.Grant{
			Projects:       []string{project, "shop"},
			PermissionSets: []emulator.PermissionSet{emulator.SecretManagerReadOnly, emulator.IAMManager},
			Condition:      `resource.name.startsWith("/shop/"`,
		},
		emulator.Grant{Projects: []string{project}, Organization: true},
	)
	require.EqualError(t, err, `grants[0].projects[1] "shop" must be a UUID
grants[0].condition "resource.name.startsWith(\"/shop/\"" must be a CEL expression: `+
		`<input>:1:34: Syntax error: missing ')' at '<EOF>'
grants[0].permissionSets[1] "IAMManager" must be granted over the organization, not over projects
grants[1].projects must be omitted where organization is true`)

	_, err = srv.AddKey(emulator.Grant{
		Organization:   true,
		PermissionSets: []emulator.PermissionSet{emulator.IAMManager, emulator.SecretManagerReadOnly, "SecretManagerAdmin"},
	})
	require.ErrorContains(t, err, `grants[0].permissionSets[2] "SecretManagerAdmin" must be one of AllProductsFullAccess, `)
	require.ErrorContains(t, err, `grants[0].permissionSets must all be scoped by project or all by organization`)
}

func TestAuthenticationIsDenied(t *testing.T) {
	f := start(t)
	cases := map[string]struct{ token, reason string }{
		"without a key":                     {"", "invalid_argument"},
		"with a key that is no UUID":        {"hunter2", "invalid_argument"},
		"with the access key in its stead":  {f.key.AccessKey, "invalid_argument"},
		"with a key that nobody made":       {unknownID, "not_found"},
		"with the key of another emulation": {strangersKey(t), "not_found"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.do(t, http.MethodGet, root+"/secrets?project_id="+project, c.token)
			assert.Equal(t, http.StatusUnauthorized, got.status)
			assert.Equal(t, fmt.Sprintf(`{"message":"authentication is denied","method":"api_key","reason":%q,`+
				`"type":"denied_authentication"}`, c.reason), got.body)
		})
	}
}

func strangersKey(t *testing.T) string {
	t.Helper()
	key, err := emulator.New(emulator.Config{Seed: 2}).AddKey()
	require.NoError(t, err)
	return key.SecretKey
}

func TestMetadataNeedsNoKey(t *testing.T) {
	got := start(t).do(t, http.MethodGet, "/metadata", "")
	assert.Equal(t, http.StatusOK, got.status)
	assert.Equal(t, `{"domain":"scw.eu","partition":"scw","platform":"external"}`, got.body)
}

func TestRoutesThatAreNotServed(t *testing.T) {
	f := start(t)
	id := f.add(t, "/shop", "one", "v")
	one := root + "/secrets/" + id
	const notFound, wrongMethod = `{"message":"not found"}`, `{"message":"method not allowed"}`
	const notServed = `{"message":"the emulator does not serve this call"}`
	cases := []struct {
		method, path string
		status       int
		body         string
	}{
		{http.MethodGet, "/", http.StatusNotFound, notFound},
		{http.MethodGet, "/secret-manager/v1alpha1/regions/fr-par/secrets", http.StatusNotFound, notFound},
		{http.MethodGet, one + "/", http.StatusNotFound, notFound},
		{http.MethodGet, root + "/secrets//versions/1", http.StatusNotFound, notFound},
		{http.MethodGet, root + "/../fr-par/secrets", http.StatusNotFound, notFound},
		{http.MethodPut, one, http.StatusMethodNotAllowed, wrongMethod},
		{http.MethodPost, one + "/versions/1/access", http.StatusMethodNotAllowed, wrongMethod},
		{http.MethodPost, one + "/add-owner", http.StatusNotImplemented, notServed},
	}
	for _, c := range cases {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			f.ResetStats()
			got := f.do(t, c.method, c.path, f.key.SecretKey)
			assert.Equal(t, c.status, got.status)
			assert.Equal(t, c.body, got.body)
			assert.Equal(t, map[emulator.Endpoint]int{emulator.Other: 1}, f.Stats().Calls)
		})
	}
}
