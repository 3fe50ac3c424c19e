package testkit_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/testkit"
)

// recorder is a test that may fail without failing the one that runs it.
type recorder struct {
	testing.TB

	failed bool
}

func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Logf(string, ...any)   {}
func (r *recorder) Failed() bool          { return r.failed }
func (r *recorder) FailNow()              { panic("failed") }
func (r *recorder) Helper()               {}
func (r *recorder) run(test func()) (failed bool) {
	defer func() { failed = recover() != nil || r.failed }()
	test()
	return r.failed
}

func TestFilesAreCounted(t *testing.T) {
	pattern := filepath.Join(testkit.Root(t), "internal", "testkit", "*.go")
	for _, count := range []int{5, 6} {
		assert.Len(t, testkit.Files(t, pattern, count), 6)
	}
	assert.True(t, (&recorder{TB: t}).run(func() { testkit.Files(&recorder{TB: t}, pattern, 7) }))
}

func TestGoldenFilesAreCompared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "golden.txt")
	require.NoError(t, os.WriteFile(path, []byte("as it was"), 0o600))
	testkit.Golden(t, path, "as it was")
	r := &recorder{TB: t}
	assert.True(t, r.run(func() { testkit.Golden(r, path, "as it is") }))
	assert.Equal(t, "as it was", testkit.Read(t, path), "only -update writes")
}

func TestSeedsGiveTheSameNumbersAgain(t *testing.T) {
	one, other := testkit.Random(t, 7), testkit.Random(t, 7)
	assert.Equal(t, one.Uint64(), other.Uint64())
	first := map[uint64]uint64{}
	for seed, random := range testkit.Seeds(t, 3) {
		first[seed] = random.Uint64()
	}
	assert.Len(t, first, 3)
	for seed, random := range testkit.Seeds(t, 3) {
		assert.Equal(t, first[seed], random.Uint64())
	}
}
