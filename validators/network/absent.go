package network

import (
	"fmt"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/model"
)

// knownNamespaces are all namespaces of the cluster, where the Cluster says that it has no others: those of the input,
// those that it names itself, and Kubernetes' own. nil where there may be others.
func knownNamespaces(n *model.Network) map[string]bool {
	if !n.Cluster.NamespacesComplete {
		return nil
	}
	known := map[string]bool{"default": true, n.Cluster.DNS.Namespace: true, n.Cluster.ExternalSecrets.Namespace: true,
		n.Cluster.Monitoring: true}
	for name := range n.Cluster.Namespaces {
		known[name] = true
	}
	for _, o := range n.Objects.All {
		known[o.Namespace] = true
		if o.APIVersion == "v1" && o.Kind == "Namespace" {
			known[o.Name] = true
		}
	}
	for _, c := range n.Components {
		known[c.Name] = true
	}
	delete(known, "")
	return known
}

// absentNamespace is a peer in namespaces, selected by their name, of which the cluster has none; nil where it has one,
// or may have one.
func (f *facts) absentNamespace(r *model.PeerRule) *defect {
	if f.known == nil || !r.In.Named || len(r.In.Names) == 0 {
		return nil
	}
	exists := func(name string) bool { return f.known[name] || scope.IsSystem(name) }
	if slices.ContainsFunc(r.In.Names, exists) {
		return nil
	}
	name := r.In.Names[0]
	return peerDefect(r,
		fmt.Sprintf("the peer is namespace %q, which the cluster does not have%s: it is neither in the input nor in the "+
			"Cluster, whose namespaces are complete", name,
			phrase.DidYouMean(phrase.Closest(name, slices.Sorted(maps.Keys(f.known))))),
		fmt.Sprintf("correct the value of %s, or add the namespace to the Cluster", wellknown.NamespaceNameLabel))
}
