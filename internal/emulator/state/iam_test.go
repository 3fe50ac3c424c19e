package state_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/iam"
)

func TestIAMOutlivesTheServer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	first := emutest.Start(t)
	ids := first.Furnish(t)
	_, err := first.OpenState(path)
	require.NoError(t, err)
	key := first.MakeKey(t, time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC), emutest.Over(emutest.Confined, iam.SecretManagerSecretAccess))
	before, err := os.Stat(path)
	require.NoError(t, err)

	second := reopened(t, path, emulator.Config{Random: 2}, key)

	assert.Equal(t, os.FileMode(0o600), before.Mode().Perm())
	assert.Equal(t, first.OrganizationID(), second.OrganizationID())
	assert.Equal(t, emutest.Sees(403, emutest.Values, emutest.Values, emutest.Nothing, emutest.Nothing, 404, 403), second.Look(t, ids, key), "the condition is evaluated again")
	again, err := second.AddKey()
	require.NoError(t, err)
	assert.NotEqual(t, key, again)
}
