package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// built is the output of kustomize.
type built struct {
	manifests []byte
	// messages are the lines on standard error: those of the function, each once.
	messages []string
}

// build runs kustomize on the overlay. The example asks for a program called cloison, which kustomize looks for on the
// PATH.
func build(ctx context.Context, o options) (*built, error) {
	kustomize, err := program(o.kustomize)
	if err != nil {
		return nil, err
	}
	cloison, err := program(o.cloison)
	if err != nil {
		return nil, err
	}
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, kustomize, "build", "--enable-alpha-plugins", "--enable-exec",
		o.overlayFolder())
	command.Env = append(os.Environ(), "PATH="+filepath.Dir(cloison)+string(os.PathListSeparator)+os.Getenv("PATH"))
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		return nil, &failedBuild{folder: o.overlayFolder(), cause: err, messages: stderr.Bytes()}
	}
	if stdout.Len() == 0 {
		return nil, fmt.Errorf("kustomize build %s: no manifests came out", o.overlayFolder())
	}
	return &built{manifests: stdout.Bytes(), messages: distinct(stderr.String())}, nil
}

// failedBuild is a build that kustomize has refused.
type failedBuild struct {
	folder   string
	cause    error
	messages []byte
}

func (f *failedBuild) Error() string {
	return fmt.Sprintf("kustomize build %s: %v\n%s", f.folder, f.cause, f.messages)
}

func (f *failedBuild) Unwrap() error { return f.cause }

// program returns the absolute path of a program that exists.
func program(path string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(absolute); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s does not exist; build it with: make build bin/kustomize", path)
	} else if err != nil {
		return "", err
	}
	return absolute, nil
}

// distinct drops repeated findings: the function runs twice, to expand and to validate the result. Two findings are the
// same when they agree up to the message: severity, code, object and field.
func distinct(messages string) []string {
	var lines []string
	seen := map[string]bool{}
	for line := range strings.Lines(messages) {
		subject, _, _ := strings.Cut(line, ": ")
		if line = strings.TrimSpace(line); line != "" && !seen[subject] {
			seen[subject] = true
			lines = append(lines, line)
		}
	}
	return lines
}

// specSize is the size of the hand-written Segregation.
type specSize struct {
	// base is the Segregation's file, overlay that of the changes to it.
	base, overlay file
}

type file struct {
	path  string
	lines int
}

func countSpec(o options) (specSize, error) {
	const name = "segregation.yaml"
	base, err := countLines(filepath.Join(o.example, "base", name))
	if err != nil {
		return specSize{}, err
	}
	overlay, err := countLines(filepath.Join(o.overlayFolder(), name))
	return specSize{base: base, overlay: overlay}, err
}

func countLines(path string) (file, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return file{}, fmt.Errorf("count the lines of the Segregation: %w", err)
	}
	return file{path: path, lines: bytes.Count(content, []byte("\n"))}, nil
}
