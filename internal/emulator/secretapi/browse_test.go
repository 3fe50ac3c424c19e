package secretapi_test

import (
	"net/http"
	"testing"

	sdk "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator/emutest"
)

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
		`"secret":{"id":"`+id+`","tags":[],"version_count":2,"protected":false,"ephemeral_policy":null,"type":"opaque"}}],`+
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
