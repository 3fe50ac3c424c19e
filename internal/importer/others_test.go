package importer_test

import "testing"

func TestQuotasAndTheRest(t *testing.T) {
	quota := func(name, spec string) string {
		return "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: " + name + ", namespace: shop-backend}\nspec: " +
			spec + "\n---\n"
	}
	limits := func(name, items string) string {
		return "apiVersion: v1\nkind: LimitRange\nmetadata: {name: " + name +
			", namespace: shop-backend}\nspec: {limits: [" + items + "]}\n---\n"
	}
	for name, e := range map[string]example{
		"of several quotas the smaller amounts win": {
			input: backend + quota("a", `{hard: {pods: "30"}}`) + quota("b", `{hard: {pods: "20", secrets: 5}}`),
			spec:  "  backend:\n    quota: {pods: \"20\", secrets: \"5\"}",
			notes: []string{"changed: ResourceQuota shop-backend/b spec.hard: a component has one ResourceQuota: this one is " +
				"joined with the first, the smaller amounts win"},
		},
		"a quota with scopes stays": {
			input: backend + quota("a", `{hard: {pods: "30"}, scopes: [BestEffort]}`),
			spec:  "  backend: {}",
			notes: []string{"not carried over: ResourceQuota shop-backend/a spec: a quota of a Segregation has no scopes; " +
				"keep this ResourceQuota beside it"},
		},
		"of several limits for one type the first wins": {
			input: backend + limits("a", "{type: Container, default: {cpu: 1}}") + limits("b",
				"{type: Container, default: {cpu: 2, memory: 1Gi}}"),
			spec: "  backend:\n    limits:\n      - type: Container\n        default: {cpu: \"1\", memory: 1Gi}",
			notes: []string{"changed: LimitRange shop-backend/b spec.limits[0]: a component has one item of type Container: " +
				"it is joined with the first, whose amounts win"},
		},
		"a ServiceAccount default with something in it stays": {
			input: backend + "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default, namespace: " +
				"shop-backend}\nimagePullSecrets: [{name: registry}]\n",
			spec: "  backend: {}",
			notes: []string{"not carried over: ServiceAccount shop-backend/default: Cloison writes the ServiceAccount " +
				"default of a component: give the pods that need this one a ServiceAccount of their own"},
		},
		"policies of another kind come on top": {
			input: backend + "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x, namespace: " +
				"shop-backend}\nspec: {}\n",
			spec: "  backend: {}",
			notes: []string{"not carried over: CiliumNetworkPolicy shop-backend/x: a Segregation is about NetworkPolicies " +
				"only: what this kind allows or denies comes on top"},
		},
		"a ClusterSecretStore gives way to a store of the component": {
			input: backend + "apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: {name: all}\nspec: " +
				"{provider: {scaleway: {region: nl-ams, projectId: 3A1F0C52-8D0E-4C0E-9A53-0F2B7C4D1E90}}}\n---\n" +
				"apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: x, namespace: " +
				"shop-backend}\nspec:\n  secretStoreRef: {kind: ClusterSecretStore, name: all}\n" +
				"  target: {name: backend-secrets}\n  data: [{secretKey: A, remoteRef: {key: path:/shop-backend/a}}]\n",
			spec: "scaleway:\n  region: nl-ams\n  projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90\ncomponents:\n  " +
				"backend:\n    secrets:\n      keys: [A]",
			notes: []string{`changed: ExternalSecret shop-backend/x spec.secretStoreRef: ClusterSecretStore "all" gives way ` +
				`to a SecretStore of the component, with an API key of its own`},
		},
	} {
		t.Run(name, e.check)
	}
}
