package load

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/kustomization"
	"cloison.dev/cloison/internal/wholefile"
)

// hasFile reports whether a folder has a file for which is holds.
func hasFile(entries []fs.DirEntry, is func(name string) bool) bool {
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return !e.IsDir() && is(e.Name()) })
}

func isChart(name string) bool { return name == "Chart.yaml" }

func isManifest(name string) bool {
	switch filepath.Ext(name) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

// addFolder builds a kustomization, or takes every file of any other folder.
func (r *reader) addFolder(folder string) {
	if !r.isNew(folder) {
		return
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		r.problem("%s: %w", folder, wholefile.Cause(err))
		return
	}
	if hasFile(entries, kustomization.IsFile) {
		r.addKustomization(folder)
		return
	}
	r.progress("reading %s", kustomization.Shown(folder))
	var kustomizations []string
	r.walk(folder, entries, &kustomizations)
	if len(kustomizations) > 0 {
		const shownAtMost = 5
		list := strings.Join(kustomizations[:min(len(kustomizations), shownAtMost)], ", ")
		if more := len(kustomizations) - shownAtMost; more > 0 {
			list += ", ..."
		}
		r.problem("%s holds kustomizations (%s), whose files are parts and no manifests: name the ones to build, as "+
			"in: cloison check %s", kustomization.Shown(folder), list, kustomizations[len(kustomizations)-1])
	}
}

// walk takes the files of a folder that is no kustomization, sorted, then those of its folders.
func (r *reader) walk(folder string, entries []fs.DirEntry, kustomizations *[]string) {
	if hasFile(entries, isChart) {
		r.problem("%s is a Helm chart: render it first, as in: helm template %s | cloison check -",
			kustomization.Shown(folder), kustomization.Shown(folder))
		return
	}
	for _, entry := range entries {
		name := filepath.Join(folder, entry.Name())
		switch {
		case entry.IsDir() && strings.HasPrefix(entry.Name(), "."):
			// .git and the like; kubectl too takes hidden files of a folder, but not folders
		case (entry.IsDir() || isManifest(entry.Name())) && r.leftOut(name, entry.IsDir()):
		case entry.IsDir():
			r.enter(name, kustomizations)
		case isManifest(entry.Name()):
			r.addEntry(name, entry)
		}
	}
}

func (r *reader) enter(folder string, kustomizations *[]string) {
	entries, err := os.ReadDir(folder)
	switch {
	case err != nil:
		r.problem("%s: %w", kustomization.Shown(folder), wholefile.Cause(err))
	case hasFile(entries, kustomization.IsFile):
		*kustomizations = append(*kustomizations, kustomization.Shown(folder))
	default:
		r.walk(folder, entries, kustomizations)
	}
}

// addEntry takes a file, or what a link stands for where that is a file.
func (r *reader) addEntry(name string, entry fs.DirEntry) {
	if entry.Type()&fs.ModeSymlink != 0 {
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			r.skipped = append(r.skipped, Skipped{File: kustomization.Shown(name), Reason: "a link to what is no file"})
			return
		}
	} else if !entry.Type().IsRegular() {
		r.skipped = append(r.skipped, Skipped{File: kustomization.Shown(name), Reason: "no regular file"})
		return
	}
	r.addFile(name)
}
