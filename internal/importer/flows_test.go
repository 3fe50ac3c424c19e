package importer_test

import "testing"

const egressTo = "  podSelector: {matchLabels: {app: web}}\n  policyTypes: [Egress]\n  egress:\n"
const ingressFrom = "  podSelector: {matchLabels: {app: api}}\n  ingress:\n"

func TestFlows(t *testing.T) {
	for name, e := range map[string]example{
		"a flow on both sides is what both allow": {
			input: frontend + backend +
				policy("shop-frontend", egressTo+"    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: "+
					"shop-backend}}}]\n      ports: [{port: 80}, {port: 4000}]") +
				policy("shop-backend", ingressFrom+"    - from: [{namespaceSelector: {matchLabels: "+
					"{kubernetes.io/metadata.name: shop-frontend}}}]\n      ports: [{port: 4000}]"),
			spec: "  backend: {}\n  frontend:\n    egress:\n      - {to: {component: backend, pods: {app: api}}, pods: {app: " +
				"web}, ports: [4000]}",
		},
		"a flow on one side is carried over, and said": {
			input: frontend + backend +
				policy("shop-backend", ingressFrom+"    - from: [{namespaceSelector: {matchLabels: "+
					"{kubernetes.io/metadata.name: shop-frontend}}}]\n      ports: [{port: 4000}]"),
			spec: "  backend: {}\n  frontend:\n    egress:\n      - {to: {component: backend, pods: {app: api}}, ports: [4000]}",
			notes: []string{"changed: NetworkPolicy shop-backend/x spec.ingress[0].from[0]: no policy of component frontend " +
				"allows the egress of this connection, " +
				"so that it may not pass today; the flow opens both sides"},
		},
		"a namespace without policies is said to be open": {
			input: backend + "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop-frontend, labels: " +
				"{pod-security.kubernetes.io/enforce: baseline}}\n",
			spec: "  backend: {}\n  frontend: {}",
			notes: []string{"changed: Namespace shop-frontend: today no NetworkPolicy limits the connections of its pods; " +
				"all will be denied that no flow allows: add the flows that are needed"},
		},
		"the internet with public exceptions is wider": {
			input: backend + policy("shop-backend",
				egressTo+"    - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 100.64.0.0/10, 169.254.0.0/16, "+
					"172.16.0.0/12, 192.168.0.0/16, 51.15.0.0/16]}}]"),
			spec: "  backend:\n    egress:\n      - {to: {internet: true}, pods: {app: web}}",
			notes: []string{"changed: NetworkPolicy shop-backend/x spec.egress[0].to[0].ipBlock: {internet: true} has no " +
				"exceptions: it also leads to 51.15.0.0/16"},
		},
		"the API server is known by its address": {
			input: backend + policy("shop-backend",
				egressTo+"    - to: [{ipBlock: {cidr: 10.32.0.1/32}}]\n      ports: [{port: 443}]"),
			spec: "  backend:\n    egress:\n      - {to: {kubernetesAPI: true}, pods: {app: web}, ports: [443]}",
		},
		"names are resolved without a flow": {
			input: backend + policy("shop-backend",
				egressTo+"    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, "+
					"podSelector: {matchLabels: {k8s-app: kube-dns}}}]\n"+
					"      ports: [{port: 53, protocol: UDP}]\n    - to: [{ipBlock: {cidr: 10.32.0.10/32}}]\n      ports: [{port: "+
					"53, protocol: UDP}]"),
			spec: "  backend: {}",
		},
		"any name server is more than the cluster's": {
			input: backend + policy("shop-backend",
				egressTo+"    - to: [{ipBlock: {cidr: 0.0.0.0/0}}]\n      ports: [{port: 53, protocol: UDP}]"),
			spec: "  backend: {}",
			notes: []string{"changed: NetworkPolicy shop-backend/x spec.egress[0]: it lets the pods ask any name server: " +
				"they will ask the DNS pods of the cluster only"},
		},
		"a block of pods' addresses is refused": {
			input: backend + policy("shop-backend", egressTo+"    - to: [{ipBlock: {cidr: 100.64.3.0/24}}]"),
			spec:  "  backend: {}",
			notes: []string{"not carried over: NetworkPolicy shop-backend/x spec.egress[0].to[0].ipBlock: pods change " +
				"addresses, so that a block of theirs opens one " +
				"component to another: write a flow to a component or a namespace"},
		},
		"a cidr with exceptions is not said": {
			input: backend + policy("shop-backend", egressTo+"    - to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]"),
			spec:  "  backend: {}",
			notes: []string{"not carried over: NetworkPolicy shop-backend/x spec.egress[0].to[0].ipBlock: a flow to a cidr " +
				"has no exceptions: write the blocks that are left as one flow each"},
		},
		"a rule for everybody is not said": {
			input: backend + policy("shop-backend", ingressFrom+"    - ports: [{port: 80}]"),
			spec:  "  backend: {}",
			notes: []string{"not carried over: NetworkPolicy shop-backend/x spec.ingress[0]: it lets anything connect, the " +
				"other components included: write a flow for each " +
				"peer, for callers on the internet the namespace of the ingress controller"},
		},
		"a named port that no container has is not said": {
			input: backend + policy("shop-backend",
				ingressFrom+"    - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: mon}}}]\n      ports: "+
					"[{port: metrics}]"),
			spec: "  backend: {}",
			notes: []string{`not carried over: NetworkPolicy shop-backend/x spec.ingress[0].ports: no container of the input ` +
				`that the rule leads to has a port called "metrics": write its number`},
		},
		"namespaces with labels that are in the input are found, others are not": {
			input: backend + "apiVersion: v1\nkind: Namespace\nmetadata: {name: mon, labels: {team: ops}}\n---\n" +
				policy("shop-backend", ingressFrom+"    - from: [{namespaceSelector: {matchLabels: {team: ops}}}, "+
					"{namespaceSelector: {matchLabels: {team: web}}}]"),
			spec: "  backend:\n    ingress:\n      - {from: {namespace: mon}, pods: {app: api}}",
			notes: []string{
				`not carried over: namespace "mon" is taken for one outside the application: nothing of it but the Namespace is ` +
					`in the input; add a component with namespace: mon if it is a part`,
				"not carried over: NetworkPolicy shop-backend/x spec.ingress[0].from[1].namespaceSelector: which namespaces " +
					"have the labels team=web is not known from the input: name the namespaces",
				`changed: NetworkPolicy shop-backend/x spec.ingress[0].from[0].namespaceSelector: it picks namespaces by ` +
					`team=ops, labels that anyone may set who may write a namespace: ` +
					`the flow goes by name instead, to "mon"`,
			},
		},
		"policies for some pods only leave the rest open inside": {
			input: "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop-backend, labels: " +
				"{pod-security.kubernetes.io/enforce: baseline}}\n---\n" +
				policy("shop-backend", "  podSelector: {matchLabels: {app: db}}\n  ingress: [{from: [{podSelector: "+
					"{matchLabels: {app: api}}}], ports: [{port: 5432}]}]"),
			spec: "  backend: {}",
			notes: []string{
				"changed: Namespace shop-backend: today NetworkPolicies limit connections to some of its pods only; all will be " +
					"denied that no flow allows: add the flows that are needed",
				"changed: Namespace shop-backend: today no NetworkPolicy limits connections from any of its pods; all will be " +
					"denied that no flow allows: add the flows that are needed",
				"changed: NetworkPolicy shop-backend/x spec.podSelector: it limits the connections of some pods only; inside " +
					"the namespace all pods may talk to each " +
					"other unless internalTraffic is Deny, which needs a flow for every connection",
			},
		},
	} {
		t.Run(name, e.check)
	}
}
