package kustomization

import (
	"slices"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/objects"
)

// Entry is an element of the generators, transformers or validators of a kustomization.
type Entry struct {
	// Text is the entry as it is written: the path of a file or a folder, or YAML.
	Text string
	// Inline is true for YAML: kustomize runs these before those that paths name.
	Inline bool
	// Configs are what it configures. They are empty where it cannot be read, which kustomize then says.
	Configs []*objects.Object
}

// Lists are the fields of a kustomization that may declare functions.
type Lists struct{ Generators, Transformers, Validators []Entry }

// fields are the lists by their names, in the order in which kustomize runs them.
func (l *Lists) fields() []listField {
	return []listField{
		{"generators", &l.Generators}, {"transformers", &l.Transformers}, {"validators", &l.Validators},
	}
}

type listField struct {
	name    string
	entries *[]Entry
}

// all are the entries of all lists.
func (l *Lists) all() []Entry { return slices.Concat(l.Generators, l.Transformers, l.Validators) }

// lists reads the lists of a kustomization, in the order in which kustomize runs their entries. One that cannot be read
// has none: kustomize itself refuses it.
func (b *Build) lists(k File) Lists {
	var parsed types.Kustomization
	if err := parsed.Unmarshal(k.Text); err != nil {
		return Lists{}
	}
	parsed.FixKustomization()
	return Lists{
		Generators:   b.entries(k.Path, parsed.Generators),
		Transformers: b.entries(k.Path, parsed.Transformers),
		Validators:   b.entries(k.Path, parsed.Validators),
	}
}

func (b *Build) entries(kustomization string, texts []string) []Entry {
	var inline, named []Entry
	for _, text := range texts {
		if configs, err := objects.Parse(b.Name(kustomization), []byte(text)); err == nil && len(configs) > 0 {
			for _, o := range configs {
				o.FirstLine = 0 // lines of the entry are not those of the file
			}
			inline = append(inline, Entry{Text: text, Inline: true, Configs: configs})
			continue
		}
		named = append(named, Entry{Text: text, Configs: b.named(kustomization, text)})
	}
	return append(inline, named...)
}

// rewritten is a kustomization with the entries that [Build.Rewrite] has in the place of its own. A text that cannot be
// read stays as it is.
func (b *Build) rewritten(k File) []byte {
	root, err := yaml.Parse(string(k.Text))
	if err != nil || root.YNode().Kind != yaml.MappingNode {
		return k.Text
	}
	before := b.lists(k)
	after := b.Rewrite(k.Path, before)
	changed := false
	olds := before.fields()
	for i, field := range after.fields() {
		if slices.EqualFunc(*olds[i].entries, *field.entries, func(a, b Entry) bool { return a.Text == b.Text }) {
			continue
		}
		changed = true
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, entry := range *field.entries {
			list.Content = append(list.Content, yaml.NewStringRNode(entry.Text).YNode())
		}
		if err := root.PipeE(yaml.SetField(field.name, yaml.NewRNode(list))); err != nil {
			return k.Text
		}
	}
	if !changed {
		return k.Text
	}
	text, err := root.String()
	if err != nil {
		return k.Text
	}
	return []byte(text)
}

// withoutFunctions leaves out the entries that name functions. Transformers and generators that are parts of kustomize
// stay.
func withoutFunctions(_ string, lists Lists) Lists {
	for _, field := range lists.fields() {
		*field.entries = slices.DeleteFunc(slices.Clone(*field.entries), Entry.isFunction)
	}
	return lists
}

// isFunction reports whether an entry configures what is no part of kustomize.
func (e Entry) isFunction() bool { return slices.ContainsFunc(e.Configs, IsFunction) }

// IsFunction reports whether a configuration is for what is no part of kustomize.
func IsFunction(config *objects.Object) bool { return config.APIVersion != builtinVersion }
