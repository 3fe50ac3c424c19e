package fn

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/manifest"
	"cloison.dev/cloison/internal/resourcelist"
)

// validate holds the items against the objects that the Segregations ask for. The list that goes out has no items: kustomize
// takes items from a validator for a change.
func (r *run) validate(wanted []*wantedObject) {
	present := map[identity]*resourcelist.Item{}
	for _, item := range r.list.Items {
		if !isLocal(item) {
			present[identityOf(item.Meta)] = item
		}
	}
	moved := r.movedComponents(wanted)
	for _, w := range wanted {
		item := present[identityOf(w.meta)]
		switch {
		case item != nil:
			r.compare(item, w)
		case !moved[w.meta.Labels[generators.SegregationLabel]+"/"+w.component()]:
			r.add(finding.Finding{
				Code: finding.ObjectMissing, Severity: finding.Error, Object: object(w.meta),
				Message: "the Segregation asks for this object, and the manifests do not hold it",
				Fix:     "run Cloison as transformer before validating, and let nothing remove or rename the object afterwards",
			})
		}
	}
}

// compare reports the first field of an item that is not as the Segregation asks for. Labels and annotations may be added.
func (r *run) compare(item *resourcelist.Item, w *wantedObject) {
	node, err := item.Node()
	if err != nil {
		r.add(about(item, finding.Finding{Code: finding.InputUnreadable, Severity: finding.Error, Message: err.Error()}))
		return
	}
	value, err := manifest.Value(w.Object)
	if err != nil {
		r.addInternal(w, err)
		return
	}
	field := manifest.Difference(node, value, func(path string) bool {
		return strings.HasPrefix(path, "metadata.annotations") || strings.HasPrefix(path, "metadata.labels")
	})
	if field == "" {
		return
	}
	r.add(about(item, finding.Finding{
		Code: finding.ObjectDiffers, Severity: finding.Error, Field: field,
		Message: "this is not what the Segregation asks for, so the promise is not known to hold",
		Fix:     "change the Segregation instead of the generated object",
	}))
}

// movedComponents reports components whose objects are all in another namespace than the Segregation says, as after a
// "namespace:" in a kustomization above, and names them as segregation/component.
func (r *run) movedComponents(wanted []*wantedObject) map[string]bool {
	found := map[string]map[string]bool{}
	for _, item := range r.list.Items {
		if isOurs(item) && item.Namespace != "" {
			key := item.Labels[generators.SegregationLabel] + "/" + item.Labels[generators.ComponentLabel]
			if found[key] == nil {
				found[key] = map[string]bool{}
			}
			found[key][item.Namespace] = true
		}
	}
	moved := map[string]bool{}
	for _, w := range wanted {
		if w.meta.Kind != "Namespace" {
			continue
		}
		key := w.meta.Labels[generators.SegregationLabel] + "/" + w.component()
		if namespaces := found[key]; len(namespaces) > 0 && !namespaces[w.meta.Name] {
			moved[key] = true
			r.add(finding.Finding{
				Code: finding.NamespacesCollapsed, Severity: finding.Error, Object: object(w.meta),
				Message: fmt.Sprintf("the objects of component %q must be in namespace %q, and are in %s", w.component(), w.meta.Name, strings.Join(slices.Sorted(maps.Keys(namespaces)), ", ")),
				Fix:     `remove "namespace:" from the kustomizations above, or use a NamespaceTransformer with unsetOnly: true`,
			})
		}
	}
	return moved
}
