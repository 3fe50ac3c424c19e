package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The mistake that is made on purpose: the name of a secret that does not exist.
const (
	rightName = "{secret: elasticsearch-url}"
	wrongName = "{secret: elastic-search-url}"
)

// checkLive, added to the overlay's patch of the Segregation, has Cloison check its paths live.
const checkLive = "  validation: {paths: Live}\n"

var errNotFound = errors.New("the wrong path was not found: the build must have failed")

var errNoScaleway = errors.New(
	`SCW_API_URL is not set, so this would ask the real Scaleway; run "make demo", which starts an emulator`)

// work is a copy of the example in which paths are checked live.
type work struct {
	options
}

// newWork copies the example beside the output.
func newWork(o options) (*work, error) {
	if os.Getenv("SCW_API_URL") == "" {
		return nil, errNoScaleway
	}
	w := &work{options: o}
	w.example = filepath.Join(filepath.Dir(o.output), "demo")
	if err := os.RemoveAll(w.example); err != nil {
		return nil, fmt.Errorf("remove the copy of an earlier run: %w", err)
	}
	if err := os.CopyFS(w.example, os.DirFS(o.example)); err != nil {
		return nil, fmt.Errorf("copy the example: %w", err)
	}
	return w, w.edit(filepath.Join("overlays", w.overlay, "segregation.yaml"),
		func(text string) string { return text + checkLive })
}

// edit changes a file of the copy.
func (w *work) edit(name string, change func(text string) string) error {
	path := filepath.Join(w.example, name)
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("change the copy of the example: %w", err)
	}
	changed := change(string(text))
	if changed == string(text) {
		return fmt.Errorf("change the copy of the example: %s is not as expected", path)
	}
	return os.WriteFile(path, []byte(changed), 0o600)
}

// withMistake builds with the mistake, and returns the findings about it.
func (w *work) withMistake(ctx context.Context) ([]string, error) {
	const spec = "base/segregation.yaml"
	err := w.edit(spec, func(text string) string { return strings.Replace(text, rightName, wrongName, 1) })
	if err != nil {
		return nil, err
	}
	_, err = build(ctx, w.options)
	var failed *failedBuild
	switch {
	case err == nil:
		return nil, errNotFound
	case !errors.As(err, &failed) || !bytes.Contains(failed.messages, []byte("elastic-search-url")):
		return nil, err
	}
	return findings(failed.messages),
		w.edit(spec, func(text string) string { return strings.Replace(text, wrongName, rightName, 1) })
}

// findings are the lines that Cloison has written, without what kustomize says around them.
func findings(messages []byte) []string {
	var lines []string
	for _, line := range distinct(string(messages)) {
		if severity, rest, _ := strings.Cut(line, " "); strings.HasPrefix(rest, "CLS-") && severity == "error" {
			lines = append(lines, line)
		}
	}
	return lines
}
