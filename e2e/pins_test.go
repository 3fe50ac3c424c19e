package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/e2e/cluster"
	"cloison.dev/cloison/internal/emulator"
)

// pinned is a folder that somebody keeps in git: a Segregation that pins revisions, and its Inventory.
type pinned struct {
	*example
	folder string
	env    []string
}

const pinnedSegregation = `
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata:
  name: pinned
  annotations:
    config.kubernetes.io/function: |
      exec: {path: cloison}
spec:
  scaleway: {region: fr-par, projectID: %s, apiURL: %s}
  sync: {pin: true}
  components:
    app:
      secrets: {keys: [TOKEN], extract: [account]}
`

func newPinned(t *testing.T, of group) *pinned {
	t.Helper()
	p := &pinned{example: &example{scaleway: newScaleway(t), groups: []group{of}}, folder: t.TempDir()}
	p.env = []string{"SCW_API_URL=" + p.scaleway.url, "SCW_ACCESS_KEY=" + p.scaleway.key.AccessKey,
		"SCW_SECRET_KEY=" + p.scaleway.key.SecretKey}
	p.write(t, "segregation.yaml", fmt.Sprintf(pinnedSegregation, project, p.scaleway.url))
	p.write(t, "kustomization.yaml", "resources: [inventory.yaml]\ntransformers: [segregation.yaml]\n")
	return p
}

func (p *pinned) write(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(p.folder, name), []byte(text), 0o600))
}

func (p *pinned) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.folder, name))
	require.NoError(t, err)
	return string(text)
}

// capture writes the Inventory again.
func (p *pinned) capture(t *testing.T) {
	t.Helper()
	answer, exitCode := p.cloison(t, "inventory", "-f", "segregation.yaml", "--write", "inventory.yaml")
	require.Zerof(t, exitCode, "cloison inventory: %s", answer)
	require.NotContains(t, p.read(t, "inventory.yaml"), canary)
}

// cloison runs the program in the folder and returns what it writes, on both streams, and its exit code.
func (p *pinned) cloison(t *testing.T, args ...string) (output string, exitCode int) {
	t.Helper()
	program, err := filepath.Abs("../bin/cloison")
	require.NoError(t, err)
	var written bytes.Buffer
	command := exec.CommandContext(t.Context(), program, args...)
	command.Dir, command.Env = p.folder, append(os.Environ(), p.env...)
	command.Stdout, command.Stderr = &written, &written
	err = command.Run()
	require.NotNil(t, command.ProcessState, err)
	require.NotContains(t, written.String(), canary)
	return written.String(), command.ProcessState.ExitCode()
}

// deploy builds the folder with the real kustomize and applies the output, as after a commit.
func (p *pinned) deploy(t *testing.T) {
	t.Helper()
	objects, err := cluster.Decode(build(t, p.folder))
	require.NoError(t, err)
	require.NoError(t, shared.Submit(t.Context(), objects))
}

// TestPins follows a rotation: it is a commit of the Inventory, and its rollback a revert.
func TestPins(t *testing.T) {
	app := groupOf("pinned", "app", "app", project)
	p := newPinned(t, app)
	const folder = "/pinned-app"
	token := p.scaleway.put(t, folder, "token", canary+"old")
	p.scaleway.put(t, folder, "account", `{"USER":"`+canary+`user"}`)
	p.capture(t)
	p.deploy(t)
	p.giveKey(t, app, mayRead(project))
	p.start(t)
	old := map[string]string{"TOKEN": canary + "old", "USER": canary + "user"}
	rotated := map[string]string{"TOKEN": canary + "new", "USER": canary + "user"}
	p.expect(t, app, "True", old)

	_, err := p.scaleway.AddVersion(token, emulator.Value(canary+"new"))
	require.NoError(t, err)
	p.refresh(t, app)
	p.expect(t, app, "True", old) // A new version changes nothing by itself.

	before := p.read(t, "inventory.yaml")
	p.capture(t)
	p.deploy(t)
	p.expectSoon(t, app, rotated)

	p.write(t, "inventory.yaml", before)
	p.deploy(t)
	p.expectSoon(t, app, old)

	require.NoError(t, p.scaleway.SetVersionStatus(token, 1, emulator.Disabled))
	p.write(t, "segregation.yaml", p.read(t, "segregation.yaml")+"  validation: {paths: Live}\n")
	report, exitCode := p.cloison(t, "check", "segregation.yaml", "inventory.yaml")
	require.Equal(t, 1, exitCode)
	require.Contains(t, report, "CLS-I013")
	p.refresh(t, app)
	p.expect(t, app, "False", old) // What the check has said; the last good content stays.
}

// expectSoon waits for the data of the group's Secret: the ExternalSecret is ready before and after.
func (p *pinned) expectSoon(t *testing.T, of group, want map[string]string) {
	t.Helper()
	await(t, "Secret "+of.target+" to hold what is pinned", func(context.Context) (bool, string, error) {
		secret := p.lab(of).secret(t, of.target)
		for key, value := range want {
			if string(secret.Data[key]) != value {
				return false, "key " + key + " holds another value", nil
			}
		}
		return true, "", nil
	})
}
