package network_test

import (
	"strings"
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

// service is one of namespace shop for ui, with these ports.
func service(ports string) string {
	return "apiVersion: v1\nkind: Service\nmetadata: {name: ui, namespace: shop, labels: {app: ui}}\n" +
		"spec: {selector: {app: ui}, ports: [" + ports + "]}\n---\n"
}

func TestPortsOfServices(t *testing.T) {
	fromBank := func(ports string) string {
		return rules("ingress: [{from: [{" + named("bank") + "}], ports: [" + ports + "]}]")
	}
	idle := []string{"warning N022 NetworkPolicy shop/x spec.ingress[0].ports"}
	manifests.Table{
		"the port of a Service": {all + service("{port: 80, targetPort: 8080}") + fromBank("{port: 80}"), idle},
		"the port of a Service, whose pods name theirs": {
			all + service("{port: 80, targetPort: http}") + fromBank("{port: 80}"), idle,
		},
		"the port of the pods":                         {all + service("{port: 80, targetPort: 8080}") + fromBank("{port: 8080}"), nil},
		"the ports of both":                            {all + service("{port: 80, targetPort: 8080}") + fromBank("{port: 80}, {port: 8080}"), nil},
		"the port of both, by a name":                  {all + service("{port: 80, targetPort: 8080}") + fromBank("{port: 80}, {port: http}"), nil},
		"the port of a Service that leads to the same": {all + service("{port: 80}") + fromBank("{port: 80}"), nil},
		"the same number of another protocol": {
			all + service("{port: 80, targetPort: 8080}, {name: u, port: 80, protocol: UDP}") +
				fromBank("{port: 80, protocol: UDP}"), nil,
		},
		"another Service leads to it": {
			all + service("{port: 80, targetPort: 8080}, {name: b, port: 81, targetPort: 80}") + fromBank("{port: 80}"), nil,
		},
		"a range": {all + service("{port: 80, targetPort: 8080}") + fromBank("{port: 80, endPort: 90}"), nil},
		"a port that no container declares": {
			all + policyOf("podSelector: {matchLabels: {app: ui}}, ingress: [{from: [{"+named("bank")+
				"}], ports: [{port: 3000}]}]"), idle,
		},
		"a port that other pods may listen on": {all + fromBank("{port: 3000}"), nil},
		"a port that an argument names": {
			strings.Replace(all, "{name: ui, ports", "{name: ui, args: ['--port=3000'], ports", 1) + fromBank("{port: 3000}"), nil,
		},
		"a port that a probe asks": {
			strings.Replace(all, "{name: ui, ports", "{name: ui, livenessProbe: {httpGet: {port: 3000}}, ports", 1) +
				fromBank("{port: 3000}"), nil,
		},
		"a port beside one that is declared": {all + fromBank("{port: 8080}, {port: 9102}"), nil},
		"a port for who is not in the input": {
			all + rules("ingress: [{from: [{"+named("monitoring")+"}], ports: [{port: 9102}]}]"), nil,
		},
		"pods that declare no port": {
			strings.Replace(all, ", ports: [{name: http, containerPort: 8080}]", "", 1) + fromBank("{port: 3000}"), nil,
		},
		"the other way": {
			all + service("{port: 80, targetPort: 8080}") +
				networkPolicy("bank", "x", "podSelector: {}, policyTypes: [Egress], egress: [{to: [{"+named("shop")+
					"}], ports: [{port: 80}]}, {to: [{"+named("kube-system")+"}], ports: [{port: 53}, "+
					"{port: 53, protocol: UDP}]}]"),
			[]string{"warning N022 NetworkPolicy bank/x spec.egress[0].ports"},
		},
	}.Run(t, judge, manifests.Brief)
}

// TestPortsOfServicesInFlows has a flow for the port of a Service, which is one mistake in two policies.
func TestPortsOfServicesInFlows(t *testing.T) {
	p := manifests.Shop(t, declared)
	service := strings.NewReplacer("namespace: shop", "namespace: shop-backend", "app: ui", "app: api").
		Replace(service("{port: 4000, targetPort: 8080}"))
	manifest := generate(t, p) + in("backend", strings.ReplaceAll(ui, "ui", "api")) + "---\n" + service
	manifests.Table{"one finding": {
		manifest, []string{"warning N022 NetworkPolicy shop-backend/allow-from-frontend spec.ingress[0].ports"},
	}}.Run(t, judge, manifests.Brief, p)
}
