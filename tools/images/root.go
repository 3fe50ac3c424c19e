package main

import (
	"archive/tar"
	"bytes"
	"encoding/pem"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// nobody is the user that the images run as; hosts of functions ask for it by name.
const nobody = "nobody:x:65534:65534:nobody:/:/sbin/nologin\n"

// file of an image.
type file struct {
	content []byte
	mode    fs.FileMode
}

// root is what an image for one architecture holds, by path.
type root struct {
	architecture string
	files        map[string]file
}

// newRoot has a program, the certificates of the authorities that sign those of services, nobody, and more files.
func newRoot(architecture, program string, binary []byte, more map[string]file) root {
	files := maps.Clone(more)
	files[program] = file{binary, 0o755}
	files["etc/passwd"] = file{[]byte(nobody), 0o644}
	files["etc/ssl/certs/ca-certificates.crt"] = file{authorities(), 0o644}
	return root{architecture, files}
}

// filesOf are the files of a folder by their path in it; none without a folder.
func filesOf(folder string) (map[string]file, error) {
	files := map[string]file{}
	if folder == "" {
		return files, nil
	}
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		files[name] = file{content, 0o644}
		return err
	})
	return files, err
}

// authorities are those that Mozilla trusts, in PEM: importing them into the programs would cost each start 8 ms. Those
// that are trusted under conditions only are left out: a file cannot say them.
func authorities() []byte {
	var out bytes.Buffer
	for authority := range bundle.Roots() {
		if authority.Constraint == nil {
			_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: authority.Certificate}) // to memory
		}
	}
	return out.Bytes()
}

func (r root) size() int {
	size := 0
	for _, f := range r.files {
		size += len(f.content)
	}
	return size
}

// tar is the root as an archive, which is the same for the same files: sorted, of nobody in particular and of no time.
func (r root) tar() ([]byte, error) {
	var out bytes.Buffer
	archive := tar.NewWriter(&out)
	folders := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(r.files)) {
		if err := writeFolders(archive, path.Dir(name), folders); err != nil {
			return nil, err
		}
		f := r.files[name]
		header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: int64(f.mode), Size: int64(len(f.content))}
		if err := archive.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := archive.Write(f.content); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// writeFolders writes a folder and those around it, each once.
func writeFolders(archive *tar.Writer, folder string, written map[string]bool) error {
	if folder == "." || written[folder] {
		return nil
	}
	if err := writeFolders(archive, path.Dir(folder), written); err != nil {
		return err
	}
	written[folder] = true
	return archive.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: folder + "/", Mode: 0o755})
}

// writeTo replaces a folder by the root.
func (r root) writeTo(folder string) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	for name, f := range r.files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // of an image
			return err
		}
		if err := os.WriteFile(path, f.content, f.mode); err != nil {
			return err
		}
	}
	return nil
}
