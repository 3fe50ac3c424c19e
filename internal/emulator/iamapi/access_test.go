package iamapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
)

// iamCalls are calls that read and calls that write, by the kind of thing that
// they concern, which is how a refusal names it.
func iamCalls() (reads, writes map[string][]string) {
	const one = "/" + emutest.UnknownID
	reads = map[string][]string{
		"application": {"GET " + emutest.Applications + "?", "GET " + emutest.Applications + one},
		"api_key":     {"GET " + emutest.APIKeys + "?", "GET " + emutest.APIKeys + "/SCW00000000000000000"},
		"group":       {"GET " + emutest.Groups + "?", "GET " + emutest.Groups + one},
		"policy": {
			"GET " + emutest.Policies + "?", "GET " + emutest.Policies + one,
			"GET " + emutest.Rules + "?policy_id=" + emutest.UnknownID + "&",
			"GET " + emutest.IAM + "/permission-sets?",
		},
		"project": {"GET " + emutest.Projects + "?", "GET " + emutest.Projects + one},
	}
	writes = map[string][]string{
		"application": {"POST " + emutest.Applications, "PATCH " + emutest.Applications + one, "DELETE " +
			emutest.Applications + one},
		"api_key": {
			"POST " + emutest.APIKeys, "PATCH " + emutest.APIKeys + "/SCW00000000000000000",
			"DELETE " + emutest.APIKeys + "/SCW00000000000000000",
		},
		"group": {
			"POST " + emutest.Groups, "PATCH " + emutest.Groups + one, "DELETE " + emutest.Groups + one,
			"PUT " + emutest.Groups + one + "/members", "POST " + emutest.Groups + one + "/add-member",
			"POST " + emutest.Groups + one + "/add-members", "POST " + emutest.Groups + one + "/remove-member",
		},
		"policy": {
			"POST " + emutest.Policies, "PATCH " + emutest.Policies + one, "DELETE " + emutest.Policies + one,
			"PUT " + emutest.Rules,
		},
		"project": {"POST " + emutest.Projects, "PATCH " + emutest.Projects + one, "DELETE " + emutest.Projects + one},
	}
	return reads, writes
}

func TestIAMIsOpenToItsPermissionSetsOnly(t *testing.T) {
	f := emutest.StartWith(t, emulator.Config{Random: 1, Now: emutest.Ticking(), OrganizationID: emutest.Organization})
	all := []string{"application", "api_key", "group", "policy", "project"}
	cases := map[emulator.PermissionSet]struct{ reads, writes []string }{
		"IAMManager":                       {all, all},
		"OrganizationManager":              {all, all},
		"IAMReadOnly":                      {all[:4], nil},
		"ProjectManager":                   {all[4:], all[4:]},
		"ProjectReadOnly":                  {all[4:], nil},
		"IAMApplicationManager":            {all[:2], all[:2]},
		"IAMApplicationReadOnly":           {all[:2], nil},
		"IAMGroupManager":                  {all[2:3], all[2:3]},
		"IAMGroupReadOnly":                 {all[2:3], nil},
		"IAMPolicyManager":                 {all[3:4], all[3:4]},
		"IAMPolicyReadOnly":                {all[3:4], nil},
		"AllProductsFullAccess":            {},
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
				expect(t, f, key, call, kind, slices.Contains(open.reads, kind))
			}
			for _, call := range writes[kind] {
				expect(t, f, key, call, kind, slices.Contains(open.writes, kind))
			}
		}
	}
}

// expect makes a call with an empty body: where it is allowed it fails for another
// reason or lists.
func expect(t *testing.T, f emutest.Fixture, key emulator.Key, call, kind string, allowed bool) {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	if strings.HasSuffix(path, "?") || strings.HasSuffix(path, "&") {
		path += "organization_id=" + emutest.Organization
	}
	got := f.Send(t, method, path, key.SecretKey, "{}")
	if allowed {
		assert.Contains(t, []int{http.StatusOK, http.StatusNotFound, http.StatusBadRequest}, got.Status, "%s: %s", call,
			got.Body)
		return
	}
	assert.Equal(t, http.StatusForbidden, got.Status, call)
	assert.Contains(t, got.Body, `"resource":"`+kind+
		`"}],"message":"insufficient permissions","type":"permissions_denied"}`, call)
}

func TestIAMAsksForAKey(t *testing.T) {
	f := emutest.Start(t)
	reads, writes := iamCalls()
	for _, calls := range []map[string][]string{reads, writes} {
		for _, kind := range calls {
			for _, call := range kind {
				method, path, _ := strings.Cut(call, " ")
				assert.Equal(t, http.StatusUnauthorized, f.Send(t, method, path, "", "{}").Status, call)
			}
		}
	}
}

func TestASecretKeyIsShownOnceOnly(t *testing.T) {
	f := emutest.StartManager(t, "15:00:00")
	_, application := f.Make(t, emutest.Applications, emutest.InOrganization("a", ""))
	created, key := f.Make(t, emutest.APIKeys, `{"application_id":"`+application+`"}`)
	var shown struct {
		SecretKey string `json:"secret_key"`
	}
	require.NoError(t, json.Unmarshal([]byte(created.Body), &shown))
	require.Len(t, shown.SecretKey, 36)

	reads, _ := iamCalls()
	answers := []emutest.Answer{
		f.Get(t, emutest.APIKeys+"/"+key),
		f.Patch(t, emutest.APIKeys+"/"+key, `{"description":"d"}`),
		f.Patch(t, emutest.APIKeys+"/"+key, `{"description":`),
		f.Send(t, http.MethodGet, emutest.APIKeys+"/"+key, shown.SecretKey, ""),
	}
	for _, kind := range reads {
		for _, call := range kind {
			answers = append(answers,
				f.Get(t, strings.TrimPrefix(call, "GET ")+"organization_id="+emutest.Organization))
		}
	}
	for _, got := range answers {
		assert.NotContains(t, got.Body, shown.SecretKey)
		assert.NotContains(t, got.Body, f.Key.SecretKey)
	}
}

func TestBodiesThatAreWrongAreRefusedWithoutBeingQuoted(t *testing.T) {
	f := emutest.StartManager(t, "15:00:00")
	_, application := f.Make(t, emutest.Applications, emutest.InOrganization("a", ""))
	const canary = "ca9a11e5-0000-4000-8000-000000000001"
	notJSON := emutest.BadArgument("body", "format", "must be a JSON object with fields of the right types")
	cases := []struct{ method, path, body, want string }{
		{"POST", "/applications", canary, notJSON},
		{"POST", "/applications", "", notJSON},
		{"POST", "/applications", `{"name":["` + canary + `"]}`, emutest.BadArgument("name", "format",
			"must not be of type array")},
		{"POST", "/applications", `{"name":"a"}`, emutest.BadArgument("organization_id", "required", "")},
		{"POST", "/applications", `{"organization_id":"acme"}`, emutest.BadArgument("organization_id", "format",
			"must be a UUID")},
		{"POST", "/applications", `{"organization_id":"` + emutest.Organization + `"}`,
			emutest.BadArgument("name", "required", "")},
		{"PATCH", "/applications/" + application, `{"name":""}`, emutest.BadArgument("name", "required", "")},
		{"POST", "/api-keys", `{"expires_at":"` + canary + `"}`, notJSON},
		{"GET", "/applications/acme", "", emutest.BadArgument("application_id", "format", "must be a UUID")},
		{"PUT", "/rules", "{}", emutest.BadArgument("policy_id", "required", "")},
		{"PATCH", "/api-keys/SCW00000000000000000", `{"default_project_id":"shop"}`,
			emutest.BadArgument("default_project_id", "format", "must be a UUID")},
		{"POST", "/policies", `{"name":"p","organization_id":"` + emutest.Organization + `"}`,
			emutest.BadArgument("principal", "required", "")},
	}
	for _, c := range cases {
		got := f.Call(t, c.method, emutest.IAM+c.path, c.body)
		assert.Equal(t, http.StatusBadRequest, got.Status, c.body)
		assert.Equal(t, c.want, got.Body, c.body)
	}
	huge := f.Post(t, emutest.Applications, strings.Repeat(" ", 1<<20+1))
	assert.Equal(t, http.StatusRequestEntityTooLarge, huge.Status)
	assert.Equal(t, `{"message":"the body is too large"}`, huge.Body)
}

func TestIAMCallsAreCountedAsTheSDKNamesThem(t *testing.T) {
	f := emutest.StartManager(t, "15:00:00")
	_, application := f.Make(t, emutest.Applications, emutest.InOrganization("a", ""))
	f.Make(t, emutest.APIKeys, `{"application_id":"`+application+`"}`)
	assert.Equal(t, map[emulator.Endpoint]int{"CreateApplication": 1, "CreateAPIKey": 1}, f.Stats().Calls)
}

func TestTheOrganizationDependsOnTheSeed(t *testing.T) {
	one, again := emulator.New(emulator.Config{Random: 1}), emulator.New(emulator.Config{Random: 1})
	other := emulator.New(emulator.Config{Random: 2})
	given := emulator.New(emulator.Config{Random: 1, OrganizationID: strings.ToUpper(emutest.UnknownID)})
	assert.Equal(t, one.OrganizationID(), again.OrganizationID())
	assert.NotEqual(t, one.OrganizationID(), other.OrganizationID())
	assert.Equal(t, emutest.UnknownID, given.OrganizationID())
}

func TestTheAccessKeyTellsNothingOfTheSecretKey(t *testing.T) {
	key, err := emulator.New(emulator.Config{Random: 1}).AddKey()
	require.NoError(t, err)
	secret := strings.ToUpper(strings.ReplaceAll(key.SecretKey, "-", ""))
	for i := range len(key.AccessKey) - 6 {
		assert.NotContains(t, secret, key.AccessKey[i:i+6])
	}
}
