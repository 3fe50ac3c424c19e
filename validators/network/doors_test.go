package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/testkit/manifests"
)

const (
	ingress = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: ui, port: {number: 80}}}}]}}]}
---
`
	serviceMonitor = `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: ui, namespace: shop}
spec: {selector: {matchLabels: {app: ui}}, endpoints: [{port: http}]}
---
`
	podMonitor = `
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: ui, namespace: shop}
spec: {selector: {matchLabels: {app: ui}}, podMetricsEndpoints: [{port: http}]}
---
`
	webhook = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: ui}
webhooks: [{name: a.example.org, clientConfig: {service: {name: ui, namespace: shop, port: 80}}}]
---
`
)

// from is a rule of namespace shop for a peer, on the port of ui.
func from(peer string) string {
	return rules("ingress: [{from: [{" + peer + "}], ports: [{port: 8080}]}]")
}

func httpRoute(parents string) string {
	return "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web, namespace: shop}\n" +
		"spec: {parentRefs: [" + parents + "], rules: [{backendRefs: [{name: ui, port: 80}]}]}\n---\n"
}

// TestDoors publishes ui of namespace shop, which default-deny isolates.
func TestDoors(t *testing.T) {
	shop := all + service("{name: http, port: 80, targetPort: http}")
	lb := strings.Replace(shop, "spec: {selector: {app: ui}, ports", "spec: {type: LoadBalancer, selector: {app: ui}, ports", 1)
	nodePort := strings.Replace(lb, "LoadBalancer", "NodePort", 1)
	atIngress := []string{"warning N023 Ingress shop/web spec.rules[0].http.paths[0].backend.service"}
	atRoute := []string{"warning N023 HTTPRoute shop/web spec.rules[0].backendRefs[0]"}
	atMonitor := []string{"warning N023 ServiceMonitor shop/ui spec.endpoints[0]"}
	atWebhook := []string{"warning N023 ValidatingWebhookConfiguration ui webhooks[0].clientConfig.service"}
	prometheus := "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: p, namespace: shop}\n---\n"
	manifests.Table{
		"nothing is published":      {shop, nil},
		"an Ingress":                {shop + ingress, atIngress},
		"an Ingress, once more":     {shop + ingress + strings.Replace(ingress, "name: web", "name: zz", 1), atIngress},
		"for the controller":        {shop + ingress + from(named("ingress-nginx")), nil},
		"for pods of the namespace": {shop + ingress + from("podSelector: {}"), atIngress},
		"for another component":     {shop + ingress + from(named("bank")), atIngress},
		"for a component that is an ingress controller": {
			strings.Replace(shop, "{name: db, ports", "{name: db, image: 'traefik:3', ports", 1) + ingress + from(named("bank")),
			nil,
		},
		"for addresses": {shop + ingress + from("ipBlock: {cidr: 10.0.0.0/8}"), nil},
		"for a label": {shop + ingress + from("namespaceSelector: {matchLabels: {ingress: 'yes'}}"), []string{
			"warning N011 NetworkPolicy shop/x spec.ingress[0].from[0]",
		}},
		"on another port": {
			shop + ingress + rules("ingress: [{from: [{"+named("monitoring")+"}], ports: [{port: 9102}]}]"), atIngress,
		},
		"on the port of the Service, which is the mistake": {
			shop + ingress + rules("ingress: [{from: [{"+named("ingress-nginx")+"}], ports: [{port: 80}]}]"),
			[]string{"warning N022 NetworkPolicy shop/x spec.ingress[0].ports"},
		},
		"on the port by its name": {
			shop + ingress + rules("ingress: [{from: [{"+named("ingress-nginx")+"}], ports: [{port: http}]}]"), nil,
		},
		"for other pods": {
			shop + strings.ReplaceAll(ui, "ui", "api") + ingress + policyOf("podSelector: {matchLabels: {app: api}}, "+
				"ingress: [{from: [{"+named("ingress-nginx")+"}]}]"), atIngress,
		},
		"a Service that the input does not have": {all + ingress, nil},
		"a Service without pods": {
			strings.ReplaceAll(shop, "selector: {app: ui}", "selector: {app: chart}") + ingress, atIngress,
		},
		"a Service without pods, which a rule may be for": {
			strings.ReplaceAll(shop, "selector: {app: ui}", "selector: {app: chart}") + ingress +
				policyOf("podSelector: {matchLabels: {app: chart}}, ingress: [{from: [{"+named("ingress-nginx")+"}]}]"),
			[]string{"info N009 NetworkPolicy shop/x spec.podSelector"},
		},
		"beside a policy of the network plugin": {
			shop + ingress + "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: shop}\n---\n",
			[]string{"undecided warning N016 CiliumNetworkPolicy shop/c"},
		},
		"a route":                         {shop + httpRoute("{name: g, namespace: gateways}"), atRoute},
		"a route, for the gateway":        {shop + httpRoute("{name: g, namespace: gateways}") + from(named("gateways")), nil},
		"a route of a gateway of its own": {shop + httpRoute("{name: g}") + from("podSelector: {}"), nil},
		"a route between pods":            {shop + httpRoute("{kind: Service, group: '', name: ui}"), nil},
		"a load balancer":                 {lb, []string{"warning N023 Service shop/ui spec.ports[0]"}},
		"a load balancer, for addresses":  {lb + from("ipBlock: {cidr: 51.15.0.0/16}"), nil},
		"a load balancer, for pods":       {lb + from(named("ingress-nginx")), []string{"warning N023 Service shop/ui spec.ports[0]"}},
		"a load balancer, for pods' addresses": {lb + from("ipBlock: {cidr: 100.64.0.0/16}"), []string{
			"warning N008 NetworkPolicy shop/x spec.ingress[0].from[0]", "warning N023 Service shop/ui spec.ports[0]",
		}},
		"a port of the nodes, of what an Ingress is for": {nodePort + ingress + from(named("ingress-nginx")), nil},
		"a port of the nodes":                            {nodePort, []string{"warning N023 Service shop/ui spec.ports[0]"}},
		"a webhook":                                      {shop + webhook, atWebhook},
		"a webhook, for pods":                            {shop + webhook + from(named("ingress-nginx")), atWebhook},
		"a webhook, for the control plane":               {shop + webhook + from("ipBlock: {cidr: 51.15.0.0/16}"), nil},
		"an APIService": {
			shop + "apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {name: v1.x.org}\n" +
				"spec: {service: {name: ui, namespace: shop, port: 80}}\n---\n",
			[]string{"warning N023 APIService v1.x.org spec.service"},
		},
		"a conversion": {
			shop + "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: xs.x.org}\n" +
				"spec: {conversion: {webhook: {clientConfig: {service: {name: ui, namespace: shop, port: 80}}}}}\n---\n",
			[]string{"warning N023 CustomResourceDefinition xs.x.org spec.conversion.webhook.clientConfig.service"},
		},
		"a monitor":                                  {shop + serviceMonitor, atMonitor},
		"a monitor of pods":                          {shop + podMonitor, []string{"warning N023 PodMonitor shop/ui spec.podMetricsEndpoints[0]"}},
		"a monitor, for Prometheus":                  {shop + serviceMonitor + from(named("monitoring")), nil},
		"a monitor, for Prometheus of its namespace": {shop + serviceMonitor + prometheus + from("podSelector: {}"), nil},
		"a monitor of another namespace": {
			shop + strings.NewReplacer("namespace: shop}", "namespace: monitoring}",
				"spec: {", "spec: {namespaceSelector: {matchNames: [shop]}, ").Replace(serviceMonitor),
			[]string{"warning N023 ServiceMonitor monitoring/ui spec.endpoints[0]"},
		},
		"a route of Traefik": {
			shop + "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: r, namespace: shop}\n" +
				"spec: {routes: [{services: [{name: ui, port: 80}, {name: api@internal, kind: TraefikService}]}]}\n---\n",
			[]string{"warning N023 IngressRoute shop/r spec.routes[0].services[0]"},
		},
		"a route of Istio": {
			shop + "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: r, namespace: shop}\n" +
				"spec: {gateways: [mesh, istio-system/main], http: [{route: [{destination: {host: ui.shop.svc.cluster.local}}]}]}\n" +
				"---\n",
			[]string{"warning N023 VirtualService shop/r spec.http[0].route[0].destination"},
		},
		"a route of OpenShift": {
			shop + "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: r, namespace: shop}\n" +
				"spec: {to: {kind: Service, name: ui}}\n---\n",
			[]string{"warning N023 Route shop/r spec.to"},
		},
		"what nothing isolates": {ui + dns + service("{port: 80, targetPort: 8080}") + ingress, []string{
			"error N001 Namespace shop",
		}},
	}.Run(t, judge, manifests.Brief)
}

func TestDoorsForWhatTheClusterNames(t *testing.T) {
	shop := all + service("{name: http, port: 80, targetPort: http}")
	judge := judgeIn(func(in *cluster.Cluster) { in.Monitoring = "observability" })
	manifests.Table{
		"another namespace": {
			shop + serviceMonitor + from(named("monitoring")), []string{"warning N023 ServiceMonitor shop/ui spec.endpoints[0]"},
		},
		"that namespace": {shop + serviceMonitor + from(named("observability")), nil},
	}.Run(t, judge, manifests.Brief)
}

// TestDoorsOfComponents says in the fix which flow to write.
func TestDoorsOfComponents(t *testing.T) {
	p := manifests.Shop(t, declared)
	web := func(component string) string {
		text := strings.ReplaceAll(ui, "8080", "3000") + service("{port: 80, targetPort: 3000}") + ingress
		return "---\n" + strings.ReplaceAll(text, "namespace: shop", "namespace: shop-"+component)
	}
	assert.Empty(t, judge.Check(t, generate(t, p)+web("frontend"), p))
	found := judge.Check(t, generate(t, p)+web("batch"), p)
	require.NotEmpty(t, found)
	assert.Equal(t, "the ingress controller cannot reach the pods of Service shop-batch/ui on TCP 3000: no policy of "+
		"namespace \"shop-batch\" lets another namespace in", found[0].Message)
	assert.Equal(t, "the ingress controller → pod of Deployment shop-batch/ui (app=ui) on TCP 3000: NetworkPolicy "+
		"shop-batch/default-deny holds the pod, and no ingress rule lets it through", found[0].Counterexample)
	assert.Equal(t, "declare the flow in component batch: ingress: [{from: {namespace: "+
		"NAMESPACE-OF-THE-INGRESS-CONTROLLER}, pods: {app: ui}, ports: [3000]}]", found[0].Fix)
}
