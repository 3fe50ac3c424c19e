package pods

import (
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/wellknown"
)

// component is a component with what the input has of it.
type component struct {
	*scope.Component

	namespace *objects.Typed[corev1.Namespace]
	// workloads are those of kinds that are read, then the pods inside of custom objects.
	workloads  []*objects.Workload
	containers []container
	uses       []secretflow.Use
	references []reference
	configMaps map[string]*objects.Typed[corev1.ConfigMap]
	// secrets are sorted by name.
	secrets   []*secretflow.Secret
	ingresses []*objects.Typed[netv1.Ingress]
	accounts  []*objects.Typed[corev1.ServiceAccount]
	roles     []*objects.Typed[rbacv1.Role]
	// all are the objects of every kind.
	all []*objects.Object

	// importers are the uses by the Secret's name, holders the Secrets by the keys that they have, mentioned the texts
	// of other objects that may be names of Secrets. They are made where they are asked for.
	importers func() map[string][]*secretflow.Use
	holders   func() map[string]string
	mentioned func() map[string]bool
}

// gather lists the components with what the input has of them. refs are the Secrets of the graph, sorted.
func gather(set *objects.Set, components *scope.Scope, flow *secretflow.Graph, refs []secretflow.Ref) []*component {
	byNamespace := map[string]*component{}
	var found []*component
	for i := range components.Components {
		c := &component{Component: &components.Components[i], configMaps: map[string]*objects.Typed[corev1.ConfigMap]{}}
		c.importers, c.holders = sync.OnceValue(c.listImporters), sync.OnceValue(c.listHolders)
		c.mentioned = sync.OnceValue(c.listMentioned)
		byNamespace[c.Namespace], found = c, append(found, c)
	}
	for i := range set.Namespaces {
		if o := &set.Namespaces[i]; byNamespace[o.Name] != nil {
			byNamespace[o.Name].namespace = o
		}
	}
	for _, use := range flow.Uses {
		if c := byNamespace[use.Secret.Namespace]; c != nil {
			c.uses = append(c.uses, use)
		}
	}
	ofEachTyped(set.ConfigMaps, byNamespace,
		func(c *component, o *objects.Typed[corev1.ConfigMap]) { c.configMaps[o.Name] = o })
	ofEachTyped(set.Ingresses, byNamespace,
		func(c *component, o *objects.Typed[netv1.Ingress]) { c.ingresses = append(c.ingresses, o) })
	ofEachTyped(set.ServiceAccounts, byNamespace, func(c *component, o *objects.Typed[corev1.ServiceAccount]) {
		c.accounts = append(c.accounts, o)
	})
	ofEachTyped(set.Roles, byNamespace,
		func(c *component, o *objects.Typed[rbacv1.Role]) { c.roles = append(c.roles, o) })
	for _, o := range set.All {
		if c := byNamespace[o.Namespace]; c != nil {
			c.all = append(c.all, o)
		}
	}
	for _, ref := range refs {
		if c := byNamespace[ref.Namespace]; c != nil {
			c.secrets = append(c.secrets, flow.Secrets[ref])
		}
	}
	for _, w := range slices.Concat(set.Workloads, set.CustomWorkloads) {
		if c := byNamespace[w.PodNamespace()]; c != nil {
			c.add(w, flow)
		}
	}
	return found
}

// ofEachTyped visits the objects of a kind that are in the namespaces of components.
func ofEachTyped[T any](
	list []objects.Typed[T], byNamespace map[string]*component, visit func(*component, *objects.Typed[T]),
) {
	for i := range list {
		if c := byNamespace[list[i].Namespace]; c != nil {
			visit(c, &list[i])
		}
	}
}

// add adds a workload with its containers.
func (c *component) add(w *objects.Workload, flow *secretflow.Graph) {
	c.workloads = append(c.workloads, w)
	for of := range w.Containers() {
		added := container{Container: of, workload: w}
		added.sources = c.sourcesOf(of, flow)
		c.containers = append(c.containers, added)
	}
}

// hasWorkloads reports whether the component has workloads beside the sync runtime. Where it has none, they are
// deployed by other means.
func (c *component) hasWorkloads() bool {
	return slices.ContainsFunc(c.workloads, func(w *objects.Workload) bool {
		return !w.Custom && w.Name != wellknown.RuntimeName
	})
}

// group is the secret group whose target a Secret is; nil where nothing is declared of it.
func (c *component) group(secret string) *plan.SecretGroup {
	if c.Plan == nil {
		return nil
	}
	for i := range c.Plan.Groups {
		if c.Plan.Groups[i].Target == secret {
			return &c.Plan.Groups[i]
		}
	}
	return nil
}

// declares reports whether the group has the key, or may have it.
func declares(g *plan.SecretGroup, key string) bool {
	is := func(e plan.Entry) bool { return e.Key == key }
	return g != nil && (len(g.Extract) > 0 || slices.ContainsFunc(g.Entries, is) || slices.ContainsFunc(g.Optional, is))
}

// hasSecret reports whether the input creates a Secret of that name.
func (c *component) hasSecret(name string) bool {
	byName := func(s *secretflow.Secret, name string) int { return strings.Compare(s.Name, name) }
	_, found := slices.BinarySearchFunc(c.secrets, name, byName)
	return found
}

func (c *component) listImporters() map[string][]*secretflow.Use {
	importers := map[string][]*secretflow.Use{}
	for i := range c.uses {
		importers[c.uses[i].Secret.Name] = append(importers[c.uses[i].Secret.Name], &c.uses[i])
	}
	return importers
}

// listHolders finds the Secret that has a key, or is declared to have it: the first by name.
func (c *component) listHolders() map[string]string {
	holders := map[string]string{}
	add := func(key, secret string) {
		if holders[key] == "" {
			holders[key] = secret
		}
	}
	for _, secret := range c.secrets {
		for _, key := range secret.Keys {
			add(key.Name, secret.Name)
		}
	}
	if c.Plan != nil {
		for _, g := range c.Plan.Groups {
			for _, e := range slices.Concat(g.Entries, g.Optional) {
				add(e.Key, g.Target)
			}
		}
	}
	return holders
}

// isCustom reports whether an object is of a kind that is neither Kubernetes' own nor the External Secrets Operator's.
func isCustom(o *objects.Object) bool { return objects.IsCustom(o.GroupKind()) }
