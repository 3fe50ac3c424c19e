package cli_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cli"
	"cloison.dev/cloison/internal/emulator"
)

const liveProject = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

// liveCanary is in every value that Scaleway holds, and in the API key.
const liveCanary = "c4n4ry"

const liveSpec = `apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop, annotations: {config.kubernetes.io/local-config: "true"}}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  validation: {paths: Live, revisions: true}
  components:
    backend:
      secrets:
        keys: [API_TOKEN]
        extract: [smtp]
        map: {S3_ID: {secret: s3, property: access.id}}
`

// liveList is the ResourceList with the Segregation.
func liveList(spec string) string {
	item := strings.ReplaceAll(strings.TrimSuffix(spec, "\n"), "\n", "\n  ")
	return "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- " + item + "\n"
}

// seeded is an emulator that holds what liveSpec asks for.
func seeded(t *testing.T) *emulator.Server {
	t.Helper()
	s := emulator.New(emulator.Config{})
	for name, value := range map[string]string{
		"api-token": liveCanary + "-token",
		"smtp":      `{"SMTP_USER": "` + liveCanary + `", "SMTP_PASSWORD": "` + liveCanary + `"}`,
		"s3":        `{"access": {"id": "` + liveCanary + `"}}`,
	} {
		_, err := s.AddSecret(emulator.Secret{ProjectID: liveProject, Name: name, Path: "/shop-backend"},
			emulator.Value(value))
		require.NoError(t, err)
	}
	return s
}

// withKey points the environment to a server, with a key that may do what the permission sets say, and gives the key's
// secret.
func withKey(t *testing.T, s *emulator.Server, handler http.Handler, sets ...emulator.PermissionSet) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	key, err := s.AddKey(emulator.Grant{Projects: []string{liveProject}, PermissionSets: sets})
	require.NoError(t, err)
	t.Setenv("SCW_API_URL", server.URL)
	t.Setenv("SCW_ACCESS_KEY", key.AccessKey)
	t.Setenv("SCW_SECRET_KEY", key.SecretKey)
	t.Setenv("SCW_CONFIG_PATH", filepath.Join(t.TempDir(), "none.yaml"))
	t.Setenv("SCW_DEBUG", "true")
	return key.SecretKey
}

type answer struct {
	stdout, stderr string
	code           int
}

func runWith(stdin string, args ...string) answer {
	var stdout, stderr bytes.Buffer
	code := cli.Run(append([]string{"cloison"}, args...), strings.NewReader(stdin), &stdout, &stderr)
	return answer{stdout.String(), stderr.String(), code}
}

// requireSilence searches everything that was printed for values of secrets and for the key.
func (a answer) requireSilence(t *testing.T, secretKey string) {
	t.Helper()
	for _, text := range []string{a.stdout, a.stderr} {
		require.NotContains(t, strings.ToLower(text), liveCanary)
		require.NotContains(t, text, secretKey)
	}
}

func TestTheFunctionReadsScalewayAndSaysNothingOfValues(t *testing.T) {
	s := seeded(t)
	key := withKey(t, s, s, emulator.SecretManagerReadOnly, emulator.SecretManagerSecretAccess)
	got := runWith(liveList(liveSpec))
	got.requireSilence(t, key)
	assert.Equal(t, 0, got.code, got.stderr)
	assert.NotContains(t, got.stderr, "CLS-I")
	assert.Contains(t, got.stdout, "kind: ExternalSecret")
	calls := s.Stats().Calls
	assert.Equal(t, 2, calls[emulator.AccessSecretVersion]+calls[emulator.AccessSecretVersionByPath],
		"the values in which properties are looked for must have been read")

	replaced := strings.NewReplacer("API_TOKEN", "API_TOKEN, DATABASE_URL", "access.id", "access.key")
	wrong := runWith(liveList(replaced.Replace(liveSpec)))
	wrong.requireSilence(t, key)
	assert.Equal(t, 1, wrong.code)
	assert.Contains(t, wrong.stderr, "error CLS-I002 Segregation shop spec.components.backend.secrets.keys[1]: ")
	assert.Contains(t, wrong.stderr, "error CLS-I004 Segregation shop spec.components.backend.secrets.map.S3_ID: ")
	assert.NotContains(t, wrong.stdout, "kind: ExternalSecret", "the list must go out as it came in")
}

func TestTheCheckReadsScaleway(t *testing.T) {
	s := seeded(t)
	key := withKey(t, s, s, emulator.SecretManagerReadOnly, emulator.SecretManagerSecretAccess)
	got := runWith(liveSpec, "check", "-")
	got.requireSilence(t, key)
	assert.NotContains(t, got.stdout, "CLS-I")
	assert.Contains(t, got.stdout, "\nChecked: The Segregation, Scaleway paths.")
	assert.Equal(t, 3, got.code, "there are no objects to check")

	s.ResetStats()
	offline := runWith(liveSpec, "check", "--offline", "-")
	assert.Zero(t, s.Stats().Total(), "--offline must not ask")
	assert.Equal(t, 3, offline.code)
	assert.Contains(t, offline.stdout, "CLS-I001")
	assert.Contains(t, offline.stdout, "; nothing was checked")
}

func TestNobodyIsAskedUnlessTheSegregationSaysLive(t *testing.T) {
	s := seeded(t)
	withKey(t, s, s, emulator.SecretManagerReadOnly)
	for _, paths := range []string{`"Off"`, "Inventory"} {
		spec := strings.Replace(liveSpec, "Live", paths, 1)
		runWith(liveList(spec))
		runWith(spec, "check", "-")
	}
	assert.Zero(t, s.Stats().Total())
}

func TestAKeyThatMayNotReadIsAnError(t *testing.T) {
	s := seeded(t)
	key := withKey(t, s, s, emulator.SecretManagerSecretAccess)
	for _, got := range []answer{runWith(liveList(liveSpec)), runWith(liveSpec, "check", "-")} {
		got.requireSilence(t, key)
		assert.Equal(t, 1, got.code)
		assert.Contains(t, got.stdout, "CLS-I012")
	}
}

func TestAnInterruptEndsTheReading(t *testing.T) {
	s := seeded(t)
	// A second interrupt would end the program.
	interrupt := sync.OnceFunc(func() { assert.NoError(t, syscall.Kill(syscall.Getpid(), syscall.SIGINT)) })
	stuck := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		interrupt()
		<-r.Context().Done()
	})
	key := withKey(t, s, stuck, emulator.SecretManagerReadOnly)
	got := runWith(liveList(liveSpec))
	got.requireSilence(t, key)
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stderr, "error CLS-I010 Segregation shop ")
	assert.NotContains(t, got.stdout, "kind: ExternalSecret")
}
