package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// programs are in every archive: the function and command line, what "cloison dev" and "cloison explain -o html" run,
// which are looked for beside it, and the sync runtime, which needs no cluster with --once.
func programs() []string { return []string{"cloison", "cloison-dev", "cloison-layout", "cloison-sync"} }

// tags are those of "make build".
const tags = "kustomize_disable_go_plugin_support"

// environment is that of the go command for a target.
func (t target) environment() map[string]string {
	return map[string]string{"CGO_ENABLED": "0", "GOOS": t.os, "GOARCH": t.architecture, "GOFLAGS": "-tags=" + tags}
}

// writePrograms writes an archive for each target, and a bill of materials for each program in it.
func (r *release) writePrograms() error {
	for _, t := range r.targets {
		if err := r.writeTarget(t); err != nil {
			return fmt.Errorf("%s/%s: %w", t.os, t.architecture, err)
		}
	}
	return nil
}

func (r *release) writeTarget(t target) (err error) {
	folder, err := os.MkdirTemp("", "cloison-release-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	system := t.os + "_" + t.architecture
	entries := r.licenseEntries()
	for _, file := range []string{"README.md", "CHANGELOG.md"} {
		content, err := os.ReadFile(filepath.Join(r.source, file))
		if err != nil {
			return err
		}
		entries = append(entries, entry{name: file, content: content})
	}
	for _, program := range programs() {
		path := filepath.Join(folder, program+t.extension())
		if err := r.compile(t, program, path); err != nil {
			return err
		}
		bill, err := r.bill(path)
		if err != nil {
			return fmt.Errorf("bill of materials of %s: %w", program, err)
		}
		if err := r.writeFile(r.name(program, system+".cdx.json"), bill); err != nil {
			return err
		}
		binary, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		entries = append(entries, entry{name: filepath.Base(path), content: binary, program: true})
	}
	kind := ".tar.gz"
	if t.os == "windows" {
		kind = ".zip"
	}
	name := r.name("cloison", system)
	return r.writeArchive(name+kind, below(name, entries))
}

// compile builds a program as tools/images does, so that an image has the program of the archive.
func (r *release) compile(t target, program, path string) error {
	const variables = ownModule + "/internal/version."
	flags := "-s -w -X " + variables + "build=" + r.version
	if image := r.imageReference("cloison-sync"); image != "" {
		flags += " -X " + variables + "runtimeImage=" + image
	}
	command := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", path, "./cmd/"+program)
	command.Dir = r.source
	command.Env = os.Environ()
	for name, value := range t.environment() {
		command.Env = append(command.Env, name+"="+value)
	}
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", program, err, output)
	}
	return nil
}
