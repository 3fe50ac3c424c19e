package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// flow is one rule of a NetworkPolicy.
type flow struct {
	// peer is the other end, own the selected pods of the component.
	peer, own, ports string
}

// addFlows takes every rule of a NetworkPolicy. A policy that selects every pod, for both directions, denies whatever
// no policy allows.
func (c *component) addFlows(m *manifest, namespaces map[string]string) error {
	policy, err := specOf[netv1.NetworkPolicy](m)
	if err != nil {
		return err
	}
	peers := peerNames{policy: m.Name, own: m.Namespace, components: namespaces}
	own := pods(policy.Spec.PodSelector)
	if own == everyPod && len(policy.Spec.PolicyTypes) == 2 {
		c.defaultDeny = true
	}
	for _, rule := range policy.Spec.Ingress {
		c.reachedBy = append(c.reachedBy, flow{peers.list(rule.From), own, portList(rule.Ports)})
	}
	for _, rule := range policy.Spec.Egress {
		c.reaches = append(c.reaches, flow{peers.list(rule.To), own, portList(rule.Ports)})
	}
	return nil
}

// peerNames describes the peers of a policy.
type peerNames struct {
	policy string
	// own is the namespace of the policy.
	own string
	// components by namespace.
	components map[string]string
}

// list names all peers of a rule.
func (n peerNames) list(peers []netv1.NetworkPolicyPeer) string {
	var names []string
	for _, peer := range peers {
		if name := n.name(peer); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "everybody"
	}
	return strings.Join(names, ", ")
}

func (n peerNames) name(peer netv1.NetworkPolicyPeer) string {
	switch {
	case peer.IPBlock != nil && n.policy == "allow-to-internet":
		return "the internet, public addresses only"
	case peer.IPBlock != nil && n.policy == "allow-to-kubernetes-api":
		return "the Kubernetes API"
	case peer.IPBlock != nil:
		return peer.IPBlock.CIDR
	case peer.NamespaceSelector == nil:
		return "its own namespace" + of(peer.PodSelector)
	}
	namespace := peer.NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"]
	switch component := n.components[namespace]; {
	case namespace == "":
		return "any namespace" + of(peer.PodSelector)
	case component != "":
		return component + of(peer.PodSelector)
	}
	return "namespace " + namespace + of(peer.PodSelector)
}

// of narrows a peer to some of its pods.
func of(selector *metav1.LabelSelector) string {
	if selector == nil || pods(*selector) == everyPod {
		return ""
	}
	return ", " + pods(*selector)
}

const everyPod = "every pod"

// pods describes a selector.
func pods(selector metav1.LabelSelector) string {
	if len(selector.MatchLabels) == 0 && len(selector.MatchExpressions) == 0 {
		return everyPod
	}
	var labels []string
	for _, key := range slices.Sorted(maps.Keys(selector.MatchLabels)) {
		labels = append(labels, key+"="+selector.MatchLabels[key])
	}
	if len(selector.MatchExpressions) > 0 {
		labels = append(labels,
			metav1.FormatLabelSelector(&metav1.LabelSelector{MatchExpressions: selector.MatchExpressions}))
	}
	return strings.Join(labels, ",")
}

func portList(ports []netv1.NetworkPolicyPort) string {
	var texts []string
	for _, port := range ports {
		text := port.Port.String()
		if port.EndPort != nil {
			text += fmt.Sprintf("-%d", *port.EndPort)
		}
		if port.Protocol != nil {
			text += "/" + string(*port.Protocol)
		}
		texts = append(texts, text)
	}
	if len(texts) == 0 {
		return "all ports"
	}
	return strings.Join(texts, ", ")
}
