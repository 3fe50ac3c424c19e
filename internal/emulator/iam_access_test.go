package emulator_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// iamCalls are calls that read and calls that write, by the kind of thing that
// they concern, which is how a refusal names it.
func iamCalls() (reads, writes map[string][]string) {
	const one = "/" + unknownID
	reads = map[string][]string{
		"application": {"GET " + iamPath + "/applications?", "GET " + iamPath + "/applications" + one},
		"api_key":     {"GET " + iamPath + "/api-keys?", "GET " + iamPath + "/api-keys/SCW00000000000000000"},
		"group":       {"GET " + iamPath + "/groups?", "GET " + iamPath + "/groups" + one},
		"policy": {
			"GET " + iamPath + "/policies?", "GET " + iamPath + "/policies" + one,
			"GET " + iamPath + "/rules?policy_id=" + unknownID + "&", "GET " + iamPath + "/permission-sets?",
		},
		"project": {"GET " + projectsPath + "?", "GET " + projectsPath + one},
	}
	writes = map[string][]string{
		"application": {"POST " + iamPath + "/applications", "PATCH " + iamPath + "/applications" + one, "DELETE " + iamPath + "/applications" + one},
		"api_key": {
			"POST " + iamPath + "/api-keys", "PATCH " + iamPath + "/api-keys/SCW00000000000000000",
			"DELETE " + iamPath + "/api-keys/SCW00000000000000000",
		},
		"group": {
			"POST " + iamPath + "/groups", "PATCH " + iamPath + "/groups" + one, "DELETE " + iamPath + "/groups" + one,
			"PUT " + iamPath + "/groups" + one + "/members", "POST " + iamPath + "/groups" + one + "/add-member",
			"POST " + iamPath + "/groups" + one + "/add-members", "POST " + iamPath + "/groups" + one + "/remove-member",
		},
		"policy": {
			"POST " + iamPath + "/policies", "PATCH " + iamPath + "/policies" + one, "DELETE " + iamPath + "/policies" + one,
			"PUT " + iamPath + "/rules",
		},
		"project": {"POST " + projectsPath, "PATCH " + projectsPath + one, "DELETE " + projectsPath + one},
	}
	return reads, writes
}

func TestIAMIsOpenToItsPermissionSetsOnly(t *testing.T) {
	f := startWith(t, emulator.Config{Seed: 1, Now: ticking(), OrganizationID: organization})
	all := []string{"application", "api_key", "group", "policy", "project"}
	cases := map[emulator.PermissionSet]struct{ reads, writes []string }{
		emulator.IAMManager:                {all, all},
		"OrganizationManager":              {all, all},
		emulator.IAMReadOnly:               {all[:4], nil},
		emulator.ProjectManager:            {all[4:], all[4:]},
		"ProjectReadOnly":                  {all[4:], nil},
		"IAMApplicationManager":            {all[:2], all[:2]},
		"IAMApplicationReadOnly":           {all[:2], nil},
		"IAMGroupManager":                  {all[2:3], all[2:3]},
		"IAMGroupReadOnly":                 {all[2:3], nil},
		"IAMPolicyManager":                 {all[3:4], all[3:4]},
		"IAMPolicyReadOnly":                {all[3:4], nil},
		emulator.AllProductsFullAccess:     {},
		emulator.SecretManagerReadOnly:     {},
		"ContainerRegistryReadOnly":        {},
		"SecretManagerSecretRestore":       {},
		emulator.SecretManagerSecretAccess: {},
	}
	reads, writes := iamCalls()
	for set, open := range cases {
		key, err := f.AddKey(emulator.Grant{Organization: true, PermissionSets: []emulator.PermissionSet{set}})
		require.NoError(t, err)
		for _, kind := range all {
			for _, call := range reads[kind] {
				f.expect(t, key, call, kind, slices.Contains(open.reads, kind))
			}
			for _, call := range writes[kind] {
				f.expect(t, key, call, kind, slices.Contains(open.writes, kind))
			}
		}
	}
}

// expect makes a call with an empty body: where it is allowed it fails for another
// reason or lists.
func (f fixture) expect(t *testing.T, key emulator.Key, call, kind string, allowed bool) {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	if strings.HasSuffix(path, "?") || strings.HasSuffix(path, "&") {
		path += "organization_id=" + organization
	}
	got := f.send(t, method, path, key.SecretKey, "{}")
	if allowed {
		assert.Contains(t, []int{http.StatusOK, http.StatusNotFound, http.StatusBadRequest}, got.status, "%s: %s", call, got.body)
		return
	}
	assert.Equal(t, http.StatusForbidden, got.status, call)
	assert.Contains(t, got.body, `"resource":"`+kind+`"}],"message":"insufficient permissions","type":"permissions_denied"}`, call)
}

func TestIAMAsksForAKey(t *testing.T) {
	f := start(t)
	reads, writes := iamCalls()
	for _, calls := range []map[string][]string{reads, writes} {
		for _, kind := range calls {
			for _, call := range kind {
				method, path, _ := strings.Cut(call, " ")
				assert.Equal(t, http.StatusUnauthorized, f.send(t, method, path, "", "{}").status, call)
			}
		}
	}
}

func TestASecretKeyIsShownOnceOnly(t *testing.T) {
	o := openOffice(t, "15:00:00")
	_, application := o.made(t, iamPath+"/applications", `{"name":"a","organization_id":"`+organization+`"}`)
	created, key := o.made(t, iamPath+"/api-keys", `{"application_id":"`+application+`"}`)
	var shown struct {
		SecretKey string `json:"secret_key"`
	}
	require.NoError(t, json.Unmarshal([]byte(created.body), &shown))
	require.Len(t, shown.SecretKey, 36)

	reads, _ := iamCalls()
	answers := []answer{
		o.call(t, http.MethodGet, iamPath+"/api-keys/"+key, ""),
		o.call(t, http.MethodPatch, iamPath+"/api-keys/"+key, `{"description":"d"}`),
		o.call(t, http.MethodPatch, iamPath+"/api-keys/"+key, `{"description":`),
		o.send(t, http.MethodGet, iamPath+"/api-keys/"+key, shown.SecretKey, ""),
	}
	for _, kind := range reads {
		for _, call := range kind {
			answers = append(answers, o.call(t, http.MethodGet, strings.TrimPrefix(call, "GET ")+"organization_id="+organization, ""))
		}
	}
	for _, got := range answers {
		assert.NotContains(t, got.body, shown.SecretKey)
		assert.NotContains(t, got.body, o.token)
	}
}

func TestBodiesThatAreWrongAreRefusedWithoutBeingQuoted(t *testing.T) {
	o := openOffice(t, "15:00:00")
	_, application := o.made(t, iamPath+"/applications", `{"name":"a","organization_id":"`+organization+`"}`)
	const canary = "ca9a11e5-0000-4000-8000-000000000001"
	refused := func(argument, reason, help string) string {
		return `{"details":[{"argument_name":"` + argument + `","help_message":"` + help + `","reason":"` + reason +
			`"}],"message":"invalid argument(s)","type":"invalid_arguments"}`
	}
	cases := []struct{ method, path, body, want string }{
		{"POST", "/applications", canary, refused("body", "format", "must be a JSON object with fields of the right types")},
		{"POST", "/applications", "", refused("body", "format", "must be a JSON object with fields of the right types")},
		{"POST", "/applications", `{"name":["` + canary + `"]}`, refused("name", "format", "must not be of type array")},
		{"POST", "/applications", `{"name":"a"}`, refused("organization_id", "required", "")},
		{"POST", "/applications", `{"organization_id":"acme"}`, refused("organization_id", "format", "must be a UUID")},
		{"POST", "/applications", `{"organization_id":"` + organization + `"}`, refused("name", "required", "")},
		{"PATCH", "/applications/" + application, `{"name":""}`, refused("name", "required", "")},
		{"POST", "/api-keys", `{"expires_at":"` + canary + `"}`, refused("body", "format", "must be a JSON object with fields of the right types")},
		{"GET", "/applications/acme", "", refused("application_id", "format", "must be a UUID")},
		{"PUT", "/rules", "{}", refused("policy_id", "required", "")},
		{"PATCH", "/api-keys/SCW00000000000000000", `{"default_project_id":"shop"}`, refused("default_project_id", "format", "must be a UUID")},
		{"POST", "/policies", `{"name":"p","organization_id":"` + organization + `"}`, refused("principal", "required", "")},
	}
	for _, c := range cases {
		got := o.call(t, c.method, iamPath+c.path, c.body)
		assert.Equal(t, http.StatusBadRequest, got.status, c.body)
		assert.Equal(t, c.want, got.body, c.body)
	}
	huge := o.call(t, http.MethodPost, iamPath+"/applications", strings.Repeat(" ", 1<<20+1))
	assert.Equal(t, http.StatusRequestEntityTooLarge, huge.status)
	assert.Equal(t, `{"message":"the body is too large"}`, huge.body)
}

func TestIAMCallsAreCountedAsTheSDKNamesThem(t *testing.T) {
	o := openOffice(t, "15:00:00")
	_, application := o.made(t, iamPath+"/applications", `{"name":"a","organization_id":"`+organization+`"}`)
	o.made(t, iamPath+"/api-keys", `{"application_id":"`+application+`"}`)
	assert.Equal(t, map[emulator.Endpoint]int{"CreateApplication": 1, "CreateAPIKey": 1}, o.Stats().Calls)
}

func TestTheOrganizationDependsOnTheSeed(t *testing.T) {
	one, again := emulator.New(emulator.Config{Seed: 1}), emulator.New(emulator.Config{Seed: 1})
	other := emulator.New(emulator.Config{Seed: 2})
	given := emulator.New(emulator.Config{Seed: 1, OrganizationID: strings.ToUpper(unknownID)})
	assert.Equal(t, one.OrganizationID(), again.OrganizationID())
	assert.NotEqual(t, one.OrganizationID(), other.OrganizationID())
	assert.Equal(t, unknownID, given.OrganizationID())
}

func TestTheAccessKeyTellsNothingOfTheSecretKey(t *testing.T) {
	key, err := emulator.New(emulator.Config{Seed: 1}).AddKey()
	require.NoError(t, err)
	secret := strings.ToUpper(strings.ReplaceAll(key.SecretKey, "-", ""))
	for i := range len(key.AccessKey) - 6 {
		assert.NotContains(t, secret, key.AccessKey[i:i+6])
	}
}
