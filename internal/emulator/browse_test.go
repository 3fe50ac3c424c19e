package emulator_test

import (
	"net/http"
	"testing"

	secretapi "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browse returns a folder's items, folders with a slash at their end.
func (f fixture) browse(t *testing.T, request secretapi.BrowseSecretsRequest) (items []string) {
	t.Helper()
	request.ProjectID = new(project)
	got, err := f.sdk(t, f.key).BrowseSecrets(&request, scw.WithAllPages())
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
	type request = secretapi.BrowseSecretsRequest
	cases := map[string]struct {
		request request
		want    []string
	}{
		"the root":                     {request{}, []string{"shop/", "shop-2/", "beta"}},
		"a folder":                     {request{Prefix: "/shop/"}, []string{"tls/", "beta", "beta-2", "zeta"}},
		"a folder without its slash":   {request{Prefix: "shop/tls"}, []string{"tls-cert"}},
		"a folder that does not exist": {request{Prefix: "/sho"}, nil},
		"folders with a tag inside":    {request{Tags: []string{"prod"}}, []string{"shop/", "beta"}},
		"folders with a type inside":   {request{Type: secretapi.SecretTypeCertificate}, []string{"shop/"}},
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
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, f.browse(t, c.request)) })
	}
}

func TestBrowseShowsWhatASecretIs(t *testing.T) {
	f, _ := startAt(t)
	id := f.add(t, "/shop", "key", "one", "two")

	got := f.get(t, root+"/secrets/browse?prefix=/shop&project_id="+project)

	assert.Equal(t, `{"items":[{"name":"key","created_at":"2026-07-03T12:00:00Z","updated_at":"2026-07-03T12:00:00Z",`+
		`"secret":{"id":"`+id+`","tags":[],"version_count":2,"protected":false,"ephemeral_policy":null,"type":"opaque"}}],`+
		`"current_path":"/shop","total_count":1}`, got.body)
	assert.Equal(t, `{"items":[{"name":"shop","created_at":null,"updated_at":null,"folder":{}}],"current_path":"/",`+
		`"total_count":1}`, f.get(t, root+"/secrets/browse?project_id="+project).body)
	assert.Equal(t, `{"items":[],"current_path":"/web","total_count":0}`,
		f.get(t, root+"/secrets/browse?prefix=/web&project_id="+project).body)
}

func TestTagsAndTypesAreListed(t *testing.T) {
	f := catalogue(t)
	tags, err := f.sdk(t, f.key).ListTags(&secretapi.ListTagsRequest{PageSize: scw.Uint32Ptr(1)}, scw.WithAllPages())
	require.NoError(t, err)
	assert.Equal(t, &secretapi.ListTagsResponse{Tags: []string{"eu", "prod"}, TotalCount: 2}, tags)

	types, err := f.sdk(t, f.key).ListSecretTypes(&secretapi.ListSecretTypesRequest{})
	require.NoError(t, err)
	assert.Equal(t, secretapi.SecretType("").Values()[1:], types.Types)
	assert.Equal(t, uint64(6), types.TotalCount)
}

func TestBrowseTagsAndTypesNeedAProjectAndTheRightToList(t *testing.T) {
	f := start(t)
	nothing := f.newKey(t).SecretKey
	for _, path := range []string{"/secrets/browse", "/tags", "/secret-types"} {
		assert.Equal(t, bad("project_id", "required", ""), f.get(t, root+path).body)
		got := f.do(t, http.MethodGet, root+path+"?project_id="+project, nothing)
		assert.Equal(t, http.StatusForbidden, got.status)
		assert.Equal(t, deniedList, got.body)
	}
}
