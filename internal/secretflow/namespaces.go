package secretflow

import (
	"maps"
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/ternary"
)

// Namespaces are those of the input: those that have an object, whose labels are known, and those that others name.
type Namespaces struct {
	names []string
	known map[string]eso.Namespace
}

// NewNamespaces collects the namespaces of the input.
func NewNamespaces(set *objects.Set) *Namespaces {
	known := map[string]eso.Namespace{}
	seen := map[string]bool{}
	for _, o := range set.All {
		if o.Namespace != "" {
			seen[o.Namespace] = true
		}
	}
	for _, namespace := range set.Namespaces {
		seen[namespace.Name] = true
		known[namespace.Name] = eso.NewNamespace(namespace.Name, namespace.Labels)
	}
	return &Namespaces{names: slices.Sorted(maps.Keys(seen)), known: known}
}

// Names of all namespaces, sorted.
func (n *Namespaces) Names() []string { return n.names }

// Of is a namespace of the input, or any other, of which only the name is known.
func (n *Namespaces) Of(name string) eso.Namespace {
	if namespace, known := n.known[name]; known {
		return namespace
	}
	return eso.NamespaceOf(name)
}

// MayUse answers whether a store may be used from a namespace.
func (n *Namespaces) MayUse(store *Store, namespace string) ternary.Answer {
	if !store.Cluster {
		return ternary.Of(store.Namespace == namespace)
	}
	return store.Spec.UsableFrom(n.Of(namespace))
}
