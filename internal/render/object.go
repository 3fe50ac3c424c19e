package render

import (
	"fmt"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/kubeyaml"
	"cloison.dev/cloison/internal/manifest"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/resourcelist"
	"cloison.dev/cloison/internal/wellknown"
)

// Object is one object of the result.
type Object struct {
	kubeyaml.Meta
	// YAML is one document, without a separator.
	YAML []byte
}

// originAnnotation is what kustomize says of where it has read a resource.
const originAnnotation = "config.kubernetes.io/origin"

// item is a resource on its way through the functions.
type item struct {
	*resourcelist.Item
	// marks are those of the functions that see it, where kustomize has made it.
	marks map[string]bool
	// by is the folder of the kustomization whose function has added it; empty where kustomize has made it.
	by string
}

// newItem is a resource as functions read it: without what was noted on it for this build. Its file is among the
// annotations, and not in its text, as the function expects.
func newItem(o *objects.Object, position int) (*item, error) {
	if o.IsInstruction() {
		o = intake.AsLocal(o) // it is for Cloison, whether that was written or not
	}
	text, marks, err := textOf(o)
	if err != nil {
		return nil, fmt.Errorf("%s (%s): %w", o, o.File, err)
	}
	meta := kubeyaml.Meta{
		APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Labels: o.Labels,
		IsList: o.IsList, Encrypted: o.Encrypted, Annotations: map[string]string{},
	}
	for key, value := range o.Annotations {
		if !isNote(key) {
			meta.Annotations[key] = value
		}
	}
	if o.File != "" {
		meta.Annotations[wellknown.PathAnnotation] = o.File
		meta.Annotations[wellknown.IndexAnnotation] = strconv.Itoa(position)
	}
	return &item{Item: resourcelist.NewItem(meta, text), marks: marks}, nil
}

// textOf is an object as YAML that every reader takes for the same, as kustomize writes it: with the fields in the
// order of their names, without comments and without notes. marks are those among the notes.
func textOf(o *objects.Object) (text []byte, marks map[string]bool, err error) {
	var fields map[string]any
	if err := o.DecodePart(&fields); err != nil {
		return nil, nil, err
	}
	marks = map[string]bool{}
	metadata, _ := fields["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	for key := range annotations {
		if strings.HasPrefix(key, markPrefix) {
			marks[key] = true
		}
		if isNote(key) {
			delete(annotations, key)
		}
	}
	if local, written := annotations[wellknown.LocalConfigAnnotation]; written && o.IsLocal() && local == "false" {
		annotations[wellknown.LocalConfigAnnotation] = "true" // as it was before the kustomization around the folder
	}
	if len(annotations) == 0 {
		delete(metadata, "annotations")
	}
	text, err = manifest.YAML(fields)
	return text, marks, err
}

func newItems(all []*objects.Object) ([]*item, error) {
	items := make([]*item, 0, len(all))
	for i, o := range all {
		it, err := newItem(o, i)
		if err != nil {
			return nil, err
		}
		items = append(items, it)
	}
	return items, nil
}

// isNote reports whether an annotation was put there by this build, or by a host.
func isNote(key string) bool {
	if key == wellknown.LocalConfigAnnotation || key == wellknown.FunctionAnnotation {
		return false
	}
	return strings.HasPrefix(key, "internal."+wellknown.Group+"/") || key == originAnnotation ||
		key == wellknown.PathAnnotation || key == wellknown.IndexAnnotation ||
		key == wellknown.LegacyPathAnnotation || key == wellknown.LegacyIndexAnnotation
}

func hasNotes(annotations map[string]string) bool {
	for key := range annotations {
		if isNote(key) {
			return true
		}
	}
	return false
}

// finished are the objects that are applied: without what is local, in the order in which kustomize writes them.
func (t *tree) finished(items []*item) ([]Object, error) {
	var found []Object
	for _, it := range items {
		if wellknown.IsLocal(it.Annotations) {
			continue
		}
		object := Object{Meta: it.Meta, YAML: it.YAML()}
		if it.marks == nil && hasNotes(it.Annotations) { // a function has changed it, and kept what hosts note
			node, err := it.Node()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", it.Name, err)
			}
			if object.YAML, _, err = textOf(objects.FromNode("", 0, node)); err != nil {
				return nil, fmt.Errorf("%s: %w", it.Name, err)
			}
		}
		found = append(found, object)
	}
	return t.sorted(found)
}
