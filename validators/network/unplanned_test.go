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
	// widget is a custom resource of which nothing is known.
	widget = `
apiVersion: gauges.example.org/v1
kind: Widget
metadata: {name: gauge, namespace: shop}
---
`
	// lan is a network of its own.
	lan = `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: {name: lan, namespace: shop}
---
`
	// reporting makes a Job every night.
	reporting = `
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: shop}
spec:
  jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}
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
		"the Job of a CronJob": {
			all + reporting + policyOf("podSelector: {matchLabels: {job-name: report}}, ingress: []"),
			[]string{"warning N009 NetworkPolicy shop/x spec.podSelector"},
		},
		"a Job of a CronJob, with its number": {
			all + reporting + policyOf("podSelector: {matchLabels: {job-name: report-29384756}}, ingress: []"), nil,
		},
		"a Job of another folder": {
			all + policyOf("podSelector: {matchLabels: {job-name: migrate}}, ingress: []"),
			[]string{"info N009 NetworkPolicy shop/x spec.podSelector"},
		},
		"pods of another folder": {
			all + policyOf("podSelector: {matchLabels: {app: cache}}, ingress: []"),
			[]string{"info N009 NetworkPolicy shop/x spec.podSelector"},
		},
		"pods whose label is misspelt": {
			all + strings.ReplaceAll(ui, "ui", "web") + policyOf("podSelector: {matchLabels: {app: wbe}}, ingress: []"),
			[]string{"warning N009 NetworkPolicy shop/x spec.podSelector"},
		},
		"pods whose label has another number": {
			all + strings.ReplaceAll(ui, "ui", "web1") + policyOf("podSelector: {matchLabels: {app: web2}}, ingress: []"),
			[]string{"info N009 NetworkPolicy shop/x spec.podSelector"},
		},
		"pods by another label": {
			all + policyOf("podSelector: {matchLabels: {app.kubernetes.io/name: ui}}, ingress: []"),
			[]string{"warning N009 NetworkPolicy shop/x spec.podSelector"},
		},
		"misspelt, beside what makes no pods": {
			all + strings.ReplaceAll(ui, "ui", "web") + policyOf("podSelector: {matchLabels: {app: wbe}}, ingress: []") +
				"apiVersion: grafana.integreatly.org/v1beta1\nkind: GrafanaDashboard\n" +
				"metadata: {name: d, namespace: shop}\n---\n",
			[]string{"warning N009 NetworkPolicy shop/x spec.podSelector"},
		},
		"pods of what is not known": {
			all + widget + policyOf("podSelector: {matchLabels: {app: cache}}, ingress: []"),
			[]string{"info N009 NetworkPolicy shop/x spec.podSelector"},
		},
		"pods with the name of what is not known": {
			all + widget + policyOf("podSelector: {matchLabels: {app: gauge}}, ingress: []"), nil,
		},
		"pods with a label of the domain of what is not known": {
			all + widget + policyOf("podSelector: {matchLabels: {example.org/part: x}}, ingress: []"), nil,
		},
		"a peer that runs in a namespace of its own": {
			all + rules("ingress: [{from: [{podSelector: {matchLabels: {app.kubernetes.io/name: ingress-nginx}}}]}]"),
			[]string{"warning N010 NetworkPolicy shop/x spec.ingress[0].from[0]"},
		},
		"a peer of another folder": {
			all + rules("ingress: [{from: [{podSelector: {matchLabels: {app: worker}}}]}]"),
			[]string{"info N010 NetworkPolicy shop/x spec.ingress[0].from[0]"},
		},
		"DNS, beside other pods of its namespace": {
			all + strings.ReplaceAll(strings.ReplaceAll(ui, "namespace: shop", "namespace: kube-system"), "ui", "metrics"),
			nil,
		},
		"DNS by a label more": {
			ui + deny + strings.ReplaceAll(dns, "{k8s-app: kube-dns}", "{k8s-app: kube-dns, env: prod}"),
			[]string{"warning N012 NetworkPolicy shop/dns spec.egress[0]"},
		},
		"DNS by another label": {
			ui + deny + strings.ReplaceAll(dns, "{k8s-app: kube-dns}", "{app.kubernetes.io/name: coredns}"),
			[]string{"warning N012 NetworkPolicy shop/dns spec.egress[0]"},
		},
		"DNS by a label more, that its pods have": {
			ui + deny + strings.ReplaceAll(dns, "{k8s-app: kube-dns}", "{k8s-app: kube-dns, env: prod}") +
				strings.NewReplacer("namespace: shop", "namespace: kube-system", "{app: ui}", "{k8s-app: kube-dns, env: prod}").
					Replace(ui),
			nil,
		},
		"DNS by a label that controllers add": {
			ui + deny + strings.ReplaceAll(dns, "{k8s-app: kube-dns}", "{k8s-app: kube-dns, pod-template-hash: x}"), nil,
		},
		"a further network of pods": {
			all + strings.NewReplacer("name: ui", "name: lan", "metadata: {labels:",
				"metadata: {annotations: {k8s.v1.cni.cncf.io/networks: default/lan}, labels:").Replace(ui) + lan,
			[]string{"undecided warning N016 Deployment shop/lan " +
				"spec.template.metadata.annotations[k8s.v1.cni.cncf.io/networks]"},
		},
		"a further network on which nobody is": {all + lan, []string{
			"undecided warning N016 NetworkAttachmentDefinition shop/lan",
		}},
		"a further network of a namespace that is no component": {all + strings.ReplaceAll(lan, "shop", "kube-system"), nil},
		"a further network of virtual machines": {
			all + "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nmetadata: {name: vm, namespace: shop}\n" +
				"spec: {template: {spec: {networks: [{name: x, multus: {networkName: default/lan}}]}}}\n---\n",
			[]string{"undecided warning N016 VirtualMachine shop/vm spec.template.spec.networks[0].multus"},
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
			[]string{"info N010 NetworkPolicy shop/x spec.egress[0].to[0]"},
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
		"the pods of a custom object on their nodes' network": {
			all + "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w, namespace: shop}\n" +
				"spec: {hostNetwork: true, templates: [{name: t, container: {image: i}}]}\n---\n",
			[]string{"warning N015 Workflow shop/w spec.hostNetwork"},
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
