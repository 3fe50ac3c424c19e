package fn

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/resourcelist"
	"cloison.dev/cloison/internal/wellknown"
)

// wantedObject is an object that must be in the output.
type wantedObject struct {
	generators.Object
	meta resourcelist.Meta
	// file is where a host that writes files puts the object.
	file string
	// present is the item of the input that was generated for this object before; nil where there is none.
	present *resourcelist.Item
}

// wanted generates the objects of all Segregations, whose plans these are, in their order.
func (r *run) wanted(plans []*plan.Plan) ([]*wantedObject, error) {
	var wanted []*wantedObject
	owner := map[objects.Key]string{}
	for i, s := range r.taken.Segregations {
		for _, object := range generators.Generate(plans[i], r.taken.Cluster) {
			apiVersion, kind := object.GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
			w := &wantedObject{Object: object, meta: resourcelist.Meta{
				APIVersion: apiVersion, Kind: kind, Namespace: object.GetNamespace(), Name: object.GetName(),
				Labels: object.GetLabels(), Annotations: object.GetAnnotations(),
			}}
			w.file = folder(s) + "/" + w.component() + ".yaml"
			id := objects.KeyOf(w.meta)
			if other, taken := owner[id]; taken {
				return nil, fmt.Errorf("%s is asked for twice, by the Segregations %s and %s",
					finding.Object{Kind: kind, Namespace: id.Namespace, Name: id.Name}, other, s.Plan.Segregation)
			}
			owner[id] = s.Plan.Segregation
			wanted = append(wanted, w)
		}
	}
	return wanted, nil
}

// folder is where the files of a Segregation's objects go: beside the file of the Segregation, but never out of the
// host's folder.
func folder(s intake.Segregation) string {
	beside := path.Dir(s.Object.File)
	if !filepath.IsLocal(beside) {
		beside = "."
	}
	return path.Join(beside, s.Plan.Segregation)
}

func (w *wantedObject) component() string { return w.meta.Labels[wellknown.ComponentLabel] }

// isOurs reports whether an item is something that was generated before.
func isOurs(item *resourcelist.Item) bool {
	kind := schema.GroupKind{Group: objects.GroupOf(item.APIVersion), Kind: item.Kind}
	return item.Labels[wellknown.ManagedByLabel] == wellknown.ManagedBy &&
		item.Labels[wellknown.SegregationLabel] != "" && generators.Generates(kind, item.Name)
}

// reconcile makes the items that go out: what is not ours as it came in, what is ours updated in its place, what is new
// at the end. What was generated before for one of the Segregations, and is no longer wanted, is left out, which is said.
// It reports whether the items could be made.
func (r *run) reconcile(wanted []*wantedObject) bool {
	byIdentity := make(map[objects.Key]*wantedObject, len(wanted))
	for _, w := range wanted {
		byIdentity[objects.KeyOf(w.meta)] = w
	}
	clash := false
	for _, item := range r.list.Items {
		w := byIdentity[objects.KeyOf(item.Meta)]
		switch {
		case wellknown.IsLocal(item.Annotations) || w == nil && !r.isStale(item):
			r.items = append(r.items, item)
		case w == nil:
			r.sayRemoved(item)
		case !isOurs(item):
			r.refuseClash(item)
			clash = true
		case w.present != nil:
			r.refuseTwice(item)
			clash = true
		default:
			w.present = item
			r.items = append(r.items, item)
		}
	}
	r.sayOwnOutputOnly()
	if clash {
		return false
	}
	r.placeNew(wanted)
	return r.write(wanted)
}

// isStale reports whether an item was generated for a Segregation of this run, or for one that had another name: nobody
// else generates into the namespace of a component.
func (r *run) isStale(item *resourcelist.Item) bool {
	if !isOurs(item) {
		return false
	}
	for _, s := range r.taken.Segregations {
		if item.Labels[wellknown.SegregationLabel] == s.Plan.Segregation || hasNamespace(s.Plan, item.Namespace) {
			return true
		}
	}
	return false
}

func hasNamespace(p *plan.Plan, namespace string) bool {
	return slices.ContainsFunc(p.Components, func(c plan.Component) bool { return c.Namespace == namespace })
}

// sayRemoved says that an item is left out.
func (r *run) sayRemoved(item *resourcelist.Item) {
	r.add(about(item, finding.Finding{
		Code: finding.ObjectRemoved, Severity: finding.Info,
		Message: fmt.Sprintf("the labels say that Cloison generated this object for Segregation %q, and no Segregation "+
			"asks for it any more, so it was removed", item.Labels[wellknown.SegregationLabel]),
		Fix: fmt.Sprintf("if it is your own, remove its label %s", wellknown.ManagedByLabel),
	}))
}

// refuseTwice refuses an object that was generated before and is there twice: it cannot be said in which place it stays.
func (r *run) refuseTwice(item *resourcelist.Item) {
	r.add(about(item, finding.Finding{
		Code: finding.InputDuplicate, Severity: finding.Error,
		Message: "the input has this object twice, which Cloison generates once; it must be there once",
		Fix:     "remove one of the two",
	}))
}

func (r *run) refuseClash(item *resourcelist.Item) {
	r.add(about(item, finding.Finding{
		Code: finding.IdentityClash, Severity: finding.Error,
		Message: "the Segregation generates this object, and the input has one that Cloison did not generate; it " +
			"must not be overwritten",
		Fix: fmt.Sprintf("remove it from the input, or give the Segregation's object another name; if Cloison "+
			"generated it, restore its label %s: %s", wellknown.ManagedByLabel, wellknown.ManagedBy),
	}))
}

// sayOwnOutputOnly says what a kustomize generator cannot see. kpt always sends the whole package.
func (r *run) sayOwnOutputOnly() {
	others := slices.ContainsFunc(r.list.Items, func(item *resourcelist.Item) bool {
		return !wellknown.IsInstruction(item.APIVersion, item.Kind) && !isOurs(item)
	})
	if others || r.list.Host == resourcelist.Kpt {
		return
	}
	r.add(finding.Finding{
		Code: finding.OwnOutputOnly, Severity: finding.Info,
		Message: "the input holds no other resources, so nothing but the generated objects was looked at",
		Fix:     "if there are others, with kustomize, list the Segregation under transformers:, not generators:",
	})
}

func (r *run) addInternal(w *wantedObject, err error) {
	r.add(finding.Finding{
		Code: finding.InputUnreadable, Severity: finding.Error, Object: object(w.meta), Message: err.Error(),
	})
}
