package network_test

import (
	"strings"
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

// deny isolates namespace shop, dns lets it ask the cluster's DNS, and ui runs in it.
const (
	ui = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ui, namespace: shop, labels: {tier: front}}
spec:
  template:
    metadata: {labels: {app: ui}}
    spec: {containers: [{name: ui, ports: [{name: http, containerPort: 8080}]}]}
---
`
	deny = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
`
	dns = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
      podSelector: {matchLabels: {k8s-app: kube-dns}}
    ports: [{port: 53}, {port: 53, protocol: UDP}]
---
`
	// postgres is a custom resource for which an operator creates pods.
	postgres = `
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: pg, namespace: shop}
---
`
	// other is a second component, isolated.
	other = `
apiVersion: v1
kind: Namespace
metadata: {name: bank}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: bank}
spec:
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, ports: [{name: sql, containerPort: 5432}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: bank}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
`
)

// rules is a policy of namespace shop for every pod, with these fields.
func rules(fields string) string {
	return policyOf("podSelector: {}, " + fields)
}

// networkPolicy is a policy with the given fields of its spec.
func networkPolicy(namespace, name, fields string) string {
	return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n" +
		"metadata: {name: " + name + ", namespace: " + namespace + "}\nspec: {" + fields + "}\n---\n"
}

// policyOf is a policy of namespace shop with the given fields of its spec.
func policyOf(fields string) string {
	return networkPolicy("shop", "x", fields)
}

const all = ui + deny + dns + other

func TestWithoutASegregation(t *testing.T) {
	manifests.Table{
		"isolated":         {all, nil},
		"no policy at all": {ui, []string{"error N001 Namespace shop", "error N001 Namespace shop"}},
		"no namespace at all": {
			"apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: []}\n",
			[]string{"error N001 Pod x", "error N001 Pod x"},
		},
		"a policy for the pods of today only": {
			ui + dns + policyOf("podSelector: {matchLabels: {app: ui}}, policyTypes: [Ingress]"),
			[]string{"error N001 NetworkPolicy shop/x spec.podSelector"},
		},
		"no direction given means ingress only": {
			ui + policyOf("podSelector: {}"), []string{"error N001 NetworkPolicy shop/x spec.policyTypes"},
		},
		"policies that together select every pod": {
			ui + dns +
				policyOf("podSelector: {matchExpressions: [{key: app, operator: Exists}]}, policyTypes: [Ingress]") +
				networkPolicy("shop", "rest",
					"podSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}, policyTypes: [Ingress]"),
			nil,
		},
		"rules for certain peers are meant": {
			all + rules("ingress: [{from: [{"+named("ingress-nginx")+"}], ports: [{port: http}]}]"), nil,
		},
		"every namespace may come in": {all + rules("ingress: [{from: [{namespaceSelector: {}}]}]"), []string{
			"error N007 NetworkPolicy shop/x spec.ingress[0].from[0]",
		}},
		"every namespace but one": {
			all +
				rules(
					"ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: "+
						"kubernetes.io/metadata.name, operator: NotIn, values: [bank]}]}}], "+
						"ports: [{port: 80}]}]",
				),
			[]string{"warning N007 NetworkPolicy shop/x spec.ingress[0].from[0]"},
		},
		"certain pods of every namespace": {
			all + rules("egress: [{to: [{namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}]}]"),
			[]string{"warning N007 NetworkPolicy shop/x spec.egress[0].to[0]"},
		},
		"everybody on both sides": {
			all + rules("egress: [{to: [{namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}]}]") +
				networkPolicy("bank", "in", "podSelector: {}, ingress: [{ports: [{port: sql}]}]"),
			[]string{
				"error N021 NetworkPolicy bank/in spec.ingress[0]",
				"error N007 NetworkPolicy shop/x spec.egress[0].to[0]",
			},
		},
		"a rule without peers": {
			all + rules("egress: [{}], policyTypes: [Egress]"),
			[]string{"error N021 NetworkPolicy shop/x spec.egress[0]"},
		},
		"a port for everybody": {
			all + rules("ingress: [{ports: [{port: 8080}]}]"),
			[]string{"warning N021 NetworkPolicy shop/x spec.ingress[0]"},
		},
		"DNS to everybody": {
			all + rules("egress: [{ports: [{port: 53}, {port: 53, protocol: UDP}]}], policyTypes: [Egress]"),
			[]string{"warning N014 NetworkPolicy shop/x spec.egress[0]"},
		},
		"DNS to every namespace": {
			all +
				rules(
					"egress: [{to: [{namespaceSelector: {}}], ports: [{port: 53, protocol: UDP}]}], "+
						"policyTypes: [Egress]",
				),
			[]string{"warning N014 NetworkPolicy shop/x spec.egress[0].to[0]"},
		},
		"DNS to the internet": {
			all +
				rules(
					"egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 53, protocol: UDP}]}], "+
						"policyTypes: [Egress]",
				),
			[]string{"warning N014 NetworkPolicy shop/x spec.egress[0].to[0]"},
		},
		"the internet": {
			all +
				rules(
					"egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [100.64.0.0/15, "+
						"169.254.0.0/16]}}]}], policyTypes: [Egress]",
				),
			nil,
		},
		"pods among the addresses": {
			all +
				rules("egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.0.0/16]}}]}], policyTypes: [Egress]"),
			[]string{"warning N008 NetworkPolicy shop/x spec.egress[0].to[0]"},
		},
		"everything": {all + rules("egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}], policyTypes: [Egress]"), []string{
			"error N005 NetworkPolicy shop/x spec.egress[0].to[0]",
		}},
		"the metadata service among the addresses": {
			all + rules("egress: [{to: [{ipBlock: {cidr: '::/0'}}]}], policyTypes: [Egress]"),
			[]string{"error N005 NetworkPolicy shop/x spec.egress[0].to[0]"},
		},
		"the metadata service on a port where it does not listen": {
			all +
				rules("egress: [{to: [{ipBlock: {cidr: 169.254.0.0/16}}], ports: [{port: 443}]}], policyTypes: [Egress]"),
			nil,
		},
		"a label that anyone may set": {
			all + rules("ingress: [{from: [{namespaceSelector: {matchLabels: {team: ops}}}]}]"),
			[]string{"warning N011 NetworkPolicy shop/x spec.ingress[0].from[0]"},
		},
		"a label beside the name": {
			all +
				rules(
					"ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: "+
						"ops, team: ops}}}]}]",
				),
			nil,
		},
		"a label that the namespace does not have": {
			all + rules("ingress: [{from: [{namespaceSelector: {matchLabels: {name: bank}}}]}]"),
			[]string{"warning N010 NetworkPolicy shop/x spec.ingress[0].from[0]"},
		},
		"labels of the Deployment instead of its pods": {
			all + policyOf("podSelector: {matchLabels: {tier: front}}, ingress: []"),
			[]string{"warning N009 NetworkPolicy shop/x spec.podSelector"},
		},
		"labels that controllers add": {
			all + policyOf("podSelector: {matchLabels: {app: ui, pod-template-hash: abc}}, ingress: []"), nil,
		},
		"pods of an operator": {all + postgres +
			policyOf("podSelector: {matchLabels: {cnpg.io/cluster: pg}}, ingress: []"), nil},
		"labels of the Deployment, beside an operator": {all + postgres +
			policyOf("podSelector: {matchLabels: {tier: front}}, ingress: []"), []string{
			"warning N009 NetworkPolicy shop/x spec.podSelector",
		}},
		"a peer without its namespace, beside an operator": {all + postgres +
			rules("ingress: [{from: [{podSelector: {matchLabels: {app: db}}}]}]"), []string{
			"warning N010 NetworkPolicy shop/x spec.ingress[0].from[0]",
		}},
		"a port that no container names, beside an operator": {
			all + postgres + policyOf("podSelector: {matchLabels: {app: ui}}, "+
				"ingress: [{from: [{podSelector: {}}], ports: [{port: web}]}]"),
			[]string{"warning N018 NetworkPolicy shop/x spec.ingress[0].ports[0].port"},
		},
		"a port that a pod of an operator may name": {all + postgres +
			rules("ingress: [{from: [{podSelector: {}}], ports: [{port: web}]}]"), nil},
		"every namespace, beside one that is not isolated": {
			ui + deny + dns + strings.ReplaceAll(ui, "namespace: shop", "namespace: bank") +
				rules("policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}], ports: [{port: 443}]}]"),
			[]string{
				"error N001 Namespace bank",
				"error N001 Namespace bank",
				"warning N007 NetworkPolicy shop/x spec.egress[0].to[0]",
			},
		},
		"a peer without its namespace": {
			all + rules("ingress: [{from: [{podSelector: {matchLabels: {app: db}}}]}]"),
			[]string{"warning N010 NetworkPolicy shop/x spec.ingress[0].from[0]"},
		},
		"a peer that the other namespace does not have": {
			all +
				rules(
					"egress: [{to: [{"+named("bank")+
						", podSelector: {matchLabels: {app: sql}}}]}], policyTypes: [Egress]",
				),
			[]string{"warning N010 NetworkPolicy shop/x spec.egress[0].to[0]"},
		},
		"a namespace that cannot be": {
			all +
				rules(
					"ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: a}, "+
						"matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [b]}]}}]}]",
				),
			[]string{"warning N010 NetworkPolicy shop/x spec.ingress[0].from[0]"},
		},
		"a port that no container names": {
			all + rules("ingress: [{from: [{podSelector: {}}], ports: [{port: web}]}]"),
			[]string{"warning N018 NetworkPolicy shop/x spec.ingress[0].ports[0].port"},
		},
		"a port that a container of the peer names": {
			all + rules("egress: [{to: [{"+named("bank")+"}], ports: [{port: sql}]}], policyTypes: [Egress]"), nil,
		},
		"rules of a direction that is left out": {
			all + rules("policyTypes: [Ingress], egress: [{to: [{podSelector: {}}]}]"),
			[]string{"warning N019 NetworkPolicy shop/x spec.policyTypes"},
		},
		"rules of a direction that nothing holds": {
			ui + policyOf("podSelector: {}, policyTypes: [Ingress], egress: [{to: [{podSelector: {}}]}]"),
			[]string{"error N001 NetworkPolicy shop/x spec.policyTypes"},
		},
		"no DNS": {
			ui + deny + rules("policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: 8080}]}]"),
			[]string{"warning N012 NetworkPolicy shop/deny"},
		},
		"no DNS where nothing may be reached": {ui + deny, nil},
		"no DNS where only addresses are reached": {
			ui + deny + rules("policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 51.15.0.1/32}}]}]"), nil,
		},
		"DNS over UDP only": {
			ui + deny +
				rules(
					"policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}, {to: [{"+named("kube-system")+
						"}], ports: [{port: 53, protocol: UDP}]}]",
				),
			[]string{"warning N013 NetworkPolicy shop/x spec.egress[1]"},
		},
		"DNS over TCP only": {
			ui + deny +
				rules(
					"policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}, {to: [{"+named("kube-system")+
						"}], ports: [{port: 53}]}]",
				),
			[]string{"warning N012 NetworkPolicy shop/x spec.egress[1]"},
		},
		"DNS to pods with other labels": {
			ui + deny +
				rules(
					"policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}, {to: [{"+named("kube-system")+
						", podSelector: {matchLabels: {k8s-app: coredns}}}], ports: [{port: 53, protocol: UDP}]}]",
				),
			[]string{"warning N012 NetworkPolicy shop/x spec.egress[1]"},
		},
		"DNS to pods with other labels, for pods of an operator": {
			deny + "apiVersion: v1\nkind: Secret\nmetadata: {name: pg, namespace: shop}\n---\n" + postgres +
				rules(
					"policyTypes: [Egress], egress: [{to: [{"+named("kube-system")+
						", podSelector: {matchLabels: {k8s-app: coredns}}}], ports: [{port: 53, protocol: UDP}]}]",
				),
			[]string{"warning N012 NetworkPolicy shop/x spec.egress[0]"},
		},
		"a pod on its node's network": {
			all + "apiVersion: v1\nkind: Pod\nmetadata: {name: node, namespace: shop, labels: {app: node}}\n" +
				"spec: {hostNetwork: true, containers: []}\n---\n",
			[]string{"warning N015 Pod shop/node spec.hostNetwork"},
		},
		"policies of a network plugin": {
			all + "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: shop}\n" +
				"---\napiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\n" +
				"metadata: {name: a}\n---\napiVersion: crd.projectcalico.org/v1\nkind: GlobalNetworkPolicy\n" +
				"metadata: {name: g}\n---\napiVersion: crd.projectcalico.org/v1\nkind: IPPool\n" +
				"metadata: {name: g}\n",
			[]string{
				"undecided warning N016 AdminNetworkPolicy a",
				"undecided warning N016 CiliumNetworkPolicy shop/c",
				"undecided warning N016 GlobalNetworkPolicy g",
			},
		},
	}.Run(t, judge, manifests.Brief)
}
