package action

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// recorder stands for the programs that need the network: it writes down how it is called, and fails where a file of
// the release that it is given is missing.
const recorder = `#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
for argument; do
  case $argument in dist/*) [ -f "$argument" ] || exit 9 ;; esac
done
`

// publish runs the scripts of the job that publishes, on what "make release-host" built, with a repository of images or
// without one. It returns the calls of programs that need the network.
func publish(t *testing.T, version, repository string) (calls []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".github", "workflows", "release.yml"))
	require.NoError(t, err)
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				If               string `json:"if"`
				Run              string `json:"run"`
				WorkingDirectory string `json:"working-directory"`
			} `json:"steps"`
		} `json:"jobs"`
	}
	require.NoError(t, yaml.Unmarshal(text, &workflow))
	require.NotEmpty(t, workflow.Jobs["publish"].Steps)

	workspace, programs := t.TempDir(), t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(workspace, "dist", "release"),
		os.DirFS(filepath.Join(root, "dist", "release"))))
	addresses := "# Addresses\nPROJECT_IMAGES=" + repository + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(workspace, "project.env"), []byte(addresses), 0o600))
	for _, name := range []string{"cosign", "docker", "gh", "make"} {
		require.NoError(t, os.WriteFile(filepath.Join(programs, name), []byte(recorder), 0o700))
	}
	file := func(name string) string { return filepath.Join(programs, name) }
	conditions := map[string]bool{
		"": true, "env.PROJECT_IMAGES != ''": repository != "", "env.PROJECT_IMAGES == ''": repository == "",
	}
	for _, s := range workflow.Jobs["publish"].Steps {
		runs, known := conditions[s.If]
		require.True(t, known, s.If)
		if s.Run == "" || !runs {
			continue
		}
		cmd := exec.CommandContext(t.Context(), "bash", "-ec", s.Run)
		cmd.Dir = filepath.Join(workspace, s.WorkingDirectory)
		cmd.Env = append(os.Environ(), "PATH="+programs+string(os.PathListSeparator)+os.Getenv("PATH"),
			"CALLS="+file("calls"), "GITHUB_ENV="+file("env"), "GITHUB_OUTPUT="+file("output"),
			"GITHUB_REF_NAME="+version, "PROJECT_IMAGES="+repository, "USERNAME=shop", "PASSWORD=canary")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s\n%s", s.Run, out)
	}
	environment, err := os.ReadFile(file("env"))
	require.NoError(t, err)
	require.Equal(t, "PROJECT_IMAGES="+repository+"\n", string(environment))
	return lines(t, file("calls"))
}

func TestTheReleaseWorkflowPublishesEveryFile(t *testing.T) {
	version := releasedVersion(t)
	files, err := os.ReadDir(filepath.Join(root, "dist", "release"))
	require.NoError(t, err)
	release := "gh release create " + version + " --verify-tag --title " + version +
		" --notes-file dist/release/RELEASE_NOTES.md"
	if strings.Contains(version, "-") {
		release += " --prerelease"
	}
	for _, f := range files {
		release += " dist/release/" + f.Name()
	}
	checksums := "cosign sign-blob --yes --bundle SHA256SUMS.sigstore.json SHA256SUMS"
	assert.Equal(t, []string{checksums, release}, publish(t, version, ""))

	calls := publish(t, version, "registry.example.com/team")
	want := []string{"docker login registry.example.com --username shop --password-stdin", "make push"}
	images, err := os.ReadFile(filepath.Join(root, "dist", "release", "cloison_"+version+"_images.txt"))
	require.NoError(t, err)
	for image := range strings.FieldsSeq(string(images)) {
		name, _, _ := strings.Cut(image, "@")
		bills, err := filepath.Glob(filepath.Join(root, "dist", "release",
			filepath.Base(name)+"_"+version+"_linux_*.cdx.json"))
		require.NoError(t, err)
		require.NotEmpty(t, bills)
		want = append(want, "cosign sign --yes --recursive "+image)
		for _, bill := range bills {
			want = append(want, "cosign attest --yes --type cyclonedx --predicate dist/release/"+filepath.Base(bill)+
				" "+image)
		}
	}
	assert.Equal(t, append(want, checksums, release), calls)
}
