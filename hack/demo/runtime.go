package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// useRuntime, added to the overlay's patch of the Segregation, has the sync runtime fill the Secrets.
const useRuntime = "  sync: {engine: Cloison, image: \"cloison-sync:dev\"}\n"

// The same mistake as in the Segregation, in the manifests.
const (
	rightPath = "/elasticsearch-url"
	wrongPath = "/elastic-search-url"
)

// filled is what the sync runtime has said and written.
type filled struct {
	// incomplete is what it says where a path is wrong, complete where all are right.
	incomplete, complete []string
	// secrets are the files that it has written.
	secrets []string
}

var errNotSaid = errors.New("the sync runtime must have named the wrong path and failed")

// fill builds for the engine Cloison and has the sync runtime fill the Secrets, without a cluster: first with a path
// that is wrong, then as it is.
func (w *work) fill(ctx context.Context) (*filled, error) {
	err := w.edit(filepath.Join("overlays", w.overlay, "segregation.yaml"),
		func(text string) string { return text + useRuntime })
	if err != nil {
		return nil, err
	}
	result, err := build(ctx, w.options)
	if err != nil {
		return nil, err
	}
	wrong := bytes.Replace(result.manifests, []byte(rightPath), []byte(wrongPath), 1)
	if bytes.Equal(wrong, result.manifests) {
		return nil, fmt.Errorf("the manifests do not read %s", rightPath)
	}
	folder := filepath.Join(w.example, "secrets")
	incomplete, err := w.sync(ctx, wrong, folder)
	var failed *exec.ExitError
	if !errors.As(err, &failed) || !strings.Contains(strings.Join(incomplete, "\n"), wrongPath) {
		return nil, errors.Join(errNotSaid, err)
	}
	complete, err := w.sync(ctx, result.manifests, folder)
	if err != nil {
		return nil, err
	}
	secrets, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	slices.Sort(secrets)
	return &filled{incomplete: incomplete, complete: complete, secrets: secrets}, err
}

// sync runs cloison-sync once, and returns what it says on standard error. It writes the Secrets into the folder.
func (w *work) sync(ctx context.Context, manifests []byte, folder string) ([]string, error) {
	path, err := program(w.cloisonSync)
	if err != nil {
		return nil, err
	}
	var stderr bytes.Buffer
	command := exec.CommandContext(ctx, path, "--once", "--source", "-", "--output", folder)
	command.Env = os.Environ()
	command.Stdin, command.Stderr = bytes.NewReader(manifests), &stderr
	if err := command.Run(); err != nil {
		return lines(stderr.String()), fmt.Errorf("cloison-sync: %w\n%s", err, stderr.Bytes())
	}
	return lines(stderr.String()), nil
}

func lines(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }
