package iamapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/emutest"
)

func TestNamesDescriptionsAndTagsHaveALimit(t *testing.T) {
	o := emutest.StartManager(t, "15:00:00")
	longest := strings.Repeat("é", 64)
	kinds := map[string]string{"applications": "", "groups": "", "policies": `,"no_principal":true`}
	for kind, more := range kinds {
		path := emutest.IAM + "/" + kind
		full := more + `,"description":"` + strings.Repeat("é", 200) + `","tags":["0","1","2","3","4","5","6","7","8","9"]`
		_, id := o.Make(t, path, emutest.InOrganization(longest, full))
		for field, c := range map[string]struct{ value, help string }{
			"name":        {`"` + longest + `e"`, "must have at most 64 characters"},
			"description": {`"` + strings.Repeat("é", 201) + `"`, "must have at most 200 characters"},
			"tags":        {`["0","1","2","3","4","5","6","7","8","9","10"]`, "must be at most 10"},
		} {
			body := emutest.InOrganization("short", more+`,"`+field+`":`+c.value)
			for _, got := range []emutest.Answer{
				o.Post(t, path, body),
				o.Patch(t, path+"/"+id, `{"`+field+`":`+c.value+`}`),
			} {
				assert.Equal(t, http.StatusBadRequest, got.Status, "%s of %s", field, kind)
				assert.Equal(t, emutest.BadArgument(field, "constraint", c.help), got.Body, "%s of %s", field, kind)
			}
		}
		assert.Contains(t, o.Get(t, path+"/"+id).Body, `"name":"`+longest+`"`, "nothing has changed")
	}
}

func TestAKeysDescriptionHasALimit(t *testing.T) {
	o := emutest.StartManager(t, "15:00:00")
	_, application := o.Make(t, emutest.IAM+"/applications", emutest.InOrganization("a", ""))
	owner := `"application_id":"` + application + `",`
	longest := strings.Repeat("é", 200)
	_, key := o.Make(t, emutest.IAM+"/api-keys", `{`+owner+`"description":"`+longest+`"}`)
	for _, got := range []emutest.Answer{
		o.Post(t, emutest.IAM+"/api-keys", `{`+owner+`"description":"`+longest+`e"}`),
		o.Patch(t, emutest.IAM+"/api-keys/"+key, `{"description":"`+longest+`e"}`),
	} {
		assert.Equal(t, emutest.BadArgument("description", "constraint", "must have at most 200 characters"), got.Body)
	}
}

func TestGroupsHaveNamesOfTheirOwn(t *testing.T) {
	o := emutest.StartManager(t, "15:00:00")
	_, readers := o.Make(t, emutest.IAM+"/groups", emutest.InOrganization("readers", ""))
	_, writers := o.Make(t, emutest.IAM+"/groups", emutest.InOrganization("writers", ""))
	taken := emutest.BadArgument("name", "constraint", "must be unique inside the organization")

	assert.Equal(t, taken, o.Post(t, emutest.IAM+"/groups", emutest.InOrganization("readers", "")).Body)
	assert.Equal(t, taken, o.Patch(t, emutest.IAM+"/groups/"+writers, `{"name":"readers"}`).Body)
	assert.Equal(t, http.StatusOK, o.Patch(t, emutest.IAM+"/groups/"+readers, `{"name":"readers"}`).Status)
	require.Equal(t, http.StatusNoContent, o.Delete(t, emutest.IAM+"/groups/"+readers).Status)
	o.Make(t, emutest.IAM+"/groups", emutest.InOrganization("readers", ""))
}

func TestOnlyAnEmptyProjectCanBeDeleted(t *testing.T) {
	o := emutest.StartManager(t, "15:00:00")
	_, shop := o.Make(t, emutest.Projects, emutest.InOrganization("shop", ""))
	id, err := o.AddSecret(emulator.Secret{ProjectID: shop, Name: "key"})
	require.NoError(t, err)
	o.Add(t, "/elsewhere", "key")
	remove := func() emutest.Answer { return o.Delete(t, emutest.Projects+"/"+strings.ToUpper(shop)) }

	for range 2 {
		got := remove()
		assert.Equal(t, http.StatusPreconditionFailed, got.Status)
		assert.Equal(t, `{"help_message":"cannot delete a project that has resources","message":"precondition is not respected",`+
			`"precondition":"resource_still_in_use","type":"precondition_failed"}`, got.Body)
		require.NoError(t, o.ScheduleDeletion(id)) // which does not make it empty
	}
	assert.Equal(t, http.StatusOK, o.Get(t, emutest.Projects+"/"+shop).Status)
	_, bank := o.Make(t, emutest.Projects, emutest.InOrganization("bank", ""))
	assert.Equal(t, http.StatusNoContent, o.Delete(t, emutest.Projects+"/"+bank).Status)
}

func TestAKeyCannotBeMadeToExpireInThePast(t *testing.T) {
	o := emutest.StartManager(t, "15:00:00")
	_, application := o.Make(t, emutest.IAM+"/applications", emutest.InOrganization("a", ""))
	_, key := o.Make(t, emutest.IAM+"/api-keys", `{"application_id":"`+application+`"}`)
	got := o.Patch(t, emutest.IAM+"/api-keys/"+key, `{"expires_at":"2026-07-03T15:00:00Z"}`)
	assert.Equal(t, emutest.BadArgument("expires_at", "constraint", "must be in the future"), got.Body)
}

func TestQuotasRefuseOneTooMany(t *testing.T) {
	f := emutest.StartWith(t, emulator.Config{
		Random: 1, OrganizationID: emutest.Organization, Now: emutest.Ticking(),
		// The fixture's keys are two of two applications with a policy each; the default project is one.
		Quotas: api.Quotas{Secrets: 2, Applications: 3, APIKeys: 3, Policies: 3, Projects: 2},
	})
	o := f.Manager(t)
	_, application := o.Make(t, emutest.IAM+"/applications", emutest.InOrganization("a", ""))
	calls := map[string]struct{ path, body string }{
		"applications": {emutest.IAM + "/applications", emutest.InOrganization("a", "")},
		"api_keys":     {emutest.IAM + "/api-keys", `{"application_id":"` + application + `"}`},
		"policies":     {emutest.IAM + "/policies", emutest.InOrganization("p", `,"no_principal":true`)},
		"projects":     {emutest.Projects, emutest.InOrganization("shop", "")},
	}
	for resource, quota := range map[string]int{"applications": 3, "api_keys": 3, "policies": 3, "projects": 2} {
		c := calls[resource]
		if resource != "applications" {
			o.Make(t, c.path, c.body)
		}
		got := o.Post(t, c.path, c.body)
		assert.Equal(t, http.StatusForbidden, got.Status, resource)
		assert.Equal(t, exceeded(resource, quota), got.Body)
	}
	w := o.Owner(t) // seeds and methods go beyond
	w.Add(t, "/", "a")
	id := emutest.IDOf(t, w.Post(t, emutest.Root+"/secrets", emutest.CreateBody("b", "")))
	require.NoError(t, w.ScheduleDeletion(id))
	assert.Equal(t, exceeded("secrets", 2), w.Post(t, emutest.Root+"/secrets", emutest.CreateBody("c", "")).Body)
	w.Add(t, "/", "c")
}

func exceeded(resource string, quota int) string {
	return fmt.Sprintf(`{"details":[{"current":%d,"quota":%d,"resource":%q}],"message":"quota exceeded","type":"quotas_exceeded"}`,
		quota, quota, resource)
}

func TestScalewaysQuotas(t *testing.T) {
	assert.Equal(t, api.Quotas{Secrets: 100, Applications: 100, APIKeys: 50, Policies: 50, Projects: 25}, api.UnverifiedQuotas())
	f := emutest.Start(t).Owner(t)
	for i := range 101 {
		require.Equal(t, http.StatusOK, f.Post(t, emutest.Root+"/secrets", emutest.CreateBody(fmt.Sprintf("s%d", i), "")).Status, "no quota unless asked for")
	}
}
