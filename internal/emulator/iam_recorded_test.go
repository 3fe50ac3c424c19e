package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

const (
	organization = "99999999-0000-4000-8000-000000000000"
	iamPath      = "/iam/v1alpha1"
	projectsPath = "/account/v3/projects"
)

// office is a served emulator whose clock hands out the given times, and a key
// that manages its IAM.
type office struct {
	fixture
	token string
}

func openOffice(t *testing.T, times ...string) office {
	t.Helper()
	f := startWith(t, emulator.Config{Seed: 1, OrganizationID: organization, Now: clock(t, times...)})
	return office{f, f.manager(t).SecretKey}
}

func (o office) call(t *testing.T, method, path, body string) answer {
	t.Helper()
	return o.send(t, method, path, o.token, body)
}

// made creates something and returns its answer and its id.
func (o office) made(t *testing.T, path, body string) (got answer, id string) {
	t.Helper()
	got = o.call(t, http.MethodPost, path, body)
	require.Equal(t, http.StatusOK, got.status, got.body)
	var shown struct {
		ID        string
		AccessKey string `json:"access_key"`
	}
	require.NoError(t, json.Unmarshal([]byte(got.body), &shown))
	return got, shown.ID + shown.AccessKey
}

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
	o := openOffice(t, "14:55:59.968247", "14:56:00.958587")
	created, id := o.made(t, iamPath+"/applications",
		`{"name":"frontend","organization_id":"`+organization+`","description":"a <b>","tags":["one","two"]}`)
	form := `{"id":"` + id + `","name":%q,"description":%q,"created_at":"2026-07-03T14:55:59.968247Z",` +
		`"updated_at":"2026-07-03T%sZ","organization_id":"` + organization + `","editable":true,"deletable":true,` +
		`"managed":false,"nb_api_keys":0,"tags":%s}`
	want := fmt.Sprintf(form, "frontend", "a <b>", "14:55:59.968247", `["one","two"]`)
	assert.Equal(t, want, created.body)
	assert.Equal(t, "application/json", created.header.Get("Content-Type"))
	assert.Equal(t, strconv.Itoa(len(want)), created.header.Get("Content-Length"))
	assert.True(t, strings.HasPrefix(created.header.Get("Server"), "Scaleway API Gateway ("), created.header)
	assert.NotEmpty(t, created.header.Get("X-Request-Id"))
	assert.Equal(t, want, o.call(t, http.MethodGet, iamPath+"/applications/"+id, "").body)

	changed := o.call(t, http.MethodPatch, iamPath+"/applications/"+id, `{"name":"renamed","description":"other","tags":[]}`)
	assert.Equal(t, fmt.Sprintf(form, "renamed", "other", "14:56:00.958587", "[]"), changed.body)

	gone := o.call(t, http.MethodDelete, iamPath+"/applications/"+id, "")
	assert.Equal(t, http.StatusNoContent, gone.status)
	assert.Empty(t, gone.body)
	assert.Equal(t, "application/json", gone.header.Get("Content-Type"))
	assert.NotContains(t, gone.header, "Content-Length")
	missing := o.call(t, http.MethodGet, iamPath+"/applications/"+id, "")
	assert.Equal(t, http.StatusNotFound, missing.status)
	assert.Equal(t, `{"message":"resource is not found","resource":"application","resource_id":"`+id+`","type":"not_found"}`, missing.body)
	assert.Equal(t, "132", missing.header.Get("Content-Length"), "as recorded")
}

func TestAPIKeyHasTheRecordedFieldsInOrder(t *testing.T) { // api-key-expires
	o := openOffice(t, "16:12:40.315422", "16:12:40.674053")
	_, application := o.made(t, iamPath+"/applications", `{"name":"a","organization_id":"`+organization+`","tags":null}`)
	created, key := o.made(t, iamPath+"/api-keys",
		`{"application_id":"`+application+`","expires_at":"2035-07-06T11:00:00+02:00","description":"expires"}`)
	form := `{"access_key":"` + key + `","secret_key":%s,"description":"expires","created_at":"2026-07-03T16:12:40.674053Z",` +
		`"updated_at":"2026-07-03T16:12:40.674053Z","expires_at":"2035-07-06T09:00:00Z","default_project_id":"` + organization +
		`","editable":true,"deletable":true,"managed":false,"creation_ip":"127.0.0.1","application_id":"` + application + `"}`
	var shown struct {
		SecretKey string `json:"secret_key"`
	}
	require.NoError(t, json.Unmarshal([]byte(created.body), &shown))
	assert.Equal(t, fmt.Sprintf(form, `"`+shown.SecretKey+`"`), created.body)
	assert.Equal(t, fmt.Sprintf(form, "null"), o.call(t, http.MethodGet, iamPath+"/api-keys/"+key, "").body)
	counted := o.call(t, http.MethodGet, iamPath+"/applications/"+application, "")
	assert.Contains(t, counted.body, `"nb_api_keys":1,"tags":[]}`)

	assert.Equal(t, http.StatusNoContent, o.call(t, http.MethodDelete, iamPath+"/api-keys/"+key, "").status)
	missing := o.call(t, http.MethodGet, iamPath+"/api-keys/"+key, "")
	assert.Equal(t, `{"message":"resource is not found","resource":"access_key","resource_id":"`+key+`","type":"not_found"}`, missing.body)
	assert.Equal(t, "115", missing.header.Get("Content-Length"), "as recorded")
}

func TestPolicyHasTheRecordedFieldsInOrder(t *testing.T) { // policy-basic
	o := openOffice(t, "15:44:14.039636", "15:44:15", "15:44:16.459405")
	created, id := o.made(t, iamPath+"/policies", `{"name":"p","description":"d","organization_id":"`+organization+`","rules":[`+
		`{"permission_set_names":["AllProductsFullAccess"],"condition":"","organization_id":"`+organization+`"},`+
		`{"permission_set_names":["ContainerRegistryReadOnly"],"condition":"","organization_id":"`+organization+`"}],`+
		`"tags":["one","two"],"no_principal":true}`)
	form := `{"id":"` + id + `","name":"p","description":"d","organization_id":"` + organization + `",` +
		`"created_at":"2026-07-03T15:44:14.039636Z","updated_at":"2026-07-03T%sZ","editable":true,"deletable":true,"managed":false,` +
		`"nb_rules":%d,"nb_scopes":%d,"nb_permission_sets":%d,"tags":%s,"no_principal":true}`
	get := func() string { return o.call(t, http.MethodGet, iamPath+"/policies/"+id, "").body }
	assert.Equal(t, fmt.Sprintf(form, "15:44:14.039636", 0, 0, 0, `["one","two"]`), created.body, "counts come later")
	assert.Equal(t, fmt.Sprintf(form, "15:44:14.039636", 2, 1, 2, `["one","two"]`), get())

	changed := o.call(t, http.MethodPatch, iamPath+"/policies/"+id, `{"tags":[]}`)
	assert.Equal(t, fmt.Sprintf(form, "15:44:14.039636", 2, 1, 2, `[]`), changed.body, "tags do not count as an update")

	require.Equal(t, http.StatusOK, o.call(t, http.MethodPut, iamPath+"/rules", `{"policy_id":"`+id+`","rules":[`+
		`{"permission_set_names":["AllProductsFullAccess"],"condition":"","organization_id":"`+organization+`"}]}`).status)
	assert.Equal(t, fmt.Sprintf(form, "15:44:16.459405", 1, 1, 1, `[]`), get())
}

func TestRulesHaveTheRecordedFieldsInOrder(t *testing.T) { // policy-condition
	o := openOffice(t, "15:44:11")
	_, id := o.made(t, iamPath+"/policies", `{"name":"p","organization_id":"`+organization+`","rules":[`+
		`{"permission_set_names":["AllProductsFullAccess"],"condition":"1 == 1","organization_id":"`+organization+`"}],"no_principal":true}`)
	list := func() answer { return o.call(t, http.MethodGet, iamPath+"/rules?policy_id="+id, "") }
	first := ids(t, list().body)
	assert.Equal(t, fmt.Sprintf(`{"rules":[{"id":"%s","permission_set_names":["AllProductsFullAccess"],`+
		`"permission_sets_scope_type":"projects","condition":"1 == 1","organization_id":"`+organization+`"}],"total_count":1}`,
		first...), list().body)

	set := o.call(t, http.MethodPut, iamPath+"/rules", `{"policy_id":"`+id+`","rules":[{"permission_set_names":["AllProductsFullAccess"],`+
		`"condition":"request.user_agent == 'terraform-test'","project_ids":["`+project+`"]}]}`)
	second := ids(t, set.body)
	assert.NotEqual(t, first, second)
	rules := fmt.Sprintf(`{"rules":[{"id":"%s","permission_set_names":["AllProductsFullAccess"],"permission_sets_scope_type":"projects",`+
		`"condition":"request.user_agent == 'terraform-test'","project_ids":["`+project+`"]}]`, second...)
	assert.Equal(t, rules+`}`, set.body, "without a count")
	assert.Equal(t, rules+`,"total_count":1}`, list().body)
}

func TestGroupHasTheRecordedFieldsInOrder(t *testing.T) { // group-applications
	o := openOffice(t, "17:10:30.448542", "17:10:30.852915")
	_, application := o.made(t, iamPath+"/applications", `{"name":"a","organization_id":"`+organization+`"}`)
	created, id := o.made(t, iamPath+"/groups", `{"organization_id":"`+organization+`","name":"g","description":"","tags":[]}`)
	form := `{"id":"` + id + `","created_at":"2026-07-03T17:10:30.852915Z","updated_at":"2026-07-03T17:10:30.852915Z",` +
		`"organization_id":"` + organization + `","name":"g","description":"","user_ids":[],"application_ids":%s,"tags":[],` +
		`"editable":true,"deletable":true,"managed":false}`
	assert.Equal(t, fmt.Sprintf(form, "[]"), created.body)

	set := o.call(t, http.MethodPut, iamPath+"/groups/"+id+"/members", `{"user_ids":[],"application_ids":["`+application+`"]}`)
	assert.Equal(t, fmt.Sprintf(form, `["`+application+`"]`), set.body, "members do not count as an update")
	left := o.call(t, http.MethodPost, iamPath+"/groups/"+id+"/remove-member", `{"application_id":"`+application+`"}`)
	assert.Equal(t, fmt.Sprintf(form, "[]"), left.body)
}

func TestProjectHasTheRecordedFieldsInOrder(t *testing.T) { // policy-condition
	o := openOffice(t, "15:44:11.313912")
	created, id := o.made(t, projectsPath, `{"name":"shop","organization_id":"`+organization+`","description":"d"}`)
	assert.Equal(t, `{"id":"`+id+`","name":"shop","organization_id":"`+organization+`","created_at":"2026-07-03T15:44:11.313912Z",`+
		`"updated_at":"2026-07-03T15:44:11.313912Z","description":"d","qualification":null}`, created.body)
	assert.Equal(t, http.StatusNoContent, o.call(t, http.MethodDelete, projectsPath+"/"+id, "").status)
}

func TestKeysAreListedAsRecorded(t *testing.T) { // list-iamapi-keys-basic
	o := openOffice(t, "09:32:00")
	_, application := o.made(t, iamPath+"/applications", `{"name":"a","organization_id":"`+organization+`"}`)
	_, key := o.made(t, iamPath+"/api-keys", `{"application_id":"`+application+`","description":"mine"}`)
	const all = iamPath + "/api-keys?order_by=created_at_asc&page=1&organization_id=" + organization
	for filter, count := range map[string]int{
		"&bearer_type=unknown_bearer_type":                   3,
		"&bearer_type=unknown_bearer_type&editable=true":     3,
		"&bearer_type=unknown_bearer_type&expired=false":     3,
		"&bearer_type=unknown_bearer_type&expired=true":      0,
		"&bearer_type=unknown_bearer_type&description=mine":  1,
		"&bearer_type=application&bearer_id=" + application:  1,
		"&bearer_type=user":                                  0,
		"&access_keys=" + key + "&access_keys=" + o.token:    1,
		"&bearer_type=application&bearer_id=" + organization: 0,
	} {
		got := o.call(t, http.MethodGet, all+filter, "")
		assert.Contains(t, got.body, fmt.Sprintf(`"total_count":%d}`, count), filter)
		assert.Equal(t, count, strings.Count(got.body, `"secret_key":null`), filter)
		assert.Equal(t, count > 0, strings.Contains(got.body, key), filter)
	}
}
