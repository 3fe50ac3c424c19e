package scaleway_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/fault"
	"cloison.dev/cloison/internal/scaleway"
)

// vault opens a Vault of the scene's project with a key; two attempts, without a pause.
func (s scene) vault(t *testing.T, key emulator.Key) *scaleway.Vault {
	t.Helper()
	retry := awake()
	retry.Attempts = 2
	vault, err := scaleway.NewVault(scaleway.VaultConfig{
		AccessKey: key.AccessKey, SecretKey: key.SecretKey, URL: s.url, Region: "fr-par", ProjectID: project,
		Retry: retry,
	})
	require.NoError(t, err)
	return vault
}

// folderKey may read the values of one folder and nothing else, as the tightest key of a component does.
func (s scene) folderKey(t *testing.T, folder string) emulator.Key {
	t.Helper()
	key, err := s.AddKey(emulator.Grant{
		Projects:       []string{project},
		PermissionSets: []emulator.PermissionSet{emulator.SecretManagerSecretAccess},
		Condition:      `resource.name.startsWith("` + folder + `/")`,
	})
	require.NoError(t, err)
	return key
}

// assertFailure asserts the kind of a *scaleway.VaultError, and that it holds no canary.
func assertFailure(t *testing.T, want scaleway.Failure, err error) string {
	t.Helper()
	var failed *scaleway.VaultError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, want, failed.Failure, failed.Message)
	assertClean(t, failed.Message)
	return failed.Message
}

func TestAValueIsReadByItsPathInOneCall(t *testing.T) {
	s := newScene(t)
	id, err := s.AddSecret(
		emulator.Secret{ProjectID: project, Path: "/shop", Name: "url"},
		emulator.Value("old"),
		emulator.Value(canary),
	)
	require.NoError(t, err)
	vault := s.vault(t, s.folderKey(t, "/shop"))

	read, err := vault.ReadPath(t.Context(), "/shop", "url", "latest_enabled")
	require.NoError(t, err)
	assert.Equal(t, scaleway.Value{SecretID: id, Revision: 2, Data: []byte(canary)}, read)
	read, err = vault.ReadPath(t.Context(), "/shop", "url", "1")
	require.NoError(t, err)
	assert.Equal(t, "old", string(read.Data))
	read, err = vault.ReadID(t.Context(), id, "latest_enabled")
	require.NoError(t, err)
	assert.Equal(t, canary, string(read.Data))
	assert.Equal(t, 3, s.Stats().Total())
}

func TestFailuresAreOfKindsThatSomethingCanBeDoneAbout(t *testing.T) {
	s := newScene(t)
	id, err := s.AddSecret(emulator.Secret{ProjectID: project, Path: "/shop", Name: "url"}, emulator.Value(canary))
	require.NoError(t, err)
	_, err = s.AddSecret(emulator.Secret{ProjectID: project, Path: "/other", Name: "url"}, emulator.Value(canary))
	require.NoError(t, err)
	vault := s.vault(t, s.folderKey(t, "/shop"))
	read := func(folder, name, revision string) error {
		_, err := vault.ReadPath(t.Context(), folder, name, revision)
		return err
	}
	assertFailure(t, scaleway.Absent, read("/shop", "absent", "latest_enabled"))
	assertFailure(t, scaleway.Absent, read("/shop", "url", "7"))
	denied := assertFailure(t, scaleway.Denied, read("/other", "url", "latest_enabled"))
	assert.Contains(t, denied, "SecretManagerSecretAccess")
	_, err = vault.List(t.Context(), scaleway.Filter{Folder: "/shop"})
	assertFailure(t, scaleway.Denied, err)

	require.NoError(t, s.SetVersionStatus(id, 1, emulator.Disabled))
	assertFailure(t, scaleway.Unusable, read("/shop", "url", "1"))
	assertFailure(t, scaleway.Absent, read("/shop", "url", "latest_enabled"))

	s.SetQuirks(emulator.Quirks{MissingPathFails: true})
	assertFailure(t, scaleway.Failing, read("/shop", "absent", "latest_enabled"))
	s.SetQuirks(emulator.Quirks{})
	for kind, want := range map[fault.Kind]scaleway.Failure{
		fault.RateLimit: scaleway.Throttled, fault.Status503: scaleway.Unreachable, fault.Reset: scaleway.Unreachable,
		fault.HTML: scaleway.Malformed, fault.Redirect: scaleway.Malformed, fault.Status500Empty: scaleway.Failing,
	} {
		require.NoError(t, s.SetFaults(emulator.Faults{Rules: []fault.Rule{{Fault: kind}}}))
		assertFailure(t, want, read("/shop", "url", "latest_enabled"))
	}
	require.NoError(t, s.SetFaults(emulator.Faults{}))
	unknown := s.vault(t, emulator.Key{AccessKey: accessKey, SecretKey: secretKey})
	_, err = unknown.ReadID(t.Context(), id, "1")
	assertFailure(t, scaleway.KeyRefused, err)

	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = vault.ReadPath(over, "/shop", "url", "latest_enabled")
	assertFailure(t, scaleway.Stopped, err)
}

// TestOnlyASecretThatIsNotFoundIsAbsent has the API not find other things: what is absent may be taken away, and what
// the wall probe does not find is a breach.
func TestOnlyASecretThatIsNotFoundIsAbsent(t *testing.T) {
	for resource, want := range map[string]scaleway.Failure{
		"secret": scaleway.Absent, "secret_version": scaleway.Absent, "project": scaleway.Unusable,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"message":"resource is not found","resource":"` + resource +
				`","type":"not_found"}`))
		}))
		t.Cleanup(server.Close)
		vault, err := scaleway.NewVault(scaleway.VaultConfig{
			AccessKey: accessKey, SecretKey: secretKey, URL: server.URL, Region: "fr-par", ProjectID: project,
		})
		require.NoError(t, err)
		_, err = vault.ReadPath(t.Context(), "/shop", "url", "latest_enabled")
		assertFailure(t, want, err)
	}
}

func TestReferencesThatWouldChangeTheURLAreNotAskedFor(t *testing.T) {
	s := newScene(t)
	vault := s.vault(t, s.key)
	for _, revision := range []string{"", "0", "../1", "latest/../x", "1?x=y", "newest"} {
		_, err := vault.ReadPath(t.Context(), "/shop", "url", revision)
		assertFailure(t, scaleway.Unusable, err)
		_, err = vault.ReadID(t.Context(), secretID, revision)
		assertFailure(t, scaleway.Unusable, err)
	}
	_, err := vault.ReadPath(t.Context(), "shop", "url", "1")
	assertFailure(t, scaleway.Unusable, err)
	_, err = vault.ReadPath(t.Context(), "/shop", "", "1")
	assertFailure(t, scaleway.Unusable, err)
	_, err = vault.ReadID(t.Context(), "../secrets", "1")
	assertFailure(t, scaleway.Unusable, err)
	assert.Zero(t, s.Stats().Total())
}

func TestListsHoldWhatWasAskedFor(t *testing.T) {
	s := newScene(t)
	for _, one := range []emulator.Secret{
		{ProjectID: project, Path: "/shop", Name: "a"},
		{ProjectID: project, Path: "/shop", Name: "b", Tags: []string{"x", "y"}},
		{ProjectID: project, Path: "/shop/sub", Name: "a"}, {ProjectID: project, Path: "/", Name: "c"},
		{ProjectID: project, Path: "/shop", Name: "once",
			Ephemeral: &emulator.EphemeralPolicy{ExpiresOnceAccessed: true, Action: "delete"}},
	} {
		_, err := s.AddSecret(one, emulator.Value("1"), emulator.Value("2"))
		require.NoError(t, err)
	}
	gone, err := s.AddSecret(emulator.Secret{ProjectID: project, Path: "/shop", Name: "gone"}, emulator.Value("1"))
	require.NoError(t, err)
	require.NoError(t, s.ScheduleDeletion(gone))
	vault := s.vault(t, s.key)
	for want, filter := range map[string]scaleway.Filter{
		"/shop/a /shop/b /shop/once": {Folder: "/shop"},
		"/shop/a /shop/sub/a":        {Name: "a"},
		"/shop/b":                    {Tags: []string{"y"}},
		"//c":                        {Folder: "/"},
		"/shop/a /shop/sub/a /shop/b //c /shop/once": {},
		"": {Folder: "/absent"},
	} {
		listed, err := vault.List(t.Context(), filter)
		require.NoError(t, err)
		var names []string
		for _, one := range listed {
			names = append(names, one.Folder+"/"+one.Name)
			assert.Equal(t, 2, one.Versions)
			assert.Equal(t, one.Name == "once", one.ConsumedByReading)
		}
		assert.ElementsMatch(t, words(want), names)
	}
}

func TestAVaultSaysAllThatIsWrongWithItsConfiguration(t *testing.T) {
	for want, config := range map[string]scaleway.VaultConfig{
		`the access key is empty, the secret key must be a UUID: copy the key from the console or make a new one ` +
			`(https://console.scaleway.com/iam/api-keys); the region "" must be a Scaleway region such ` +
			`as fr-par, nl-ams or pl-waw; ` +
			`the project "shop" must be the UUID of a Scaleway project`: {SecretKey: canary, ProjectID: "shop"},
		"the URL of the API must be a URL without a user or a password in it": {
			AccessKey: accessKey, SecretKey: secretKey, URL: "https://user:" + canary + "@host", Region: "fr-par",
			ProjectID: project,
		},
		"the URL of the API must begin with https://: with http:// everybody on the way can read the key; " +
			"http:// is for this machine only (localhost, 127.0.0.1, [::1])": {
			AccessKey: accessKey, SecretKey: secretKey, URL: "http://api.example.com", Region: "fr-par",
			ProjectID: project,
		},
	} {
		_, err := scaleway.NewVault(config)
		require.Error(t, err)
		assert.Equal(t, want, err.Error())
		assertClean(t, err.Error())
	}
	for _, url := range []string{
		"", "https://api.example.com/", "http://127.0.0.1:8080", "http://emulator.scaleway.svc:8080",
		"http://emulator.scaleway.svc.cluster.local",
		"http://10.0.0.4:8080", "http://100.64.3.2", "http://emulator",
	} {
		_, err := scaleway.NewVault(scaleway.VaultConfig{
			AccessKey: accessKey, SecretKey: secretKey, URL: url, Region: "fr-par", ProjectID: project,
		})
		require.NoError(t, err, url)
	}
}

// TestConnectionsAreKeptOnlyWhereThatWasAskedFor counts the connections of ten reads.
func TestConnectionsAreKeptOnlyWhereThatWasAskedFor(t *testing.T) {
	for keep, want := range map[bool]int{true: 1, false: 10} {
		served := emulator.New(emulator.Config{Random: 7})
		_, err := served.AddSecret(
			emulator.Secret{ProjectID: project, Path: "/shop", Name: "url"},
			emulator.Value(canary),
		)
		require.NoError(t, err)
		key, err := served.AddKey(emulator.Grant{
			Projects: []string{project}, PermissionSets: []emulator.PermissionSet{emulator.SecretManagerSecretAccess},
		})
		require.NoError(t, err)
		connections := 0
		server := httptest.NewUnstartedServer(served)
		server.Config.ConnState = countNew(&connections)
		server.Start()
		vault, err := scaleway.NewVault(scaleway.VaultConfig{
			AccessKey: key.AccessKey, SecretKey: key.SecretKey, URL: server.URL, Region: "fr-par", ProjectID: project,
			KeepAlive: keep,
		})
		require.NoError(t, err)
		for range 10 {
			_, err := vault.ReadPath(t.Context(), "/shop", "url", "1")
			require.NoError(t, err)
			time.Sleep(time.Millisecond) // until the connection is idle
		}
		server.Close()
		assert.Equal(t, want, connections, "keep: %v", keep)
	}
}

// countNew counts new connections. One server calls it from one goroutine at a time, as it is asked one call at a time.
func countNew(count *int) func(net.Conn, http.ConnState) {
	var mu sync.Mutex
	return func(_ net.Conn, state http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		if state == http.StateNew {
			*count++
		}
	}
}

func words(text string) []string { return strings.Fields(text) }
