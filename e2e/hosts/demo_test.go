package hosts

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheDemoRuns runs what "make demo" runs, with its output in a folder of the
// test.
func TestTheDemoRuns(t *testing.T) {
	dist := t.TempDir()
	demo := host{program: "cloison", dir: root, args: []string{
		"dev", "scaleway", "--seed", "examples/trackdechets/scaleway.yaml", "--", "go", "run", "./hack/demo", "--output",
	}}
	got := demo.succeed(t, filepath.Join(dist, "out.yaml"))
	said := strings.Join(strings.Fields(got.stdout), " ") // it breaks lines
	for _, component := range []string{"backend", "databases", "frontend"} {
		require.Contains(t, said, "COMPONENT "+component+", namespace trackdechets-"+component)
		require.Contains(t, said, "trackdechets-"+component+"/"+component+"-externalsecret: secret synced")
		file, err := os.Stat(filepath.Join(dist, "demo", "secrets",
			"trackdechets-"+component+"."+component+"-secrets.yaml"))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), file.Mode().Perm())
	}
	require.Contains(t, said,
		"trackdechets-backend/backend-externalsecret: NOT SYNCED: could not get secret data from "+
			"provider: ELASTIC_SEARCH_URL (path:/production/trackdechets-backend/elastic-search-url): there is no such "+
			"secret")
	seed, err := os.ReadFile(filepath.Join(root, "examples", "trackdechets", "scaleway.yaml"))
	require.NoError(t, err)
	const value = "made-up-api-token-secret"
	require.Contains(t, string(seed), value)
	require.NotContains(t, got.stdout+got.stderr, value)
}
