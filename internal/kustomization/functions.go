package kustomization

import (
	"os"
	"path/filepath"

	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/objects"
)

// builtinVersion is the apiVersion of the transformers and generators that are parts of kustomize.
const builtinVersion = "builtin"

// Functions are the configurations of everything that the kustomizations of the build run and that is no part of
// kustomize.
func (b *Build) Functions() []*objects.Object {
	var found []*objects.Object
	for _, k := range b.files.kustomizations {
		lists := b.lists(k)
		for _, entry := range lists.all() {
			for _, o := range entry.Configs {
				if IsFunction(o) {
					found = append(found, o)
				}
			}
		}
	}
	return found
}

// named reads what an entry of the kustomization in file names: a file or a folder. What cannot be read has no objects:
// kustomize has refused it.
func (b *Build) named(file, entry string) []*objects.Object {
	path := filepath.Join(filepath.Dir(file), filepath.FromSlash(entry))
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil // of a remote kustomization, whose copy is gone
	case info.IsDir():
		inner := &Build{Folder: b.seen(path), AnyFolder: b.AnyFolder, WithoutFunctions: b.WithoutFunctions}
		found, err := inner.Run()
		if err != nil {
			return nil
		}
		return found
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	found, err := objects.Parse(b.Name(path), text)
	if err != nil {
		return nil
	}
	return found
}

// Segregations are those that configure functions, and so are no objects of the result.
func (b *Build) Segregations() []*objects.Object {
	if !b.EnableExec && b.Rewrite == nil { // they are no part of what is known then
		return nil
	}
	var found []*objects.Object
	for _, c := range b.configuredSegregations() {
		found = append(found, intake.AsLocal(c.object))
	}
	return found
}
