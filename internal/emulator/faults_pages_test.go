package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	secretapi "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// pageOf is what a test looks at of a page.
type pageOf struct {
	Names []string
	Total int
}

// page asks for a page of two secrets.
func (f fixture) page(t *testing.T, number int) pageOf {
	t.Helper()
	got := f.get(t, fmt.Sprintf("%s&page_size=2&page=%d", secretsOfProject, number))
	require.Equal(t, http.StatusOK, got.status)
	var decoded struct {
		Secrets []struct {
			ID, Name string
		}
		TotalCount int `json:"total_count"`
	}
	require.NoError(t, json.Unmarshal([]byte(got.body), &decoded))
	page := pageOf{Total: decoded.TotalCount}
	for _, secret := range decoded.Secrets {
		page.Names = append(page.Names, secret.Name)
	}
	return page
}

// allPages is what the SDK takes for the whole list, two secrets a page.
func (f fixture) allPages(t *testing.T) (names []string) {
	t.Helper()
	list, err := f.sdk(t, f.key).ListSecrets(&secretapi.ListSecretsRequest{
		ProjectID: new(project), PageSize: scw.Uint32Ptr(2),
	}, scw.WithAllPages())
	require.NoError(t, err)
	for _, secret := range list.Secrets {
		names = append(names, secret.Name)
	}
	return names
}

func TestFaultsOfPages(t *testing.T) {
	cases := map[emulator.Fault]struct {
		pages []pageOf // from the first
		sdk   []string
	}{
		emulator.Endless: {
			[]pageOf{{[]string{"a", "b"}, 4}, {[]string{"a-2", "b-2"}, 6}, {[]string{"a-3", "b-3"}, 8}},
			[]string{"a", "b", "a-2", "b-2"}, // it believes the total_count of the first page
		},
		emulator.SamePage: {
			[]pageOf{{[]string{"a", "b"}, 6}, {[]string{"a", "b"}, 6}, {[]string{"a", "b"}, 6}},
			[]string{"a", "b", "a", "b", "a", "b"},
		},
		emulator.Duplicates: {
			[]pageOf{{[]string{"a", "a"}, 3}, {[]string{"c", "c"}, 3}, {nil, 3}},
			[]string{"a", "a", "c", "c"},
		},
		emulator.HalfPage: {
			[]pageOf{{[]string{"a"}, 3}, {nil, 3}, {nil, 3}},
			[]string{"a"},
		},
	}
	for fault, c := range cases {
		t.Run(string(fault), func(t *testing.T) {
			f := start(t)
			for _, name := range []string{"a", "b", "c"} {
				f.add(t, "/shop", name, "v")
			}
			f.strike(t, fault)
			var got []pageOf
			for number := range c.pages {
				got = append(got, f.page(t, number+1))
			}
			assert.Equal(t, c.pages, got)
			assert.Equal(t, c.sdk, f.allPages(t))
			assert.Equal(t, f.Stats().Calls[emulator.ListSecrets], f.Stats().Struck[fault])
		})
	}
}

func TestFaultsOfPagesOnAListWithoutSecrets(t *testing.T) {
	cases := map[emulator.Fault][]pageOf{
		emulator.Endless:    {{nil, 2}, {nil, 3}},
		emulator.SamePage:   {{nil, 0}, {nil, 0}},
		emulator.Duplicates: {{nil, 0}, {nil, 0}},
		emulator.HalfPage:   {{nil, 0}, {nil, 0}},
	}
	for fault, want := range cases {
		t.Run(string(fault), func(t *testing.T) {
			f := start(t)
			f.strike(t, fault)
			assert.Equal(t, want, []pageOf{f.page(t, 1), f.page(t, 2)})
			assert.Empty(t, f.allPages(t))
		})
	}
}

func TestEndlessPagesHoldSecretsThatDoNotExist(t *testing.T) {
	f := start(t)
	f.add(t, "/shop", "a", "v")
	f.strike(t, emulator.Endless)

	list, err := f.sdk(t, f.key).ListSecrets(&secretapi.ListSecretsRequest{ProjectID: new(project), Page: scw.Int32Ptr(9)})

	require.NoError(t, err)
	require.Len(t, list.Secrets, 1)
	assert.Equal(t, "a-9", list.Secrets[0].Name)
	assert.Equal(t, "/shop", list.Secrets[0].Path)
	_, err = f.sdk(t, f.key).GetSecret(&secretapi.GetSecretRequest{SecretID: list.Secrets[0].ID})
	assert.ErrorAs(t, err, new(*scw.ResourceNotFoundError))
}

func TestFaultsOfPagesLeaveErrorsAsTheyAre(t *testing.T) {
	for _, fault := range []emulator.Fault{emulator.Endless, emulator.SamePage, emulator.Duplicates, emulator.HalfPage} {
		t.Run(string(fault), func(t *testing.T) {
			f := start(t)
			denied := f.newKey(t).SecretKey
			want := f.do(t, http.MethodGet, secretsOfProject, denied)
			bad := f.get(t, secretsOfProject+"&page=two")
			f.strike(t, fault)
			got := f.do(t, http.MethodGet, secretsOfProject, denied)
			assert.Equal(t, http.StatusForbidden, got.status)
			assert.Equal(t, want.body, got.body)
			assert.Equal(t, bad.body, f.get(t, secretsOfProject+"&page=two").body)
		})
	}
}

func TestEveryListCanBeEndless(t *testing.T) {
	f := start(t)
	id := f.add(t, "/shop/web", "a", "1", "2")
	f.strike(t, emulator.Endless)
	cases := map[string]struct{ path, want string }{
		"versions": {
			root + "/secrets/" + id + "/versions?page=3", `"revision":6`, // 2 versions on a page: 6, 5 on the third
		},
		"folders": {root + "/secrets/browse?page=3&project_id=" + project, `"name":"shop-3"`},
		"a folder's secrets": {
			root + "/secrets/browse?page=3&prefix=/shop/web&project_id=" + project, `"name":"a-3"`,
		},
		"types": {root + "/secret-types?page=3&project_id=" + project, `"opaque-3"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.get(t, c.path)
			require.Equal(t, http.StatusOK, got.status, got.body)
			assert.Contains(t, got.body, c.want)
			assert.NotContains(t, got.body, `"id":"`+id, "an id that exists")
		})
	}
	assert.Equal(t, len(cases), f.Stats().Struck[emulator.Endless])
}
