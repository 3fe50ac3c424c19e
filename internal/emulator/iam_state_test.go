package emulator_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

func TestIAMOutlivesTheServer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	first := start(t)
	ids := first.furnish(t)
	_, err := first.OpenState(path)
	require.NoError(t, err)
	key := first.makeKey(t, time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC), granted(confined, getValues))
	before, err := os.Stat(path)
	require.NoError(t, err)

	second := reopened(t, path, emulator.Config{Seed: 2}, key)

	assert.Equal(t, os.FileMode(0o600), before.Mode().Perm())
	assert.Equal(t, first.OrganizationID(), second.OrganizationID())
	assert.Equal(t, seen{
		403, map[string][4]int{ownFolder: values, subFolder: values, otherFolder: none, siblingFolder: none}, 404, 403,
	}, second.look(t, ids, key), "the condition is evaluated again")
	again, err := second.AddKey()
	require.NoError(t, err)
	assert.NotEqual(t, key, again)
}
