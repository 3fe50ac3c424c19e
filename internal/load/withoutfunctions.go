package load

import (
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/objects"
)

// functionLists are the fields of a kustomization that may declare functions.
func functionLists() []string { return []string{"generators", "transformers", "validators"} }

// withoutFunctions is a kustomization without the entries that name functions. Transformers and generators that are
// parts of kustomize stay. A text that cannot be read stays as it is: kustomize refuses it.
func (b *build) withoutFunctions(kustomization file) []byte {
	root, err := yaml.Parse(string(kustomization.text))
	if err != nil || root.YNode().Kind != yaml.MappingNode {
		return kustomization.text
	}
	changed := false
	for _, field := range functionLists() {
		list := root.Field(field)
		if list.IsNilOrEmpty() || list.Value.YNode().Kind != yaml.SequenceNode {
			continue
		}
		node := list.Value.YNode()
		before := len(node.Content)
		isFunction := func(entry *yaml.Node) bool { return b.isFunction(kustomization.path, entry.Value) }
		node.Content = slices.DeleteFunc(node.Content, isFunction)
		changed = changed || len(node.Content) < before
	}
	if !changed {
		return kustomization.text
	}
	text, err := root.String()
	if err != nil {
		return kustomization.text
	}
	return []byte(text)
}

// isFunction reports whether an entry configures what is no part of kustomize.
func (b *build) isFunction(file, entry string) bool {
	isForeign := func(o *objects.Object) bool { return o.APIVersion != builtinVersion }
	return slices.ContainsFunc(b.configuration(file, entry), isForeign)
}
