package e2e

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Where the rest of the project keeps what it promises to put out.
const (
	casesDir    = "../testdata/cases"
	examplesDir = "../examples"
)

// TestGoldenOutputsAreAccepted puts every generated object of every golden output
// and every object of every rendered example before the API server, with strict field validation.
// Only namespaces are stored, so that no case depends on another.
func TestGoldenOutputsAreAccepted(t *testing.T) {
	cases, err := goldenOutputs(casesDir)
	require.NoError(t, err)
	examples, err := renderedExamples(examplesDir)
	require.NoError(t, err)
	for _, path := range append(cases, examples...) {
		t.Run(path, func(t *testing.T) { require.NoError(t, try(t.Context(), path)) })
	}
}

// try asks the API server for all that is to be applied of a file.
func try(ctx context.Context, path string) error {
	objects, err := objectsIn(path)
	if err != nil {
		return err
	}
	return shared.Try(ctx, objects)
}

// goldenOutputs returns the expected.yaml of every case in dir but the refusals,
// which have an errors.txt and put out what came in. A case with neither is an
// error, and so is no output at all.
func goldenOutputs(dir string) ([]string, error) {
	inputs, err := filepath.Glob(filepath.Join(dir, "*", "input.yaml"))
	if err != nil {
		return nil, err
	}
	var outputs []string
	for _, input := range inputs {
		output := filepath.Join(filepath.Dir(input), "expected.yaml")
		refusal := filepath.Join(filepath.Dir(input), "errors.txt")
		switch {
		case exists(refusal):
		case exists(output):
			outputs = append(outputs, output)
		default:
			return nil, fmt.Errorf("case %s must have expected.yaml or errors.txt", filepath.Dir(input))
		}
	}
	if len(outputs) == 0 {
		return nil, fmt.Errorf("no case in %s has expected.yaml", dir)
	}
	return outputs, nil
}

// renderedExamples returns every expected*.yaml anywhere below dir. None at all
// is an error.
func renderedExamples(dir string) ([]string, error) {
	var examples []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if match, _ := filepath.Match("expected*.yaml", filepath.Base(path)); match {
			examples = append(examples, path)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(examples) == 0 {
		return nil, fmt.Errorf("no expected*.yaml below %s", dir)
	}
	return examples, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

func TestGoldenOutputs(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a/input.yaml", "")
	write(t, dir, "a/errors.txt", "")
	write(t, dir, "a/expected.yaml", "")
	_, err := goldenOutputs(dir)
	require.ErrorContains(t, err, "no case")

	write(t, dir, "b/input.yaml", "")
	write(t, dir, "b/expected.yaml", "")
	outputs, err := goldenOutputs(dir)
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(dir, "b", "expected.yaml")}, outputs)

	write(t, dir, "c/input.yaml", "")
	_, err = goldenOutputs(dir)
	require.ErrorContains(t, err, "must have expected.yaml or errors.txt")
}

func TestRenderedExamples(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "shop/kustomization.yaml", "")
	_, err := renderedExamples(dir)
	require.ErrorContains(t, err, "no expected*.yaml")

	write(t, dir, "shop/overlays/dev/expected-objects.yaml", "")
	examples, err := renderedExamples(dir)
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(dir, "shop", "overlays", "dev", "expected-objects.yaml")}, examples)
}

// TestTry shows what a golden output is held to.
func TestTry(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "good.yaml", `
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
  - {apiVersion: cloison.dev/v1alpha1, kind: Segregation, metadata: {name: s, annotations: {config.kubernetes.io/local-config: "true"}}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: in-a-namespace-that-is-not-listed, namespace: golden-mentioned, labels: `+ours+`}}
  - {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: default-deny, namespace: golden, labels: `+ours+`}, spec: {podSelector: {}}}
  - {apiVersion: v1, kind: Namespace, metadata: {name: golden, labels: `+ours+`}}
`)
	require.NoError(t, try(t.Context(), filepath.Join(dir, "good.yaml")))
	require.NoError(t, try(t.Context(), filepath.Join(dir, "good.yaml")))

	write(t, dir, "bad.yaml", `
{apiVersion: v1, kind: Namespace, metadata: {name: golden}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a, namespace: golden}, spec: {podSelectors: {}}}
---
{apiVersion: v1, kind: ResourceQuota, metadata: {name: b, namespace: golden}, spec: {hard: {pods: many}}}
`)
	err := try(t.Context(), filepath.Join(dir, "bad.yaml"))
	require.ErrorContains(t, err, "NetworkPolicy golden/a")
	require.ErrorContains(t, err, "podSelectors")
	require.ErrorContains(t, err, "ResourceQuota golden/b")
}

// ours are the labels by which Cloison knows what it made.
const ours = "{app.kubernetes.io/managed-by: cloison}"

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
}
