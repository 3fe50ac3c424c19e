// Package folder keeps rendered manifests in a folder, one file per component, to be committed and applied from there.
// It changes nothing but what it has written before: a list beside the manifests says what that is.
package folder

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/render"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/internal/wholefile"
)

const (
	// ListFile names the files that were written. It is no YAML, so that nobody applies it.
	ListFile = ".cloison-rendered"
	listHead = "# Written by cloison render, which replaces and removes these files. Commit this list with them.\n"
	// Others is the file of objects that belong to no component. No component's file has its name, since each has a dot
	// between the Segregation and the component.
	Others = "others.yaml"
)

// listed is the form of the names in the list: those that [Files] gives.
var listed = form.New(`^(others|[a-z0-9][-.a-z0-9]*\.[a-z0-9][-a-z0-9]*)\.yaml$`)

// Files parts objects by component, each file named SEGREGATION.COMPONENT.yaml, in the order of the objects. What is in
// the namespace of a component belongs to it, whoever wrote it.
func Files(objects []render.Object) map[string][]byte {
	owners := map[string]string{}
	for _, o := range objects {
		if o.Kind == "Namespace" && wellknown.IsGenerated(o.Labels) {
			owners[o.Name] = fileOf(o.Labels)
		}
	}
	files := map[string][]byte{}
	for _, o := range objects {
		namespace := o.Namespace
		if o.Kind == "Namespace" {
			namespace = o.Name
		}
		file := cmp.Or(owners[namespace], Others)
		files[file] = append(append(files[file], "---\n"...), o.YAML...)
	}
	return files
}

// fileOf is the file of a component, by the labels of its Namespace; empty where they are no names, so that the file
// would be in another folder.
func fileOf(labels map[string]string) string {
	name := labels[wellknown.SegregationLabel] + "." + labels[wellknown.ComponentLabel] + ".yaml"
	if filepath.Base(name) != name {
		return ""
	}
	return name
}

// Difference is what a folder has other than it must, each list sorted.
type Difference struct{ Missing, Changed, Left []string }

// IsZero reports whether there is none.
func (d Difference) IsZero() bool { return len(d.Missing)+len(d.Changed)+len(d.Left) == 0 }

// Compare finds what a folder has other than files. It reads only. The error says why that is not known, or why [Write]
// would refuse.
func Compare(path string, files map[string][]byte) (Difference, error) {
	own, err := readList(path)
	if err != nil {
		return Difference{}, err
	}
	var d Difference
	var foreign []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content, err := os.ReadFile(filepath.Join(path, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			d.Missing = append(d.Missing, name)
		case err != nil:
			return Difference{}, fmt.Errorf("read what was rendered: %w", err)
		case !slices.Contains(own, name):
			foreign = append(foreign, name)
		case !bytes.Equal(content, files[name]):
			d.Changed = append(d.Changed, name)
		}
	}
	for _, name := range own {
		if _, wanted := files[name]; !wanted {
			if _, err := os.Lstat(filepath.Join(path, name)); err == nil {
				d.Left = append(d.Left, name)
			}
		}
	}
	if len(foreign) > 0 {
		return d, fmt.Errorf("%s: %s must not be replaced: %s does not name it as written by cloison render; move it "+
			"away, "+
			"or name another folder", path, strings.Join(foreign, ", "), ListFile)
	}
	return d, nil
}

// Write makes a folder hold files, and nothing else that was written before. Nothing is changed where that cannot be
// done; each file is the old or the new one, whole, at any time.
func Write(ctx context.Context, path string, files map[string][]byte) (Difference, error) {
	if err := os.MkdirAll(path, 0o755); err != nil { //nolint:gosec // manifests are for everybody
		return Difference{}, fmt.Errorf("make the folder: %w", err)
	}
	d, err := Compare(path, files)
	if err != nil {
		return d, err
	}
	names := slices.Sorted(maps.Keys(files))
	for _, name := range append(slices.Clone(names), ListFile) {
		if err := wholefile.Check(filepath.Join(path, name)); err != nil {
			return d, err
		}
	}
	// With both the old and the new names, the list is right whenever this ends.
	if err := writeList(ctx, path, append(slices.Clone(names), d.Left...)); err != nil {
		return d, err
	}
	for _, name := range names {
		if _, err := wholefile.Write(ctx, filepath.Join(path, name), files[name]); err != nil {
			return d, err
		}
	}
	for _, name := range d.Left {
		if err := os.Remove(filepath.Join(path, name)); err != nil {
			return d, fmt.Errorf("remove what is no longer rendered: %w", err)
		}
	}
	return d, writeList(ctx, path, names)
}

// readList is what was written before; nothing where there is no list.
func readList(path string) ([]string, error) {
	file := filepath.Join(path, ListFile)
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what was rendered before: %w", err)
	}
	var names []string
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case !listed.Matches(line):
			return nil, fmt.Errorf("%s:%d: %q must be the name of a file that cloison render has written; restore "+
				"the list, "+
				"or remove it with the manifests", file, i+1, line)
		default:
			names = append(names, line)
		}
	}
	return names, nil
}

func writeList(ctx context.Context, path string, names []string) error {
	slices.Sort(names)
	text := listHead + strings.Join(names, "\n") + "\n"
	_, err := wholefile.Write(ctx, filepath.Join(path, ListFile), []byte(text))
	return err
}
