package generators

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/wellknown"
)

// runtimeNetworkPolicy lets the runtime reach the API server and Secret Manager, and the namespace that reads metrics
// reach it. It selects by a label, so other pods of the component can obtain the same access.
func (c component) runtimeNetworkPolicy(sync *plan.Sync) Object {
	policy := netv1.NetworkPolicySpec{
		PodSelector: *podSelector(runtimeLabels()),
		PolicyTypes: []netv1.PolicyType{netv1.PolicyTypeEgress},
		Egress:      append(c.cluster.kubernetesAPIRules(nil), c.cluster.secretManagerRule(sync.APIURL)),
	}
	if sync.MetricsFrom != "" {
		policy.PolicyTypes = append(policy.PolicyTypes, netv1.PolicyTypeIngress)
		policy.Ingress = []netv1.NetworkPolicyIngressRule{{
			From:  []netv1.NetworkPolicyPeer{{NamespaceSelector: namespaceSelector(sync.MetricsFrom)}},
			Ports: policyPorts(onePort(metricsPort)),
		}}
	}
	return c.networkPolicy(wellknown.RuntimeName, policy)
}

// secretManagerRule allows the host and port of Secret Manager: the internet on 443, or apiURL where its host is an
// address or a Service of this cluster.
func (a addresses) secretManagerRule(apiURL string) netv1.NetworkPolicyEgressRule {
	host, port := apiHost(apiURL)
	peers := ipBlocks(a.internet()...)
	if addr, err := netip.ParseAddr(host); err == nil {
		peers = ipBlocks(one(addr))
	} else if parts := strings.Split(host, "."); len(parts) >= 3 && parts[2] == "svc" {
		peers = []netv1.NetworkPolicyPeer{{NamespaceSelector: namespaceSelector(parts[1])}}
	}
	return netv1.NetworkPolicyEgressRule{To: peers, Ports: policyPorts(onePort(port))}
}

func apiHost(apiURL string) (host string, port int32) {
	const https, http = 443, 80
	parsed, err := url.Parse(apiURL)
	if err != nil || apiURL == "" {
		return "", https
	}
	if number, err := strconv.ParseUint(parsed.Port(), 10, 16); err == nil {
		return parsed.Hostname(), int32(number)
	}
	if parsed.Scheme == "http" {
		return parsed.Hostname(), http
	}
	return parsed.Hostname(), https
}
