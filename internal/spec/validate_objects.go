package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/wellknown"
)

// namespace checks the name of a component's namespace. Kubernetes' own namespaces are no components. A default is only
// judged where the names that it is made of are valid, or it would repeat their problem.
func (v *validator) namespace(path fieldpath.Path, component, value string) {
	if !v.Written(path) {
		name := v.seg.Metadata.Name
		switch {
		case !syntax.DNSLabel.Matches(name) || !syntax.DNSLabel.Matches(component):
		case strings.HasPrefix(value, wellknown.KubernetesPrefix):
			v.Problem(finding.SpecInvalidValue, path,
				fmt.Sprintf("the default %s must not be taken: %q is reserved for Kubernetes", phrase.Quote(value),
					wellknown.KubernetesPrefix),
				"set the namespace, or choose another metadata.name")
		case !syntax.DNSLabel.Matches(value):
			v.Problem(finding.SpecInvalidValue, path,
				fmt.Sprintf("the default %s is longer than the 63 characters that a namespace may have",
					phrase.Quote(value)),
				"shorten metadata.name or the component's name, or set the namespace")
		}
		return
	}
	v.label(path, value)
	operator := wellknown.Operators()[value]
	switch {
	case strings.HasPrefix(value, wellknown.KubernetesPrefix):
		v.invalid(path, value,
			fmt.Sprintf("a namespace of your own: %q is reserved for Kubernetes", wellknown.KubernetesPrefix), "")
	case operator != "":
		v.invalid(path, value, "a namespace of your own: "+operator+" is installed into this one, and has rights over others",
			"")
	case value == "default":
		v.invalid(path, value, "a namespace of your own: objects that name no namespace end up in this one", "")
	}
}

// ownedLabels are prefixes of labels that are generated, or set by the API server.
var ownedLabels = []string{
	wellknown.PodSecurityPrefix, "kubernetes.io/", wellknown.Group + "/",
	wellknown.ManagedByLabel, wellknown.PartOfLabel,
}

func (v *validator) namespaceLabels(path fieldpath.Path, labels map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		at := path.Child(key)
		if slices.ContainsFunc(ownedLabels, func(owned string) bool { return strings.HasPrefix(key, owned) }) {
			fix := "remove it"
			if level, is := strings.CutPrefix(key, wellknown.PodSecurityPrefix); is {
				fix = fmt.Sprintf("write it under podSecurity: {%s: %s}", level, labels[key])
			}
			v.Problem(finding.SpecInvalidValue, at,
				fmt.Sprintf("label %s must not be set here: Cloison or Kubernetes sets it", phrase.Quote(key)), fix)
		}
		v.labelPair(at, key, labels[key])
	}
}

// podLabels checks labels that select pods.
func (v *validator) podLabels(path fieldpath.Path, labels map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		v.labelPair(path.Child(key), key, labels[key])
	}
}

func (v *validator) labelPair(path fieldpath.Path, key, value string) {
	v.form(path, key, syntax.LabelName)
	v.form(path, value, syntax.LabelValue)
}

func (v *validator) annotations(path fieldpath.Path, annotations map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		v.form(path.Child(key), key, syntax.AnnotationName)
		if wellknown.IsHostAnnotation(key) {
			v.Problem(finding.SpecInvalidValue, path.Child(key),
				fmt.Sprintf("annotation %s must not be set here: kustomize and kpt use it", phrase.Quote(key)),
				"remove it")
		}
	}
}

// access checks who gets a role. Subjects that every pod or every person is a member of would let one component into
// another, and so would a service account of another component.
func (v *validator) access(path fieldpath.Path, component string, access []Access) {
	for i := range access {
		a, at := &access[i], path.Index(i)
		if name, is := a.Role.ClusterRole(); is {
			v.clusterRole(at.Child("role", "clusterRole"), name)
		} else if v.required(at.Child("role"), string(a.Role), "add role: viewer, developer or secrets-admin") {
			oneOf(v, at.Child("role"), a.Role, RoleViewer, RoleDeveloper, RoleSecretsAdmin)
		}
		if len(a.Subjects) == 0 {
			v.Problem(finding.SpecRequired, at.Child("subjects"), "must name at least one subject",
				"remove the access, or add {kind: Group, name: my-team}")
		}
		for j := range a.Subjects {
			v.subject(at.Child("subjects").Index(j), component, &a.Subjects[j])
		}
	}
}

// clusterRole checks the name of a role of the cluster's own.
func (v *validator) clusterRole(path fieldpath.Path, name string) {
	if name == "cluster-admin" {
		v.invalid(path, name, "a role that leaves the walls of the namespace standing: this one may rewrite all of them",
			"write admin, or a ClusterRole of your own")
		return
	}
	v.form(path, name, syntax.RBACName)
}

func (v *validator) subject(path fieldpath.Path, component string, s *Subject) {
	v.required(path.Child("name"), s.Name, "add the name of the user, group or service account")
	if !v.required(path.Child("kind"), s.Kind, "add kind: User, Group or ServiceAccount") {
		return
	}
	oneOf(v, path.Child("kind"), s.Kind, "User", "Group", "ServiceAccount")
	if s.Kind == "ServiceAccount" {
		v.serviceAccount(path, component, s)
		return
	}
	if s.Namespace != "" {
		v.invalid(path.Child("namespace"), s.Namespace, "left out: only a ServiceAccount has a namespace", "remove it")
	}
	if s.APIGroup != wellknown.RBACGroup {
		v.invalid(path.Child("apiGroup"), s.APIGroup, wellknown.RBACGroup+", or left out", "remove it")
	}
	const remedy = "name the people's own group, or a ServiceAccount by kind"
	switch {
	case wellknown.IsEverybody(s.Name):
		v.Problem(finding.SpecForeignSubject, path.Child("name"),
			fmt.Sprintf("%s must not get a role: subjects of other components are part of it", phrase.Quote(s.Name)), remedy)
	case strings.HasPrefix(s.Name, wellknown.SystemPrefix):
		v.Problem(finding.SpecForeignSubject, path.Child("name"),
			fmt.Sprintf("%s must not get a role: names that begin with %s are those of Kubernetes itself",
				phrase.Quote(s.Name), wellknown.SystemPrefix), remedy)
	}
}

func (v *validator) serviceAccount(path fieldpath.Path, component string, s *Subject) {
	if s.APIGroup != "" {
		v.invalid(path.Child("apiGroup"), s.APIGroup, "left out: a ServiceAccount is in the core group", "remove it")
	}
	if s.Name != "" {
		v.objectName(path.Child("name"), s.Name)
	}
	v.label(path.Child("namespace"), s.Namespace)
	if owner := v.componentIn(s.Namespace); owner != "" && owner != component {
		v.Problem(finding.SpecForeignSubject, path.Child("namespace"),
			fmt.Sprintf("namespace %s must not be the one of component %s: its pods would enter component %s",
				phrase.Quote(s.Namespace), phrase.Quote(owner), phrase.Quote(component)),
			"use a service account of the component itself, or of a namespace outside the Segregation")
	}
}

// componentIn finds the component of a namespace, "" where there is none.
func (v *validator) componentIn(namespace string) string { return v.owners[namespace] }

// ownersOf has the component of every namespace: the first by name where several share one.
func ownersOf(components map[string]*Component) map[string]string {
	owners := make(map[string]string, len(components))
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(components))) {
		if c := components[name]; c != nil {
			owners[c.Namespace] = name
		}
	}
	return owners
}

// uniqueNamespaces reports components that share a namespace: no wall can stand between them.
func (v *validator) uniqueNamespaces() {
	first := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(v.seg.Spec.Components)) {
		c := v.seg.Spec.Components[name]
		if c == nil {
			continue
		}
		if other, taken := first[c.Namespace]; taken {
			v.sharedNamespace(name, other, c.Namespace)
			continue
		}
		first[c.Namespace] = name
	}
}

// sharedNamespace reports that two components have one namespace, at the field that was written: of two the later.
func (v *validator) sharedNamespace(component, other, namespace string) {
	path := func(component string) fieldpath.Path {
		return fieldpath.Of("spec", "components", component, "namespace")
	}
	if !v.Written(path(component)) {
		component, other = other, component
	}
	v.Problem(finding.SpecSharedNamespace, path(component),
		fmt.Sprintf("namespace %s must not be shared: component %s has it%s", phrase.Quote(namespace),
			phrase.Quote(other), v.byDefault(path(other))),
		"give each component a namespace of its own")
}
