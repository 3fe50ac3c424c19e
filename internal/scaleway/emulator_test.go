package scaleway_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/capture"
	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scaleway"
)

// scene is a served emulator with the secrets of one project, and a key that may do everything there.
type scene struct {
	*emulator.Server
	url string
	key emulator.Key
}

func newScene(t *testing.T) scene {
	t.Helper()
	served := emulator.New(emulator.Config{Random: 7})
	server := httptest.NewServer(served)
	t.Cleanup(server.Close)
	key, err := served.AddKey(emulator.Grant{
		Projects:       []string{project},
		PermissionSets: []emulator.PermissionSet{emulator.SecretManagerReadOnly, emulator.SecretManagerSecretAccess},
	})
	require.NoError(t, err)
	return scene{served, server.URL, key}
}

func (s scene) environment(key emulator.Key) scaleway.Environment {
	return environment("SCW_API_URL", s.url, "SCW_ACCESS_KEY", key.AccessKey, "SCW_SECRET_KEY", key.SecretKey)
}

// fill makes secrets, spread over folders.
func (s scene) fill(t *testing.T, secrets, folders int) {
	t.Helper()
	for n := range secrets {
		_, err := s.AddSecret(emulator.Secret{
			ProjectID: project, Path: fmt.Sprintf("/folder-%d", n%folders), Name: fmt.Sprintf("secret-%d", n),
		}, emulator.Value(canary))
		require.NoError(t, err)
	}
}

// readAll lists all folders at the same time and reads a value of each.
func readAll(t *testing.T, account capture.SecretManager, folders int) (secrets int) {
	t.Helper()
	var group sync.WaitGroup
	var mu sync.Mutex
	for n := range folders {
		group.Go(func() {
			ref := inventory.FolderRef{Region: "fr-par", ProjectID: project, Path: fmt.Sprintf("/folder-%d", n)}
			found, err := account.Secrets(t.Context(), ref, false)
			if !assert.NoError(t, err) || !assert.NotEmpty(t, found) {
				return
			}
			value, err := account.Value(t.Context(), ref, found[0], 1)
			assert.NoError(t, err)
			assert.Equal(t, canary, string(value))
			mu.Lock()
			defer mu.Unlock()
			secrets += len(found)
		})
	}
	group.Wait()
	return secrets
}

func TestAFolderIsListedInAsManyCallsAsItHasPages(t *testing.T) {
	s := newScene(t)
	s.fill(t, 250, 1)
	_, err := s.AddSecret(emulator.Secret{ProjectID: project, Path: "/folder-0/sub", Name: "below"})
	require.NoError(t, err)
	account := connect(t, s.environment(s.key), awake())

	found, err := account.Secrets(t.Context(), inventory.FolderRef{Region: "fr-par", ProjectID: project,
		Path: "/folder-0"},
		false)
	require.NoError(t, err)
	assert.Len(t, found, 250)
	assert.Equal(t, map[emulator.Endpoint]int{emulator.ListSecrets: 3}, s.Stats().Calls)

	count, err := account.SecretCount(t.Context(), "fr-par", project)
	require.NoError(t, err)
	assert.Equal(t, 251, count)
	assert.Equal(t, map[emulator.Endpoint]int{emulator.ListSecrets: 4}, s.Stats().Calls)
}

func TestManyFoldersAreReadAtTheSameTimeInSpiteOfRefusals(t *testing.T) {
	for _, share := range []float64{0, 0.01, 0.2} {
		t.Run(fmt.Sprintf("%g refused", share), func(t *testing.T) {
			s := newScene(t)
			s.fill(t, 250, 20)
			require.NoError(t, s.SetFaults(emulator.Faults{RateLimitShare: share}))
			account := connect(t, s.environment(s.key), awake())

			assert.Equal(t, 250, readAll(t, account, 20))

			stats := s.Stats()
			assert.Equal(t, 40, stats.Total()-stats.RateLimited)
			assert.Equal(t, share == 0.2, stats.RateLimited > 2, "%d were refused", stats.RateLimited)
		})
	}
}

func TestManyFoldersTakeLittleMoreTimeThanOne(t *testing.T) {
	s := newScene(t)
	s.fill(t, 250, 20)
	require.NoError(t, s.SetFaults(emulator.Faults{Latency: 100 * time.Millisecond}))
	account := connect(t, s.environment(s.key), scaleway.Retry{})
	begin := time.Now()

	assert.Equal(t, 250, readAll(t, account, 20))

	assert.Less(t, time.Since(begin), 2*time.Second, "each folder takes two calls")
}

func TestRealPausesOutlastRefusals(t *testing.T) {
	s := newScene(t)
	s.fill(t, 20, 20)
	require.NoError(t, s.SetFaults(emulator.Faults{RateLimitShare: 0.2}))
	account := connect(t, s.environment(s.key), scaleway.Retry{Base: time.Millisecond})
	assert.Equal(t, 20, readAll(t, account, 20))
}

func TestWhatTheEmulatorRefusesIsToldApart(t *testing.T) {
	s := newScene(t)
	id, err := s.AddSecret(emulator.Secret{ProjectID: project, Path: "/shop", Name: "one"}, emulator.Value("1"),
		emulator.Value("2"))
	require.NoError(t, err)
	require.NoError(t, s.SetVersionStatus(id, 1, emulator.Disabled))
	reader, err := s.AddKey(emulator.Grant{Projects: []string{project},
		PermissionSets: []emulator.PermissionSet{emulator.SecretManagerSecretAccess}})
	require.NoError(t, err)
	stranger := emulator.Key{AccessKey: accessKey, SecretKey: secretKey}
	value := func(id string, revision int) func(capture.SecretManager) error {
		return func(account capture.SecretManager) error {
			_, err := account.Value(t.Context(), shop(), one(id), revision)
			return err
		}
	}
	list := func(ref inventory.FolderRef) func(capture.SecretManager) error {
		return func(account capture.SecretManager) error {
			_, err := account.Secrets(t.Context(), ref, false)
			return err
		}
	}
	for name, test := range map[string]struct {
		key    emulator.Key
		ask    func(capture.SecretManager) error
		reason inventory.Reason
		want   string
	}{
		"an unknown key": {stranger, list(shop()), inventory.KeyRefused, "does not know the API key (401)"},
		"a key that may not list": {
			reader, list(shop()),
			inventory.NotPermitted, "lacks the permission to list secret (403); give it the " +
				"permission set SecretManagerReadOnly",
		},
		"another project's key": {
			s.key, list(inventory.FolderRef{Region: "fr-par", ProjectID: secretID, Path: "/"}),
			inventory.NotPermitted, "or use a key of this project",
		},
		"an unknown region": {
			s.key, list(inventory.FolderRef{Region: "fr-lyon", ProjectID: project, Path: "/"}),
			inventory.NoSuchRegion, `has no region "fr-lyon" (404)`,
		},
		"a secret that is gone": {s.key, value(secretID, 1), inventory.Unavailable,
			"does not find the secret (404)"},
		"a revision that is gone": {s.key, value(id, 3), inventory.Unavailable,
			"does not find the secret_version (404)"},
		"a revision that is disabled": {s.key, value(id, 1), inventory.Unavailable,
			"cannot give it in its present state (412)"},
		"a key that may read the value": {reader, value(id, 2), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.ask(connect(t, s.environment(test.key), awake()))
			if test.reason == "" {
				require.NoError(t, err)
				return
			}
			var failed *capture.Error
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, test.reason, failed.Reason)
			assert.Contains(t, failed.Message, test.want)
			assertClean(t, strings.ReplaceAll(failed.Message, test.key.SecretKey, secretKey))
		})
	}
}

func TestComponentsReadAtTheSameTimeWithTheirOwnKeys(t *testing.T) {
	s := newScene(t)
	s.fill(t, 40, 4)
	env := environment("SCW_API_URL", s.url, "SCW_ACCESS_KEY", s.key.AccessKey, "SCW_SECRET_KEY", s.key.SecretKey,
		"SCW_ACCESS_KEY_C1", accessKey, "SCW_SECRET_KEY_C1", s.key.SecretKey)
	accounts := scaleway.NewAccounts(env)
	accounts.Retry = awake()
	var group sync.WaitGroup
	for n := range 4 {
		group.Go(func() {
			account, err := accounts.Account(&plan.Plan{}, fmt.Sprintf("c%d", n))
			if assert.NoError(t, err) {
				assert.Equal(t, 40, readAll(t, account, 4))
			}
		})
	}
	group.Wait()
}

func TestConcurrentCapturesReadTheSame(t *testing.T) {
	s := newScene(t)
	s.fill(t, 60, 6)
	require.NoError(t, s.SetFaults(emulator.Faults{RateLimitShare: 0.05}))
	accounts := scaleway.NewAccounts(s.environment(s.key))
	accounts.Retry = awake()
	const readers = 8
	texts := make([]string, readers)
	var group sync.WaitGroup
	for n := range readers {
		group.Go(func() {
			reading := capture.Reader{Accounts: accounts}.Read(t.Context(), []*plan.Plan{examined(6)})
			assert.Empty(t, reading.Failures)
			text, err := inventory.Encode(reading.Inventory, "")
			assert.NoError(t, err)
			texts[n] = string(text)
		})
	}
	group.Wait()
	require.Contains(t, texts[0], "path: /folder-5")
	for _, text := range texts {
		assert.Equal(t, texts[0], text)
	}
	assertClean(t, texts[0])
}

// examined is a plan that asks for a property of the first secret of each folder.
func examined(folders int) *plan.Plan {
	p := &plan.Plan{Segregation: "shop"}
	for n := range folders {
		p.Components = append(p.Components, plan.Component{Name: fmt.Sprintf("c%d", n), Groups: []plan.SecretGroup{{
			Region: "fr-par", ProjectID: project, Folder: fmt.Sprintf("/folder-%d", n),
			Entries: []plan.Entry{{Key: "A", Secret: fmt.Sprintf("secret-%d", n), Property: "a"}},
		}}})
	}
	return p
}
