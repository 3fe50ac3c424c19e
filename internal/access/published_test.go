package access_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// openWeb has a Deployment behind a Service, in a namespace that a policy closes but for namespace ingress.
const openWeb = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: web, labels: {app: web}}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}, {name: admin, port: 81, targetPort: 9000}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: web}
spec:
  podSelector: {}
  ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress}}}], ports: [{port: http}]}]
---
`

// publishedOf has a line for each thing that is published.
func publishedOf(t *testing.T, manifests string) []string {
	t.Helper()
	var lines []string
	for _, p := range modelOf(t, manifests).Published {
		line := fmt.Sprintf("%s: %s by %s (%s, %s) as %s on %s", p.Namespace, p.Pod(), p.Publisher(), p.Caller, p.Way(),
			strings.Join(p.Hosts, " "), strings.Join(p.PortTexts(), ", "))
		if p.Shut {
			line += ", shut"
		}
		lines = append(lines, line)
	}
	return lines
}

func TestWhatIsPublished(t *testing.T) {
	const route = "apiVersion: gateway.networking.k8s.io/v1\nkind: %s\nmetadata: {name: r, namespace: %s}\nspec: "
	for name, test := range map[string]struct {
		manifests string
		want      []string
	}{
		"an Ingress, with the same ports under the same names at once": {
			"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, namespace: web}\nspec:\n  ingressClassName: nginx\n" +
				"  defaultBackend: {service: {name: web, port: {number: 81}}}\n" +
				"  rules: [{host: b.example, http: {paths: [{path: /x, pathType: Exact, backend: {service: {name: web, port: {name: http}}}}, " +
				"{pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}}]\n",
			[]string{
				"web: Deployment web by Ingress i (ingress controller, class nginx) as * on 81 → 9000, shut",
				"web: Deployment web by Ingress i (ingress controller, class nginx) as b.example/ b.example/x (Exact) on http → 8080",
			},
		},
		"a HTTPRoute of another namespace": {
			fmt.Sprintf(route, "HTTPRoute", "edge") + "{parentRefs: [{name: g, sectionName: https}], hostnames: [a.example], " +
				"rules: [{matches: [{path: {value: /v1}}], backendRefs: [{name: web, namespace: web, port: 80}]}]}\n",
			[]string{"web: Deployment web by HTTPRoute edge/r (ingress controller, Gateway edge/g, listener https) as a.example/v1 on 80 → 8080"},
		},
		"a TCPRoute": {
			fmt.Sprintf(route, "TCPRoute", "web") + "{parentRefs: [{name: g}], rules: [{backendRefs: [{name: web, port: 80}]}]}\n",
			[]string{"web: Deployment web by TCPRoute r (ingress controller, Gateway web/g) as  on 80 → 8080"},
		},
		"routes between pods": {
			fmt.Sprintf(route, "HTTPRoute", "web") + "{parentRefs: [{kind: Service, name: web}], rules: [{backendRefs: [{name: web, port: 80}]}]}\n",
			nil,
		},
		"Traefik": {
			"apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: i, namespace: web}\n" +
				"spec: {entryPoints: [websecure], routes: [{match: Host(`a.example`), services: [{name: web, port: 80}]}]}\n",
			[]string{"web: Deployment web by IngressRoute i (ingress controller, entry point websecure) as Host(`a.example`) on 80 → 8080"},
		},
		"Contour": {
			"apiVersion: projectcontour.io/v1\nkind: HTTPProxy\nmetadata: {name: i, namespace: web}\n" +
				"spec: {virtualhost: {fqdn: a.example}, routes: [{conditions: [{prefix: /v1}], services: [{name: web, port: 80}]}]}\n",
			[]string{"web: Deployment web by HTTPProxy i (ingress controller, ingress controller) as a.example/v1 on 80 → 8080"},
		},
		"OpenShift": {
			"apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: i, namespace: web}\nspec: {host: a.example, to: {kind: Service, name: web}}\n",
			[]string{"web: Deployment web by Route i (ingress controller, ingress controller) as a.example/ on 8080, 9000"},
		},
		"Istio": {
			"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: i, namespace: web}\n" +
				"spec: {hosts: [a.example], gateways: [mesh, public], http: [{match: [{uri: {exact: /x}}, {uri: {prefix: /y}}, {uri: {regex: /z}}], " +
				"route: [{destination: {host: web.web.svc.cluster.local, port: {number: 80}}}]}]}\n",
			[]string{"web: Deployment web by VirtualService i (ingress controller, Gateway web/public) as " +
				"a.example/x (Exact) a.example/y a.example/z (RegularExpression) on 80 → 8080"},
		},
		"a load balancer that no policy lets in, and an annotation with its addresses": {
			"apiVersion: v1\nkind: Service\nmetadata: {name: out, namespace: web, annotations: " +
				"{service.beta.kubernetes.io/load-balancer-source-ranges: \"10.0.0.0/8, 192.0.2.0/24\"}}\n" +
				"spec: {type: LoadBalancer, loadBalancerClass: x, selector: {app: web}, externalIPs: [198.51.100.7], ports: [{port: 443, targetPort: http}]}\n",
			[]string{
				"web: Deployment web by Service out (outside, LoadBalancer of class x for 10.0.0.0/8, 192.0.2.0/24) as  on 443 → 8080, shut",
				"web: Deployment web by Service out (outside, external IP 198.51.100.7) as  on 443 → 8080, shut",
			},
		},
		"a policy that nobody reads": {
			"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: web}\nspec: {endpointSelector: {}, ingress: [{}]}\n" +
				"---\napiVersion: v1\nkind: Service\nmetadata: {name: out, namespace: web}\n" +
				"spec: {type: NodePort, selector: {app: web}, ports: [{port: 443, targetPort: 8080}]}\n",
			[]string{"web: Deployment web by Service out (outside, NodePort) as  on 443 → 8080"},
		},
		"a Service that is not in the input": {
			"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, namespace: web}\nspec: {defaultBackend: {service: {name: gone, port: {number: 81}}}}\n",
			[]string{"web: Service gone by Ingress i (ingress controller, ingress controller) as * on 81"},
		},
		"a webhook": {
			"apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: w}\n" +
				"webhooks: [{name: w.example.com, clientConfig: {service: {name: web, namespace: web, port: 81}}}]\n",
			[]string{"web: Deployment web by ValidatingWebhookConfiguration w (API server, API server) as  on 81 → 9000, shut"},
		},
		"monitors": {
			"apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: m, namespace: monitoring}\n" +
				"spec: {namespaceSelector: {any: true}, selector: {matchLabels: {app: web}}, endpoints: [{port: http}, {targetPort: 9100}]}\n" +
				"---\napiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata: {name: m, namespace: web}\n" +
				"spec: {selector: {matchLabels: {app: other}}, podMetricsEndpoints: [{port: metrics}]}\n",
			[]string{
				"web: pods with app=other by PodMonitor m (monitoring, monitoring) as  on metrics",
				"web: Deployment web by ServiceMonitor monitoring/m (monitoring, monitoring) as  on 9100, shut",
				"web: Deployment web by ServiceMonitor monitoring/m (monitoring, monitoring) as  on http → 8080",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, publishedOf(t, openWeb+test.manifests))
			documents := strings.Split(openWeb+test.manifests, "---\n")
			for i, j := 0, len(documents)-1; i < j; i, j = i+1, j-1 {
				documents[i], documents[j] = documents[j], documents[i]
			}
			assert.Equal(t, test.want, publishedOf(t, strings.Join(documents, "\n---\n")), "in another order")
		})
	}
}
