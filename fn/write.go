package fn

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/comments"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/manifest"
	"cloison.dev/cloison/internal/parallel"
	"cloison.dev/cloison/internal/resourcelist"
	"cloison.dev/cloison/internal/wellknown"
)

// write writes the new objects and those that differ from what the input has. It reports whether all could be written;
// otherwise nothing is changed.
func (r *run) write(wanted []*wantedObject) bool {
	texts := make([][]byte, len(wanted))
	problems := make([]error, len(wanted))
	parallel.Each(len(wanted), func(i int) { texts[i], problems[i] = wanted[i].text() })
	written := true
	for i, w := range wanted {
		if problems[i] == nil && texts[i] != nil && w.present != nil {
			texts[i], problems[i] = w.withComments(texts[i])
		}
		if problems[i] != nil {
			r.addInternal(w, problems[i])
			written = false
		}
	}
	if !written {
		return false
	}
	r.written = make(map[*resourcelist.Item]*wantedObject, len(wanted))
	r.replace(wanted, texts)
	for i, w := range wanted {
		if w.present == nil {
			item := resourcelist.NewItem(w.meta, texts[i])
			r.items = append(r.items, item)
			r.written[item] = w
		}
	}
	return true
}

// replace puts items with the new texts in the place of those that change. The list that came in keeps the old ones: it
// goes out again where the proof fails.
func (r *run) replace(wanted []*wantedObject, texts [][]byte) {
	now := map[*resourcelist.Item]*resourcelist.Item{}
	for i, w := range wanted {
		switch {
		case w.present == nil:
			continue
		case texts[i] == nil:
			now[w.present] = w.present
		default:
			now[w.present] = w.present.WithYAML(texts[i])
			now[w.present].Labels = w.meta.Labels
		}
		r.written[now[w.present]] = w
	}
	for i, item := range r.items {
		if with, found := now[item]; found {
			r.items[i] = with
		}
	}
}

// placeNew gives what the input does not have a place in a file, for hosts that write files.
func (r *run) placeNew(wanted []*wantedObject) {
	if !r.hostWritesFiles {
		return
	}
	next := r.nextIndexes()
	for _, w := range wanted {
		if w.present == nil {
			w.place(next[w.file])
			next[w.file]++
		}
	}
}

// place says where the object goes in its file.
func (w *wantedObject) place(position int) {
	annotations := map[string]string{}
	maps.Copy(annotations, w.GetAnnotations())
	annotations[wellknown.PathAnnotation], annotations[wellknown.LegacyPathAnnotation] = w.file, w.file
	annotations[wellknown.IndexAnnotation] = strconv.Itoa(position)
	annotations[wellknown.LegacyIndexAnnotation] = strconv.Itoa(position)
	w.SetAnnotations(annotations)
}

// nextIndexes finds the first free index of every file.
func (r *run) nextIndexes() map[string]int {
	next := map[string]int{}
	for _, item := range r.items {
		position, err := strconv.Atoi(indexOf(item))
		if err == nil && position >= next[item.File()] {
			next[item.File()] = position + 1
		}
	}
	return next
}

func indexOf(item *resourcelist.Item) string {
	return cmp.Or(item.Annotations[wellknown.IndexAnnotation], item.Annotations[wellknown.LegacyIndexAnnotation])
}

// text is the YAML of the object; nil where the input has the object as it is wanted.
func (w *wantedObject) text() ([]byte, error) {
	if w.present == nil {
		return manifest.YAML(w.Object)
	}
	existing, err := w.present.Node()
	if err != nil {
		return nil, err
	}
	value, err := manifest.Value(w.Object)
	if err != nil {
		return nil, err
	}
	dropHostAnnotations(existing)
	if _, differs := manifest.Difference(existing, value, manifest.Exact); !differs {
		return nil, nil
	}
	w.keepHostAnnotations()
	return manifest.YAML(w.Object)
}

// keepHostAnnotations gives the object the annotations that the host put on the item.
func (w *wantedObject) keepHostAnnotations() {
	annotations := map[string]string{}
	for key, value := range w.present.Annotations {
		if wellknown.IsHostAnnotation(key) {
			annotations[key] = value
		}
	}
	maps.Copy(annotations, w.GetAnnotations())
	w.SetAnnotations(annotations)
}

// withComments puts the comments of the item of the input into text.
func (w *wantedObject) withComments(text []byte) ([]byte, error) {
	existing, err := w.present.Node()
	if err != nil {
		return nil, err
	}
	updated, err := yaml.Parse(string(text))
	if err != nil {
		return nil, err
	}
	if err := comments.CopyComments(yaml.NewRNode(existing), updated); err != nil {
		return text, nil //nolint:nilerr // a list where an object must be: there is no place for comments
	}
	commented, err := updated.String()
	return []byte(commented), err
}

// dropHostAnnotations takes out of node what hosts put there, for a comparison.
func dropHostAnnotations(node *yaml.Node) {
	metadata := yaml.NewRNode(node).Field("metadata")
	if metadata == nil {
		return
	}
	annotations := metadata.Value.Field("annotations")
	if annotations == nil || annotations.Value.YNode().Kind != yaml.MappingNode {
		return
	}
	mapping := annotations.Value.YNode()
	var kept []*yaml.Node
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if !wellknown.IsHostAnnotation(mapping.Content[i].Value) {
			kept = append(kept, mapping.Content[i], mapping.Content[i+1])
		}
	}
	mapping.Content = kept
	if len(kept) == 0 {
		removeField(metadata.Value.YNode(), "annotations")
	}
}

func removeField(mapping *yaml.Node, name string) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			mapping.Content = slices.Delete(mapping.Content, i, i+2)
			return
		}
	}
}
