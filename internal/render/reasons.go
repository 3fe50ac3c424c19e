package render

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/kustomization"
)

// node is one kustomization of a build.
type node struct {
	folder string
	// file is its name in messages.
	file   string
	fields map[string]*yaml.RNode
	// parents are the kustomizations that list it.
	parents []*node
}

// read sorts out which kustomizations were read, and which lists which.
func (t *tree) read(b *kustomization.Build) {
	t.nodes = map[string]*node{}
	for _, k := range b.Kustomizations() {
		folder := filepath.Dir(k.Path)
		if t.nodes[folder] != nil {
			continue
		}
		if t.real == "" {
			t.real = folder
		}
		n := &node{folder: folder, file: b.Name(k.Path), fields: map[string]*yaml.RNode{}}
		if root, err := yaml.Parse(string(k.Text)); err == nil {
			_ = root.VisitFields(func(field *yaml.MapNode) error { // what is no map has none
				n.fields[field.Key.YNode().Value] = field.Value
				return nil
			})
		}
		t.nodes[folder], t.order = n, append(t.order, folder)
	}
	for _, folder := range t.order {
		for _, child := range t.nodes[folder].children() {
			if c := t.nodes[child]; c != nil {
				c.parents = append(c.parents, t.nodes[folder])
			}
		}
	}
}

// children are the folders that a kustomization lists.
func (n *node) children() []string {
	var found []string
	for _, field := range []string{"resources", "bases", "components"} {
		for _, entry := range n.texts(field) {
			if child, err := filepath.EvalSymlinks(filepath.Join(n.folder, filepath.FromSlash(entry))); err == nil {
				found = append(found, child)
			}
		}
	}
	return found
}

// texts are the entries of a field that is a list of texts.
func (n *node) texts(field string) []string {
	list := n.fields[field]
	if list.IsNilOrEmpty() || list.YNode().Kind != yaml.SequenceNode {
		return nil
	}
	texts := make([]string, 0, len(list.YNode().Content))
	for _, entry := range list.YNode().Content {
		texts = append(texts, entry.Value)
	}
	return texts
}

func (n *node) has(field string) bool { return !n.fields[field].IsNilOrEmpty() }

// isAbove reports whether a kustomization is folder's own, or lists it by way of any others.
func (t *tree) isAbove(upper, folder string) bool {
	if upper == folder {
		return true
	}
	above := t.above(t.nodes[folder])
	return slices.Contains(above, t.nodes[upper])
}

// above are all kustomizations that list n, by way of any others.
func (t *tree) above(n *node) []*node {
	var found []*node
	for _, parent := range n.parents {
		if !slices.Contains(found, parent) {
			found = append(append(found, parent), t.above(parent)...)
		}
	}
	return found
}

// harmless are the fields of a kustomization that change nothing of what it lists.
func harmless() []string {
	return []string{
		"apiVersion", "kind", "metadata", "resources", "bases", "sortOptions", "configMapGenerator",
		"secretGenerator", "generatorOptions", "generators", "transformers", "validators",
	}
}

// everywhere are the fields that change names which generated objects may refer to, or texts in all of them, wherever
// they are.
func everywhere() []string {
	return []string{"namePrefix", "nameSuffix", "secretGenerator", "vars", "configurations"}
}

// reasons say why a function must run within kustomize: something changes, or may change, what it adds.
func (t *tree) reasons() []string {
	if len(t.foreign) > 0 {
		return []string{fmt.Sprintf("it runs the function %s", t.foreign[0])}
	}
	if len(t.mixed) > 0 {
		return []string{fmt.Sprintf("%s configures the function and others", t.mixed[0])}
	}
	if len(t.functions) == 0 {
		return nil // the function runs once, on everything
	}
	var reasons []string
	for _, folder := range t.order {
		n := t.nodes[folder]
		if len(n.parents) > 1 {
			reasons = append(reasons, n.file+" is listed twice")
		}
		for _, field := range everywhere() {
			if n.has(field) {
				reasons = append(reasons, fmt.Sprintf("%s has %s", n.file, field))
			}
		}
	}
	for _, f := range t.functions {
		reasons = append(reasons, t.reasonsOf(f)...)
	}
	return reasons
}

func (t *tree) reasonsOf(f *function) []string {
	own := t.nodes[f.folder]
	if own == nil {
		return nil // the build has failed before
	}
	var reasons []string
	if !f.last {
		reasons = append(reasons, own.file+" has others after the function in "+f.field)
	}
	changing := t.above(own)
	if f.field == "generators" {
		changing = append(changing, own)
	}
	for _, n := range changing {
		for _, field := range n.changes() {
			reasons = append(reasons, fmt.Sprintf("%s has %s", n.file, field))
		}
		if t.others[n.folder] {
			reasons = append(reasons, n.file+" has transformers")
		}
	}
	if kind := own.fields["kind"]; kind != nil && strings.TrimSpace(kind.YNode().Value) == "Component" {
		reasons = append(reasons, own.file+" is a Component")
	}
	return reasons
}

// changes are the fields that change what a kustomization lists, sorted.
func (n *node) changes() []string {
	var changing []string
	for field := range n.fields {
		if n.has(field) && !slices.Contains(harmless(), field) {
			changing = append(changing, field)
		}
	}
	slices.Sort(changing)
	return changing
}
