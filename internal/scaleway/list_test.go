package scaleway_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/version"
)

// pages answers the n-th call with the n-th page; beyond the last with the last.
func pages(bodies ...string) (handler http.HandlerFunc, queries *[]string) {
	queries = &[]string{}
	return func(w http.ResponseWriter, r *http.Request) {
		*queries = append(*queries, r.URL.RawQuery)
		answer(http.StatusOK, bodies[min(len(*queries), len(bodies))-1])(w, r)
	}, queries
}

// without is a page of one secret, a part of whose JSON is another.
func without(old, with string) string {
	return `{"secrets":[` + strings.Replace(secretJSON(1), old, with, 1) + `],"total_count":1}`
}

// two is a page of two secrets.
func two(a, b string) string { return `{"secrets":[` + a + "," + b + `],"total_count":2}` }

func TestListsThatCannotBeWholeAreReadOnceMoreAndThenRefused(t *testing.T) {
	const suffix = ", in both of two readings (a list may change while it is read)" + faulty
	same := `"id":"00000000-0000-4000-8000-000000000001"`
	var growing []string
	for n := range 300 {
		growing = append(growing, secretsJSON(n*100+1, n*100+100, 9_999_999))
	}
	for name, test := range map[string]struct {
		pages []string
		calls int
		want  string
	}{
		"no list": {[]string{`{}`}, 2, "answered without a list"},
		"null":    {[]string{`{"secrets":null,"total_count":0}`}, 2, "answered without a list"},
		"a list without a count": {[]string{`{"secrets":[` + secretJSON(1) + `]}`}, 2,
			"lists 1 items and counts 0"},
		"a count without a list": {[]string{secretsJSON(1, 0, 250)}, 2,
			"counts 250 items and ends its list after 0"},
		"an end before the end": {[]string{secretsJSON(1, 100, 250), secretsJSON(1, 0, 250),
			secretsJSON(1, 0, 250)}, 3, "counts 250 items and ends its list after 0"},
		"the same page again":   {[]string{secretsJSON(1, 100, 250)}, 4, "lists the same secret twice"},
		"the same secret twice": {[]string{two(secretJSON(1), secretJSON(1))}, 2, "lists the same secret twice"},
		"the same name twice": {[]string{
			two(secretJSON(1), strings.Replace(secretJSON(2), "secret-2", "secret-1", 1))}, 2,
			"lists the same name twice"},
		"more than it counts":    {[]string{secretsJSON(1, 3, 2)}, 2, "lists 3 items and counts 2"},
		"a list without end":     {growing, 2, "lists more than 10000 items"},
		"another folder":         {[]string{without("/shop", "/shop/sub")}, 2, "lists secrets of another folder"},
		"another folder's slash": {[]string{without("/shop", "/shop/")}, 2, "lists secrets of another folder"},
		"another project":        {[]string{without(project, secretID)}, 2, "lists secrets of another project"},
		"another region":         {[]string{without("fr-par", "nl-ams")}, 2, "lists secrets of another region"},
		"no name":                {[]string{without("secret-1", "")}, 2, "lists secrets without a name or an id"},
		"an id that leads elsewhere": {[]string{without(same, `"id":"../../x"`)}, 2,
			"lists secrets without a name or an id"},
		"null for a secret": {[]string{`{"secrets":[null],"total_count":1}`}, 2,
			"lists secrets without a name or an id"},
	} {
		t.Run(name, func(t *testing.T) {
			handler, queries := pages(test.pages...)
			account, host := serve(t, handler)
			_, err := account.Secrets(t.Context(), shop(), false)
			assertError(t, err, inventory.Malformed, strings.ReplaceAll(listing, "HOST", host)+test.want+suffix)
			assert.Len(t, *queries, test.calls)
		})
	}
}

func TestACountThatGrowsWithEachPageIsNotFollowed(t *testing.T) {
	var page int
	account, host := serve(t, func(w http.ResponseWriter, r *http.Request) {
		page++
		answer(http.StatusOK, secretsJSON(page*100-99, page*100, page*100+100))(w, r)
	})
	_, err := account.Secrets(t.Context(), shop(), false)
	assertError(t, err, inventory.Malformed, strings.ReplaceAll(listing, "HOST", host)+
		"counted 400 items on the first page and 500 on a later one, in both of two readings (a list "+
		"may change while it is read)"+faulty)
	assert.Equal(t, 4, page)
}

func TestAListThatChangedWhileItWasReadIsReadAgain(t *testing.T) {
	handler, queries := pages(
		secretsJSON(1, 100, 150), secretsJSON(102, 150, 149), // one was deleted between the pages
		secretsJSON(2, 101, 149), secretsJSON(102, 150, 149),
	)
	account, _ := serve(t, handler)

	found, err := account.Secrets(t.Context(), shop(), false)

	require.NoError(t, err)
	require.Len(t, found, 149)
	assert.Equal(t, "secret-2", found[0].Name)
	assert.Equal(t, "secret-150", found[148].Name)
	assert.Len(t, *queries, 4)
}

func TestSmallerPagesThanAskedForAreFollowed(t *testing.T) {
	handler, queries := pages(secretsJSON(1, 20, 50), secretsJSON(21, 40, 50), secretsJSON(41, 50, 50))
	account, _ := serve(t, handler)

	found, err := account.Secrets(t.Context(), shop(), false)

	require.NoError(t, err)
	assert.Len(t, found, 50)
	const query = "order_by=name_asc&page=%d&page_size=100&path=%%2Fshop&project_id=" + project +
		"&scheduled_for_deletion=false&type=unknown_type"
	assert.Equal(t, []string{fmt.Sprintf(query, 1), fmt.Sprintf(query, 2), fmt.Sprintf(query, 3)}, *queries)
}

func TestTheAPIIsToldWhoAsks(t *testing.T) {
	var agent string
	account, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		agent = r.UserAgent()
		answer(http.StatusOK, `{"secrets":[],"total_count":0}`)(w, r)
	})
	_, err := account.Secrets(t.Context(), shop(), false)
	require.NoError(t, err)
	assert.Regexp(t, `^scaleway-sdk-go/.* cloison/`+regexp.QuoteMeta(version.Number)+`$`, agent)
}

func TestTheRootIsAskedForAsASlash(t *testing.T) {
	handler, queries := pages(`{"secrets":[],"total_count":0}`)
	account, _ := serve(t, handler)

	for _, path := range []string{"", "/"} {
		_, err := account.Secrets(t.Context(), inventory.FolderRef{Region: "fr-par", ProjectID: project, Path: path},
			true)
		require.NoError(t, err)
	}

	require.Len(t, *queries, 2)
	for _, query := range *queries {
		assert.Contains(t, query, "path=%2F&")
		assert.Contains(t, query, "scheduled_for_deletion=true")
	}
}

func TestOnlySecretsScheduledForDeletionAreTakenForSuch(t *testing.T) {
	account, host := serve(t, answer(http.StatusOK, secretsJSON(1, 1, 1)))
	_, err := account.Secrets(t.Context(), shop(), true)
	assertError(t, err, inventory.Malformed, `list the secrets scheduled for deletion of folder "/shop" of project `+
		project+" in fr-par: the API at "+host+
		" lists secrets that are not scheduled for deletion, in both of two readings (a list "+
		"may change while it is read)"+faulty)
}

func TestSecretsAreCountedInOneCallAndNotBelievedBlindly(t *testing.T) {
	for name, test := range map[string]struct {
		body, want string
	}{
		"no list":             {`{"total_count":3}`, "answered without a list"},
		"a count of too many": {secretsJSON(1, 1, 10_001), "counts more than 10000 items"},
		"a count of nothing":  {secretsJSON(1, 0, 3), "lists 0 items and counts 3"},
		"a list of too many":  {secretsJSON(1, 2, 1), "lists 2 items and counts 1"},
		"another project":     {without(project, secretID), "lists secrets of another project"},
	} {
		t.Run(name, func(t *testing.T) {
			account, host := serve(t, answer(http.StatusOK, test.body))
			_, err := account.SecretCount(t.Context(), "fr-par", project)
			assertError(t, err, inventory.Malformed, "count the secrets of project "+project+" in fr-par: the API at "+
				host+" "+test.want+faulty)
		})
	}
	handler, queries := pages(secretsJSON(1, 1, 242))
	account, _ := serve(t, handler)
	count, err := account.SecretCount(t.Context(), "fr-par", project)
	require.NoError(t, err)
	assert.Equal(t, 242, count)
	assert.Equal(t, []string{"order_by=name_asc&page=1&page_size=1&project_id=" + project +
		"&scheduled_for_deletion=false&type=unknown_type"}, *queries)
}

func TestRegionsAndIDsThatWouldChangeTheURLAreNotAskedFor(t *testing.T) {
	handler, queries := pages("{}")
	account, host := serve(t, handler)
	_, err := account.SecretCount(t.Context(), "fr-par/x", project)
	assertError(t, err, inventory.NoSuchRegion,
		"count the secrets of project "+project+" in fr-par/x: the API at "+host+
			` can have no region "fr-par/x"; correct the region (Scaleway has fr-par, nl-ams, pl-waw), or SCW_API_URL`)
	for _, id := range []string{"", "..", project + "/x"} {
		_, err = account.Value(t.Context(), shop(), one(id), 3)
		assertError(t, err, inventory.Malformed, "read revision "+strconv.Itoa(3)+" of "+theSecret+": the API at "+host+
			" was not asked because the id is no UUID; give the id of a secret or project")
	}
	assert.Empty(t, *queries)
}
