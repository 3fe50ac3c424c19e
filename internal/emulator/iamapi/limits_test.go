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
	f := emutest.StartManager(t, "15:00:00")
	longest := strings.Repeat("é", 64)
	kinds := map[string]string{"applications": "", "groups": "", "policies": `,"no_principal":true`}
	for kind, more := range kinds {
		path := emutest.IAM + "/" + kind
		full := more + `,"description":"` + strings.Repeat("é", 200) +
			`","tags":["0","1","2","3","4","5","6","7","8","9"]`
		_, id := f.Make(t, path, emutest.InOrganization(longest, full))
		for field, c := range map[string]struct{ value, help string }{
			"name":        {`"` + longest + `e"`, "must have at most 64 characters"},
			"description": {`"` + strings.Repeat("é", 201) + `"`, "must have at most 200 characters"},
			"tags":        {`["0","1","2","3","4","5","6","7","8","9","10"]`, "must be at most 10"},
		} {
			body := emutest.InOrganization("short", more+`,"`+field+`":`+c.value)
			for _, got := range []emutest.Answer{
				f.Post(t, path, body),
				f.Patch(t, path+"/"+id, `{"`+field+`":`+c.value+`}`),
			} {
				assert.Equal(t, http.StatusBadRequest, got.Status, "%s of %s", field, kind)
				assert.Equal(t, emutest.BadArgument(field, "constraint", c.help), got.Body, "%s of %s", field, kind)
			}
		}
		assert.Contains(t, f.Get(t, path+"/"+id).Body, `"name":"`+longest+`"`, "nothing has changed")
	}
}

func TestAKeysDescriptionHasALimit(t *testing.T) {
	f := emutest.StartManager(t, "15:00:00")
	_, application := f.Make(t, emutest.Applications, emutest.InOrganization("a", ""))
	owner := `"application_id":"` + application + `",`
	longest := strings.Repeat("é", 200)
	_, key := f.Make(t, emutest.APIKeys, `{`+owner+`"description":"`+longest+`"}`)
	for _, got := range []emutest.Answer{
		f.Post(t, emutest.APIKeys, `{`+owner+`"description":"`+longest+`e"}`),
		f.Patch(t, emutest.APIKeys+"/"+key, `{"description":"`+longest+`e"}`),
	} {
		assert.Equal(t, emutest.BadArgument("description", "constraint", "must have at most 200 characters"), got.Body)
	}
}

func TestGroupsHaveNamesOfTheirOwn(t *testing.T) {
	f := emutest.StartManager(t, "15:00:00")
	_, readers := f.Make(t, emutest.Groups, emutest.InOrganization("readers", ""))
	_, writers := f.Make(t, emutest.Groups, emutest.InOrganization("writers", ""))
	taken := emutest.BadArgument("name", "constraint", "must be unique inside the organization")

	assert.Equal(t, taken, f.Post(t, emutest.Groups, emutest.InOrganization("readers", "")).Body)
	assert.Equal(t, taken, f.Patch(t, emutest.Groups+"/"+writers, `{"name":"readers"}`).Body)
	assert.Equal(t, http.StatusOK, f.Patch(t, emutest.Groups+"/"+readers, `{"name":"readers"}`).Status)
	require.Equal(t, http.StatusNoContent, f.Delete(t, emutest.Groups+"/"+readers).Status)
	f.Make(t, emutest.Groups, emutest.InOrganization("readers", ""))
}

func TestOnlyAnEmptyProjectCanBeDeleted(t *testing.T) {
	f := emutest.StartManager(t, "15:00:00")
	_, shop := f.Make(t, emutest.Projects, emutest.InOrganization("shop", ""))
	id, err := f.AddSecret(emulator.Secret{ProjectID: shop, Name: "key"})
	require.NoError(t, err)
	f.Add(t, "/elsewhere", "key")
	remove := func() emutest.Answer { return f.Delete(t, emutest.Projects+"/"+strings.ToUpper(shop)) }

	for range 2 {
		got := remove()
		assert.Equal(t, http.StatusPreconditionFailed, got.Status)
		assert.Equal(t, `{"help_message":"cannot delete a project that has resources","message":"precondition is not `+
			`respected",`+
			`"precondition":"resource_still_in_use","type":"precondition_failed"}`, got.Body)
		require.NoError(t, f.ScheduleDeletion(id)) // which does not make it empty
	}
	assert.Equal(t, http.StatusOK, f.Get(t, emutest.Projects+"/"+shop).Status)
	_, bank := f.Make(t, emutest.Projects, emutest.InOrganization("bank", ""))
	assert.Equal(t, http.StatusNoContent, f.Delete(t, emutest.Projects+"/"+bank).Status)
}

func TestAKeyCannotBeMadeToExpireInThePast(t *testing.T) {
	f := emutest.StartManager(t, "15:00:00")
	_, application := f.Make(t, emutest.Applications, emutest.InOrganization("a", ""))
	_, key := f.Make(t, emutest.APIKeys, `{"application_id":"`+application+`"}`)
	got := f.Patch(t, emutest.APIKeys+"/"+key, `{"expires_at":"2026-07-03T15:00:00Z"}`)
	assert.Equal(t, emutest.BadArgument("expires_at", "constraint", "must be in the future"), got.Body)
}

func TestQuotasRefuseOneTooMany(t *testing.T) {
	served := emutest.StartWith(t, emulator.Config{
		Random: 1, OrganizationID: emutest.Organization, Now: emutest.Ticking(),
		// The fixture's keys are two of two applications with a policy each; the default project is one.
		Quotas: emulator.Quotas{Secrets: 2, Applications: 3, APIKeys: 3, Policies: 3, Projects: 2},
	})
	f := served.Manager(t)
	_, application := f.Make(t, emutest.Applications, emutest.InOrganization("a", ""))
	calls := map[string]struct{ path, body string }{
		"applications": {emutest.Applications, emutest.InOrganization("a", "")},
		"api_keys":     {emutest.APIKeys, `{"application_id":"` + application + `"}`},
		"policies":     {emutest.Policies, emutest.InOrganization("p", `,"no_principal":true`)},
		"projects":     {emutest.Projects, emutest.InOrganization("shop", "")},
	}
	for resource, quota := range map[string]int{"applications": 3, "api_keys": 3, "policies": 3, "projects": 2} {
		c := calls[resource]
		if resource != "applications" {
			f.Make(t, c.path, c.body)
		}
		got := f.Post(t, c.path, c.body)
		assert.Equal(t, http.StatusForbidden, got.Status, resource)
		assert.Equal(t, exceeded(resource, quota), got.Body)
	}
	w := f.Owner(t) // seeds and methods go beyond
	w.Add(t, "/", "a")
	id := emutest.IDOf(t, w.Post(t, emutest.Root+"/secrets", emutest.CreateBody("b", "")))
	require.NoError(t, w.ScheduleDeletion(id))
	assert.Equal(t, exceeded("secrets", 2), w.Post(t, emutest.Root+"/secrets", emutest.CreateBody("c", "")).Body)
	w.Add(t, "/", "c")
}

func exceeded(resource string, quota int) string {
	return fmt.Sprintf(`{"details":[{"current":%d,"quota":%d,"resource":%q}],"message":"quota exceeded",`+
		`"type":"quotas_exceeded"}`,
		quota, quota, resource)
}

func TestScalewaysQuotas(t *testing.T) {
	assert.Equal(t, emulator.Quotas{Secrets: 100, Applications: 100, APIKeys: 50, Policies: 50, Projects: 25},
		api.UnverifiedQuotas())
	f := emutest.Start(t).Owner(t)
	for i := range 101 {
		require.Equal(t, http.StatusOK, f.Post(t, emutest.Root+"/secrets",
			emutest.CreateBody(fmt.Sprintf("s%d", i), "")).Status, "no quota unless asked for")
	}
}
