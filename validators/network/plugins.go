package network

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// pluginKinds are the policies that only some network plugins know, by API group.
func pluginKinds(group string) []string {
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
		return []string{"EgressFirewall"}
	case "network.openshift.io":
		return []string{"EgressNetworkPolicy"}
	case "k8s.cni.cncf.io":
		return []string{"MultiNetworkPolicy"}
	}
	return nil
}

// checkPlugins says that policies of network plugins were not evaluated, where they may concern a component.
func (w *world) checkPlugins() {
	for _, o := range w.set.All {
		if !slices.Contains(pluginKinds(o.GroupKind().Group), o.Kind) || !w.concerns(o) {
			continue
		}
		w.report(o, finding.Finding{
			Code: finding.NetworkUndecided, Severity: finding.Warning, Undecided: true,
			Message: fmt.Sprintf("%s is a policy of a network plugin and was not evaluated: it may open or close connections that the other findings take for closed or open", o.Kind),
			Fix:     "express it as a NetworkPolicy, or accept it with a reason",
		})
	}
}

func (w *world) concerns(o *objects.Object) bool {
	return !w.planned || o.Namespace == "" || w.elsewhere(o.Namespace).component != nil
}

// checkHostNetwork reports pods on the network of their node.
func (w *world) checkHostNetwork() {
	for _, workload := range w.set.Workloads {
		if !workload.Pod.Spec.HostNetwork || w.space(workload.Namespace).component == nil {
			continue
		}
		f := finding.Finding{
			Code: finding.HostNetwork, Severity: finding.Warning, Field: objects.Field(workload.SpecPath(), "hostNetwork"),
			Message:        "the pod is on the network of its node, where no NetworkPolicy holds it",
			Counterexample: fmt.Sprintf("pod of %s → every pod of its node and every address, the metadata service among them", workload),
			Fix:            "remove hostNetwork",
		}
		if w.planned {
			f.Severity = finding.Error
		}
		w.report(workload.Object, f)
	}
}
