package importer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

const (
	// fallbackName is that of the Segregation where the namespaces have no beginning in common.
	fallbackName     = "application"
	kubernetesPrefix = "kube-"
)

// isGenerated reports whether Cloison generated the object.
func isGenerated(o *objects.Object) bool {
	return o.Labels[wellknown.ManagedByLabel] == wellknown.ManagedBy && o.Labels[wellknown.SegregationLabel] != "" &&
		o.Labels[wellknown.ComponentLabel] != ""
}

// findComponents decides which namespaces are components, and how the Segregation and they are called.
func (im *importer) findComponents(components *scope.Scope, name string) {
	namespaces := im.candidates(components)
	name = cmp.Or(name, im.generatedName(namespaces))
	prefix := commonPrefix(namespaces)
	if slices.ContainsFunc(namespaces,
		func(namespace string) bool { return name != "" && strings.HasPrefix(namespace, name+"-") }) {
		prefix = name + "-"
	}
	namespaces = im.withoutStrangers(namespaces, prefix)
	im.byNamespace = map[string]*component{}
	if len(namespaces) == 0 {
		return
	}
	if len(namespaces) == 1 && prefix == "" {
		prefix = namespaces[0][:strings.LastIndexByte(namespaces[0], '-')+1]
	}
	im.seg.Metadata.Name = cmp.Or(name, im.nameOf(prefix, namespaces))
	im.seg.Metadata.Annotations = map[string]string{wellknown.LocalConfigAnnotation: "true"}
	im.seg.Spec.Components = map[string]*spec.Component{}
	generated := im.generatedComponents()
	for _, namespace := range namespaces {
		short := strings.TrimPrefix(namespace, cmp.Or(prefix, im.seg.Metadata.Name+"-"))
		im.addComponent(namespace, cmp.Or(generated[namespace], short))
	}
	slices.SortFunc(im.components, func(a, b *component) int { return cmp.Compare(a.name, b.name) })
}

// addComponent makes a component of a namespace. Where its name is taken, it is called as the namespace.
func (im *importer) addComponent(namespace, name string) {
	if im.seg.Spec.Components[name] != nil {
		name = namespace
	}
	p := &component{namespace: namespace, name: name, spec: &spec.Component{}}
	if namespace != im.seg.Metadata.Name+"-"+name {
		p.spec.Namespace = namespace
	}
	im.seg.Spec.Components[name] = p.spec
	im.components = append(im.components, p)
	im.byNamespace[namespace] = p
}

// candidates are the namespaces that hold something of an application, or that are walled off; sorted.
func (im *importer) candidates(components *scope.Scope) []string {
	found := map[string]*objects.Object{}
	for _, c := range components.Components {
		found[c.Namespace] = nil
	}
	add := func(namespace string, o *objects.Object) {
		if _, known := found[namespace]; !known {
			found[namespace] = o
		}
	}
	for _, o := range im.set.Namespaces {
		add(o.Name, o.Object)
	}
	for _, o := range im.set.NetworkPolicies {
		add(o.Namespace, o.Object)
	}
	for _, o := range im.set.ResourceQuotas {
		add(o.Namespace, o.Object)
	}
	for _, o := range im.set.LimitRanges {
		add(o.Namespace, o.Object)
	}
	maps.DeleteFunc(found, func(namespace string, _ *objects.Object) bool {
		return namespace == "" || namespace == "default" || strings.HasPrefix(namespace, kubernetesPrefix)
	})
	im.noteHomeless()
	return slices.Sorted(maps.Keys(found))
}

// noteHomeless says that objects without a namespace of their own are part of no component.
func (im *importer) noteHomeless() {
	var homeless, inDefault []*objects.Object
	for _, o := range im.set.All {
		switch {
		case !isReplaced(o):
		case o.Namespace == "":
			homeless = append(homeless, o)
		case o.Namespace == "default":
			inDefault = append(inDefault, o)
		}
	}
	im.noteFirst(homeless, "no namespace is written, so that the component is not known: write metadata.namespace, or "+
		"import the kustomization that sets it")
	im.noteFirst(inDefault, `namespace "default" can be no component: give the component a namespace of its own`)
}

// noteFirst makes one note of what many objects have in common.
func (im *importer) noteFirst(all []*objects.Object, reason string) {
	if len(all) == 0 {
		return
	}
	if more := len(all) - 1; more > 0 {
		reason += fmt.Sprintf(" (and %d more objects)", more)
	}
	im.note(NotCarried, all[0], "metadata.namespace", nil, "%s", reason)
}

// isReplaced knows the kinds in a namespace that a Segregation stands for, and those that show where the components
// are.
func isReplaced(o *objects.Object) bool {
	kind := o.GroupKind()
	switch kind.Group {
	case "":
		return kind.Kind == "ResourceQuota" || kind.Kind == "LimitRange" || kind.Kind == "Pod"
	case "apps", "batch":
		return true
	case wellknown.NetworkingGroup:
		return kind.Kind == "NetworkPolicy"
	case wellknown.RBACGroup:
		return kind.Kind == "Role" || kind.Kind == "RoleBinding"
	case eso.Group:
		return kind.Kind == "SecretStore" || kind.Kind == "ExternalSecret"
	}
	return false
}

// withoutStrangers leaves out the namespaces that neither share the prefix nor read secrets of Scaleway: those of
// ingress controllers, monitoring and the like. Without a prefix, those of which nothing but the Namespace is in the
// input.
func (im *importer) withoutStrangers(namespaces []string, prefix string) []string {
	belongs := im.readers()
	reason := "it reads no secrets, and its name does not start with " + strconv.Quote(prefix)
	if prefix == "" {
		belongs = im.filled()
		reason = "nothing of it but the Namespace is in the input"
	}
	for namespace := range im.generatedComponents() {
		belongs[namespace] = true
	}
	familiar := func(namespace string) bool {
		return prefix != "" && strings.HasPrefix(namespace, prefix) || belongs[namespace]
	}
	if !slices.ContainsFunc(namespaces, familiar) {
		return namespaces
	}
	return slices.DeleteFunc(slices.Clone(namespaces), func(namespace string) bool {
		if familiar(namespace) {
			return false
		}
		im.remark(NotCarried, nil,
			"namespace %q is taken for one outside the application: %s; add a component with namespace: %s if it is a part",
			namespace, reason, namespace)
		return true
	})
}

// readers are the namespaces that read secrets.
func (im *importer) readers() map[string]bool {
	found := map[string]bool{}
	for _, o := range im.set.ExternalSecrets {
		found[o.Namespace] = true
	}
	for _, o := range im.set.SecretStores {
		found[o.Namespace] = true
	}
	return found
}

// filled are the namespaces that anything of the input is in.
func (im *importer) filled() map[string]bool {
	found := map[string]bool{}
	for _, o := range im.set.All {
		found[o.Namespace] = true
	}
	return found
}

// commonPrefix is the beginning, up to a dash, that most of the namespaces have in common, at least two of them. Of
// several it is the longest.
func commonPrefix(namespaces []string) string {
	count := map[string]int{}
	for _, namespace := range namespaces {
		for i, c := range namespace[:max(len(namespace)-1, 0)] {
			if c == '-' && namespace[i+1] != '-' && i > 0 && namespace[i-1] != '-' {
				count[namespace[:i+1]]++
			}
		}
	}
	best, most := "", 1
	for _, prefix := range slices.Sorted(maps.Keys(count)) {
		if n := count[prefix]; n > most || n == most && best != "" && len(prefix) > len(best) {
			best, most = prefix, n
		}
	}
	return best
}

// nameOf is the name of the Segregation.
func (im *importer) nameOf(prefix string, namespaces []string) string {
	switch {
	case prefix != "":
		return strings.TrimSuffix(prefix, "-")
	case len(namespaces) == 1:
		return namespaces[0]
	}
	im.remark(Changed, []string{"metadata", "name"},
		"the namespaces have no beginning in common: choose a name, or import with --name")
	return fallbackName
}

// generatedName is the Segregation that most of the namespaces were generated from; empty where there is none.
func (im *importer) generatedName(namespaces []string) string {
	count := map[string]int{}
	seen := map[string]bool{}
	for _, o := range im.set.All {
		namespace := cmp.Or(o.Namespace, o.Name)
		if isGenerated(o) && !seen[namespace] && slices.Contains(namespaces, namespace) {
			seen[namespace] = true
			count[o.Labels[wellknown.SegregationLabel]]++
		}
	}
	best := ""
	for _, name := range slices.Sorted(maps.Keys(count)) {
		if count[name] > count[best] {
			best = name
		}
	}
	return best
}

// generatedComponents has the components' names of the namespaces that Cloison generated.
func (im *importer) generatedComponents() map[string]string {
	names := map[string]string{}
	for _, o := range im.set.All {
		if isGenerated(o) {
			names[cmp.Or(o.Namespace, o.Name)] = o.Labels[wellknown.ComponentLabel]
		}
	}
	return names
}
