// Command release builds everything that a release consists of into one folder: an archive of the programs for each
// system, the container images as OCI layouts, the manifests with the digests of those images, the module as a proxy
// serves it, the bills of materials, the licences of what is linked, and the checksums of all of it. The same commit
// gives the same bytes.
//
// Run it with "make release".
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

func main() {
	r := release{stdout: os.Stdout}
	targets := flag.String("targets", "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,windows/amd64,windows/arm64",
		"systems, separated by commas, or \"host\" for this machine's")
	source := flag.String("source", "../..", "`folder` of the source, a clone")
	out := flag.String("out", "../../dist/release", "`folder` for the files, which is replaced")
	flag.StringVar(&r.version, "version", "", "`version`, with a v (required)")
	flag.StringVar(&r.home, "home", "", "`address` of the source; may be empty")
	flag.StringVar(&r.repository, "repository", "", "`repository` that the images are pushed to; may be empty")
	flag.StringVar(&r.downloads, "downloads", "", "`address` below which the files are downloaded; may be empty")
	flag.Parse()
	var err error
	if r.targets, err = parseTargets(*targets); err == nil {
		err = r.run(*source, *out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// release is one version of Cloison, built for some systems.
type release struct {
	version string
	targets []target
	// home, repository and downloads are empty where there is none.
	home, repository, downloads string
	stdout                      io.Writer

	// source is the root of the module, and folder where the files are written until all are complete.
	source, folder string
	// revision and time are those of the commit.
	revision string
	time     time.Time
	// notes are the changes of this version.
	notes string
	// license is the project's own; empty where it has none.
	license []byte
	// libraries are linked into a program.
	libraries []library
	// digests are those of the images, by program.
	digests map[string]string
}

// run replaces a folder by the files of the release. Where it fails, the folder stays as it was.
func (r *release) run(source, out string) (err error) {
	if r.source, err = filepath.Abs(source); err != nil {
		return err
	}
	if out, err = filepath.Abs(out); err != nil {
		return err
	}
	if err := r.inspect(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil { //nolint:gosec // for everybody to read
		return err
	}
	if r.folder, err = os.MkdirTemp(filepath.Dir(out), ".release-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(r.folder)) }()
	if err := r.write(); err != nil {
		return err
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if err := os.Rename(r.folder, out); err != nil {
		return err
	}
	return errors.Join(os.Chmod(out, 0o755), r.report(out)) //nolint:gosec // for everybody to read
}

// write writes the files. The images come first: the programs name one of them.
func (r *release) write() (err error) {
	if r.libraries, err = findLibraries(r.source, r.targets); err != nil {
		return err
	}
	for _, step := range []func() error{
		r.writeImages, r.writePrograms, r.writeManifests, r.writeSchema, r.writeLicenses, r.writeProxy, r.writeNotes,
		r.writeChecksums,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// name is a file of the release: cloison_v0.1.0_linux_amd64.tar.gz
func (r *release) name(program, what string) string { return program + "_" + r.version + "_" + what }

// writeFile writes a file of the release.
func (r *release) writeFile(name string, content []byte) error {
	return os.WriteFile(filepath.Join(r.folder, name), content, 0o644) //nolint:gosec // for everybody to read
}

// target is a system that programs are built for, in Go's words.
type target struct{ os, architecture string }

func parseTargets(text string) ([]target, error) {
	if text == "host" {
		return []target{{runtime.GOOS, runtime.GOARCH}}, nil
	}
	var targets []target
	for one := range strings.SplitSeq(text, ",") {
		system, architecture, both := strings.Cut(one, "/")
		if !both {
			return nil, fmt.Errorf("target %q must be \"host\", or a system and an architecture such as linux/amd64", one)
		}
		targets = append(targets, target{system, architecture})
	}
	return targets, nil
}

// extension is that of programs.
func (t target) extension() string {
	if t.os == "windows" {
		return ".exe"
	}
	return ""
}
