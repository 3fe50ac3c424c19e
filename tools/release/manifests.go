package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// writeManifests writes an archive of the folder kustomization: what users apply, and what they copy. Where images have
// a repository, each kustomization that uses one names it there, by digest.
func (r *release) writeManifests() error {
	names, err := r.sourceFiles("kustomization")
	if err != nil {
		return err
	}
	files := map[string]*entry{}
	var entries []entry
	for _, name := range names {
		if strings.HasSuffix(name, ".go") || strings.HasPrefix(name, "kustomization/generate/") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(r.source, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		files[name] = &entry{name: name, content: content}
	}
	for name, file := range files {
		if path.Base(name) == "kustomization.yaml" && r.repository != "" {
			if err := r.nameImages(file, files); err != nil {
				return err
			}
		}
		entries = append(entries, *file)
	}
	name := r.name("cloison", "manifests")
	return r.writeArchive(name+".tar.gz", below(name, entries))
}

// plainImage is the line of an image of ours without repository, be it with a tag, which a digest replaces.
var plainImage = regexp.MustCompile(`(?m)^\s*(?:- )?image: (cloison|cloison-sync)(?::[\w.-]+)?$`)

// nameImages adds the images that manifests beside a kustomization use to it.
func (r *release) nameImages(kustomization *entry, files map[string]*entry) error {
	var used []string
	for name, file := range files {
		if path.Dir(name) != path.Dir(kustomization.name) || path.Ext(name) != ".yaml" {
			continue
		}
		for _, found := range plainImage.FindAllSubmatch(file.content, -1) {
			used = append(used, string(found[1]))
		}
	}
	slices.Sort(used)
	used = slices.Compact(used)
	if len(used) == 0 {
		return nil
	}
	if regexp.MustCompile(`(?m)^images:`).Match(kustomization.content) {
		return fmt.Errorf("%s has images already: the release adds its own, so leave them out", kustomization.name)
	}
	kustomization.content = append(kustomization.content, "images:\n"...)
	for _, program := range used {
		kustomization.content = fmt.Appendf(kustomization.content, "- name: %s\n  newName: %s\n  digest: %s\n", program,
			r.imageName(program), r.digests[program])
	}
	return nil
}

// writeSchema writes the JSON Schema of a Segregation as a file of its own, for editors.
func (r *release) writeSchema() error {
	schema, err := os.ReadFile(filepath.Join(r.source, "internal", "schema", "segregation.schema.json"))
	if err != nil {
		return err
	}
	return r.writeFile(r.name("cloison", "segregation.schema.json"), schema)
}
