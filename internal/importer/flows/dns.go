package flows

import (
	"slices"
	"strconv"
	"strings"

	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const dnsPort = 53

// isDNS reports whether a rule lets pods resolve names, as every component may: port 53 of the cluster's DNS, of every
// pod, or of everything.
func (a addresses) isDNS(peers []netv1.NetworkPolicyPeer, ports []netv1.NetworkPolicyPort) bool {
	for _, port := range ports {
		if port.EndPort != nil || port.Port == nil || port.Port.String() != strconv.Itoa(dnsPort) &&
			port.Port.StrVal != "dns" && port.Port.StrVal != "dns-tcp" {
			return false
		}
	}
	for _, peer := range peers {
		if !a.isDNSPeer(peer) {
			return false
		}
	}
	return len(ports) > 0 || len(peers) > 0 &&
		!slices.ContainsFunc(peers, func(peer netv1.NetworkPolicyPeer) bool { return !a.namesDNS(peer.PodSelector) })
}

func (a addresses) isDNSPeer(peer netv1.NetworkPolicyPeer) bool {
	switch {
	case peer.IPBlock != nil:
		return a.isDNSService(peer.IPBlock) || peer.IPBlock.CIDR == "0.0.0.0/0" && len(peer.IPBlock.Except) == 0
	case peer.NamespaceSelector == nil:
		return false
	case a.namesDNS(peer.PodSelector), isEverything(peer.NamespaceSelector):
		return true
	}
	for _, name := range peer.NamespaceSelector.MatchLabels {
		if name == a.DNS.Namespace {
			return true
		}
	}
	return slices.Equal(byName(peer.NamespaceSelector), []string{a.DNS.Namespace})
}

// leadsBeyondDNS reports whether a rule for DNS leads to more than the cluster's own.
func (a addresses) leadsBeyondDNS(peers []netv1.NetworkPolicyPeer) bool {
	return len(peers) == 0 || slices.ContainsFunc(peers, func(peer netv1.NetworkPolicyPeer) bool {
		if peer.IPBlock != nil {
			return !a.isDNSService(peer.IPBlock)
		}
		return isEverything(peer.NamespaceSelector) && !a.namesDNS(peer.PodSelector)
	})
}

// isDNSService reports whether a block is the address of the cluster's DNS, or that of its cache on each node.
func (a addresses) isDNSService(block *netv1.IPBlock) bool {
	return block.CIDR == single(a.DNS.Service).String() ||
		a.DNS.NodeLocal.IsValid() && block.CIDR == single(a.DNS.NodeLocal).String()
}

// namesDNS reports whether a selector picks pods by the labels of the cluster's DNS, or by those that CoreDNS has in
// other clusters.
func (a addresses) namesDNS(pods *metav1.LabelSelector) bool {
	if pods == nil {
		return false
	}
	named := len(a.DNS.Pods) > 0
	for key, value := range a.DNS.Pods {
		named = named && pods.MatchLabels[key] == value
	}
	return named || pods.MatchLabels["k8s-app"] == "coredns" ||
		strings.HasSuffix(pods.MatchLabels["app.kubernetes.io/name"], "coredns")
}
