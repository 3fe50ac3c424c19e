package argocd

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// leash becomes the program that its arguments name, and leaves behind a watcher that ends it once this process is
// gone.
const leash = `starter=$PPID self=$$
(while kill -0 $starter && kill -0 $self; do sleep 1; done; kill -KILL $self) </dev/null >/dev/null 2>&1 &
exec "$0" "$@"`

// start runs a program until the end of the test. It is ended as by a crash, because the plugin server does not heed
// SIGTERM.
func start(t *testing.T, env []string, program string, args ...string) {
	t.Helper()
	var logs strings.Builder
	command := exec.Command("sh", append([]string{"-c", leash, program}, args...)...)
	command.Env = append(os.Environ(), env...)
	command.Stdout, command.Stderr = &logs, &logs
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		if t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(program), &logs)
		}
	})
}

// pluginYAML is the file that the kustomization gives the sidecar.
func pluginYAML(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(inRoot("kustomization/argocd/plugin.yaml"))
	require.NoError(t, err)
	return string(text)
}

// serve runs Argo CD's plugin server with the plugin.yaml of the kustomization, in which texts may be replaced: pairs
// of old and new ones.
func serve(t *testing.T, replacements ...string) {
	t.Helper()
	config := pluginYAML(t)
	for pair := range slices.Chunk(replacements, 2) {
		require.Contains(t, config, pair[0])
		config = strings.ReplaceAll(config, pair[0], pair[1])
	}
	serveWith(t, config)
}

// serveWith runs Argo CD's plugin server with a plugin.yaml, but for where the program is, and has the repo-server of
// this process use it until the end of the test.
func serveWith(t *testing.T, config string) {
	t.Helper()
	folder, sockets := cloned(t, files{
		"config/plugin.yaml": strings.ReplaceAll(config, "/cloison,", inRoot("bin/cloison")+","),
	}), socketFolder(t)
	env := []string{"ARGOCD_PLUGINSOCKFILEPATH=" + sockets, "ARGOCD_CMP_WORKDIR=" + filepath.Join(folder, "work")}
	start(t, env, filepath.Join(assets, "argocd-cmp-server"), "--config-dir-path", filepath.Join(folder, "config"),
		"--loglevel", "error")
	await(t, sockets)
}

// socketFolder is a new folder whose path is short enough for sockets.
func socketFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "cmp-") //nolint:usetesting // paths of TempDir are too long
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	return folder
}

// await returns when a plugin server answers, and has the repo-server of this process use it.
func await(t *testing.T, sockets string) {
	t.Helper()
	require.Eventually(t, func() bool {
		connection, err := net.Dial("unix", filepath.Join(sockets, "cloison.sock"))
		return err == nil && connection.Close() == nil
	}, time.Minute, 20*time.Millisecond, "the plugin server must listen")
	t.Setenv("ARGOCD_PLUGINSOCKFILEPATH", sockets)
}
