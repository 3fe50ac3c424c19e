package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// imagePrograms have an image.
func imagePrograms() []string { return []string{"cloison", "cloison-sync"} }

// writeImages has tools/images build the images for the architectures of the targets, writes each as an archive with
// its OCI layout, and a list of them by digest.
func (r *release) writeImages() (err error) {
	folder, err := os.MkdirTemp("", "cloison-release-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	licenses := filepath.Join(folder, "root")
	if err := writeEntries(licenses, r.licenseEntries()); err != nil {
		return err
	}
	if err := r.buildImages(folder, licenses); err != nil {
		return err
	}
	r.digests = map[string]string{}
	var list strings.Builder
	for _, program := range imagePrograms() {
		layout := filepath.Join(folder, "oci", program)
		if r.digests[program], err = digestOf(layout); err != nil {
			return fmt.Errorf("image of %s: %w", program, err)
		}
		fmt.Fprintf(&list, "%s@%s\n", r.imageName(program), r.digests[program])
		entries, err := entriesOf(layout)
		if err != nil {
			return err
		}
		if err := r.writeArchive(r.name(program, "oci.tar"), entries); err != nil {
			return err
		}
	}
	return r.writeFile(r.name("cloison", "images.txt"), []byte(list.String()))
}

func (r *release) buildImages(folder, licenses string) error {
	var architectures []string
	for _, t := range r.targets {
		if !slices.Contains(architectures, t.architecture) {
			architectures = append(architectures, t.architecture)
		}
	}
	command := exec.Command("go", "-C", filepath.Join(r.source, "tools", "images"), "run", ".", "-source", r.source,
		"-out", folder, "-architectures", strings.Join(architectures, ","), "-version", r.version,
		"-revision", r.revision, "-repository", r.repository, "-home", r.home, "-files", licenses)
	command.Stdout, command.Stderr = r.stdout, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("build the images: %w", err)
	}
	return nil
}

// digestOf is the digest of the one index of an OCI layout.
func digestOf(layout string) (string, error) {
	text, err := os.ReadFile(filepath.Join(layout, "index.json"))
	if err != nil {
		return "", err
	}
	var index struct {
		Manifests []struct {
			Digest string `json:"digest"`
		} `json:"manifests"`
	}
	if err := json.Unmarshal(text, &index); err != nil {
		return "", err
	}
	if len(index.Manifests) != 1 {
		return "", fmt.Errorf("index.json must list one index, and lists %d", len(index.Manifests))
	}
	return index.Manifests[0].Digest, nil
}

// imageName is where an image is pushed to; without a repository it is the program's name.
func (r *release) imageName(program string) string {
	if r.repository == "" {
		return program
	}
	return r.repository + "/" + program
}

// imageReference is an image by digest; empty where there is no repository.
func (r *release) imageReference(program string) string {
	if r.repository == "" {
		return ""
	}
	return r.imageName(program) + "@" + r.digests[program]
}

// writeEntries writes files into a folder.
func writeEntries(folder string, entries []entry) error {
	for _, e := range entries {
		path := filepath.Join(folder, filepath.FromSlash(e.name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // of an image
			return err
		}
		if err := os.WriteFile(path, e.content, e.mode()); err != nil {
			return err
		}
	}
	return nil
}
