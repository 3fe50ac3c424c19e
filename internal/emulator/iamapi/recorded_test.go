package iamapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator/emutest"
)

// ids returns the ids of the rules in an answer.
func ids(t *testing.T, body string) (all []any) {
	t.Helper()
	var shown struct{ Rules []struct{ ID string } }
	require.NoError(t, json.Unmarshal([]byte(body), &shown))
	for _, rule := range shown.Rules {
		all = append(all, rule.ID)
	}
	return all
}

func TestApplicationHasTheRecordedFieldsInOrder(t *testing.T) { // application-basic
	f := emutest.StartManager(t, "14:55:59.968247", "14:56:00.958587")
	created, id := f.Make(t, emutest.Applications,
		`{"name":"frontend","organization_id":"`+emutest.Organization+`","description":"a <b>","tags":["one","two"]}`)
	form := `{"id":"` + id + `","name":%q,"description":%q,"created_at":"2026-07-03T14:55:59.968247Z",` +
		`"updated_at":"2026-07-03T%sZ","organization_id":"` + emutest.Organization +
		`","editable":true,"deletable":true,` +
		`"managed":false,"nb_api_keys":0,"tags":%s}`
	want := fmt.Sprintf(form, "frontend", "a <b>", "14:55:59.968247", `["one","two"]`)
	assert.Equal(t, want, created.Body)
	assert.Equal(t, "application/json", created.Header.Get("Content-Type"))
	assert.Equal(t, strconv.Itoa(len(want)), created.Header.Get("Content-Length"))
	assert.True(t, strings.HasPrefix(created.Header.Get("Server"), "Scaleway API Gateway ("), created.Header)
	assert.NotEmpty(t, created.Header.Get("X-Request-Id"))
	assert.Equal(t, want, f.Get(t, emutest.Applications+"/"+id).Body)

	changed := f.Patch(t, emutest.Applications+"/"+id, `{"name":"renamed","description":"other","tags":[]}`)
	assert.Equal(t, fmt.Sprintf(form, "renamed", "other", "14:56:00.958587", "[]"), changed.Body)

	gone := f.Delete(t, emutest.Applications+"/"+id)
	assert.Equal(t, http.StatusNoContent, gone.Status)
	assert.Empty(t, gone.Body)
	assert.Equal(t, "application/json", gone.Header.Get("Content-Type"))
	assert.NotContains(t, gone.Header, "Content-Length")
	missing := f.Get(t, emutest.Applications+"/"+id)
	assert.Equal(t, http.StatusNotFound, missing.Status)
	assert.Equal(t, `{"message":"resource is not found","resource":"application","resource_id":"`+id+
		`","type":"not_found"}`, missing.Body)
	assert.Equal(t, "132", missing.Header.Get("Content-Length"), "as recorded")
}

func TestAPIKeyHasTheRecordedFieldsInOrder(t *testing.T) { // api-key-expires
	f := emutest.StartManager(t, "16:12:40.315422", "16:12:40.674053")
	_, application := f.Make(t, emutest.Applications, `{"name":"a","organization_id":"`+emutest.Organization+
		`","tags":null}`)
	created, key := f.Make(t, emutest.APIKeys,
		`{"application_id":"`+application+`","expires_at":"2035-07-06T11:00:00+02:00","description":"expires"}`)
	form := `{"access_key":"` + key + `","secret_key":%s,"description":"expires",` +
		`"created_at":"2026-07-03T16:12:40.674053Z",` +
		`"updated_at":"2026-07-03T16:12:40.674053Z","expires_at":"2035-07-06T09:00:00Z","default_project_id":"` +
		emutest.Organization +
		`","editable":true,"deletable":true,"managed":false,"creation_ip":"127.0.0.1","application_id":"` +
		application + `"}`
	var shown struct {
		SecretKey string `json:"secret_key"`
	}
	require.NoError(t, json.Unmarshal([]byte(created.Body), &shown))
	assert.Equal(t, fmt.Sprintf(form, `"`+shown.SecretKey+`"`), created.Body)
	assert.Equal(t, fmt.Sprintf(form, "null"), f.Get(t, emutest.APIKeys+"/"+key).Body)
	counted := f.Get(t, emutest.Applications+"/"+application)
	assert.Contains(t, counted.Body, `"nb_api_keys":1,"tags":[]}`)

	assert.Equal(t, http.StatusNoContent, f.Delete(t, emutest.APIKeys+"/"+key).Status)
	missing := f.Get(t, emutest.APIKeys+"/"+key)
	assert.Equal(t, `{"message":"resource is not found","resource":"access_key","resource_id":"`+key+
		`","type":"not_found"}`, missing.Body)
	assert.Equal(t, "115", missing.Header.Get("Content-Length"), "as recorded")
}

func TestPolicyHasTheRecordedFieldsInOrder(t *testing.T) { // policy-basic
	f := emutest.StartManager(t, "15:44:14.039636", "15:44:15", "15:44:16.459405")
	created, id := f.Make(t, emutest.Policies, `{"name":"p","description":"d","organization_id":"`+emutest.Organization+
		`","rules":[`+
		`{"permission_set_names":["AllProductsFullAccess"],"condition":"","organization_id":"`+
		emutest.Organization+`"},`+
		`{"permission_set_names":["ContainerRegistryReadOnly"],"condition":"","organization_id":"`+emutest.Organization+
		`"}],`+
		`"tags":["one","two"],"no_principal":true}`)
	form := `{"id":"` + id + `","name":"p","description":"d","organization_id":"` + emutest.Organization + `",` +
		`"created_at":"2026-07-03T15:44:14.039636Z","updated_at":"2026-07-03T%sZ","editable":true,"deletable":true,` +
		`"managed":false,` +
		`"nb_rules":%d,"nb_scopes":%d,"nb_permission_sets":%d,"tags":%s,"no_principal":true}`
	get := func() string { return f.Get(t, emutest.Policies+"/"+id).Body }
	assert.Equal(t, fmt.Sprintf(form, "15:44:14.039636", 0, 0, 0, `["one","two"]`), created.Body, "counts come later")
	assert.Equal(t, fmt.Sprintf(form, "15:44:14.039636", 2, 1, 2, `["one","two"]`), get())

	changed := f.Patch(t, emutest.Policies+"/"+id, `{"tags":[]}`)
	assert.Equal(t, fmt.Sprintf(form, "15:44:14.039636", 2, 1, 2, `[]`), changed.Body, "tags do not count as an update")

	require.Equal(t, http.StatusOK, f.Call(t, http.MethodPut, emutest.Rules, `{"policy_id":"`+id+`","rules":[`+
		`{"permission_set_names":["AllProductsFullAccess"],"condition":"","organization_id":"`+emutest.Organization+
		`"}]}`).Status)
	assert.Equal(t, fmt.Sprintf(form, "15:44:16.459405", 1, 1, 1, `[]`), get())
}

func TestRulesHaveTheRecordedFieldsInOrder(t *testing.T) { // policy-condition
	f := emutest.StartManager(t, "15:44:11")
	_, id := f.Make(t, emutest.Policies, `{"name":"p","organization_id":"`+emutest.Organization+`","rules":[`+
		`{"permission_set_names":["AllProductsFullAccess"],"condition":"1 == 1","organization_id":"`+
		emutest.Organization+
		`"}],"no_principal":true}`)
	list := func() emutest.Answer { return f.Get(t, emutest.Rules+"?policy_id="+id) }
	first := ids(t, list().Body)
	assert.Equal(t, fmt.Sprintf(`{"rules":[{"id":"%s","permission_set_names":["AllProductsFullAccess"],`+
		`"permission_sets_scope_type":"projects","condition":"1 == 1","organization_id":"`+emutest.Organization+
		`"}],"total_count":1}`,
		first...), list().Body)

	set := f.Call(t, http.MethodPut, emutest.Rules, `{"policy_id":"`+id+
		`","rules":[{"permission_set_names":["AllProductsFullAccess"],`+
		`"condition":"request.user_agent == 'terraform-test'","project_ids":["`+emutest.Project+`"]}]}`)
	second := ids(t, set.Body)
	assert.NotEqual(t, first, second)
	rules := fmt.Sprintf(`{"rules":[{"id":"%s","permission_set_names":["AllProductsFullAccess"],`+
		`"permission_sets_scope_type":"projects",`+
		`"condition":"request.user_agent == 'terraform-test'","project_ids":["`+emutest.Project+`"]}]`, second...)
	assert.Equal(t, rules+`}`, set.Body, "without a count")
	assert.Equal(t, rules+`,"total_count":1}`, list().Body)
}

func TestGroupHasTheRecordedFieldsInOrder(t *testing.T) { // group-applications
	f := emutest.StartManager(t, "17:10:30.448542", "17:10:30.852915")
	_, application := f.Make(t, emutest.Applications, emutest.InOrganization("a", ""))
	created, id := f.Make(t, emutest.Groups, `{"organization_id":"`+emutest.Organization+
		`","name":"g","description":"","tags":[]}`)
	form := `{"id":"` + id +
		`","created_at":"2026-07-03T17:10:30.852915Z","updated_at":"2026-07-03T17:10:30.852915Z",` +
		`"organization_id":"` + emutest.Organization + `","name":"g","description":"","user_ids":[],` +
		`"application_ids":%s,"tags":[],` +
		`"editable":true,"deletable":true,"managed":false}`
	assert.Equal(t, fmt.Sprintf(form, "[]"), created.Body)

	set := f.Call(t, http.MethodPut, emutest.Groups+"/"+id+"/members",
		`{"user_ids":[],"application_ids":["`+application+
			`"]}`)
	assert.Equal(t, fmt.Sprintf(form, `["`+application+`"]`), set.Body, "members do not count as an update")
	left := f.Post(t, emutest.Groups+"/"+id+"/remove-member", `{"application_id":"`+application+`"}`)
	assert.Equal(t, fmt.Sprintf(form, "[]"), left.Body)
}

func TestProjectHasTheRecordedFieldsInOrder(t *testing.T) { // policy-condition
	f := emutest.StartManager(t, "15:44:11.313912")
	created, id := f.Make(t, emutest.Projects, `{"name":"shop","organization_id":"`+emutest.Organization+
		`","description":"d"}`)
	assert.Equal(t, `{"id":"`+id+`","name":"shop","organization_id":"`+emutest.Organization+
		`","created_at":"2026-07-03T15:44:11.313912Z",`+
		`"updated_at":"2026-07-03T15:44:11.313912Z","description":"d","qualification":null}`, created.Body)
	assert.Equal(t, http.StatusNoContent, f.Delete(t, emutest.Projects+"/"+id).Status)
}

func TestKeysAreListedAsRecorded(t *testing.T) { // list-iamapi-keys-basic
	f := emutest.StartManager(t, "09:32:00")
	_, application := f.Make(t, emutest.Applications, emutest.InOrganization("a", ""))
	_, key := f.Make(t, emutest.APIKeys, `{"application_id":"`+application+`","description":"mine"}`)
	const all = emutest.APIKeys + "?order_by=created_at_asc&page=1&organization_id=" + emutest.Organization
	for filter, count := range map[string]int{
		"&bearer_type=unknown_bearer_type":                           3,
		"&bearer_type=unknown_bearer_type&editable=true":             3,
		"&bearer_type=unknown_bearer_type&expired=false":             3,
		"&bearer_type=unknown_bearer_type&expired=true":              0,
		"&bearer_type=unknown_bearer_type&description=mine":          1,
		"&bearer_type=application&bearer_id=" + application:          1,
		"&bearer_type=user":                                          0,
		"&access_keys=" + key + "&access_keys=" + f.Key.SecretKey:    1,
		"&bearer_type=application&bearer_id=" + emutest.Organization: 0,
	} {
		got := f.Get(t, all+filter)
		assert.Contains(t, got.Body, fmt.Sprintf(`"total_count":%d}`, count), filter)
		assert.Equal(t, count, strings.Count(got.Body, `"secret_key":null`), filter)
		assert.Equal(t, count > 0, strings.Contains(got.Body, key), filter)
	}
}
