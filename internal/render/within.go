package render

import (
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/kustomization"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wellknown"
)

// within builds a folder with kustomize, which runs the functions itself. In the place of Cloison's it runs this
// program, whatever they name.
func (t *tree) within(folder string) (*Rendered, error) {
	if t.options.Program == "" {
		return nil, fmt.Errorf("%s: the function must run within kustomize, and this program is not one that it can run",
			kustomization.Shown(folder))
	}
	b := &kustomization.Build{
		Folder: folder, AnyFolder: t.options.AnyFolder, EnableExec: true, Check: t.check, Rewrite: t.inlined,
	}
	resources, failed := b.Run()
	result := &Rendered{}
	result.add(placed(b, b.Reported))
	result.add(b.DroppedPatches())
	switch {
	case result.Failed():
		return result, nil
	case failed != nil:
		return nil, fmt.Errorf("%s: kustomize build: %w", kustomization.Shown(folder), b.Explain(failed))
	}
	items, err := newItems(resources)
	if err != nil {
		return nil, err
	}
	result.Objects, err = t.finished(items)
	return result, err
}

// inlined has every entry as YAML, in the order in which kustomize runs them, with this program in the place of
// Cloison's functions.
func (t *tree) inlined(_ string, lists kustomization.Lists) kustomization.Lists {
	for _, list := range []*[]kustomization.Entry{&lists.Generators, &lists.Transformers, &lists.Validators} {
		var inline []kustomization.Entry
		for _, entry := range *list {
			inline = append(inline, t.inline(entry)...)
		}
		*list = inline
	}
	return lists
}

func (t *tree) inline(entry kustomization.Entry) []kustomization.Entry {
	var inline []kustomization.Entry
	for _, config := range entry.Configs {
		text, err := t.configuration(config)
		if err != nil {
			return []kustomization.Entry{entry}
		}
		inline = append(inline, kustomization.Entry{Text: text, Inline: true})
	}
	if inline == nil {
		return []kustomization.Entry{entry}
	}
	return inline
}

// configuration is the YAML of an entry of a list.
func (t *tree) configuration(config *objects.Object) (string, error) {
	text, _, err := textOf(config)
	if err != nil || !kustomization.IsFunction(config) || !isOwn(config) {
		return string(text), err
	}
	own, err := yaml.Parse(string(text))
	if err != nil {
		return "", err
	}
	run := fmt.Sprintf("exec: {path: %q}", t.options.Program)
	if err := own.PipeE(yaml.SetAnnotation(wellknown.FunctionAnnotation, run)); err != nil {
		return "", err
	}
	return own.String()
}
