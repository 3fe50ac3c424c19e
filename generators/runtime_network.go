package generators

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/cilium"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/wellknown"
)

// runtimePolicies let the runtime reach the API server and Secret Manager, and the namespace that reads metrics reach
// it. With Cilium, Secret Manager is opened by its name.
func (c component) runtimePolicies(sync *plan.Sync) []Object {
	policies := []Object{c.runtimeNetworkPolicy(sync)}
	if host := c.cluster.secretManagerName(sync.APIURL); host != "" {
		_, port := apiHost(sync.APIURL)
		rule := cilium.EgressRule{ToFQDNs: []cilium.Name{cilium.NameOf(host)}, ToPorts: ciliumPorts(onePort(port))}
		policies = append(policies, c.ciliumPolicy(wellknown.RuntimeName, runtimeLabels(), []cilium.EgressRule{rule}))
	}
	return policies
}

// secretManagerName is the name of the host of Secret Manager, where the network plugin opens names; empty where it
// does not, or where apiURL has an address or the name of a Service.
func (a addresses) secretManagerName(apiURL string) string {
	host, _ := apiHost(apiURL)
	if host == "" {
		host = wellknown.ScalewayAPIHost
	}
	if a.NetworkPlugin != cluster.PluginCilium || !syntax.HostName.Matches(host) || isService(host) {
		return ""
	}
	return host
}

// isService reports whether a host is a Service, as NAME.NAMESPACE.svc.
func isService(host string) bool {
	parts := strings.Split(host, ".")
	return len(parts) >= 3 && parts[2] == "svc"
}

// runtimeNetworkPolicy lets the runtime reach the API server and Secret Manager, and the namespace that reads metrics
// reach it. It selects by a label, so other pods of the component can obtain the same access.
func (c component) runtimeNetworkPolicy(sync *plan.Sync) Object {
	policy := netv1.NetworkPolicySpec{
		PodSelector: *podSelector(runtimeLabels()),
		PolicyTypes: []netv1.PolicyType{netv1.PolicyTypeEgress},
		Egress:      c.cluster.kubernetesAPIRules(nil),
	}
	if c.cluster.secretManagerName(sync.APIURL) == "" {
		policy.Egress = append(policy.Egress, c.cluster.secretManagerRule(sync.APIURL))
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
	} else if isService(host) {
		peers = []netv1.NetworkPolicyPeer{{NamespaceSelector: namespaceSelector(strings.Split(host, ".")[1])}}
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
