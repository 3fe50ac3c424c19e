package kustomization

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/filesys"

	"cloison.dev/cloison/internal/sops"
	"cloison.dev/cloison/internal/wellknown"
)

// keptAnnotation marks what the outer kustomization kept from being dropped.
const keptAnnotation = "internal.cloison.dev/local-config"

// fileSystem is the disk with one more folder, which holds the outer kustomization, beside the folder that is built. It
// remembers the kustomizations that are read.
type fileSystem struct {
	filesys.FileSystem
	// outer is the additional folder, text its only file.
	outer string
	text  []byte
	// kustomizations are the files that were read, by absolute path, in the order of reading.
	kustomizations []File
	// check may refuse a kustomization; nil takes all.
	check func(File) error
	// encrypted are the absolute paths of the files that git-crypt keeps encrypted, in the order of reading. They are
	// read as empty.
	encrypted []string
	// change gives kustomize another text than what is on disk; nil leaves every kustomization as it is.
	change func(File) []byte
}

// File is one that was read.
type File struct {
	// Path is absolute, without links.
	Path string
	Text []byte
}

func newFileSystem(folder string) *fileSystem {
	base := filepath.Base(folder)
	return &fileSystem{
		FileSystem: filesys.MakeFsOnDisk(),
		outer:      filepath.Join(filepath.Dir(folder), ".cloison-check-"+base),
		text:       []byte(outerKustomization("../" + base)),
	}
}

// outerKustomization is the one around a folder: it keeps what belongs to Cloison, and has kustomize say where each
// object was written.
func outerKustomization(folder string) string {
	const local = wellknown.LocalConfigAnnotation
	return `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [` + strconv.Quote(folder) + `]
buildMetadata: [originAnnotations]
patches:
- target: {group: '` + wellknown.Group + `', annotationSelector: '` + local + `,` + local + `!=false'}
  patch: |-
    - {op: add, path: /metadata/annotations/internal.cloison.dev~1local-config, value: "true"}
    - {op: replace, path: /metadata/annotations/config.kubernetes.io~1local-config, value: "false"}
`
}

// ReadFile reads a file, and remembers it where it is a kustomization.
func (f *fileSystem) ReadFile(name string) ([]byte, error) {
	if filepath.Dir(name) == f.outer {
		if filepath.Base(name) == "kustomization.yaml" {
			return f.text, nil
		}
		return nil, &os.PathError{Op: "open", Path: name, Err: os.ErrNotExist}
	}
	text, err := f.FileSystem.ReadFile(name)
	if err == nil && sops.IsGitCrypt(text) {
		if !slices.Contains(f.encrypted, name) {
			f.encrypted = append(f.encrypted, name)
		}
		return nil, nil
	}
	if err == nil && IsFile(filepath.Base(name)) {
		read := File{name, text}
		f.kustomizations = append(f.kustomizations, read)
		if f.check != nil {
			if err := f.check(read); err != nil {
				return nil, err
			}
		}
		if f.change != nil {
			text = f.change(read)
		}
	}
	return text, err
}

// IsDir reports whether name is a folder.
func (f *fileSystem) IsDir(name string) bool { return name == f.outer || f.FileSystem.IsDir(name) }

// Exists reports whether name is there.
func (f *fileSystem) Exists(name string) bool { return name == f.outer || f.FileSystem.Exists(name) }

// CleanedAbs parts a path into a folder without links and the name of a file, which is empty for a folder.
func (f *fileSystem) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	switch {
	case name == f.outer:
		return filesys.ConfirmedDir(f.outer), "", nil
	case filepath.Dir(name) == f.outer:
		return filesys.ConfirmedDir(f.outer), filepath.Base(name), nil
	}
	return f.FileSystem.CleanedAbs(name)
}
