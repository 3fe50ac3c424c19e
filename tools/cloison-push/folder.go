package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// listFile names the files that cloison render has written beside it.
const listFile = ".cloison-rendered"

// readRendered reads the files that cloison render has written into a folder by their names, the list of them included.
// It refuses a folder that is not exactly that, with everything that is wrong: a manifest that nothing has proved, one
// that is missing, and nothing at all, which Flux would take for "delete everything".
func readRendered(path string) (map[string][]byte, error) {
	list, err := os.ReadFile(filepath.Join(path, listFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: must be a folder that \"cloison render -o\" has written: it has no %s; "+
			"run \"cloison render DIR -o %s\" first", path, listFile, path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the list of what was rendered: %w", err)
	}
	names := listed(list)
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: must name the manifests: Flux deletes what an empty artifact no longer has; "+
			"render again", filepath.Join(path, listFile))
	}
	files := map[string][]byte{listFile: list}
	var problems []error
	for _, name := range names {
		content, err := readManifests(path, name)
		files[name] = content
		problems = append(problems, err)
	}
	problems = append(problems, unlisted(path, names))
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return files, nil
}

// listed are the names in the list; lines that begin with # are remarks.
func listed(list []byte) []string {
	var names []string
	for line := range strings.Lines(string(list)) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && !strings.HasPrefix(line, "#") {
			names = append(names, line)
		}
	}
	return names
}

// readManifests reads a file of the list, each of whose documents must be an object that can be applied.
func readManifests(folder, name string) ([]byte, error) {
	if name != filepath.Base(name) || filepath.Ext(name) != ".yaml" {
		return nil, fmt.Errorf("%s: %q must be the name of a file that cloison render has written; render again",
			filepath.Join(folder, listFile), name)
	}
	path := filepath.Join(folder, name)
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: must be there, since %s names it; render again", path, listFile)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: must be a regular file, as cloison render has written it; render again", path)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if err := areObjects(content); err != nil {
		return nil, fmt.Errorf("%s: %w; render again", path, err)
	}
	return content, nil
}

// areObjects refuses what Flux could not apply: no document at all, and one without apiVersion, kind and name.
func areObjects(content []byte) error {
	documents := yaml.NewDecoder(bytes.NewReader(content))
	count := 0
	for {
		var object struct {
			APIVersion string `yaml:"apiVersion"`
			Kind       string
			Metadata   struct{ Name string }
		}
		switch err := documents.Decode(&object); {
		case errors.Is(err, io.EOF) && count == 0:
			return errors.New("must hold manifests, and is empty")
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("must be YAML: %w", err)
		}
		count++
		if object.APIVersion == "" || object.Kind == "" || object.Metadata.Name == "" {
			return fmt.Errorf("document %d must be an object with apiVersion, kind and metadata.name", count)
		}
	}
}

// unlisted refuses what Flux would apply from the folder, and cloison render has not written. Files of other kinds,
// such as a README, stay out of the artifact.
func unlisted(path string, names []string) error {
	var problems []error
	err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(path, file)
		if err != nil {
			return err
		}
		if isApplied(name) && !slices.Contains(names, name) {
			problems = append(problems, fmt.Errorf("%s: must not be beside what cloison render has written: nothing "+
				"has proved it; add it to what is rendered, or move it away", file))
		}
		return nil
	})
	return errors.Join(append(problems, err)...)
}

// isApplied reports whether Flux reads a file: as manifests, or to build them.
func isApplied(name string) bool {
	extension := filepath.Ext(name)
	return extension == ".yaml" || extension == ".yml" || filepath.Base(name) == "Kustomization"
}
