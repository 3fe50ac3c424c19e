package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// inOrganization is a body that creates something, with more fields.
func inOrganization(name, more string) string {
	return `{"organization_id":"` + organization + `","name":"` + name + `"` + more + `}`
}

func TestNamesDescriptionsAndTagsHaveALimit(t *testing.T) {
	o := openOffice(t, "15:00:00")
	longest := strings.Repeat("é", 64)
	kinds := map[string]string{"applications": "", "groups": "", "policies": `,"no_principal":true`}
	for kind, more := range kinds {
		path := iamPath + "/" + kind
		full := more + `,"description":"` + strings.Repeat("é", 200) + `","tags":["0","1","2","3","4","5","6","7","8","9"]`
		_, id := o.made(t, path, inOrganization(longest, full))
		for field, c := range map[string]struct{ value, help string }{
			"name":        {`"` + longest + `e"`, "must have at most 64 characters"},
			"description": {`"` + strings.Repeat("é", 201) + `"`, "must have at most 200 characters"},
			"tags":        {`["0","1","2","3","4","5","6","7","8","9","10"]`, "must be at most 10"},
		} {
			body := inOrganization("short", more+`,"`+field+`":`+c.value)
			for _, got := range []answer{
				o.call(t, http.MethodPost, path, body),
				o.call(t, http.MethodPatch, path+"/"+id, `{"`+field+`":`+c.value+`}`),
			} {
				assert.Equal(t, http.StatusBadRequest, got.status, "%s of %s", field, kind)
				assert.Equal(t, bad(field, "constraint", c.help), got.body, "%s of %s", field, kind)
			}
		}
		assert.Contains(t, o.call(t, http.MethodGet, path+"/"+id, "").body, `"name":"`+longest+`"`, "nothing has changed")
	}
}

func TestAKeysDescriptionHasALimit(t *testing.T) {
	o := openOffice(t, "15:00:00")
	_, application := o.made(t, iamPath+"/applications", inOrganization("a", ""))
	owner := `"application_id":"` + application + `",`
	longest := strings.Repeat("é", 200)
	_, key := o.made(t, iamPath+"/api-keys", `{`+owner+`"description":"`+longest+`"}`)
	for _, got := range []answer{
		o.call(t, http.MethodPost, iamPath+"/api-keys", `{`+owner+`"description":"`+longest+`e"}`),
		o.call(t, http.MethodPatch, iamPath+"/api-keys/"+key, `{"description":"`+longest+`e"}`),
	} {
		assert.Equal(t, bad("description", "constraint", "must have at most 200 characters"), got.body)
	}
}

func TestGroupsHaveNamesOfTheirOwn(t *testing.T) {
	o := openOffice(t, "15:00:00")
	_, readers := o.made(t, iamPath+"/groups", inOrganization("readers", ""))
	_, writers := o.made(t, iamPath+"/groups", inOrganization("writers", ""))
	taken := bad("name", "constraint", "must be unique inside the organization")

	assert.Equal(t, taken, o.call(t, http.MethodPost, iamPath+"/groups", inOrganization("readers", "")).body)
	assert.Equal(t, taken, o.call(t, http.MethodPatch, iamPath+"/groups/"+writers, `{"name":"readers"}`).body)
	assert.Equal(t, http.StatusOK, o.call(t, http.MethodPatch, iamPath+"/groups/"+readers, `{"name":"readers"}`).status)
	require.Equal(t, http.StatusNoContent, o.call(t, http.MethodDelete, iamPath+"/groups/"+readers, "").status)
	o.made(t, iamPath+"/groups", inOrganization("readers", ""))
}

func TestOnlyAnEmptyProjectCanBeDeleted(t *testing.T) {
	o := openOffice(t, "15:00:00")
	_, shop := o.made(t, projectsPath, inOrganization("shop", ""))
	id, err := o.AddSecret(emulator.Secret{ProjectID: shop, Name: "key"})
	require.NoError(t, err)
	o.add(t, "/elsewhere", "key")
	remove := func() answer { return o.call(t, http.MethodDelete, projectsPath+"/"+strings.ToUpper(shop), "") }

	for range 2 {
		got := remove()
		assert.Equal(t, http.StatusPreconditionFailed, got.status)
		assert.Equal(t, `{"help_message":"cannot delete a project that has resources","message":"precondition is not respected",`+
			`"precondition":"resource_still_in_use","type":"precondition_failed"}`, got.body)
		require.NoError(t, o.ScheduleDeletion(id)) // which does not make it empty
	}
	assert.Equal(t, http.StatusOK, o.call(t, http.MethodGet, projectsPath+"/"+shop, "").status)
	_, bank := o.made(t, projectsPath, inOrganization("bank", ""))
	assert.Equal(t, http.StatusNoContent, o.call(t, http.MethodDelete, projectsPath+"/"+bank, "").status)
}

func TestAKeyCannotBeMadeToExpireInThePast(t *testing.T) {
	o := openOffice(t, "15:00:00")
	_, application := o.made(t, iamPath+"/applications", inOrganization("a", ""))
	_, key := o.made(t, iamPath+"/api-keys", `{"application_id":"`+application+`"}`)
	got := o.call(t, http.MethodPatch, iamPath+"/api-keys/"+key, `{"expires_at":"2026-07-03T15:00:00Z"}`)
	assert.Equal(t, bad("expires_at", "constraint", "must be in the future"), got.body)
}

func TestQuotasRefuseOneTooMany(t *testing.T) {
	f := startWith(t, emulator.Config{
		Seed: 1, OrganizationID: organization, Now: ticking(),
		// The fixture's keys are two of two applications with a policy each; the default project is one.
		Quotas: emulator.Quotas{Secrets: 2, Applications: 3, APIKeys: 3, Policies: 3, Projects: 2},
	})
	o := office{f, f.manager(t).SecretKey}
	_, application := o.made(t, iamPath+"/applications", inOrganization("a", ""))
	calls := map[string]struct{ path, body string }{
		"applications": {iamPath + "/applications", inOrganization("a", "")},
		"api_keys":     {iamPath + "/api-keys", `{"application_id":"` + application + `"}`},
		"policies":     {iamPath + "/policies", inOrganization("p", `,"no_principal":true`)},
		"projects":     {projectsPath, inOrganization("shop", "")},
	}
	for resource, quota := range map[string]int{"applications": 3, "api_keys": 3, "policies": 3, "projects": 2} {
		c := calls[resource]
		if resource != "applications" {
			o.made(t, c.path, c.body)
		}
		got := o.call(t, http.MethodPost, c.path, c.body)
		assert.Equal(t, http.StatusForbidden, got.status, resource)
		assert.Equal(t, exceeded(resource, quota), got.body)
	}
	w := o.owner(t) // seeds and methods go beyond
	w.add(t, "/", "a")
	id := idOf(t, w.post(t, root+"/secrets", createBody("b", "")))
	require.NoError(t, w.ScheduleDeletion(id))
	assert.Equal(t, exceeded("secrets", 2), w.post(t, root+"/secrets", createBody("c", "")).body)
	w.add(t, "/", "c")
}

func exceeded(resource string, quota int) string {
	return fmt.Sprintf(`{"details":[{"current":%d,"quota":%d,"resource":%q}],"message":"quota exceeded","type":"quotas_exceeded"}`,
		quota, quota, resource)
}

func TestScalewaysQuotas(t *testing.T) {
	assert.Equal(t, emulator.Quotas{Secrets: 100, Applications: 100, APIKeys: 50, Policies: 50, Projects: 25}, emulator.ScalewayQuotas())
	f := start(t).owner(t)
	for i := range 101 {
		require.Equal(t, http.StatusOK, f.post(t, root+"/secrets", createBody(fmt.Sprintf("s%d", i), "")).status, "no quota unless asked for")
	}
}
