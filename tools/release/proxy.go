package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// writeProxy writes an archive with the module as a module proxy serves it, for mirrors of an organisation and for
// GOPROXY=file://...: the files of git without those of the modules inside, such as e2e.
func (r *release) writeProxy() error {
	version := module.Version{Path: ownModule, Version: r.version}
	names, err := r.sourceFiles(".")
	if err != nil {
		return err
	}
	var files []zip.File
	for _, name := range names {
		files = append(files, sourceFile{name, filepath.Join(r.source, filepath.FromSlash(name))})
	}
	var zipped bytes.Buffer
	if err := zip.Create(&zipped, version, files); err != nil {
		return fmt.Errorf("the module as a zip archive: %w", err)
	}
	info, err := json.Marshal(struct {
		Version string
		Time    time.Time
	}{r.version, r.time})
	if err != nil {
		return err
	}
	mod, err := os.ReadFile(filepath.Join(r.source, "go.mod"))
	if err != nil {
		return err
	}
	prefix := ownModule + "/@v/"
	return r.writeArchive(r.name("cloison", "goproxy.tar.gz"), []entry{
		{name: prefix + "list", content: []byte(r.version + "\n")},
		{name: prefix + r.version + ".info", content: info},
		{name: prefix + r.version + ".mod", content: mod},
		{name: prefix + r.version + ".zip", content: zipped.Bytes()},
	})
}

// sourceFile implements [zip.File].
type sourceFile struct{ name, path string }

func (f sourceFile) Path() string                 { return f.name }
func (f sourceFile) Lstat() (os.FileInfo, error)  { return os.Lstat(f.path) }
func (f sourceFile) Open() (io.ReadCloser, error) { return os.Open(f.path) }
