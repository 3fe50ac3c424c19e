package architecture

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	// testOrSkip finds the names of tests, and in which of them the race detector is avoided.
	testOrSkip = regexp.MustCompile(`(?m)^func (Test\w+)\(|^\ttestkit\.(SkipWithRaceDetector)\(`)
	// runWithout finds what the Makefile runs without the race detector.
	runWithout = regexp.MustCompile(`-run '?([\w|]+)'?`)
)

// TestWhatSkipsTheRaceDetectorIsRunWithoutIt holds that no test is skipped in every run of "make test".
func TestWhatSkipsTheRaceDetectorIsRunWithoutIt(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	require.NoError(t, err)
	var patterns []string
	for _, found := range runWithout.FindAllStringSubmatch(string(makefile), -1) {
		patterns = append(patterns, found[1])
	}
	run, err := regexp.Compile(strings.Join(patterns, "|"))
	require.NoError(t, err)
	skipping := testsThatSkip(t)
	assert.NotEmpty(t, skipping)
	for _, name := range skipping {
		assert.Regexp(t, run, name, "it skips itself with the race detector: add it to the target test of the Makefile")
	}
}

func testsThatSkip(t *testing.T) []string {
	t.Helper()
	var names []string
	require.NoError(t, filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		test := ""
		for _, found := range testOrSkip.FindAllStringSubmatch(string(text), -1) {
			if found[1] != "" {
				test = found[1]
			} else {
				names = append(names, test)
			}
		}
		return nil
	}))
	return names
}
