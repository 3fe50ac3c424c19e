package fn

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/comments"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/manifest"
	"cloison.dev/cloison/internal/parallel"
	"cloison.dev/cloison/internal/resourcelist"
	"cloison.dev/cloison/internal/spec"
)

// identity tells objects apart the way a cluster does: the version of an API does not count.
type identity struct {
	group, kind, namespace, name string
}

func identityOf(meta resourcelist.Meta) identity {
	return identity{group(meta.APIVersion), meta.Kind, meta.Namespace, meta.Name}
}

// wantedObject is an object that must be in the output.
type wantedObject struct {
	generators.Object
	meta resourcelist.Meta
	// file is where a host that writes files puts the object.
	file string
	// present is the item of the input that was generated for this object before; nil where there is none.
	present *resourcelist.Item
}

// wanted generates the objects of all Segregations.
func (r *run) wanted() ([]*wantedObject, error) {
	var wanted []*wantedObject
	owner := map[identity]string{}
	for _, s := range r.segregations {
		for _, object := range generators.Generate(s.plan) {
			apiVersion, kind := object.GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
			w := &wantedObject{Object: object, meta: resourcelist.Meta{
				APIVersion: apiVersion, Kind: kind, Namespace: object.GetNamespace(), Name: object.GetName(),
				Labels: object.GetLabels(), Annotations: object.GetAnnotations(),
			}}
			w.file = s.folder() + "/" + w.component() + ".yaml"
			id := identityOf(w.meta)
			if other, taken := owner[id]; taken {
				return nil, fmt.Errorf("%s is asked for twice, by the Segregations %s and %s", finding.Object{Kind: kind, Namespace: id.namespace, Name: id.name}, other, s.spec.Metadata.Name)
			}
			owner[id] = s.spec.Metadata.Name
			wanted = append(wanted, w)
		}
	}
	return wanted, nil
}

func (w *wantedObject) component() string { return w.meta.Labels[generators.ComponentLabel] }

// isOurs says whether an item is something that was generated before.
func isOurs(item *resourcelist.Item) bool {
	return item.Labels[generators.ManagedByLabel] == generators.ManagedBy && item.Labels[generators.SegregationLabel] != ""
}

// refuseDuplicates refuses objects that the input has twice: it could not be said which one will be applied.
func (r *run) refuseDuplicates() {
	first := make(map[identity]*resourcelist.Item, len(r.list.Items))
	for _, item := range r.list.Items {
		if isLocal(item) || isKptfile(item.Meta) || isSegregation(item.Meta) || item.Name == "" {
			continue
		}
		id := identityOf(item.Meta)
		other, taken := first[id]
		if !taken {
			first[id] = item
			continue
		}
		f := about(item, finding.Finding{
			Code: finding.InputDuplicate, Severity: finding.Error,
			Message: "the input has this object twice; it must be there once",
			Fix:     "remove one of the two",
		})
		if file := pathOf(other); file != "" {
			f.Message = fmt.Sprintf("the input has this object twice, in %s too; it must be there once", file)
		}
		r.add(f)
	}
}

// reconcile makes the items that go out: what is not ours as it came in, what is ours updated in its place, what is new
// at the end. What was generated before for one of the Segregations, and is no longer wanted, is left out.
func (r *run) reconcile(wanted []*wantedObject) {
	byIdentity := make(map[identity]*wantedObject, len(wanted))
	for _, w := range wanted {
		byIdentity[identityOf(w.meta)] = w
	}
	for _, item := range r.list.Items {
		w := byIdentity[identityOf(item.Meta)]
		switch {
		case isLocal(item) || w == nil && !r.isStale(item):
			r.items = append(r.items, item)
		case w == nil:
			// stale: left out
		case !isOurs(item):
			r.refuseClash(item)
		default:
			w.present = item
			r.items = append(r.items, item)
		}
	}
	r.sayOwnOutputOnly()
	if finding.HasErrors(r.findings) {
		return
	}
	r.placeNew(wanted)
	r.write(wanted)
}

// write writes the new objects and those that differ from what the input has.
func (r *run) write(wanted []*wantedObject) {
	texts := make([][]byte, len(wanted))
	problems := make([]error, len(wanted))
	parallel.Each(len(wanted), func(i int) { texts[i], problems[i] = wanted[i].text() })
	for i, w := range wanted {
		err := problems[i]
		switch {
		case err != nil || texts[i] == nil:
		case w.present == nil:
			r.items = append(r.items, resourcelist.NewItem(w.meta, texts[i]))
		default:
			err = w.replace(texts[i])
		}
		if err != nil {
			r.addInternal(w, err)
		}
	}
}

// isStale says whether an item was generated for a Segregation of this run.
func (r *run) isStale(item *resourcelist.Item) bool {
	if !isOurs(item) {
		return false
	}
	for _, s := range r.segregations {
		if item.Labels[generators.SegregationLabel] == s.spec.Metadata.Name {
			return true
		}
	}
	return false
}

func (r *run) refuseClash(item *resourcelist.Item) {
	r.add(about(item, finding.Finding{
		Code: finding.IdentityClash, Severity: finding.Error,
		Message: "the Segregation generates this object, and the input has one that Cloison did not generate; it must not be overwritten",
		Fix:     fmt.Sprintf("remove it from the input, or give the Segregation's object another name; if Cloison generated it, restore its label %s: %s", generators.ManagedByLabel, generators.ManagedBy),
	}))
}

// sayOwnOutputOnly says what a kustomize generator cannot see. kpt always sends the whole package.
func (r *run) sayOwnOutputOnly() {
	others := slices.ContainsFunc(r.list.Items, func(item *resourcelist.Item) bool {
		return !isSegregation(item.Meta) && !isOurs(item)
	})
	if others || r.host == hostKpt {
		return
	}
	r.add(finding.Finding{
		Code: finding.OwnOutputOnly, Severity: finding.Info,
		Message: "the input holds no other resources, so nothing but the generated objects was looked at",
		Fix:     "if there are others, with kustomize, list the Segregation under transformers:, not generators:",
	})
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
	annotations[pathAnnotation], annotations[legacyPathAnnotation] = w.file, w.file
	annotations[indexAnnotation], annotations[legacyIndexAnnotation] = strconv.Itoa(position), strconv.Itoa(position)
	w.SetAnnotations(annotations)
}

// nextIndexes finds the first free index of every file.
func (r *run) nextIndexes() map[string]int {
	next := map[string]int{}
	for _, item := range r.items {
		position, err := strconv.Atoi(indexOf(item))
		if err == nil && position >= next[pathOf(item)] {
			next[pathOf(item)] = position + 1
		}
	}
	return next
}

func indexOf(item *resourcelist.Item) string {
	if position := item.Annotations[indexAnnotation]; position != "" {
		return position
	}
	return item.Annotations[legacyIndexAnnotation]
}

func (r *run) addInternal(w *wantedObject, err error) {
	r.add(finding.Finding{Code: finding.InputUnreadable, Severity: finding.Error, Object: object(w.meta), Message: err.Error()})
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
	if manifest.Difference(existing, value, manifest.Exact) == "" {
		return nil, nil
	}
	w.keepHostAnnotations()
	return manifest.YAML(w.Object)
}

// keepHostAnnotations gives the object the annotations that the host put on the item.
func (w *wantedObject) keepHostAnnotations() {
	annotations := map[string]string{}
	for key, value := range w.present.Annotations {
		if spec.IsHostAnnotation(key) {
			annotations[key] = value
		}
	}
	maps.Copy(annotations, w.GetAnnotations())
	w.SetAnnotations(annotations)
}

// replace puts text in the place of the item of the input and keeps its comments.
func (w *wantedObject) replace(text []byte) error {
	existing, err := w.present.Node()
	if err != nil {
		return err
	}
	updated, err := yaml.Parse(string(text))
	if err != nil {
		return err
	}
	if err := comments.CopyComments(yaml.NewRNode(existing), updated); err != nil {
		w.present.SetYAML(text) // a list where an object must be, or the like: there is no place for the comments
		return nil
	}
	commented, err := updated.String()
	if err != nil {
		return err
	}
	w.present.SetYAML([]byte(commented))
	return nil
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
		if !spec.IsHostAnnotation(mapping.Content[i].Value) {
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
