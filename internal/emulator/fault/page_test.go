package fault_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	sdk "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/fault"
)

// pageOf is what a test looks at of a page.
type pageOf struct {
	Names []string
	Total int
}

// page asks for a page of two secrets.
func page(t *testing.T, f emutest.Fixture, number int) pageOf {
	t.Helper()
	got := f.Get(t, fmt.Sprintf("%s&page_size=2&page=%d", emutest.Secrets, number))
	require.Equal(t, http.StatusOK, got.Status)
	var decoded struct {
		Secrets []struct {
			ID, Name string
		}
		TotalCount int `json:"total_count"`
	}
	require.NoError(t, json.Unmarshal([]byte(got.Body), &decoded))
	page := pageOf{Total: decoded.TotalCount}
	for _, secret := range decoded.Secrets {
		page.Names = append(page.Names, secret.Name)
	}
	return page
}

// allPages is what the SDK takes for the whole list, two secrets a page.
func allPages(t *testing.T, f emutest.Fixture) (names []string) {
	t.Helper()
	list, err := f.SDK(t, f.Key).ListSecrets(&sdk.ListSecretsRequest{
		ProjectID: new(emutest.Project), PageSize: scw.Uint32Ptr(2),
	}, scw.WithAllPages())
	require.NoError(t, err)
	for _, secret := range list.Secrets {
		names = append(names, secret.Name)
	}
	return names
}

func TestFaultsOfPages(t *testing.T) {
	cases := map[fault.Kind]struct {
		pages []pageOf // from the first
		sdk   []string
	}{
		fault.Endless: {
			[]pageOf{{[]string{"a", "b"}, 4}, {[]string{"a-2", "b-2"}, 6}, {[]string{"a-3", "b-3"}, 8}},
			[]string{"a", "b", "a-2", "b-2"}, // it believes the total_count of the first page
		},
		fault.SamePage: {
			[]pageOf{{[]string{"a", "b"}, 6}, {[]string{"a", "b"}, 6}, {[]string{"a", "b"}, 6}},
			[]string{"a", "b", "a", "b", "a", "b"},
		},
		fault.Duplicates: {
			[]pageOf{{[]string{"a", "a"}, 3}, {[]string{"c", "c"}, 3}, {nil, 3}},
			[]string{"a", "a", "c", "c"},
		},
		fault.HalfPage: {
			[]pageOf{{[]string{"a"}, 3}, {nil, 3}, {nil, 3}},
			[]string{"a"},
		},
	}
	for kind, c := range cases {
		t.Run(string(kind), func(t *testing.T) {
			f := emutest.Start(t)
			for _, name := range []string{"a", "b", "c"} {
				f.Add(t, "/shop", name, "v")
			}
			f.Strike(t, kind)
			var got []pageOf
			for number := range c.pages {
				got = append(got, page(t, f, number+1))
			}
			assert.Equal(t, c.pages, got)
			assert.Equal(t, c.sdk, allPages(t, f))
			assert.Equal(t, f.Stats().Calls[emulator.ListSecrets], f.Stats().Struck[kind])
		})
	}
}

func TestFaultsOfPagesOnAListWithoutSecrets(t *testing.T) {
	cases := map[fault.Kind][]pageOf{
		fault.Endless:    {{nil, 2}, {nil, 3}},
		fault.SamePage:   {{nil, 0}, {nil, 0}},
		fault.Duplicates: {{nil, 0}, {nil, 0}},
		fault.HalfPage:   {{nil, 0}, {nil, 0}},
	}
	for kind, want := range cases {
		t.Run(string(kind), func(t *testing.T) {
			f := emutest.Start(t)
			f.Strike(t, kind)
			assert.Equal(t, want, []pageOf{page(t, f, 1), page(t, f, 2)})
			assert.Empty(t, allPages(t, f))
		})
	}
}

func TestEndlessPagesHoldSecretsThatDoNotExist(t *testing.T) {
	f := emutest.Start(t)
	f.Add(t, "/shop", "a", "v")
	f.Strike(t, fault.Endless)

	list, err := f.SDK(t, f.Key).ListSecrets(&sdk.ListSecretsRequest{ProjectID: new(emutest.Project),
		Page: scw.Int32Ptr(9)})

	require.NoError(t, err)
	require.Len(t, list.Secrets, 1)
	assert.Equal(t, "a-9", list.Secrets[0].Name)
	assert.Equal(t, "/shop", list.Secrets[0].Path)
	_, err = f.SDK(t, f.Key).GetSecret(&sdk.GetSecretRequest{SecretID: list.Secrets[0].ID})
	assert.ErrorAs(t, err, new(*scw.ResourceNotFoundError))
}

func TestFaultsOfPagesLeaveErrorsAsTheyAre(t *testing.T) {
	for _, kind := range []fault.Kind{fault.Endless, fault.SamePage, fault.Duplicates, fault.HalfPage} {
		t.Run(string(kind), func(t *testing.T) {
			f := emutest.Start(t)
			denied := f.NewKey(t).SecretKey
			want := f.Do(t, http.MethodGet, emutest.Secrets, denied)
			bad := f.Get(t, emutest.Secrets+"&page=two")
			f.Strike(t, kind)
			got := f.Do(t, http.MethodGet, emutest.Secrets, denied)
			assert.Equal(t, http.StatusForbidden, got.Status)
			assert.Equal(t, want.Body, got.Body)
			assert.Equal(t, bad.Body, f.Get(t, emutest.Secrets+"&page=two").Body)
		})
	}
}

func TestEveryListCanBeEndless(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, "/shop/web", "a", "1", "2")
	f.Strike(t, fault.Endless)
	cases := map[string]struct{ path, want string }{
		"versions": {
			// 2 versions on a page: 6, 5 on the third
			emutest.Root + "/secrets/" + id + "/versions?page=3", `"revision":6`,
		},
		"folders": {emutest.Root + "/secrets/browse?page=3&project_id=" + emutest.Project, `"name":"shop-3"`},
		"a folder's secrets": {
			emutest.Root + "/secrets/browse?page=3&prefix=/shop/web&project_id=" + emutest.Project, `"name":"a-3"`,
		},
		"types": {emutest.Root + "/secret-types?page=3&project_id=" + emutest.Project, `"opaque-3"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.Get(t, c.path)
			require.Equal(t, http.StatusOK, got.Status, got.Body)
			assert.Contains(t, got.Body, c.want)
			assert.NotContains(t, got.Body, `"id":"`+id, "an id that exists")
		})
	}
	assert.Equal(t, len(cases), f.Stats().Struck[fault.Endless])
}
