// Package components decides which namespaces of the input are the components of one application, and names the
// Segregation and them.
package components

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/wellknown"
)

// finder is what the decision needs.
type finder struct {
	*draft.Draft
	set *objects.Set
	// generated has the components' names of the namespaces that Cloison generated.
	generated map[string]string
}

// Find adds the components to a draft, and names its Segregation: with the given name or, where that is empty, one that
// follows from the namespaces. The components are those of known, and the other namespaces that Namespaces, policies,
// quotas or limits of the input are about; of all these, the ones that were chosen.
func Find(d *draft.Draft, set *objects.Set, known *scope.Scope, name string) {
	f := finder{Draft: d, set: set, generated: generatedComponents(set)}
	namespaces := Candidates(set, known)
	namespaces = slices.DeleteFunc(namespaces, func(namespace string) bool { return !d.IsChosen(namespace) })
	if len(d.Namespaces) == 0 {
		f.noteHomeless()
	}
	name = cmp.Or(name, f.generatedName(namespaces))
	prefix := commonPrefix(namespaces)
	if slices.ContainsFunc(namespaces,
		func(namespace string) bool { return name != "" && strings.HasPrefix(namespace, name+"-") }) {
		prefix = name + "-"
	}
	if len(d.Namespaces) == 0 {
		namespaces = f.withoutStrangers(namespaces, prefix)
	}
	if len(namespaces) == 0 {
		return
	}
	if len(namespaces) == 1 && prefix == "" {
		prefix = namespaces[0][:strings.LastIndexByte(namespaces[0], '-')+1]
	}
	segregation := name
	if segregation == "" {
		segregation = f.segregationName(prefix, namespaces)
	}
	d.Segregation.Metadata.Name = segregation
	for _, namespace := range namespaces {
		d.Add(cmp.Or(f.generated[namespace], strings.TrimPrefix(namespace, cmp.Or(prefix, segregation+"-"))), namespace)
	}
	d.Sort()
}

// Candidates are the namespaces that hold something of an application, or that have rules; sorted.
func Candidates(set *objects.Set, known *scope.Scope) []string {
	found := map[string]bool{}
	for _, c := range known.Components {
		found[c.Namespace] = true
	}
	for _, o := range set.Namespaces {
		found[o.Name] = true
	}
	for _, o := range set.NetworkPolicies {
		found[o.Namespace] = true
	}
	for _, o := range set.ResourceQuotas {
		found[o.Namespace] = true
	}
	for _, o := range set.LimitRanges {
		found[o.Namespace] = true
	}
	maps.DeleteFunc(found, func(namespace string, _ bool) bool {
		return namespace == "" || namespace == "default" || strings.HasPrefix(namespace, wellknown.KubernetesPrefix)
	})
	return slices.Sorted(maps.Keys(found))
}

// noteHomeless notes the objects without a namespace of their own, which belong to no component.
func (f *finder) noteHomeless() {
	var homeless, inDefault []*objects.Object
	for _, o := range f.set.All {
		switch {
		case !isReplaced(o):
		case o.Namespace == "":
			homeless = append(homeless, o)
		case o.Namespace == "default":
			inDefault = append(inDefault, o)
		}
	}
	f.noteFirst(homeless, "no namespace is written, so that the component is not known: write metadata.namespace, or "+
		"import the kustomization that sets it")
	f.noteFirst(inDefault, `namespace "default" can be no component: give the component a namespace of its own`)
}

// noteFirst makes one note of what many objects have in common.
func (f *finder) noteFirst(all []*objects.Object, reason string) {
	if len(all) == 0 {
		return
	}
	if more := len(all) - 1; more > 0 {
		reason += " (and " + strconv.Itoa(more) + " more objects)"
	}
	f.Note(draft.NotCarried, all[0], fieldpath.Of("metadata", "namespace"), fieldpath.Path{}, "%s", reason)
}

// isReplaced reports whether an object is of a kind in a namespace that a Segregation replaces, or that shows where the
// components are.
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
// input. Where all would be left out, all stay.
func (f *finder) withoutStrangers(namespaces []string, prefix string) []string {
	belongs := f.readSecrets()
	reason := "it reads no secrets, and its name does not start with " + strconv.Quote(prefix)
	if prefix == "" {
		belongs = f.haveObjects()
		reason = "nothing of it but the Namespace is in the input"
	}
	for namespace := range f.generated {
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
		f.Remark(draft.NotCarried, fieldpath.Path{}, "namespace %q is taken for one outside the application: %s; "+
			"add a component with namespace: %s if it is a part", namespace, reason, namespace)
		return true
	})
}

// readSecrets are the namespaces that read secrets.
func (f *finder) readSecrets() map[string]bool {
	found := map[string]bool{}
	for _, o := range f.set.ExternalSecrets {
		found[o.Namespace] = true
	}
	for _, o := range f.set.SecretStores {
		found[o.Namespace] = true
	}
	return found
}

// haveObjects are the namespaces that anything of the input is in.
func (f *finder) haveObjects() map[string]bool {
	found := map[string]bool{}
	for _, o := range f.set.All {
		found[o.Namespace] = true
	}
	return found
}
