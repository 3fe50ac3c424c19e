package packaging

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
)

// absent reports components whose Namespace is missing, and those of which nothing is there.
func (c *checker) absent() {
	if !slices.ContainsFunc(c.components.Components, func(p scope.Component) bool { return c.isPresent(&p) }) {
		if len(c.collapsed) == 0 {
			c.nothing()
		}
		return
	}
	for i := range c.components.Components {
		p := &c.components.Components[i]
		if c.namespaces[p.Namespace] != nil || c.isAway(p) {
			continue
		}
		f := finding.Finding{
			Code: finding.NamespaceMissing, Severity: finding.Error, Object: namespaceObject(p.Namespace),
			Message: fmt.Sprintf("the Namespace %q of component %q must be in the input, and is not: its labels, which make Pod Security hold, are not known", p.Namespace, p.Name),
			Fix:     "restore the Namespace that Cloison generates, or write one with the labels that the Segregation asks for",
		}
		if !c.isPresent(p) {
			f.Code, f.Severity, f.Undecided = finding.NothingToCheck, finding.Warning, true
			f.Message = fmt.Sprintf("nothing of component %q is in the input: there is no object in its namespace %q, so nothing is known of it", p.Name, p.Namespace)
			f.Fix = "check its manifests together with the others"
		}
		c.add(f)
	}
}

func namespaceObject(name string) finding.Object {
	return finding.Object{APIVersion: "v1", Kind: "Namespace", Name: name}
}

// nothing reports that no component has any object.
func (c *checker) nothing() {
	if !c.components.Planned && len(c.components.Components) > 0 {
		return
	}
	f := finding.Finding{Code: finding.NothingToCheck, Severity: finding.Warning, Undecided: true}
	switch {
	case len(c.set.All) == 0:
		f.Message, f.Fix = "the input has no object for a cluster, so nothing was checked", "check the manifests that are applied"
		if c.components.Planned {
			f.Message = "the input has a Segregation and no object for a cluster, so there is nothing to hold against it"
			f.Fix = "check the Segregation together with the manifests that are applied"
		}
	case c.components.Planned:
		f.Message = fmt.Sprintf("no object stands in a namespace of a component (%s); what is there is in %s",
			shortList(names(c.components.Components)), shortList(c.otherNamespaces()))
		f.Fix = "give each object the namespace of its component"
	default:
		f.Message = "there is no workload, Secret, SecretStore or ExternalSecret in the input, so there are no components to keep apart"
		f.Fix = "check the manifests of the components"
	}
	c.add(f)
}

func names(components []scope.Component) []string {
	found := make([]string, len(components))
	for i, component := range components {
		found[i] = component.Namespace
	}
	return found
}

// otherNamespaces are where the objects of the input stand.
func (c *checker) otherNamespaces() []string {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(c.byNamespace)) {
		if name == "" {
			name = "no namespace"
		}
		found = append(found, name)
	}
	if len(found) == 0 {
		return []string{"no namespace"}
	}
	return found
}

// outside reports namespaces that are no component and have objects, once each. Those of Kubernetes itself and those that a
// flow names are known to be outside, and so is what tells a tool what to deploy.
func (c *checker) outside() {
	known := c.peers()
	for _, namespace := range slices.Sorted(maps.Keys(c.byNamespace)) {
		if namespace == "" || c.components.Of(namespace) != nil || known[namespace] || c.collapsed[namespace] || isSystem(namespace) {
			continue
		}
		found := slices.DeleteFunc(slices.Clone(c.byNamespace[namespace]), isDelivery)
		if len(found) == 0 {
			continue
		}
		c.add(found[0].About(finding.Finding{
			Code: finding.OutsideComponents, Severity: finding.Warning, Field: "metadata.namespace",
			Message: fmt.Sprintf("namespace %q is no component of the Segregation, so no wall protects what stands in it: %s", namespace, shortList(texts(found))),
			Fix:     "give each object the namespace of its component, or make the namespace a component",
		}))
	}
}

// isDelivery says whether an object only tells a tool what to deploy where: it runs nothing and holds nothing where it stands.
func isDelivery(o *objects.Object) bool {
	group := o.GroupKind().Group
	return group == "argoproj.io" || strings.HasSuffix(group, ".toolkit.fluxcd.io")
}

func isSystem(namespace string) bool { return strings.HasPrefix(namespace, "kube-") }

// peers are the namespaces that the flows of the components name.
func (c *checker) peers() map[string]bool {
	found := map[string]bool{}
	for _, component := range c.components.Components {
		for _, flow := range slices.Concat(component.Plan.Ingress, component.Plan.Egress) {
			if flow.Peer.Kind == plan.PeerNamespace {
				found[flow.Peer.Namespace] = true
			}
		}
	}
	return found
}

// withoutNamespace reports objects whose component is not known because they name no namespace. Where nothing names one,
// all of them are together.
func (c *checker) withoutNamespace() {
	found := c.byNamespace[""]
	named := slices.ContainsFunc(c.components.Components, func(p scope.Component) bool { return p.Namespace != "" && c.isPresent(&p) })
	if len(found) == 0 || !named {
		return
	}
	c.add(found[0].About(finding.Finding{
		Code: finding.OutsideComponents, Severity: finding.Warning, Undecided: true, Field: "metadata.namespace",
		Message: "no namespace is named, so the one of whoever deploys is taken, and it is not known which component this belongs to: " + shortList(texts(found)),
		Fix:     "name the namespace of the component",
	}))
}

// unnamed reports objects without a name.
func (c *checker) unnamed() {
	for _, o := range c.set.All {
		if o.Name != "" || isGenerated(o) {
			continue
		}
		c.add(o.About(finding.Finding{
			Code: finding.MalformedObject, Severity: finding.Error, Field: "metadata.name",
			Message: fmt.Sprintf("the %s must have a name, and has none", o.Kind), Fix: "name it",
		}))
	}
}

// isGenerated says whether the API server makes up the object's name.
func isGenerated(o *objects.Object) bool {
	var named struct {
		Metadata struct {
			GenerateName string `json:"generateName"`
		} `json:"metadata"`
	}
	_, err := o.Decode(&named)
	return err == nil && named.Metadata.GenerateName != ""
}

func texts(found []*objects.Object) []string {
	all := make([]string, len(found))
	for i, o := range found {
		all[i] = o.Kind + " " + o.Name
	}
	return all
}

// shortList joins texts, and counts those that would be too many.
func shortList(all []string) string {
	const atMost = 4
	list := strings.Join(all[:min(len(all), atMost)], ", ")
	if more := len(all) - atMost; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}
