package network_test

import (
	"testing"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/network"
)

// judgeIn judges in a Kapsule that is described further.
func judgeIn(describe func(*cluster.Cluster)) manifests.Judge {
	return func(set *objects.Set, components *scope.Scope) []finding.Finding {
		in := cluster.Kapsule()
		in.Name = "production"
		describe(&in)
		findings := network.Check(set, components, in).Findings
		finding.Sort(findings)
		return findings
	}
}

func TestWhereAllNamespacesAreKnown(t *testing.T) {
	judge := judgeIn(func(in *cluster.Cluster) { in.NamespacesComplete = true })
	manifests.Table{
		"pods that there are not": {
			all + policyOf("podSelector: {matchLabels: {app: cache}}, ingress: []"),
			[]string{"warning N009 NetworkPolicy shop/x spec.podSelector"},
		},
		"pods that another namespace does not have": {
			all + rules("egress: [{to: [{"+named("bank")+", podSelector: {matchLabels: {app: sql}}}]}], "+
				"policyTypes: [Egress]"),
			[]string{"warning N010 NetworkPolicy shop/x spec.egress[0].to[0]"},
		},
		"a namespace that there is not": {
			all + rules("ingress: [{from: [{"+named("bnak")+"}]}]"),
			[]string{"warning N010 NetworkPolicy shop/x spec.ingress[0].from[0]"},
		},
		"a namespace of another object of the input": {
			all + rules("ingress: [{from: [{"+named("tools")+"}]}]") +
				"{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: tools}}\n---\n", nil,
		},
		"a namespace of Kubernetes": {all + rules("ingress: [{from: [{"+named("kube-public")+"}]}]"), nil},
	}.Run(t, judge, manifests.Brief)
	judgeNamed := judgeIn(func(in *cluster.Cluster) {
		in.NamespacesComplete, in.Monitoring = true, "metrics"
		in.Namespaces = map[string]cluster.Namespace{"ingress-nginx": {}}
	})
	manifests.Table{
		"a namespace that the Cluster names": {
			all + rules("ingress: [{from: [{"+named("ingress-nginx")+"}, {"+named("metrics")+"}]}]"), nil,
		},
	}.Run(t, judgeNamed, manifests.Brief)
	manifests.Table{
		"a namespace of which nothing is known": {all + rules("ingress: [{from: [{"+named("bnak")+"}]}]"), nil},
	}.Run(t, judgeIn(func(*cluster.Cluster) {}), manifests.Brief)
}

func TestKindsThatAClusterSaysToBeHarmless(t *testing.T) {
	judge := judgeIn(func(in *cluster.Cluster) {
		in.NamespacesComplete, in.Kinds = true, cluster.Kinds{"gauges.example.org/*": "gauges"}
	})
	manifests.Table{"pods that there are not": {
		all + widget + policyOf("podSelector: {matchLabels: {app: gauge}}, ingress: []"),
		[]string{"warning N009 NetworkPolicy shop/x spec.podSelector"},
	}}.Run(t, judge, manifests.Brief)
}

// TestWhetherBlocksMatchPods has a block of pods that no flow declares.
func TestWhetherBlocksMatchPods(t *testing.T) {
	p := manifests.Shop(t, declared)
	manifest := generate(t, p) +
		extra("backend", "ingress: [{from: [{ipBlock: {cidr: 100.64.0.0/16}}], ports: [{port: 80}]}]")
	for plugin, want := range map[string]string{
		"":                   "undecided warning N008 NetworkPolicy shop-backend/x spec.ingress[0].from[0]",
		"Other":              "undecided warning N008 NetworkPolicy shop-backend/x spec.ingress[0].from[0]",
		cluster.PluginCilium: "warning N008 NetworkPolicy shop-backend/x spec.ingress[0].from[0]",
		cluster.PluginCalico: "error N008 NetworkPolicy shop-backend/x spec.ingress[0].from[0]",
	} {
		judge := judgeIn(func(in *cluster.Cluster) { in.NetworkPlugin = plugin })
		manifests.Table{"plugin " + plugin: {manifest, []string{want}}}.Run(t, judge, manifests.Brief, p)
	}
}
