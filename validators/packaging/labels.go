package packaging

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
)

// Labels that say which component an object belongs to.
const (
	segregationLabel = "cloison.dev/segregation"
	componentLabel   = "cloison.dev/component"
)

// owner is the component that an object's labels name. segregation is empty where they name none.
type owner struct{ segregation, component string }

func ownerOf(o *objects.Object) (owner, bool) {
	found := owner{o.Labels[segregationLabel], o.Labels[componentLabel]}
	return found, found.component != "" && namespaceOf(o) != ""
}

func (o owner) String() string {
	if o.segregation == "" {
		return o.component
	}
	return o.segregation + "/" + o.component
}

// is says whether the labels name this component.
func (o owner) is(component *scope.Component) bool {
	return o.component == component.Name && (o.segregation == "" || o.segregation == component.Segregation)
}

// placed are the objects of one owner in one namespace.
type placed struct {
	owner     owner
	namespace string
	objects   []*objects.Object
}

// placements lists where the objects of each owner stand, sorted by owner and namespace.
func (c *checker) placements() []placed {
	type key struct {
		owner     owner
		namespace string
	}
	found := map[key]*placed{}
	for _, o := range c.set.All {
		if of, labelled := ownerOf(o); labelled {
			k := key{of, namespaceOf(o)}
			if found[k] == nil {
				found[k] = &placed{owner: of, namespace: k.namespace}
			}
			found[k].objects = append(found[k].objects, o)
		}
	}
	all := make([]placed, 0, len(found))
	for _, p := range found {
		all = append(all, *p)
	}
	slices.SortFunc(all, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.owner.String(), b.owner.String()), cmp.Compare(a.namespace, b.namespace))
	})
	return all
}

// away reports objects that their labels say belong to a component, and that stand in the namespace of another one, or with
// all others of their component in another place.
func (c *checker) away() {
	moved := map[string][]placed{}
	for _, p := range c.placements() {
		there := c.components.Of(p.namespace)
		switch {
		case there != nil && p.owner.is(there):
		case c.home(p) != nil:
			moved[p.namespace] = append(moved[p.namespace], p)
			c.collapsed[p.namespace] = true
		case there != nil:
			c.add(p.objects[0].About(finding.Finding{
				Code: finding.ComponentsMixed, Severity: finding.Error, Field: "metadata.namespace",
				Message:        fmt.Sprintf("what belongs to component %q by its label stands in namespace %q of component %q: %s", p.owner, p.namespace, there.Name, shortList(texts(p.objects))),
				Counterexample: "every pod of a namespace can mount every Secret in it",
				Fix:            "move it to the namespace of its component, or correct the label " + componentLabel,
			}))
		}
	}
	for _, namespace := range slices.Sorted(maps.Keys(moved)) {
		c.add(c.collapse(namespace, moved[namespace]))
	}
}

// home is the component that labels name and of which nothing is in its own namespace, so that what stands elsewhere is all
// there is of it; nil where there is none. In the namespace of a component it is one of the same Segregation.
func (c *checker) home(p placed) *scope.Component {
	there := c.components.Of(p.namespace)
	for i := range c.components.Components {
		component := &c.components.Components[i]
		near := there == nil || there.Segregation == component.Segregation
		if near && p.owner.is(component) && !c.isPresent(component) {
			return component
		}
	}
	return nil
}

// isAway says whether a component has been reported as moved.
func (c *checker) isAway(component *scope.Component) bool {
	if len(c.collapsed) == 0 || c.isPresent(component) {
		return false
	}
	return slices.ContainsFunc(c.set.All, func(o *objects.Object) bool {
		of, labelled := ownerOf(o)
		return labelled && of.is(component) && c.collapsed[namespaceOf(o)]
	})
}

// collapse reports components whose objects are all in a namespace that is not theirs.
func (c *checker) collapse(namespace string, moved []placed) finding.Finding {
	var owners, homes []string
	for _, p := range moved {
		owners = append(owners, p.owner.component)
		homes = append(homes, c.home(p).Namespace)
	}
	f := finding.Finding{
		Code: finding.NamespacesCollapsed, Severity: finding.Error, Field: "metadata.namespace",
		Message: fmt.Sprintf("the objects of %s are in namespace %q, and must be in %s", strings.Join(owners, ", "), namespace, strings.Join(homes, ", ")),
		Fix:     `remove "namespace:" from the kustomizations above, or use a NamespaceTransformer with unsetOnly: true`,
	}
	if len(moved) > 1 {
		f.Counterexample = fmt.Sprintf("every pod of namespace %q can mount the Secrets of %s", namespace, strings.Join(owners, " and of "))
	}
	return moved[0].objects[0].About(f)
}

// mixed reports namespaces in which objects stand that labels give to several components. It needs no Segregation.
func (c *checker) mixed() {
	byNamespace := map[string][]placed{}
	for _, p := range c.placements() {
		byNamespace[p.namespace] = append(byNamespace[p.namespace], p)
	}
	for _, namespace := range slices.Sorted(maps.Keys(byNamespace)) {
		all := byNamespace[namespace]
		first := all[0]
		others := slices.DeleteFunc(slices.Clone(all[1:]), func(p placed) bool {
			return p.owner.component == first.owner.component && (p.owner.segregation == "" || first.owner.segregation == "")
		})
		if len(others) == 0 {
			continue
		}
		c.add(others[0].objects[0].About(finding.Finding{
			Code: finding.ComponentsMixed, Severity: finding.Error, Field: "metadata.namespace",
			Message:        fmt.Sprintf("namespace %q holds objects that belong to several components by their labels: %s of %q, %s of %q", namespace, first.objects[0], first.owner, others[0].objects[0], others[0].owner),
			Counterexample: "every pod of a namespace can mount every Secret in it",
			Fix:            "give each component a namespace of its own",
		}))
	}
}
