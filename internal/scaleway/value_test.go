package scaleway_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/capture"
	"cloison.dev/cloison/internal/inventory"
)

// versionsJSON is a page of versions, given as revision and status.
func versionsJSON(total int, versions ...string) string {
	var items []string
	for _, version := range versions {
		revision, status, _ := strings.Cut(version, " ")
		items = append(items, fmt.Sprintf(`{"revision":%s,"secret_id":%q,"status":%q,"region":"fr-par"}`, revision,
			secretID, status))
	}
	return fmt.Sprintf(`{"versions":[%s],"total_count":%d}`, strings.Join(items, ","), total)
}

func TestEnabledRevisionsAreThoseWhoseStatusSaysSo(t *testing.T) {
	handler, queries := pages(versionsJSON(4, "7 enabled", "4 disabled", "3 enabled"),
		versionsJSON(4, "1 scheduled_for_deletion"))
	account, _ := serve(t, handler)

	found, err := account.EnabledRevisions(t.Context(), shop(), one(secretID))

	require.NoError(t, err)
	assert.Equal(t, []int{3, 7}, found)
	assert.Equal(t, []string{"page=1&page_size=100&status=enabled", "page=2&page_size=100&status=enabled"}, *queries)
}

func TestNoEnabledRevisionIsNotTheSameAsNotAsked(t *testing.T) {
	account, _ := serve(t, answer(http.StatusOK, versionsJSON(0)))
	found, err := account.EnabledRevisions(t.Context(), shop(), one(secretID))
	require.NoError(t, err)
	assert.Equal(t, []int{}, found)
}

func TestRevisionsOfSomethingElseAreNotBelieved(t *testing.T) {
	const asked = "list the enabled revisions of " + theSecret + ": the API at "
	const suffix = ", in both of two readings (a list may change while it is read)" + faulty
	other := strings.Replace(versionsJSON(1, "1 enabled"), secretID, project, 1)
	for name, test := range map[string]struct{ body, want string }{
		"another secret": {other, "lists revisions of something else"},
		"another region": {strings.Replace(versionsJSON(1, "1 enabled"), "fr-par", "nl-ams", 1),
			"lists revisions of something else"},
		"revision 0":              {versionsJSON(1, "0 enabled"), "lists revisions of something else"},
		"null":                    {`{"versions":[null],"total_count":1}`, "lists revisions of something else"},
		"the same revision twice": {versionsJSON(2, "1 enabled", "1 enabled"), "lists the same revision twice"},
		"no list":                 {`{}`, "answered without a list"},
	} {
		t.Run(name, func(t *testing.T) {
			account, host := serve(t, answer(http.StatusOK, test.body))
			_, err := account.EnabledRevisions(t.Context(), shop(), one(secretID))
			assertError(t, err, inventory.Malformed, asked+host+" "+test.want+suffix)
		})
	}
}

// valueJSON holds the canary, in base64 as the API sends it.
func valueJSON(id string, revision int, checksum string) string {
	return fmt.Sprintf(`{"secret_id":%q,"revision":%d,"data":"Y2FuYXJ5X29mX2FfdmFsdWU=","data_crc32":%s,"type":"opaque"}`, id, revision, checksum)
}

func TestAValueIsReadByNumberAndHeldAgainstItsChecksum(t *testing.T) {
	const asked = "read revision 3 of " + theSecret + ": the API at "
	for name, test := range map[string]struct{ body, want string }{
		"a wrong checksum": {valueJSON(secretID, 3, "1"), "answered with a value that is not of its checksum"},
		"another secret":   {valueJSON(project, 3, "null"), "answered with no value, or that of something else"},
		"another revision": {valueJSON(secretID, 4, "null"), "answered with no value, or that of something else"},
		"no value": {strings.Replace(valueJSON(secretID, 3, "null"), `"data"`, `"date"`, 1),
			"answered with no value, or that of something else"},
		"no base64": {`{"data":"` + canary + `!"}`, "answered JSON that is not of its form"},
	} {
		t.Run(name, func(t *testing.T) {
			account, host := serve(t, answer(http.StatusOK, test.body))
			_, err := account.Value(t.Context(), shop(), one(secretID), 3)
			assertError(t, err, inventory.Malformed, asked+host+" "+test.want+faulty)
		})
	}
	for _, checksum := range []string{"null", "3237256515"} {
		var path string
		account, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			path = r.URL.Path
			answer(http.StatusOK, valueJSON(secretID, 3, checksum))(w, r)
		})
		value, err := account.Value(t.Context(), shop(), one(secretID), 3)
		require.NoError(t, err)
		assert.Equal(t, canary, string(value))
		assert.Equal(t, "/secret-manager/v1beta1/regions/fr-par/secrets/"+secretID+"/versions/3/access", path)
	}
}

func TestAValueTakesAnotherPermissionThanAList(t *testing.T) {
	account, host := serve(t,
		answer(http.StatusForbidden,
			`{"type":"permissions_denied","details":[{"action":"read","resource":"secret_version"}]}`))
	_, err := account.Value(t.Context(), shop(), one(secretID), 3)
	assertError(t, err, inventory.NotPermitted, "read revision 3 of "+theSecret+": the API at "+host+
		" says that the API key lacks the permission to read secret_version (403); give it the permission set "+
		"SecretManagerSecretAccess on this project, "+
		"with no condition or one that holds for this secret, or use a key of this project; a new "+
		"permission takes up to a minute")
}

func TestWhatAListSaysOfASecretIsKept(t *testing.T) {
	item := func(n int, policy, deletion string) string {
		text := strings.Replace(secretJSON(n), `"ephemeral_policy":null`, `"ephemeral_policy":`+policy, 1)
		return strings.Replace(text, `"deletion_requested_at":null`, `"deletion_requested_at":`+deletion, 1)
	}
	body := fmt.Sprintf(`{"secrets":[%s,%s,%s,%s],"total_count":4}`,
		item(1, `{"time_to_live":"1800.000000000s","expires_once_accessed":false,"action":"disable"}`, "null"),
		item(2, `{"time_to_live":null,"expires_once_accessed":true,"action":"delete"}`, "null"),
		item(3, "null", `"2026-07-03T15:28:05.374218Z"`),
		strings.Replace(item(4, `{"action":"`+canary+`"}`, "null"), "opaque", "type "+canary, 1))
	account, _ := serve(t, answer(http.StatusOK, body))

	found, err := account.Secrets(t.Context(), shop(), false)

	require.NoError(t, err)
	id := "00000000-0000-4000-8000-00000000000"
	assert.Equal(t, []capture.Secret{
		{ID: id + "1", Name: "secret-1", Revisions: 1, Type: "opaque",
			Ephemeral: &inventory.Ephemeral{TimeToLive: "30m0s", Action: "disable"}},
		{ID: id + "2", Name: "secret-2", Revisions: 1, Type: "opaque",
			Ephemeral: &inventory.Ephemeral{ExpiresOnceAccessed: true, Action: "delete"}},
		{ID: id + "3", Name: "secret-3", Revisions: 1, Type: "opaque",
			DeletionRequestedAt: time.Date(2026, 7, 3, 15, 28, 5, 374218000, time.UTC)},
		{ID: id + "4", Name: "secret-4", Revisions: 1, Type: "unknown_type", Ephemeral: &inventory.Ephemeral{}},
	}, found)
}
