package secretapi_test

import (
	"fmt"
	"net/http"
	"testing"

	sdk "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
)

// catalogue is an emulator with secrets made a second apart, in no useful order.
func catalogue(t *testing.T) emutest.Fixture {
	t.Helper()
	f := emutest.Start(t)
	for _, s := range []emulator.Secret{
		{Path: "/shop/tls", Name: "tls-cert", Type: "certificate"},
		{Path: "/shop", Name: "zeta", Tags: []string{"prod"}},
		{Path: "/", Name: "beta", Tags: []string{"prod", "eu"}},
		{Path: "/shop-2", Name: "alpha"},
		{Path: "/shop", Name: "beta"},
		{Path: "/shop", Name: "beta-2"},
		{Path: "/shop", Name: "elsewhere", Region: "nl-ams"},
		{Path: "/shop", Name: "foreign", ProjectID: emutest.OtherProject},
	} {
		if s.ProjectID == "" {
			s.ProjectID = emutest.Project
		}
		_, err := f.AddSecret(s)
		require.NoError(t, err)
	}
	gone := f.Add(t, "/shop", "gone")
	require.NoError(t, f.ScheduleDeletion(gone))
	return f
}

func TestListFiltersAndOrders(t *testing.T) {
	f := catalogue(t)
	all := []string{"/shop-2:alpha", "/:beta", "/shop:beta", "/shop:beta-2", "/shop/tls:tls-cert", "/shop:zeta"}

	cases := map[string]struct {
		query string
		want  []string
	}{
		"without a filter everything in the project and region comes, by name across paths": {"", all},
		"the filters the SDK sends for nothing filter nothing": {
			"&order_by=name_asc&type=unknown_type&scheduled_for_deletion=false", all,
		},
		"a path finds neither its subfolders nor its neighbours": {
			"&path=/shop", []string{"/shop:beta", "/shop:beta-2", "/shop:zeta"},
		},
		"the root is a path":                           {"&path=/", []string{"/:beta"}},
		"a path with a trailing slash is another path": {"&path=/shop/", nil},
		"a name is compared whole, in every folder":    {"&name=beta", []string{"/:beta", "/shop:beta"}},
		"a name differs by case":                       {"&name=Beta", nil},
		"a name and a path name one secret":            {"&name=beta&path=/shop", []string{"/shop:beta"}},
		"a folder in the name finds nothing":           {"&name=shop/beta", nil},
		"one tag finds all that have it":               {"&tags=prod", []string{"/:beta", "/shop:zeta"}},
		"two tags must both be there":                  {"&tags=prod&tags=eu", []string{"/:beta"}},
		"a type filters":                               {"&type=certificate", []string{"/shop/tls:tls-cert"}},
		"no secret is ephemeral":                       {"&ephemeral=true", nil},
		"every secret is not ephemeral":                {"&ephemeral=false", all},
		"those scheduled for deletion come alone":      {"&scheduled_for_deletion=true", []string{"/shop:gone"}},
		"an unknown parameter is ignored":              {"&colour=blue", all},
		"names in descending order keep ties by path": {
			"&order_by=name_desc",
			[]string{"/shop:zeta", "/shop/tls:tls-cert", "/shop:beta-2", "/:beta", "/shop:beta", "/shop-2:alpha"},
		},
		"the oldest comes first by creation": {
			"&order_by=created_at_asc",
			[]string{"/shop/tls:tls-cert", "/shop:zeta", "/:beta", "/shop-2:alpha", "/shop:beta", "/shop:beta-2"},
		},
		"the youngest comes first by update": {
			"&order_by=updated_at_desc",
			[]string{"/shop:beta-2", "/shop:beta", "/shop-2:alpha", "/:beta", "/shop:zeta", "/shop/tls:tls-cert"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, total := f.List(t, c.query)
			assert.Equal(t, c.want, got)
			assert.Equal(t, len(c.want), total)
		})
	}
}

func TestListPages(t *testing.T) {
	f := emutest.Start(t)
	for i := range 101 {
		f.Add(t, "/shop", fmt.Sprintf("key-%03d", i))
	}
	cases := map[string]struct {
		query       string
		count       int
		first, last string
	}{
		"no size means 50":        {"", 50, "key-000", "key-049"},
		"size 0 means 50":         {"&page=1&page_size=0", 50, "key-000", "key-049"},
		"page 0 is the first":     {"&page=0&page_size=1", 1, "key-000", "key-000"},
		"100 is the greatest":     {"&page_size=100", 100, "key-000", "key-099"},
		"the last page is short":  {"&page_size=100&page=2", 1, "key-100", "key-100"},
		"a middle page":           {"&page_size=20&page=3", 20, "key-040", "key-059"},
		"a page after the last":   {"&page_size=50&page=4", 0, "", ""},
		"the last page of all":    {"&page_size=100&page=2147483647", 0, "", ""},
		"filters come before all": {"&page_size=2&page=1&name=key-077", 1, "key-077", "key-077"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, total := f.List(t, c.query)
			require.Len(t, got, c.count)
			if c.count > 0 {
				assert.Equal(t, "/shop:"+c.first, got[0])
				assert.Equal(t, "/shop:"+c.last, got[c.count-1])
			}
			assert.Equal(t, map[bool]int{true: 1, false: 101}[c.first == "key-077"], total)
		})
	}
}

func TestPagesOfOneNameNeverOverlap(t *testing.T) {
	f := emutest.Start(t)
	for _, folder := range []string{"/c", "/f", "/a", "/e", "/d", "/b"} {
		f.Add(t, folder, "key")
	}
	var got []string
	for page := range 3 {
		names, _ := f.List(t, fmt.Sprintf("&page_size=2&page=%d", page+1))
		got = append(got, names...)
	}
	assert.Equal(t, []string{"/a:key", "/b:key", "/c:key", "/d:key", "/e:key", "/f:key"}, got)
}

func TestDeletionCountsAsAnUpdate(t *testing.T) {
	f := emutest.Start(t)
	first, second := f.Add(t, "/", "first"), f.Add(t, "/", "second")
	require.NoError(t, f.ScheduleDeletion(second))
	require.NoError(t, f.ScheduleDeletion(first))

	got := f.Paths(t, "&scheduled_for_deletion=true&order_by=updated_at_asc")
	assert.Equal(t, []string{"/:second", "/:first"}, got)
}

func TestListRefusesBadArguments(t *testing.T) {
	f := emutest.Start(t)
	cases := map[string]struct{ query, argument, help, reason string }{
		"a project that is no UUID": {"project_id=shop", "project_id", "must be a UUID", "format"},
		"an empty project":          {"project_id=", "project_id", "must be a UUID", "format"},
		"no project":                {"", "project_id", "", "required"},
		"a size above 100":          {"page_size=101", "page_size", "must be from 0 to 100", "constraint"},
		"a negative size":           {"page_size=-1", "page_size", "must be from 0 to 100", "constraint"},
		"a page that is no number":  {"page=two", "page", "must be a number", "format"},
		"a page given twice":        {"page=1&page=2", "page", "must be given once", "format"},
		"a flag that is no boolean": {"scheduled_for_deletion=yes", "scheduled_for_deletion",
			"must be a boolean", "format"},
		"an organisation of no UUID": {"organization_id=x", "organization_id", "must be a UUID", "format"},
		"an unknown order": {
			"order_by=path_asc", "order_by", "must be one of name_asc, name_desc, created_at_asc, " +
				"created_at_desc, updated_at_asc, updated_at_desc", "format",
		},
		"an unknown type": {
			"type=password", "type", "must be one of unknown_type, opaque, certificate, key_value, " +
				"basic_credentials, database_credentials, ssh_key", "format",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			query := c.query
			if c.argument != "project_id" {
				query += "&project_id=" + emutest.Project
			}
			got := f.Get(t, emutest.Root+"/secrets?"+query)
			assert.Equal(t, http.StatusBadRequest, got.Status)
			assert.Equal(t, fmt.Sprintf(`{"details":[{"argument_name":%q,"help_message":%q,"reason":%q}],`+
				`"message":"invalid argument(s)","type":"invalid_arguments"}`, c.argument, c.help, c.reason), got.Body)
		})
	}
}

// browse returns a folder's items, folders with a slash at their end.
func browse(t *testing.T, f emutest.Fixture, request sdk.BrowseSecretsRequest) (items []string) {
	t.Helper()
	request.ProjectID = new(emutest.Project)
	got, err := f.SDK(t, f.Key).BrowseSecrets(&request, scw.WithAllPages())
	require.NoError(t, err)
	require.Len(t, got.Items, int(got.TotalCount))
	for _, item := range got.Items {
		if item.Folder != nil {
			items = append(items, item.Name+"/")
			continue
		}
		items = append(items, item.Name)
	}
	return items
}

func TestBrowseShowsOneFolder(t *testing.T) {
	f := catalogue(t)
	type request = sdk.BrowseSecretsRequest
	cases := map[string]struct {
		request request
		want    []string
	}{
		"the root":                     {request{}, []string{"shop/", "shop-2/", "beta"}},
		"a folder":                     {request{Prefix: "/shop/"}, []string{"tls/", "beta", "beta-2", "zeta"}},
		"a folder without its slash":   {request{Prefix: "shop/tls"}, []string{"tls-cert"}},
		"a folder that does not exist": {request{Prefix: "/sho"}, nil},
		"folders with a tag inside":    {request{Tags: []string{"prod"}}, []string{"shop/", "beta"}},
		"folders with a type inside":   {request{Type: sdk.SecretTypeCertificate}, []string{"shop/"}},
		"the other way round":          {request{OrderBy: "name_desc"}, []string{"shop-2/", "shop/", "beta"}},
		"pages that never overlap":     {request{PageSize: scw.Uint32Ptr(1)}, []string{"shop/", "shop-2/", "beta"}},
		"by creation, folders by name": {
			request{Prefix: "/shop", OrderBy: "created_at_asc"}, []string{"tls/", "zeta", "beta", "beta-2"},
		},
		"by the last update, folders by name": {
			request{Prefix: "/shop", OrderBy: "updated_at_desc"}, []string{"tls/", "beta-2", "beta", "zeta"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, browse(t, f, c.request)) })
	}
}

func TestBrowseShowsWhatASecretIs(t *testing.T) {
	f, _ := emutest.StartAt(t)
	id := f.Add(t, "/shop", "key", "one", "two")

	got := f.Get(t, emutest.Root+"/secrets/browse?prefix=/shop&project_id="+emutest.Project)

	assert.Equal(t, `{"items":[{"name":"key","created_at":"2026-07-03T12:00:00Z","updated_at":"2026-07-03T12:00:00Z",`+
		`"secret":{"id":"`+id+
		`","tags":[],"version_count":2,"protected":false,"ephemeral_policy":null,"type":"opaque"}}],`+
		`"current_path":"/shop","total_count":1}`, got.Body)
	assert.Equal(t, `{"items":[{"name":"shop","created_at":null,"updated_at":null,"folder":{}}],"current_path":"/",`+
		`"total_count":1}`, f.Get(t, emutest.Root+"/secrets/browse?project_id="+emutest.Project).Body)
	assert.Equal(t, `{"items":[],"current_path":"/web","total_count":0}`,
		f.Get(t, emutest.Root+"/secrets/browse?prefix=/web&project_id="+emutest.Project).Body)
}

func TestTagsAndTypesAreListed(t *testing.T) {
	f := catalogue(t)
	tags, err := f.SDK(t, f.Key).ListTags(&sdk.ListTagsRequest{PageSize: scw.Uint32Ptr(1)}, scw.WithAllPages())
	require.NoError(t, err)
	assert.Equal(t, &sdk.ListTagsResponse{Tags: []string{"eu", "prod"}, TotalCount: 2}, tags)

	types, err := f.SDK(t, f.Key).ListSecretTypes(&sdk.ListSecretTypesRequest{})
	require.NoError(t, err)
	assert.Equal(t, sdk.SecretType("").Values()[1:], types.Types)
	assert.Equal(t, uint64(6), types.TotalCount)
}

func TestBrowseTagsAndTypesNeedAProjectAndTheRightToList(t *testing.T) {
	f := emutest.Start(t)
	nothing := f.NewKey(t).SecretKey
	for _, path := range []string{"/secrets/browse", "/tags", "/secret-types"} {
		assert.Equal(t, emutest.BadArgument("project_id", "required", ""), f.Get(t, emutest.Root+path).Body)
		got := f.Do(t, http.MethodGet, emutest.Root+path+"?project_id="+emutest.Project, nothing)
		assert.Equal(t, http.StatusForbidden, got.Status)
		assert.Equal(t, emutest.Denied("list"), got.Body)
	}
}
