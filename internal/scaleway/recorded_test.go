package scaleway_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/scaleway"
)

// The tests of this file hold the client of the runtime against recorded traffic of the real API. The first tells what
// was recorded with values of its own, naming the recordings; the second reads the recordings themselves, which are no
// part of this repository. Facts: docs/facts.md, "Recorded traffic".

// vaultAt opens a Vault that sends its calls to a server, once each.
func vaultAt(t *testing.T, handler http.Handler, projectID string) *scaleway.Vault {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	vault, err := scaleway.NewVault(scaleway.VaultConfig{
		AccessKey: accessKey, SecretKey: secretKey, URL: server.URL, Region: "fr-par", ProjectID: projectID,
		Retry: scaleway.Retry{Attempts: 1},
	})
	require.NoError(t, err)
	return vault
}

func TestTheClientTakesValuesAsRecorded(t *testing.T) {
	for name, body := range map[string]string{
		"data-source-secret-version-basic": `{"secret_id":%q,"revision":2,"data":"c2hvcA==","data_crc32":null,"type":"opaque"}`,
		"cli-access-secret-simple":         `{"secret_id":%q, "revision":2, "data":"c2hvcA==", "data_crc32":null}`,
	} {
		vault := vaultAt(t, answer(http.StatusOK, fmt.Sprintf(body, secretID)), project)
		want := scaleway.Value{SecretID: secretID, Revision: 2, Data: []byte("shop")}
		for _, revision := range []string{"2", "latest", "latest_enabled"} {
			read, err := vault.ReadID(t.Context(), secretID, revision)
			require.NoError(t, err, name)
			assert.Equal(t, want, read, name)
			read, err = vault.ReadPath(t.Context(), "/shop", "url", revision)
			require.NoError(t, err, name)
			assert.Equal(t, want, read, name)
		}
	}
}

// TestTheClientTakesListsAsRecorded has secrets as list-secrets-basic has them, one that Scaleway manages among them,
// one as secret-ephemeral-policy, and one as data-source-secret-basic, where it was asked for before it was deleted.
func TestTheClientTakesListsAsRecorded(t *testing.T) {
	const form = `{"id":%q,"project_id":%q,"name":%q,"status":"ready","created_at":"2026-06-16T03:39:38.598272Z",` +
		`"updated_at":"2026-06-16T03:39:38.598272Z","tags":["S2S VPN"],"version_count":%d,"description":"a <b> & c",` +
		`"managed":false,"type":"opaque","protected":true,"path":%q,"ephemeral_policy":%s,"used_by":["s2s_vpn"],` +
		`"deletion_requested_at":%s,"key_id":null,"region":"fr-par"}`
	ids := []string{
		"00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002",
		"00000000-0000-4000-8000-000000000003",
	}
	body := `{"secrets":[` + strings.Join([]string{
		fmt.Sprintf(form, ids[0], project, "vpn", 3, "/shop", "null", "null"),
		fmt.Sprintf(form, ids[1], project, "once", 1, "/shop",
			`{"time_to_live":"18000s","expires_once_accessed":true,"action":"delete"}`, "null"),
		fmt.Sprintf(form, ids[2], project, "gone", 1, "/shop", "null", `"2026-07-03T15:27:57.155222Z"`),
	}, ",") + `],"total_count":3}`
	listed, err := vaultAt(t, answer(http.StatusOK, body), project).List(t.Context(), scaleway.Filter{Folder: "/shop"})
	require.NoError(t, err)
	assert.Equal(t, []scaleway.Listed{
		{ID: ids[0], Folder: "/shop", Name: "vpn", Versions: 3},
		{ID: ids[1], Folder: "/shop", Name: "once", Versions: 1, ConsumedByReading: true},
	}, listed)
}

func TestTheClientTakesRefusalsAsRecorded(t *testing.T) {
	for name, refused := range map[string]struct {
		status int
		body   string
		want   scaleway.Failure
	}{
		"secret-ephemeral-policy": {http.StatusNotFound, `{"message":"resource is not found","resource":"secret",` +
			`"resource_id":"` + secretID + `","type":"not_found"}`, scaleway.Absent},
		"secret-protected": {http.StatusPreconditionFailed, `{"help_message":"` + canary + `",` +
			`"message":"precondition is not ` +
			`respected","precondition":"protected_resource","type":"precondition_failed"}`,
			scaleway.Unusable},
		"secret-version-type": {http.StatusBadRequest, `{"details":[{"argument_name":"data","help_message":"- ` +
			canary +
			`\n","reason":"format"}],"message":"invalid argument(s)","type":"invalid_arguments"}`, scaleway.Unusable},
	} {
		vault := vaultAt(t, answer(refused.status, refused.body), project)
		_, err := vault.ReadPath(t.Context(), "/shop", "url", "latest_enabled")
		assertFailure(t, refused.want, err)
		_, err = vault.ReadID(t.Context(), secretID, "1")
		assertFailure(t, refused.want, err)
		_, err = vault.List(t.Context(), scaleway.Filter{Folder: "/shop"})
		require.Error(t, err, name)
	}
}

// recordings names the variable of the environment that has the folder with the recordings.
const recordings = "CLOISON_RECORDED"

// exchange is one call of a recording.
type exchange struct {
	Request  struct{ Method, URL, Body string }
	Response struct {
		Code    int
		Body    string
		Headers http.Header
	}
}

// TestTheClientReadsTheRecordings replays every read of a value and every list of secrets that was recorded.
func TestTheClientReadsTheRecordings(t *testing.T) {
	dir := os.Getenv(recordings)
	if dir == "" {
		t.Skipf("NOT RUN: %s must name the folder of the recordings", recordings)
	}
	files, err := filepath.Glob(filepath.Join(dir, "secret", "*.cassette.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "%s/secret must hold recordings", dir)
	reads, lists := 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var recorded struct{ Interactions []exchange }
		require.NoError(t, yaml.Unmarshal(text, &recorded), file)
		for i := range recorded.Interactions {
			one := &recorded.Interactions[i]
			asked, err := url.Parse(one.Request.URL)
			require.NoError(t, err, file)
			where := fmt.Sprintf("%s, call %d", filepath.Base(file), i)
			switch match := ofValue.FindStringSubmatch(asked.Path); {
			case one.Request.Method != http.MethodGet:
			case match != nil:
				reads++
				one.readAgain(t, where, match[1], match[2])
			case strings.HasSuffix(asked.Path, "/secrets"):
				lists++
				one.listAgain(t, where, asked.Query())
			}
		}
	}
	assert.Equal(t, 49, reads, "values that are read in all recordings")
	assert.Equal(t, 22, lists, "lists in all recordings")
}

var ofValue = regexp.MustCompile(`/secrets/([^/]+)/versions/([^/]+)/access$`)

func (e *exchange) handler(w http.ResponseWriter, _ *http.Request) {
	for name, values := range e.Response.Headers {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	w.WriteHeader(e.Response.Code)
	_, _ = w.Write([]byte(e.Response.Body)) // the client may be gone
}

func (e *exchange) readAgain(t *testing.T, where, id, revision string) {
	t.Helper()
	read, err := vaultAt(t, http.HandlerFunc(e.handler), project).ReadID(t.Context(), id, revision)
	require.NoError(t, err, where)
	var want struct {
		SecretID string `json:"secret_id"`
		Revision int
		Data     []byte
	}
	require.NoError(t, json.Unmarshal([]byte(e.Response.Body), &want), where)
	assert.Equal(t, scaleway.Value{SecretID: want.SecretID, Revision: want.Revision, Data: want.Data}, read, where)
}

func (e *exchange) listAgain(t *testing.T, where string, query url.Values) {
	t.Helper()
	listed, err := vaultAt(t, http.HandlerFunc(e.handler), query.Get("project_id")).List(t.Context(),
		scaleway.Filter{Folder: query.Get("path"), Name: query.Get("name"), Tags: query["tags"]})
	require.NoError(t, err, where)
	var want struct {
		Secrets []struct {
			ID, Name, Path string
			VersionCount   int `json:"version_count"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(e.Response.Body), &want), where)
	require.Len(t, listed, len(want.Secrets), where)
	for i, one := range want.Secrets {
		assert.Equal(t, scaleway.Listed{ID: one.ID, Folder: one.Path, Name: one.Name, Versions: one.VersionCount},
			listed[i], where)
	}
}
