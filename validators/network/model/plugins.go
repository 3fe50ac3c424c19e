package model

import (
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

// PluginKinds are the policies that only some network plugins know, by API group.
func PluginKinds(group string) []string {
	switch group {
	case "cilium.io":
		return []string{"CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "CiliumEgressGatewayPolicy"}
	case "policy.networking.k8s.io":
		return []string{"AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"}
	case "crd.projectcalico.org", "projectcalico.org":
		return []string{"NetworkPolicy", "GlobalNetworkPolicy"}
	case "crd.antrea.io":
		return []string{"NetworkPolicy", "ClusterNetworkPolicy"}
	case "k8s.ovn.org":
		return []string{"EgressFirewall", "UserDefinedNetwork", "ClusterUserDefinedNetwork"}
	case "kubeovn.io":
		return []string{"SecurityGroup", "Vpc", "Subnet"}
	case "danm.k8s.io":
		return []string{"DanmNet", "TenantNetwork", "ClusterNetwork"}
	case "network.openshift.io":
		return []string{"EgressNetworkPolicy"}
	case "k8s.cni.cncf.io":
		return []string{"MultiNetworkPolicy"}
	}
	return nil
}

// Unread is the field of a policy for which it is not evaluated, zero for the policy as a whole; isOpen is false
// for one that is evaluated, or refused.
func (n *Network) Unread(o *objects.Object) (field fieldpath.Path, isOpen bool) {
	for _, p := range n.Namespace(o.Namespace).NamesPolicies {
		if p.Object != o {
			continue
		}
		for _, problem := range p.Problems {
			if !problem.Refused() {
				return problem.Field, true
			}
		}
		return field, false
	}
	return field, true
}

// WithForeignPolicies are the namespaces in which policies of network plugins may open what NetworkPolicies shut; ""
// stands for all of them.
func (n *Network) WithForeignPolicies() map[string]bool {
	found := map[string]bool{}
	for _, o := range n.Objects.All {
		if !slices.Contains(PluginKinds(o.GroupKind().Group), o.Kind) {
			continue
		}
		if _, isOpen := n.Unread(o); isOpen {
			found[o.Namespace] = true
		}
	}
	return found
}
