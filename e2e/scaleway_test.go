package e2e

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// project is the Scaleway project of every test.
const project = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

// scaleway is a Secret Manager that a test seeds and External Secrets Operator
// calls.
type scaleway struct {
	*emulator.Server
	url string
	key emulator.Key

	mu     sync.Mutex
	denied map[string]bool // ids of secrets whose value must not be read
}

// newScaleway serves an empty Secret Manager on a port of its own until the test
// ends, with a key that may list secrets and read all values of the project.
func newScaleway(t *testing.T) *scaleway {
	t.Helper()
	s := &scaleway{Server: emulator.New(emulator.Config{}), denied: map[string]bool{}}
	var err error
	s.key, err = s.AddKey(mayRead(project))
	require.NoError(t, err)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// put stores a secret under path/name and returns its id. No value means a secret
// without a version.
func (s *scaleway) put(t *testing.T, path, name string, values ...string) string {
	t.Helper()
	var versions []emulator.Version
	for _, value := range values {
		versions = append(versions, emulator.Value(value))
	}
	id, err := s.AddSecret(emulator.Secret{ProjectID: project, Path: path, Name: name}, versions...)
	require.NoError(t, err)
	return id
}

// deny makes every read of the secret's value answer 403, as an IAM condition on
// that secret alone does.
func (s *scaleway) deny(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied[id] = true
}

// ServeHTTP answers 403 for denied values and lets the emulator answer the rest.
func (s *scaleway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/access") && s.isDenied(r.URL.Path) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"details":[{"action":"read","resource":"secret_version"}],` +
			`"message":"insufficient permissions","type":"permissions_denied"}`))
		return
	}
	s.Server.ServeHTTP(w, r)
}

func (s *scaleway) isDenied(path string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range s.denied {
		if strings.Contains(path, "/secrets/"+id+"/") {
			return true
		}
	}
	return false
}
