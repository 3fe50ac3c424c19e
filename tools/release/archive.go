package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// entry is a file of an archive.
type entry struct {
	// name is a path with slashes.
	name    string
	content []byte
	// program marks what can be executed.
	program bool
}

func (e entry) mode() fs.FileMode {
	if e.program {
		return 0o755
	}
	return 0o644
}

// below are the entries in a folder of that name.
func below(folder string, entries []entry) []entry {
	moved := make([]entry, 0, len(entries))
	for _, e := range entries {
		e.name = folder + "/" + e.name
		moved = append(moved, e)
	}
	return moved
}

// writeArchive writes a file of the release, by its extension a zip archive, a tar archive or a compressed one. It is
// the same for the same entries: sorted, of nobody, and all of one time.
func (r *release) writeArchive(name string, entries []entry) (err error) {
	file, err := os.Create(filepath.Join(r.folder, name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	entries = slices.SortedFunc(slices.Values(entries), func(a, b entry) int { return strings.Compare(a.name, b.name) })
	switch {
	case strings.HasSuffix(name, ".zip"):
		return writeZip(file, entries, r.time)
	case strings.HasSuffix(name, ".tar.gz"):
		compressed := gzip.NewWriter(file)
		return errors.Join(writeTar(compressed, entries, r.time), compressed.Close())
	default:
		return writeTar(file, entries, r.time)
	}
}

func writeTar(w io.Writer, entries []entry, modified time.Time) error {
	archive := tar.NewWriter(w)
	for _, e := range entries {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: e.name, Mode: int64(e.mode()), Size: int64(len(e.content)),
			ModTime: modified}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		if _, err := archive.Write(e.content); err != nil {
			return err
		}
	}
	return archive.Close()
}

func writeZip(w io.Writer, entries []entry, modified time.Time) error {
	archive := zip.NewWriter(w)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: modified}
		header.SetMode(e.mode())
		in, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := in.Write(e.content); err != nil {
			return err
		}
	}
	return archive.Close()
}

// entriesOf are the files of a folder.
func entriesOf(folder string) ([]entry, error) {
	var entries []entry
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, file fs.DirEntry, err error) error {
		if err != nil || file.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(path)))
		entries = append(entries, entry{name: path, content: content})
		return err
	})
	return entries, err
}
