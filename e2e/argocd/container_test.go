package argocd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheSidecarRuns runs the plugin's container with Docker as the kustomization has it run: the image, which holds
// the program of Cloison and nothing else, and the plugin server of Argo CD, which the repo-server's initContainer puts
// beside.
func TestTheSidecarRuns(t *testing.T) {
	if answer, err := exec.Command("docker", "info", "--format", "{{.ServerVersion}}").CombinedOutput(); err != nil {
		notRun(t, fmt.Sprintf("no Docker engine answers: %v: %s", err, answer))
	}
	if os.Getuid() != 0 {
		notRun(t, "only root can open the socket of another user")
	}
	const image, name = "localhost/cloison:e2e-argocd", "cloison-e2e-argocd"
	run(t, root, "make", "image", "IMAGE="+image)
	t.Cleanup(func() { _ = exec.Command("docker", "rmi", "--force", image).Run() })

	s := sidecarOf(t, installation(t, "install.yaml"))
	secured := s.container.SecurityContext
	require.True(t, *secured.ReadOnlyRootFilesystem)
	sockets, programs := socketFolder(t), t.TempDir()
	folders := map[string]string{
		"plugins": sockets, "var-files": programs,
		"cloison-plugin": cloned(t, files{"plugin.yaml": s.config.Data["plugin.yaml"]}),
	}
	arguments := []string{
		"run", "--detach", "--rm", "--name", name, "--network=none", "--read-only", "--cap-drop=ALL",
		"--security-opt=no-new-privileges", "--user=" + strconv.FormatInt(*secured.RunAsUser, 10),
		"--memory=" + strconv.FormatInt(s.container.Resources.Limits.Memory().Value(), 10),
	}
	for _, mount := range s.container.VolumeMounts {
		if folder, isFolder := folders[mount.Name]; isFolder {
			require.NoError(t, exec.Command("chmod", "-R", "a+rX,a+w", folder).Run())
			mode := map[bool]string{true: "ro", false: "rw"}[mount.ReadOnly]
			arguments = append(arguments, fmt.Sprintf("--volume=%s:%s:%s", folder, mount.MountPath, mode))
		} else {
			arguments = append(arguments, "--tmpfs="+mount.MountPath+":mode=1777")
		}
	}
	// As the initContainer: the program under one name, and a link to it under the other.
	run(t, ".", "cp", filepath.Join(assets, "argocd-cmp-server"), filepath.Join(programs, "argocd"))
	require.NoError(t, os.Symlink("/var/run/argocd/argocd", filepath.Join(programs, "argocd-cmp-server")))
	run(t, ".", "docker", append(arguments, "--entrypoint="+strings.Join(s.container.Command, " "), image)...)
	t.Cleanup(func() { _ = exec.Command("docker", "rm", "--force", name).Run() })
	await(t, sockets)

	const example = "trackdechets/overlays/production"
	got, err := manifestsOf(t.Context(), inRoot("examples"), "shop", plugged(example))
	require.NoError(t, err)
	require.Equal(t, rendered(t, filepath.Join(inRoot("examples"), example)), untracked(t, got))
	clone := cloned(t, shop().with(files{"shop/segregation.yaml": segregation("Shop", "exec: {path: cloison}")}))
	require.Contains(t, refused(t, clone, plugged("shop")), "error CLS-S")
}

// notRun skips a test, and says so where -v is not given either.
func notRun(t *testing.T, reason string) {
	t.Helper()
	fmt.Fprintf(os.Stderr, "%s: NOT RUN: %s\n", t.Name(), reason)
	t.Skip(reason)
}
