package load

import (
	"os"
	"path/filepath"

	"sigs.k8s.io/kustomize/api/types"

	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wellknown"
)

// builtinVersion is the apiVersion of the transformers and generators that are parts of kustomize.
const builtinVersion = "builtin"

// functions are the configurations of everything that the kustomizations of the build run and that is no part of
// kustomize.
func (b *build) functions() []*objects.Object {
	var found []*objects.Object
	for _, kustomization := range b.files.kustomizations {
		for _, entry := range entries(kustomization.text) {
			for _, o := range b.configuration(kustomization.path, entry) {
				if o.APIVersion != builtinVersion {
					found = append(found, o)
				}
			}
		}
	}
	return found
}

// entries are what a kustomization lists as generators, transformers and validators: paths, or YAML.
func entries(text []byte) []string {
	var k types.Kustomization
	if err := k.Unmarshal(text); err != nil {
		return nil // kustomize itself has refused it
	}
	k.FixKustomization()
	return append(append(k.Generators, k.Transformers...), k.Validators...)
}

// configuration reads an entry of the kustomization in file. What cannot be read has no objects: kustomize has refused
// it.
func (b *build) configuration(file, entry string) []*objects.Object {
	shownFile := b.shown(file)
	if inline, err := objects.Parse(shownFile, []byte(entry)); err == nil {
		for _, o := range inline {
			o.FirstLine = 0 // lines of the entry are not those of the file
		}
		return inline
	}
	path := filepath.Join(filepath.Dir(file), filepath.FromSlash(entry))
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil // of a remote kustomization, whose copy is gone
	case info.IsDir():
		inner := &build{folder: b.seen(path), anyFolder: b.anyFolder, dropFunctions: b.dropFunctions}
		found, err := inner.run()
		if err != nil {
			return nil
		}
		return found
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	found, err := objects.Parse(b.shown(path), text)
	if err != nil {
		return nil
	}
	return found
}

// segregationsOfFunctions are those that configure functions, and so are no objects of the result.
func (b *build) segregationsOfFunctions() []*objects.Object {
	if !b.enableExec && !b.dropFunctions {
		return nil
	}
	var found []*objects.Object
	for _, o := range b.functions() {
		if wellknown.IsSegregation(o.APIVersion, o.Kind) {
			found = append(found, intake.AsLocal(o))
		}
	}
	return found
}
