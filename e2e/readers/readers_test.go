package readers

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/oddfiles"
)

// TestOddFilesAreReadAsKubectlReadsThem reads each file alone.
func TestOddFilesAreReadAsKubectlReadsThem(t *testing.T) {
	outcomes := map[outcome]int{}
	for _, random := range testkit.Seeds(t, 4000) {
		text := oddfiles.Writer{Rand: random}.File()
		file := write(t, t.TempDir(), "odd.yaml", text)
		outcomes[compareFile(t, file, text)]++
		if t.Failed() {
			return
		}
	}
	testkit.Counts(t, map[outcome]int{
		same: 916, refusedHere: 846, refusedByBoth: 1915, passedOver: 227, badMetadata: 48, listInList: 48,
	}, outcomes)
}

// TestFoldersAreReadAsKubectlReadsThem reads folders with files of many names, hidden ones among them. kubectl does not
// open the ones of other extensions.
func TestFoldersAreReadAsKubectlReadsThem(t *testing.T) {
	outcomes := map[outcome]int{}
	for _, random := range testkit.Seeds(t, 400) {
		w := oddfiles.Writer{Rand: random}
		folder := t.TempDir()
		require.NoError(t, os.Mkdir(filepath.Join(folder, "inner.yaml"), 0o700))
		all := ""
		for range 4 {
			name, text := w.Name(), w.Plain()
			write(t, filepath.Join(folder, []string{"", "inner.yaml"}[w.IntN(2)]), name, text)
			all += name + "\n" + text + "\n"
		}
		outcomes[compareFile(t, folder, all)]++
		if t.Failed() {
			return
		}
	}
	testkit.Counts(t, map[outcome]int{same: 389, passedOver: 11}, outcomes)
}

// TestResourceListsAreReadAsKubectlReadsThem reads what hosts send to functions, which is read in a way of its own.
func TestResourceListsAreReadAsKubectlReadsThem(t *testing.T) {
	outcomes := map[outcome]int{}
	for _, random := range testkit.Seeds(t, 2000) {
		text := oddfiles.Writer{Rand: random}.List()
		outcomes[compareFile(t, write(t, t.TempDir(), "list.yaml", text), text)]++
		if t.Failed() {
			return
		}
	}
	testkit.Counts(t, map[outcome]int{same: 622, refusedHere: 218, refusedByBoth: 713, listInList: 447}, outcomes)
}

func compareFile(t *testing.T, path, text string) outcome {
	t.Helper()
	kubectl, refusal := readAsKubectl(path)
	return compareReadings(t, text, kubectl, refusal, readAsCloison(t, path))
}

// write writes a file and returns its path.
func write(t *testing.T, folder, name, text string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// TestHiddenFoldersArePassedOver is the one difference between the files that the two read: .git and the like hold
// copies of manifests, and nobody applies them with -R.
func TestHiddenFoldersArePassedOver(t *testing.T) {
	const manifest = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, ".git"), 0o700))
	write(t, filepath.Join(folder, ".git"), "a.yaml", manifest)
	write(t, folder, ".b.yaml", manifest)
	kubectl, err := readAsKubectl(folder)
	require.NoError(t, err)
	assert.Len(t, kubectl, 2)
	assert.Len(t, readAsCloison(t, folder).objects, 1)
}
