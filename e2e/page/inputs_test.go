package page

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// inputs are the pages that all tests look at, by name, with what makes the manifests of each.
var inputs = map[string]func(t *testing.T) []string{
	"trackdechets":   func(t *testing.T) []string { return rendered(t, "trackdechets/overlays/production") },
	"product":        func(t *testing.T) []string { return rendered(t, "product/overlays/production") },
	"secret-groups":  func(t *testing.T) []string { return rendered(t, "secret-groups") },
	"by-hand":        func(*testing.T) []string { return []string{filepath.Join("examples", "by-hand", "manifests")} },
	"200 components": platform,
}

// cloison runs the built program in the folder of the repository, and returns standard output. Findings are no failure.
func cloison(t *testing.T, input string, args ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), filepath.Join(root, "bin", "cloison"), args...)
	command.Dir, command.Stdin = root, strings.NewReader(input)
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	err := command.Run()
	var ended *exec.ExitError
	require.Truef(t, err == nil || errors.As(err, &ended), "cloison %q: %v", args, err)
	require.NotEmptyf(t, out.String(), "cloison %q: %s", args, &said)
	return out.Bytes()
}

// save writes a file, and returns its path.
func save(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

// rendered are the manifests of an example, and its Segregation.
func rendered(t *testing.T, example string) []string {
	folder := filepath.Join("examples", filepath.FromSlash(example))
	return []string{
		save(t, "segregation.yaml", cloison(t, "", "render", "--explain-defaults", folder)),
		save(t, "rendered.yaml", cloison(t, "", "render", folder)),
	}
}

// platform has ten teams of twenty components, each with a database and a cache that the others reach.
func platform(t *testing.T) []string {
	const teams, size = 10, 20
	var spec, workloads strings.Builder
	spec.WriteString("apiVersion: cloison.dev/v1alpha1\nkind: Segregation\nmetadata: {name: platform, annotations: " +
		"{config.kubernetes.io/local-config: \"true\"}}\nspec:\n  scaleway: {region: fr-par, projectID: " +
		"58d2c7e1-3b04-4f69-9a8e-c1f07d65b2a4}\n  components:\n")
	for i := range teams * size {
		team, part := i/size, i%size
		name := fmt.Sprintf("team%d-part%d", team, part)
		fmt.Fprintf(&spec, "    %s:\n      secrets: {keys: [DATABASE_URL, SESSION_SECRET, API_TOKEN]}\n", name)
		if part > 1 {
			fmt.Fprintf(&spec, "      egress: [{to: {component: team%d-part0}, ports: [5432]}, {to: {component: team%d-part%d}, "+
				"ports: [6379]}]\n", team, (team+part/(size-1))%teams, 1)
		}
		fmt.Fprintf(&workloads, "- {apiVersion: apps/v1, kind: Deployment, metadata: {name: %[1]s, namespace: platform-%[1]s}, spec: "+
			"{selector: {matchLabels: {app: %[1]s}}, template: {metadata: {labels: {app: %[1]s}}, spec: {containers: [{name: main, "+
			"image: 'registry.example.com/%[1]s:1', envFrom: [{secretRef: {name: %[1]s-secrets}}]}]}}}}\n", name)
	}
	list := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- " +
		strings.ReplaceAll(strings.TrimSuffix(spec.String(), "\n"), "\n", "\n  ") + "\n" + workloads.String()
	return []string{
		save(t, "segregation.yaml", []byte(spec.String())),
		save(t, "rendered.yaml", cloison(t, list)),
	}
}

var made sync.Map

// pageOf is the page of an input, made once.
func pageOf(t *testing.T, name string) []byte {
	t.Helper()
	if known, is := made.Load(name); is {
		return known.([]byte) //nolint:forcetypeassert // nothing else is stored
	}
	page := cloison(t, "", append([]string{"explain", "-o", "html"}, inputs[name](t)...)...)
	made.Store(name, page)
	return page
}

// each runs a test for each input.
func each(t *testing.T, test func(t *testing.T, name string)) {
	t.Helper()
	for name := range inputs {
		t.Run(name, func(t *testing.T) { test(t, name) })
	}
}
