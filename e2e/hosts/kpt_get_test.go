package hosts

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// cloned is a repository of git that holds the package that users start with, as a clone of this one does.
func cloned(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "kustomization", "kpt"),
		os.DirFS(filepath.Join(root, "kustomization", "kpt"))))
	git := host{program: "git", dir: dir, args: []string{"-c", "user.name=test", "-c", "user.email=test@example.com"}}
	git.succeed(t, "init", "--quiet", "--initial-branch", "main")
	git.succeed(t, "add", ".")
	git.succeed(t, "commit", "--quiet", "--message", "A package")
	return dir
}

// TestKptPkgGet takes the package out of a clone, makes it one's own and gets what has changed in the clone since.
func TestKptPkgGet(t *testing.T) {
	clone := cloned(t)
	pkg := host{program: "kpt", args: []string{"pkg"}, dir: t.TempDir()}
	pkg.succeed(t, "get", "file://"+clone+"/.git/kustomization/kpt@main", "shop")
	dir := filepath.Join(pkg.dir, "shop")
	edit(t, dir, "segregation.yaml", "keys: [DATABASE_URL, SESSION_SECRET]", "keys: [DATABASE_URL]")
	kptRender.succeed(t, dir)
	got := read(t, dir)
	require.ElementsMatch(t, []string{"Kptfile", "README.md", "segregation.yaml", "shop/backend.yaml",
		"shop/frontend.yaml"}, got.names())
	require.NotContains(t, got["shop/backend.yaml"], "session-secret")

	git := host{program: "git", dir: dir, args: []string{"-c", "user.name=test", "-c", "user.email=test@example.com"}}
	git.succeed(t, "init", "--quiet")
	git.succeed(t, "add", ".")
	git.succeed(t, "commit", "--quiet", "--message", "A shop")
	edit(t, clone, "kustomization/kpt/segregation.yaml", "ports: [443]", "ports: [443, 8443]")
	host{program: "git", dir: clone, args: git.args}.succeed(t, "commit", "--all", "--quiet", "--message", "A port")
	pkg.succeed(t, "update", dir+"@main")
	kptRender.succeed(t, dir)
	updated := read(t, dir)
	require.NotContains(t, updated["shop/backend.yaml"], "session-secret")
	require.Contains(t, updated["shop/backend.yaml"], "8443")
	require.Equal(t, objectsOf(t, got["shop/frontend.yaml"]), objectsOf(t, updated["shop/frontend.yaml"]))
}
