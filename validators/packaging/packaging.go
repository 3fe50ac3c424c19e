// Package packaging judges namespaces and what stands in them: family K of the findings. It sees whether the components
// really are in different namespaces, and what is in none of them.
package packaging

import (
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
)

// Check returns what is wrong, in any order, and the namespaces of the components that are not where they must be, or of which
// nothing is there: that has been said, and what other families would say of them tells nothing more.
func Check(set *objects.Set, components *scope.Scope) (findings []finding.Finding, absent map[string]bool) {
	c := &checker{set: set, components: components, kinds: newKinds(set)}
	c.index()
	c.unnamed()
	c.backends()
	c.routes()
	if components.Planned {
		c.away()
		c.outside()
		c.absent()
	} else {
		c.mixed()
		c.nothing()
	}
	c.withoutNamespace()
	c.local()
	return c.findings, c.gone()
}

// gone are the namespaces of components that have been reported as moved or as not there.
func (c *checker) gone() map[string]bool {
	gone := map[string]bool{}
	for i := range c.components.Components {
		if component := &c.components.Components[i]; !c.isPresent(component) {
			gone[component.Namespace] = true
		}
	}
	return gone
}

// checker is the state of one call of Check.
type checker struct {
	set        *objects.Set
	components *scope.Scope
	kinds      kinds
	findings   []finding.Finding

	// byNamespace has the objects of each namespace, "" for those that must have one and name none.
	byNamespace map[string][]*objects.Object
	// namespaces has the Namespace objects.
	namespaces map[string]*objects.Object
	// collapsed are the namespaces into which whole components were moved, which has been reported.
	collapsed map[string]bool
}

func (c *checker) add(findings ...finding.Finding) { c.findings = append(c.findings, findings...) }

func (c *checker) index() {
	c.byNamespace, c.namespaces, c.collapsed = map[string][]*objects.Object{}, map[string]*objects.Object{}, map[string]bool{}
	for _, o := range c.set.All {
		switch {
		case isNamespace(o):
			c.namespaces[o.Name] = o
		case o.Namespace != "" || c.kinds.isNamespaced(o.GroupKind()):
			c.byNamespace[o.Namespace] = append(c.byNamespace[o.Namespace], o)
		}
	}
}

func isNamespace(o *objects.Object) bool { return o.Kind == "Namespace" && o.APIVersion == "v1" }

// namespaceOf is where an object stands; a Namespace stands in itself.
func namespaceOf(o *objects.Object) string {
	if isNamespace(o) {
		return o.Name
	}
	return o.Namespace
}

// isPresent says whether the input has anything of a component.
func (c *checker) isPresent(component *scope.Component) bool {
	return len(c.byNamespace[component.Namespace]) > 0 || c.namespaces[component.Namespace] != nil
}
