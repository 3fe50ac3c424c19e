package rbac

import (
	"slices"
	"strings"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
)

// names knows the objects that there are or will be, so that rights on a few names can be told from rights on nothing.
type names struct {
	// known has "resource/name" in each namespace, which is empty for what is in none.
	known map[place]bool
	// everywhere are Secrets that may be in every namespace.
	everywhere map[string]bool
	// sets are the StatefulSets, whose pods' names are known.
	sets map[place]bool
	// secret is the first Secret by name of each namespace, to serve as an example.
	secret map[string]string
}

// newNames reads the input and what the Segregations declare.
func newNames(set *objects.Set, components []scope.Component, flow *secretflow.Graph) *names {
	n := &names{known: map[place]bool{}, everywhere: map[string]bool{}, sets: map[place]bool{}, secret: map[string]string{}}
	for _, o := range set.All {
		n.add(o.Namespace, resourceOf(o.Kind), o.Name)
		switch o.Kind {
		case "SealedSecret":
			n.add(o.Namespace, "secrets", o.Name)
		case "StatefulSet":
			n.sets[place{o.Namespace, o.Name}] = true
		}
	}
	n.addSecrets(set, flow)
	for i := range components {
		if component := &components[i]; component.Plan != nil {
			for _, group := range component.Plan.Groups {
				n.add(component.Namespace, "secrets", group.Target)
				n.add(component.Namespace, "secrets", group.Credentials.Name)
			}
		}
	}
	return n
}

func (n *names) addSecrets(set *objects.Set, flow *secretflow.Graph) {
	for ref := range flow.Secrets {
		n.add(ref.Namespace, "secrets", ref.Name)
	}
	for _, use := range flow.Uses {
		n.add(use.Secret.Namespace, "secrets", use.Secret.Name)
	}
	for _, o := range set.ExternalSecrets {
		n.add(o.Namespace, "secrets", firstOf(o.Value.Spec.Target.Name, o.Name))
	}
	for _, o := range set.ClusterExternalSecrets {
		if made := o.Value.Spec.ExternalSecretSpec; made != nil {
			n.everywhere[firstOf(made.Target.Name, o.Value.Spec.ExternalSecretName, o.Name)] = true
		}
	}
	for _, w := range set.Workloads {
		n.add(w.Namespace, "serviceaccounts", serviceAccountOfPods(w))
	}
}

func firstOf(names ...string) string {
	return names[max(0, slices.IndexFunc(names, func(name string) bool { return name != "" }))]
}

func (n *names) add(namespace, resource, name string) {
	if name == "" {
		return
	}
	n.known[place{namespace, resource + "/" + name}] = true
	if first := n.secret[namespace]; resource == "secrets" && (first == "" || name < first) {
		n.secret[namespace] = name
	}
}

// has says whether there is, or will be, an object of that name. Those of a namespace are looked for there, others with an
// empty namespace.
func (n *names) has(namespace, resource, name string) bool {
	switch resource {
	case "namespaces":
		return name == namespace
	case "secrets":
		if n.everywhere[name] {
			return true
		}
	case "serviceaccounts":
		if name == "default" {
			return true
		}
	case "pods":
		if set, ordinal := cutLast(name, "-"); set != "" && ordinal != "" && strings.Trim(ordinal, "0123456789") == "" && n.sets[place{namespace, set}] {
			return true
		}
	}
	return n.known[place{namespace, resource + "/" + name}]
}

func cutLast(s, separator string) (before, after string) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+len(separator):]
}

// resourceOf is the resource of a kind, by the rule that all kinds that matter here follow.
func resourceOf(kind string) string {
	name := strings.ToLower(kind)
	if stem, is := strings.CutSuffix(name, "y"); is {
		return stem + "ies"
	}
	return name + "s"
}

// serviceAccountOfPods is the service account that the pods of a workload run as.
func serviceAccountOfPods(w *objects.Workload) string {
	return firstOf(w.Pod.Spec.ServiceAccountName, w.Pod.Spec.DeprecatedServiceAccount, "default")
}
