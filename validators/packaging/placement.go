package packaging

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// owner is the component that an object's labels name. segregation is empty where they name none.
type owner struct{ segregation, component string }

func ownerOf(o *objects.Object) (owner, bool) {
	found := owner{o.Labels[wellknown.SegregationLabel], o.Labels[wellknown.ComponentLabel]}
	return found, found.component != "" && namespaceOf(o) != ""
}

func (o owner) String() string {
	if o.segregation == "" {
		return o.component
	}
	return o.segregation + "/" + o.component
}

// is reports whether the labels name this component.
func (o owner) is(component *scope.Component) bool {
	return o.component == component.Name && (o.segregation == "" || o.segregation == component.Segregation)
}

// placement has the objects of one owner in one namespace.
type placement struct {
	owner     owner
	namespace string
	objects   []*objects.Object
}

func newPlacements(set *objects.Set) []placement {
	type key struct {
		owner     owner
		namespace string
	}
	found := map[key]*placement{}
	for _, o := range set.All {
		if of, labelled := ownerOf(o); labelled {
			k := key{of, namespaceOf(o)}
			if found[k] == nil {
				found[k] = &placement{owner: of, namespace: k.namespace}
			}
			found[k].objects = append(found[k].objects, o)
		}
	}
	all := make([]placement, 0, len(found))
	for _, p := range found {
		all = append(all, *p)
	}
	slices.SortFunc(all, func(a, b placement) int {
		return cmp.Or(cmp.Compare(a.owner.String(), b.owner.String()), cmp.Compare(a.namespace, b.namespace))
	})
	return all
}

// collapsed reports namespaces into which whole components were moved that have others.
func (j *judge) collapsed() verdict.Result {
	var result verdict.Result
	if !j.components.Planned {
		return result
	}
	moved := map[string][]placement{}
	for _, p := range j.placements {
		if j.home(p) != nil {
			moved[p.namespace] = append(moved[p.namespace], p)
		}
	}
	for namespace, all := range moved {
		candidate := about(all[0].objects[0], j.collapse(namespace, all))
		candidate.Explains = contentsOf(namespace)
		for _, p := range j.placements {
			for i := range j.components.Components {
				if c := &j.components.Components[i]; p.namespace == namespace && p.owner.is(c) && !j.isPresent(c) {
					candidate.Explains = append(candidate.Explains, presenceOf(c))
				}
			}
		}
		if !j.anyPresent() {
			candidate.Explains = append(candidate.Explains, anyPresence())
		}
		result.Add(candidate)
	}
	return result
}

// collapse is the finding about components whose objects are all in a namespace that is not theirs.
func (j *judge) collapse(namespace string, moved []placement) finding.Finding {
	var owners, homes []string
	for _, p := range moved {
		owners = append(owners, p.owner.component)
		homes = append(homes, j.home(p).Namespace)
	}
	f := finding.Finding{
		Code: finding.NamespacesCollapsed, Severity: finding.Error, Field: namespaceField,
		Message: fmt.Sprintf("the objects of %s are in namespace %q, and must be in %s",
			phrase.List(owners), namespace, phrase.List(homes)),
		Fix: `remove "namespace:" from the kustomizations above, or use a NamespaceTransformer with unsetOnly: true`,
	}
	if len(moved) > 1 {
		f.Counterexample = fmt.Sprintf("every pod of namespace %q can mount the Secrets of %s",
			namespace, strings.Join(owners, " and of "))
	}
	together := slices.Clone(homes)
	if j.components.Of(namespace) != nil {
		together = append(together, namespace)
	}
	if len(together) > 1 {
		f.Lead = finding.NewLead(finding.OfComponent.In(together...), finding.OfSecrets.In(together...))
	}
	return f
}

var namespaceField = fieldpath.Of("metadata", "namespace")

const everyPodMounts = "every pod of a namespace can mount every Secret in it"

// misplaced reports objects that their labels say belong to a component, and that are in the namespace of another one.
func (j *judge) misplaced() verdict.Result {
	var result verdict.Result
	if !j.components.Planned {
		return result
	}
	for _, p := range j.placements {
		there := j.components.Of(p.namespace)
		for _, o := range p.objects {
			result.Decide(verdict.Subject{Object: o, Field: namespaceField})
		}
		if there == nil || p.owner.is(there) || j.home(p) != nil {
			continue
		}
		result.Add(about(p.objects[0], finding.Finding{
			Code: finding.ComponentsMixed, Severity: finding.Error, Field: namespaceField,
			Message: fmt.Sprintf(
				"what belongs to component %q by its label stands in namespace %q of component %q: %s",
				p.owner,
				p.namespace,
				there.Name,
				shortList(p.objects),
			),
			Counterexample: everyPodMounts,
			Fix: "move it to the namespace of its component, or correct the label " +
				wellknown.ComponentLabel,
			Lead: finding.NewLead(j.podsOf(p), finding.OfSecrets.In(p.namespace)),
		}))
	}
	return result
}

// podsOf are the components whose pods a placement has.
func (j *judge) podsOf(p placement) []finding.End {
	isHere := func(w *objects.Workload) bool { return slices.Contains(p.objects, w.Object) }
	if !slices.ContainsFunc(j.set.Workloads, isHere) {
		return nil
	}
	var ends []finding.End
	for i := range j.components.Components {
		if c := &j.components.Components[i]; p.owner.is(c) {
			ends = append(ends, finding.OfComponent.In(c.Namespace)...)
		}
	}
	return ends
}

// home is the component that labels name and of which nothing is in its own namespace, so that what is elsewhere is all
// there is of it; nil where there is none, or the objects are where they belong. In the namespace of a component it is
// one of the same Segregation.
func (j *judge) home(p placement) *scope.Component {
	there := j.components.Of(p.namespace)
	if there != nil && p.owner.is(there) {
		return nil
	}
	for i := range j.components.Components {
		c := &j.components.Components[i]
		near := there == nil || there.Segregation == c.Segregation
		if near && p.owner.is(c) && !j.isPresent(c) {
			return c
		}
	}
	return nil
}

// mixed reports namespaces with objects that labels give to several components. With a Segregation, the placement of
// objects is held against that instead.
func (j *judge) mixed() verdict.Result {
	var result verdict.Result
	if j.components.Planned {
		return result
	}
	byNamespace := map[string][]placement{}
	for _, p := range j.placements {
		byNamespace[p.namespace] = append(byNamespace[p.namespace], p)
	}
	for namespace, all := range byNamespace {
		first := all[0]
		i := slices.IndexFunc(all, func(p placement) bool {
			vague := p.owner.segregation == "" || first.owner.segregation == ""
			return p.owner.component != first.owner.component || p.owner != first.owner && !vague
		})
		if i < 0 {
			continue
		}
		other := all[i]
		result.Add(about(other.objects[0], finding.Finding{
			Code: finding.ComponentsMixed, Severity: finding.Error, Field: namespaceField,
			Message: fmt.Sprintf("namespace %q holds objects that belong to several components by their labels: %s "+
				"of %q, %s of %q",
				namespace, first.objects[0], first.owner, other.objects[0], other.owner),
			Counterexample: everyPodMounts,
			Fix:            "give each component a namespace of its own",
		}))
	}
	return result
}
