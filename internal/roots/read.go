package roots

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/kustomization"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wellknown"
)

// Is reports whether a folder is a repository: no kustomization, but with some in the folders below. Folders that
// leftOut holds for are passed over. One that cannot be read is none: whoever reads it says why.
func Is(folder string, leftOut func(name string, isFolder bool) bool) bool {
	entries, err := os.ReadDir(folder)
	if err != nil || hasFile(entries, kustomization.IsFile) {
		return false
	}
	for _, entry := range entries {
		name := filepath.Join(folder, entry.Name())
		if !entry.IsDir() || isHidden(entry) || leftOut(name, true) {
			continue
		}
		if kustomization.In(name) || Is(name, leftOut) {
			return true
		}
	}
	return false
}

// Read reads the tree of a repository. Hidden folders are passed over, and so is what leftOut holds for.
func Read(top string, leftOut func(name string, isFolder bool) bool) (Tree, error) {
	r := reader{top: top, leftOut: leftOut, below: belowRepository(top)}
	if err := r.folder("."); err != nil {
		return Tree{}, err
	}
	slices.SortFunc(r.tree.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return r.tree, nil
}

type reader struct {
	top     string
	leftOut func(name string, isFolder bool) bool
	// below is the path of the top within the repository that Flux and Argo CD name paths in.
	below string
	tree  Tree
}

func (r *reader) folder(at string) error {
	entries, err := os.ReadDir(filepath.Join(r.top, at))
	if err != nil {
		return fmt.Errorf("%s: %w", path.Join(filepath.ToSlash(r.top), at), err)
	}
	if hasFile(entries, func(name string) bool { return name == "Chart.yaml" }) {
		r.tree.Charts = append(r.tree.Charts, at)
		return nil
	}
	for _, entry := range entries {
		name := path.Join(at, entry.Name())
		switch {
		case isHidden(entry) && entry.IsDir():
		case r.isLinkedFolder(entry, name):
			if !r.leftOut(filepath.Join(r.top, name), true) {
				r.tree.Links = append(r.tree.Links, name)
			}
		case !entry.IsDir() && kustomization.IsFile(entry.Name()):
			err = r.kustomization(at, name)
		case !entry.IsDir() && !isManifest(entry.Name()), r.leftOut(filepath.Join(r.top, name), entry.IsDir()):
		case entry.IsDir():
			err = r.folder(name)
		default:
			r.file(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// isLinkedFolder reports whether a name is a link to a folder.
func (r *reader) isLinkedFolder(entry fs.DirEntry, name string) bool {
	if entry.Type()&fs.ModeSymlink == 0 {
		return false
	}
	to, err := os.Stat(filepath.Join(r.top, name))
	return err == nil && to.IsDir()
}

// kustomization takes one in, with what it names.
func (r *reader) kustomization(folder, name string) error {
	text, err := os.ReadFile(filepath.Join(r.top, name))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	parts := kustomization.PartsOf(text)
	k := Kustomization{Folder: folder, Component: parts.Component}
	for _, part := range parts.Names {
		k.Parts = append(k.Parts, path.Join(folder, filepath.ToSlash(part)))
	}
	r.tree.Kustomizations = append(r.tree.Kustomizations, k)
	return nil
}

// file takes one in, and what objects of Flux and Argo CD in it say. What cannot be read is said where it is checked.
func (r *reader) file(name string) {
	file := File{Path: name}
	text, err := os.ReadFile(filepath.Join(r.top, name))
	if err == nil && mayInstruct(text) {
		if found, err := objects.Parse(name, text); err == nil && len(found) > 0 {
			file.Instructions = !slices.ContainsFunc(found, func(o *objects.Object) bool { return !o.IsInstruction() })
			for _, o := range found {
				r.tree.Deployed = append(r.tree.Deployed, r.deployments(o)...)
			}
		}
	}
	r.tree.Files = append(r.tree.Files, file)
}

// mayInstruct reports whether a text may hold what is meant for Cloison, Flux or Argo CD. Most do not.
func mayInstruct(text []byte) bool {
	for _, group := range []string{wellknown.Group + "/", fluxGroup, argoGroup} {
		if bytes.Contains(text, []byte(group)) {
			return true
		}
	}
	return false
}

func hasFile(entries []fs.DirEntry, is func(name string) bool) bool {
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return !e.IsDir() && is(e.Name()) })
}

func isHidden(entry fs.DirEntry) bool { return strings.HasPrefix(entry.Name(), ".") }

func isManifest(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name))
}
