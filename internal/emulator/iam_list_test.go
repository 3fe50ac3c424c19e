package emulator_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// names are those of the items of a list, in order.
func (o office) names(t *testing.T, path string) []string {
	t.Helper()
	got := o.call(t, http.MethodGet, path, "")
	require.Equal(t, http.StatusOK, got.status, got.body)
	var fields map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(got.body), &fields))
	all := []string{}
	for _, field := range []string{"applications", "groups", "policies", "permission_sets", "projects"} {
		var items []struct{ Name string }
		if fields[field] != nil {
			require.NoError(t, json.Unmarshal(fields[field], &items))
		}
		for _, item := range items {
			all = append(all, item.Name)
		}
	}
	return all
}

func TestGroupsAreFilteredByTheirIDsAndMembers(t *testing.T) {
	o := openOffice(t, "15:00:00")
	member := func(name string) (id string) {
		_, id = o.made(t, iamPath+"/applications", inOrganization(name, ""))
		return id
	}
	a, b := member("a"), member("b")
	group := func(name, members string) (id string) {
		_, id = o.made(t, iamPath+"/groups", inOrganization(name, ""))
		require.Equal(t, http.StatusOK, o.call(t, http.MethodPut, iamPath+"/groups/"+id+"/members", `{"application_ids":[`+members+`]}`).status)
		return id
	}
	first := group("of-a", `"`+a+`"`)
	group("of-both", `"`+a+`","`+b+`"`)
	last := group("of-none", "")
	for query, want := range map[string][]string{
		"":                                     {"of-a", "of-both", "of-none"},
		"&name=of-a":                           {"of-a"},
		"&application_ids=" + a:                {"of-a", "of-both"},
		"&application_ids=" + b:                {"of-both"},
		"&application_ids=" + a + "&name=of-a": {"of-a"},
		"&group_ids=" + first + "&group_ids=" + last: {"of-a", "of-none"},
		"&user_ids=" + a: {},
	} {
		assert.Equal(t, want, o.names(t, iamPath+"/groups?order_by=name_asc&organization_id="+organization+query), query)
	}
}

func TestPoliciesAreFilteredByIDsAndPrincipals(t *testing.T) {
	o := openOffice(t, "15:00:00")
	_, application := o.made(t, iamPath+"/applications", inOrganization("a", ""))
	_, group := o.made(t, iamPath+"/groups", inOrganization("g", ""))
	_, orphan := o.made(t, iamPath+"/policies", inOrganization("orphan", `,"no_principal":true`))
	o.made(t, iamPath+"/policies", inOrganization("application", `,"application_id":"`+application+`"`))
	o.made(t, iamPath+"/policies", inOrganization("group", `,"group_id":"`+group+`"`))
	for query, want := range map[string][]string{
		"&application_ids=" + application: {"application"},
		"&group_ids=" + group:             {"group"},
		"&policy_ids=" + orphan:           {"orphan"},
		"&no_principal=true":              {"orphan"},
		"&user_ids=" + application:        {},
	} {
		assert.Equal(t, want, o.names(t, iamPath+"/policies?organization_id="+organization+query), query)
	}
}

func TestApplicationsAndProjectsAreFilteredByIDs(t *testing.T) {
	o := openOffice(t, "15:00:00")
	for _, path := range []string{iamPath + "/applications", projectsPath} {
		_, a := o.made(t, path, inOrganization("a", ""))
		_, b := o.made(t, path, inOrganization("b", ""))
		o.made(t, path, inOrganization("c", ""))
		filter := map[string]string{projectsPath: "project_ids"}[path]
		if filter == "" {
			filter = "application_ids"
		}
		query := "&order_by=name_desc&" + filter + "=" + a + "&" + filter + "=" + b
		assert.Equal(t, []string{"b", "a"}, o.names(t, path+"?organization_id="+organization+query))
	}
}

// TestListsOfIAMHaveADefaultOrder: source scaleway-sdk-go's iam/v1alpha1 and
// account/v3.
func TestListsOfIAMHaveADefaultOrder(t *testing.T) {
	f := startWith(t, emulator.Config{Seed: 1, OrganizationID: organization, Now: ticking()})
	o := office{f, f.manager(t).SecretKey}
	for kind, want := range map[string][]string{
		iamPath + "/applications": {"b", "a", "c"},
		iamPath + "/groups":       {"b", "a", "c"},
		projectsPath:              {"b", "a", "c"},
		iamPath + "/policies":     {"a", "b", "c"},
	} {
		for _, name := range []string{"b", "a", "c"} {
			o.made(t, kind, inOrganization(name, `,"no_principal":true`))
		}
		got := slices.DeleteFunc(o.names(t, kind+"?organization_id="+organization), func(name string) bool { return len(name) > 1 })
		assert.Equal(t, want, got, kind)
	}
	sets := o.names(t, iamPath+"/permission-sets?organization_id="+organization)
	require.NotEmpty(t, sets)
	assert.True(t, slices.IsSorted(sets), "%q", sets)
}
