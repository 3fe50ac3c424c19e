package fn

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/manifest"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/resourcelist"
	"cloison.dev/cloison/internal/wellknown"
)

// validate compares the items with the objects of the Segregations. The output has no items, since kustomize refuses a
// validator that returns any; under kpt it has all, since kpt would remove the others. It returns the objects about
// which everything is said with that. Facts: docs/facts.md, "What hosts take from the output".
func (r *run) validate(wanted []*wantedObject) (explained map[finding.Object]bool) {
	present := map[objects.Key]*resourcelist.Item{}
	for _, item := range r.list.Items {
		if !wellknown.IsLocal(item.Annotations) {
			present[objects.KeyOf(item.Meta)] = item
		}
	}
	if r.list.Host == resourcelist.Kpt {
		r.items = r.list.Items
	}
	moved := r.movedComponents(wanted)
	var missing []*wantedObject
	var differing []difference
	for _, w := range wanted {
		item := present[objects.KeyOf(w.meta)]
		switch {
		case item == nil && !moved[componentOf(w.meta)]:
			missing = append(missing, w)
		case item != nil:
			differing = r.compare(differing, item, w)
		}
	}
	explained = r.refuseMissing(wanted, missing)
	r.refuseLeftOvers(wanted, moved, explained)
	maps.Copy(explained, r.refuseDiffering(differing))
	for _, w := range missing {
		explained[object(w.meta)] = true
	}
	return explained
}

// refuseLeftOvers reports objects that were generated for a Segregation of this run and are no longer asked for: a
// policy that still allows something, a role that somebody still has. Those of moved components have been reported as
// moved, and the renamed ones as renamed.
func (r *run) refuseLeftOvers(wanted []*wantedObject, moved map[string]bool, renamed map[finding.Object]bool) {
	asked := map[objects.Key]bool{}
	for _, w := range wanted {
		asked[objects.KeyOf(w.meta)] = true
	}
	for _, item := range r.list.Items {
		if wellknown.IsLocal(item.Annotations) || !r.isStale(item) ||
			asked[objects.KeyOf(item.Meta)] || moved[componentOf(item.Meta)] || renamed[object(item.Meta)] {
			continue
		}
		r.add(about(item, finding.Finding{
			Code: finding.ObjectLeftOver, Severity: finding.Error,
			Message: "Cloison generated this object, and the Segregation no longer asks for it",
			Fix:     "remove it, or run Cloison as transformer before validating",
		}))
	}
}

// componentOf names the component that an object was generated for, as segregation/component.
func componentOf(meta resourcelist.Meta) string {
	return meta.Labels[wellknown.SegregationLabel] + "/" + meta.Labels[wellknown.ComponentLabel]
}

// mayBeAdded says which fields a generated object may have beyond those that were generated: labels and annotations,
// but none that Pod Security admission reads.
func mayBeAdded(path fieldpath.Path) bool {
	annotations, labels := fieldpath.Of("metadata", "annotations"), fieldpath.Of("metadata", "labels")
	return path == annotations || annotations.Contains(path) ||
		path == labels || labels.Contains(path) && !strings.HasPrefix(path.Last(), "pod-security.kubernetes.io/")
}

// difference is a field of an item that is not as the Segregation asks for.
type difference struct {
	item  *resourcelist.Item
	field fieldpath.Path
	// added tells that the Segregation asks for nothing there.
	added bool
}

// compare adds the first field of an item that is not as the Segregation asks for. Labels and annotations may be added.
func (r *run) compare(found []difference, item *resourcelist.Item, w *wantedObject) []difference {
	node, err := item.Node()
	if err != nil {
		r.add(about(item, finding.Finding{
			Code: finding.InputUnreadable, Severity: finding.Error, Message: err.Error(),
		}))
		return found
	}
	value, err := manifest.Value(w.Object)
	if err != nil {
		r.addInternal(w, err)
		return found
	}
	field, differs := manifest.Difference(node, value, mayBeAdded)
	if !differs {
		return found
	}
	return append(found, difference{item: item, field: field, added: !has(value, field.Steps())})
}

// has reports whether a value has something at a path.
func has(value any, steps []string) bool {
	for _, step := range steps {
		switch inside := value.(type) {
		case map[string]any:
			value = inside[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(inside) {
				return false
			}
			value = inside[i]
		default:
			return false
		}
	}
	return value != nil
}

// refuseDiffering reports what is not as the Segregations ask for, and the label that one setting of a kustomization
// adds to all selectors once. It returns the objects whose selectors have such a label: what else is said of them follows
// from it.
func (r *run) refuseDiffering(all []difference) map[finding.Object]bool {
	explained, byLabel := map[finding.Object]bool{}, map[string][]difference{}
	for _, d := range all {
		label := d.field.Last()
		if d.added && d.field.Parent().Last() == "matchLabels" {
			byLabel[label] = append(byLabel[label], d)
			explained[object(d.item.Meta)] = true
			continue
		}
		r.add(about(d.item, finding.Finding{
			Code: finding.ObjectDiffers, Severity: finding.Error, Field: d.field,
			Message: "this is not what the Segregation asks for, so the promise is not known to hold",
			Fix:     "change the Segregation instead of the generated object",
		}))
	}
	for _, label := range slices.Sorted(maps.Keys(byLabel)) {
		differing := byLabel[label]
		r.add(about(differing[0].item, finding.Finding{
			Code: finding.ObjectDiffers, Severity: finding.Error, Field: differing[0].field,
			Message: fmt.Sprintf("label %q was added to the selectors of %s: other pods are selected now than the "+
				"Segregation says", label, phrase.Count(len(differing), "generated object")),
			Fix: "in the kustomization above, write labels without includeSelectors: true, and no commonLabels",
		}))
	}
	return explained
}

// movedComponents reports components whose objects are all in another namespace than the Segregation says, as after a
// "namespace:" in a kustomization above, and names them as segregation/component.
func (r *run) movedComponents(wanted []*wantedObject) map[string]bool {
	found := map[string]map[string]bool{}
	for _, item := range r.list.Items {
		if isOurs(item) && item.Namespace != "" {
			key := componentOf(item.Meta)
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
		key := componentOf(w.meta)
		if namespaces := found[key]; len(namespaces) > 0 && !namespaces[w.meta.Name] {
			moved[key] = true
			r.add(finding.Finding{
				Code: finding.NamespacesCollapsed, Severity: finding.Error, Object: object(w.meta),
				Message: fmt.Sprintf("the objects of component %q must be in namespace %q, and are in %s",
					w.component(), w.meta.Name, strings.Join(slices.Sorted(maps.Keys(namespaces)), ", ")),
				Fix: `remove "namespace:" from the kustomizations above, or use a NamespaceTransformer with ` +
					`unsetOnly: true`,
			})
		}
	}
	return moved
}
