package emulator_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	secretapi "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

const (
	project      = "11111111-2222-4333-8444-555555555555"
	otherProject = "66666666-7777-4888-8999-aaaaaaaaaaaa"
	unknownID    = "00000000-0000-4000-8000-000000000000"
	root         = "/secret-manager/v1beta1/regions/fr-par"
)

// fixture is a served emulator and a key that may read everything in project.
type fixture struct {
	*emulator.Server
	url string
	key emulator.Key
}

func start(t *testing.T) fixture { return startWith(t, emulator.Config{Seed: 1, Now: ticking()}) }

func startWith(t *testing.T, c emulator.Config) fixture {
	t.Helper()
	srv := emulator.New(c)
	served := httptest.NewServer(srv)
	t.Cleanup(served.Close)
	f := fixture{Server: srv, url: served.URL}
	f.key = f.newKey(t, emulator.SecretManagerReadOnly, emulator.SecretManagerSecretAccess)
	return f
}

// owner is the fixture with a key that may do everything in project.
func (f fixture) owner(t *testing.T) fixture {
	t.Helper()
	f.key = f.newKey(t, emulator.SecretManagerFullAccess)
	return f
}

// wall is a clock that stands still until it is moved.
type wall struct {
	mu  sync.Mutex
	now time.Time
}

func (w *wall) time() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *wall) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// startAt is a served emulator at 12:00:00, the key of its owner and its clock.
func startAt(t *testing.T) (fixture, *wall) {
	t.Helper()
	w := &wall{now: time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC)}
	return startWith(t, emulator.Config{Seed: 1, Now: w.time}).owner(t), w
}

// ticking is a clock that moves by one second each time it is read.
func ticking() func() time.Time {
	now := time.Date(2026, 7, 3, 15, 0, 0, 719648000, time.UTC)
	return func() time.Time {
		now = now.Add(time.Second)
		return now
	}
}

func (f fixture) newKey(t *testing.T, sets ...emulator.PermissionSet) emulator.Key {
	t.Helper()
	key, err := f.AddKey(emulator.Grant{Projects: []string{project}, PermissionSets: sets})
	require.NoError(t, err)
	return key
}

func (f fixture) add(t *testing.T, path, name string, values ...string) string {
	t.Helper()
	var versions []emulator.Version
	for _, value := range values {
		versions = append(versions, emulator.Value(value))
	}
	id, err := f.AddSecret(emulator.Secret{ProjectID: project, Path: path, Name: name}, versions...)
	require.NoError(t, err)
	return id
}

// sdk is the official client, built as External Secrets Operator builds it.
func (f fixture) sdk(t *testing.T, key emulator.Key) *secretapi.API {
	t.Helper()
	client, err := scw.NewClient(
		scw.WithAPIURL(f.url),
		scw.WithDefaultRegion("fr-par"),
		scw.WithDefaultProjectID(project),
		scw.WithAuth(key.AccessKey, key.SecretKey),
	)
	require.NoError(t, err)
	return secretapi.NewAPI(client)
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (f fixture) get(t *testing.T, path string) answer {
	t.Helper()
	return f.do(t, http.MethodGet, path, f.key.SecretKey)
}

func (f fixture) do(t *testing.T, method, path, token string) answer {
	t.Helper()
	return f.send(t, method, path, token, "")
}

// post, patch and delete are calls of the fixture's key.
func (f fixture) post(t *testing.T, path, body string) answer {
	t.Helper()
	return f.send(t, http.MethodPost, path, f.key.SecretKey, body)
}

func (f fixture) patch(t *testing.T, path, body string) answer {
	t.Helper()
	return f.send(t, http.MethodPatch, path, f.key.SecretKey, body)
}

func (f fixture) delete(t *testing.T, path string) answer {
	t.Helper()
	return f.send(t, http.MethodDelete, path, f.key.SecretKey, "")
}

func (f fixture) send(t *testing.T, method, path, token, body string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, f.url+path, strings.NewReader(body))
	require.NoError(t, err)
	if token != "" {
		request.Header.Set("X-Auth-Token", token)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	answered, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return answer{response.StatusCode, response.Header, string(answered)}
}
