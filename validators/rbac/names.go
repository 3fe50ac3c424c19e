package rbac

import (
	"cmp"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
)

// Resources whose names are known without an object of that name in the input.
const (
	secrets         = "secrets"
	serviceAccounts = "serviceaccounts"
)

// names has the names of the objects that the input has or that will be made of it, so that rights on existing names
// can be distinguished from rights on names that do not exist.
type names struct {
	// known has "resource/name" in each namespace, which is empty for what is in none.
	known map[types.NamespacedName]bool
	// everywhere are Secrets that may be in every namespace.
	everywhere map[string]bool
	// secret is the first Secret of each namespace by name, as an example; used the first that a workload there uses.
	secret, used map[string]string
}

func newNames(set *objects.Set, components []scope.Component, flow *secretflow.Graph) *names {
	n := &names{known: map[types.NamespacedName]bool{}, everywhere: map[string]bool{}, secret: map[string]string{},
		used: map[string]string{}}
	for _, o := range set.All {
		n.add(o.Namespace, resourceOf(o.Kind), o.Name)
		if o.Kind == "SealedSecret" {
			n.add(o.Namespace, secrets, o.Name)
		}
	}
	n.addSecrets(set, flow)
	for i := range components {
		if component := &components[i]; component.Plan != nil {
			for _, group := range component.Plan.Groups {
				n.add(component.Namespace, secrets, group.Target)
				n.add(component.Namespace, secrets, group.Credentials.Name)
			}
		}
	}
	for _, w := range set.Workloads {
		n.add(w.Namespace, serviceAccounts, accountOfPods(w))
	}
	return n
}

func (n *names) addSecrets(set *objects.Set, flow *secretflow.Graph) {
	for ref := range flow.Secrets {
		n.add(ref.Namespace, secrets, ref.Name)
	}
	for _, use := range flow.Uses {
		n.add(use.Secret.Namespace, secrets, use.Secret.Name)
		if first := n.used[use.Secret.Namespace]; first == "" || use.Secret.Name < first {
			n.used[use.Secret.Namespace] = use.Secret.Name
		}
	}
	for _, o := range set.ExternalSecrets {
		n.add(o.Namespace, secrets, cmp.Or(o.Value.Spec.Target.Name, o.Name))
	}
	for _, o := range set.ClusterExternalSecrets {
		if made := o.Value.Spec.ExternalSecretSpec; made != nil {
			n.everywhere[cmp.Or(made.Target.Name, o.Value.Spec.ExternalSecretName, o.Name)] = true
		}
	}
}

func (n *names) add(namespace, resource, name string) {
	if name == "" {
		return
	}
	n.known[types.NamespacedName{Namespace: namespace, Name: resource + "/" + name}] = true
	if first := n.secret[namespace]; resource == secrets && (first == "" || name < first) {
		n.secret[namespace] = name
	}
}

// has reports whether there is, or will be, an object of that name. Those of a namespace are looked for there, others
// with an empty namespace.
func (n *names) has(namespace, resource, name string) bool {
	switch resource {
	case "namespaces":
		return name == namespace
	case secrets:
		if n.everywhere[name] {
			return true
		}
	case serviceAccounts:
		if name == defaultAccount {
			return true
		}
	case "pods":
		if set, is := statefulSetOf(name); is && n.hasObject(namespace, "StatefulSet", set) {
			return true
		}
	}
	return n.known[types.NamespacedName{Namespace: namespace, Name: resource + "/" + name}]
}

// hasObject reports whether the input has an object, or will have it.
func (n *names) hasObject(namespace, kind, name string) bool {
	return n.known[types.NamespacedName{Namespace: namespace, Name: resourceOf(kind) + "/" + name}]
}

// statefulSetOf is the StatefulSet one of whose pods would have a name; is reports whether it is such a name. Format:
// db-0.
func statefulSetOf(pod string) (set string, is bool) {
	i := strings.LastIndex(pod, "-")
	if i <= 0 || i == len(pod)-1 || strings.Trim(pod[i+1:], "0123456789") != "" {
		return "", false
	}
	return pod[:i], true
}

// resourceOf is the resource of a kind, as long as its author follows the usual rule.
func resourceOf(kind string) string {
	resource, _ := meta.UnsafeGuessKindToResource(schema.GroupVersionKind{Kind: kind})
	return resource.Resource
}
