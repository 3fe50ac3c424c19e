package iamapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
)

// names are those of the items of a list, in order.
func names(t *testing.T, f emutest.Fixture, path string) []string {
	t.Helper()
	got := f.Get(t, path)
	require.Equal(t, http.StatusOK, got.Status, got.Body)
	var fields map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(got.Body), &fields))
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
	f := emutest.StartManager(t, "15:00:00")
	member := func(name string) (id string) {
		_, id = f.Make(t, emutest.Applications, emutest.InOrganization(name, ""))
		return id
	}
	a, b := member("a"), member("b")
	group := func(name, members string) (id string) {
		_, id = f.Make(t, emutest.Groups, emutest.InOrganization(name, ""))
		require.Equal(t, http.StatusOK, f.Call(t, http.MethodPut, emutest.Groups+"/"+id+"/members",
			`{"application_ids":[`+
				members+`]}`).Status)
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
		assert.Equal(t, want,
			names(t, f, emutest.Groups+"?order_by=name_asc&organization_id="+emutest.Organization+query),
			query)
	}
}

func TestPoliciesAreFilteredByIDsAndPrincipals(t *testing.T) {
	f := emutest.StartManager(t, "15:00:00")
	_, application := f.Make(t, emutest.Applications, emutest.InOrganization("a", ""))
	_, group := f.Make(t, emutest.Groups, emutest.InOrganization("g", ""))
	_, orphan := f.Make(t, emutest.Policies, emutest.InOrganization("orphan", `,"no_principal":true`))
	f.Make(t, emutest.Policies, emutest.InOrganization("application", `,"application_id":"`+application+`"`))
	f.Make(t, emutest.Policies, emutest.InOrganization("group", `,"group_id":"`+group+`"`))
	for query, want := range map[string][]string{
		"&application_ids=" + application: {"application"},
		"&group_ids=" + group:             {"group"},
		"&policy_ids=" + orphan:           {"orphan"},
		"&no_principal=true":              {"orphan"},
		"&user_ids=" + application:        {},
	} {
		assert.Equal(t, want, names(t, f, emutest.Policies+"?organization_id="+emutest.Organization+query), query)
	}
}

func TestApplicationsAndProjectsAreFilteredByIDs(t *testing.T) {
	f := emutest.StartManager(t, "15:00:00")
	for _, path := range []string{emutest.Applications, emutest.Projects} {
		_, a := f.Make(t, path, emutest.InOrganization("a", ""))
		_, b := f.Make(t, path, emutest.InOrganization("b", ""))
		f.Make(t, path, emutest.InOrganization("c", ""))
		filter := map[string]string{emutest.Projects: "project_ids"}[path]
		if filter == "" {
			filter = "application_ids"
		}
		query := "&order_by=name_desc&" + filter + "=" + a + "&" + filter + "=" + b
		assert.Equal(t, []string{"b", "a"}, names(t, f, path+"?organization_id="+emutest.Organization+query))
	}
}

// TestListsOfIAMHaveADefaultOrder: source scaleway-sdk-go's iam/v1alpha1 and
// account/v3.
func TestListsOfIAMHaveADefaultOrder(t *testing.T) {
	f := emutest.StartWith(t, emulator.Config{Random: 1, OrganizationID: emutest.Organization,
		Now: emutest.Ticking()}).Manager(t)
	for kind, want := range map[string][]string{
		emutest.Applications: {"b", "a", "c"},
		emutest.Groups:       {"b", "a", "c"},
		emutest.Projects:     {"b", "a", "c"},
		emutest.Policies:     {"a", "b", "c"},
	} {
		for _, name := range []string{"b", "a", "c"} {
			f.Make(t, kind, emutest.InOrganization(name, `,"no_principal":true`))
		}
		got := slices.DeleteFunc(names(t, f, kind+"?organization_id="+emutest.Organization),
			func(name string) bool { return len(name) > 1 })
		assert.Equal(t, want, got, kind)
	}
	sets := names(t, f, emutest.IAM+"/permission-sets?organization_id="+emutest.Organization)
	require.NotEmpty(t, sets)
	assert.True(t, slices.IsSorted(sets), "%q", sets)
}
