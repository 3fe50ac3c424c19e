package render

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/kustomization"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/manifest"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wholefile"
)

// manifests renders a file, or the files of a folder that is no kustomization: with the functions of its Kptfile, or
// with one that sees everything.
func (o *Options) manifests(ctx context.Context, path string) (*Rendered, error) {
	input, err := load.Paths([]string{path}, o.Stdin, load.Options{AnyFolder: o.AnyFolder, Progress: o.Progress})
	if err != nil {
		return nil, err
	}
	t := &tree{options: o}
	if err := t.pipeline(path, input.Objects); err != nil {
		return nil, err
	}
	items, err := newItems(input.Objects)
	if err != nil {
		return nil, err
	}
	return t.pass(ctx, items, func(found []finding.Finding) []finding.Finding { return located(input.Objects, found) })
}

// located gives findings the file and line of the object that each is about.
func located(written []*objects.Object, findings []finding.Finding) []finding.Finding {
	by := map[finding.Object]*objects.Object{}
	for _, o := range written {
		by[o.Identity()] = o
	}
	for i, f := range findings {
		if o := by[f.Object]; o != nil {
			findings[i] = o.About(f)
		}
	}
	return findings
}

// kptfileName is the file that makes a folder a package of kpt.
const kptfileName = "Kptfile"

// pipeline takes the functions of the package at path, where it is one. all are its objects.
func (t *tree) pipeline(path string, all []*objects.Object) error {
	kptfiles, err := kptfilesIn(path)
	if err != nil {
		return err
	}
	for _, file := range kptfiles {
		declared, err := readPipeline(file)
		if err != nil {
			return err
		}
		if len(declared) > 0 && filepath.Dir(file) != filepath.Clean(path) {
			return fmt.Errorf("%s has a pipeline of its own, which sees a part of the package only: render the package "+
				"with kpt fn render", kustomization.Shown(file))
		}
		for _, f := range declared {
			config, err := f.config(file, all)
			if err != nil {
				return fmt.Errorf("%s: %s: %w", kustomization.Shown(file), f.at, err)
			}
			t.functions = append(t.functions, &function{field: f.stage, config: config, everything: true})
		}
	}
	return nil
}

// kptfilesIn are the Kptfiles at and below a folder, the outer ones first.
func kptfilesIn(path string) ([]string, error) {
	if info, err := os.Stat(path); path == load.Stdin || err == nil && !info.IsDir() {
		return nil, nil
	}
	var found []string
	err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != path && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !entry.IsDir() && entry.Name() == kptfileName:
			found = append(found, file)
		}
		return nil
	})
	return found, err
}

// kptFunction is one of the functions of a Kptfile.
type kptFunction struct {
	Image      string            `json:"image"`
	Exec       string            `json:"exec"`
	ConfigPath string            `json:"configPath"`
	ConfigMap  map[string]string `json:"configMap"`
	Selectors  []any             `json:"selectors"`
	Exclude    []any             `json:"exclude"`

	// stage is the list of a kustomization that has the same meaning, at the field of the Kptfile.
	stage, at string
}

// readPipeline lists the functions of a Kptfile in the order in which kpt runs them.
func readPipeline(file string) ([]kptFunction, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kustomization.Shown(file), wholefile.Cause(err))
	}
	found, err := objects.Parse(kustomization.Shown(file), text)
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%s must be one object, and holds %d", kustomization.Shown(file), len(found))
	}
	var content struct {
		Pipeline struct {
			Mutators   []kptFunction `json:"mutators"`
			Validators []kptFunction `json:"validators"`
		} `json:"pipeline"`
	}
	if err := found[0].DecodePart(&content); err != nil {
		return nil, fmt.Errorf("%s: %w", kustomization.Shown(file), err)
	}
	var declared []kptFunction
	add := func(stage, field string, functions []kptFunction) {
		for i, f := range functions {
			f.stage, f.at = stage, fmt.Sprintf("pipeline.%s[%d]", field, i)
			declared = append(declared, f)
		}
	}
	add("transformers", "mutators", content.Pipeline.Mutators)
	add("validators", "validators", content.Pipeline.Validators)
	return declared, nil
}

// config is what the function is configured with; nil for nothing. It refuses what kpt alone can run.
func (f *kptFunction) config(kptfile string, all []*objects.Object) (*objects.Object, error) {
	switch {
	case !isProgram(f.Exec) && !isImage(f.Image):
		return nil, fmt.Errorf("%q is not Cloison's function: render the package with kpt fn render", f.Image+f.Exec)
	case len(f.Selectors) > 0 || len(f.Exclude) > 0:
		return nil, errors.New("selectors and exclude must not be set: the function must see everything")
	case f.ConfigPath != "":
		file := kustomization.Shown(filepath.Join(filepath.Dir(kptfile), filepath.FromSlash(f.ConfigPath)))
		for _, o := range all {
			if o.File == file {
				return o, nil
			}
		}
		return nil, fmt.Errorf("configPath %q must name a file of the package with one object", f.ConfigPath)
	case len(f.ConfigMap) > 0:
		return configMap(f.ConfigMap)
	}
	return nil, nil //nolint:nilnil // there is none
}

// configMap is how kpt hands over a map.
func configMap(data map[string]string) (*objects.Object, error) {
	text, err := manifest.YAML(map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "function-input"}, "data": data,
	})
	if err != nil {
		return nil, err
	}
	found, err := objects.Parse("", text)
	if err != nil {
		return nil, err
	}
	return found[0], nil
}
