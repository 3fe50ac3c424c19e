package rbac_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRolesAndServiceAccountsThatNothingCreates(t *testing.T) {
	for _, test := range []struct {
		name, manifests string
		want            []string
	}{
		{"a ClusterRole of nobody's, everywhere", binding("", "x", "ClusterRole", "theirs", ui), []string{
			`warning (undecided) CLS-R012 ClusterRoleBinding x roleRef.name: ClusterRole theirs is not in the input, ` +
				`so what it allows service account "a/ui" is not known`,
		}},
		{"in another's namespace",
			binding("b", "x", "ClusterRole", "theirs", ui+", "+`{kind: Group, name: "system:authenticated"}`), []string{
				`warning (undecided) CLS-R012 RoleBinding b/x roleRef.name: ClusterRole theirs is not in the input, ` +
					`so what it allows service account "a/ui" is not known`,
			}},
		{"in the own namespace", binding("a", "x", "ClusterRole", "theirs", ui), nil},
		{"for people", binding("", "x", "ClusterRole", "theirs", jane), nil},
		{"for a controller of Kubernetes",
			binding("kube-system", "x", "ClusterRole", "system:controller:job-controller",
				`{kind: ServiceAccount, name: job-controller, namespace: kube-system}`), nil},
		{"a Role that is not there, for people", binding("a", "x", "Role", "theirs", jane), []string{
			`warning CLS-R012 RoleBinding a/x roleRef.name: Role a/theirs is not in the input; the binding gives ` +
				`user "jane" nothing, until somebody creates the role`,
		}},
		{"a Role that is not there, in another's namespace", binding("b", "x", "Role", "theirs", ui), []string{
			`warning (undecided) CLS-R012 RoleBinding b/x roleRef.name: Role b/theirs is not in the input, so what ` +
				`it allows service account "a/ui" is not known`,
		}},
		{"a Role outside of the components",
			binding("kube-system", "x", "Role", "extension-apiserver-authentication-reader", ui), nil},
		{"Kubernetes' own", binding("", "x", "ClusterRole", "system:auth-delegator", ui), nil},
		{"a service account of a component",
			binding("a", "x", "ClusterRole", "view", `{kind: ServiceAccount, name: uii}`), []string{
				`warning CLS-R013 RoleBinding a/x subjects[0].name: there is no service account "uii" in namespace ` +
					`"a", and no pod uses one; whoever creates it gets the rights of ClusterRole view`,
			}},
		{"the same once more", binding("a", "x", "ClusterRole", "view", `{kind: ServiceAccount, name: uii}`) +
			binding("a", "z", "ClusterRole", "view", `{kind: ServiceAccount, name: uii}`), []string{
			`warning CLS-R013 RoleBinding a/x subjects[0].name: there is no service account "uii" in namespace "a", ` +
				`and no pod uses one; whoever creates it gets the rights of ClusterRole view`,
		}},
		{"the default service account is always there",
			binding("a", "x", "ClusterRole", "view", `{kind: ServiceAccount, name: default}`), nil},
		{"a service account outside of the components",
			binding("a", "x", "ClusterRole", "view", `{kind: ServiceAccount, name: argocd, namespace: argocd}`), nil},
		{"of a pod", "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: b}\nspec: {serviceAccountName: " +
			"p, containers: [{name: c}]}\n", []string{
			`warning CLS-R013 Pod b/p spec.serviceAccountName: there is no service account "p" in namespace "b"; no ` +
				`pod is created until it exists`,
		}},
		{"of a pod and of a binding", "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: b}\nspec: " +
			"{serviceAccountName: p, containers: [{name: c}]}\n" +
			binding("b", "x", "ClusterRole", "view", `{kind: ServiceAccount, name: p}`), []string{
			`warning CLS-R013 Pod b/p spec.serviceAccountName: there is no service account "p" in namespace "b"; no ` +
				`pod is created until it exists`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, check(t, twoNamespaces+test.manifests))
		})
	}
}

func TestTokensThatNobodyAskedFor(t *testing.T) {
	const account = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default, namespace: a}\n"
	pod := func(name, fields string) string {
		return "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " + name + ", namespace: a}\nspec: {" + fields +
			"containers: [{name: c}]}\n"
	}
	const message = `: pods of namespace "a" that name no service account hold a token of the API server; the ` +
		`ServiceAccount "default" must have automountServiceAccountToken: false`
	for _, test := range []struct {
		name, manifests string
		want            []string
	}{
		{"two pods, one finding", pod("p", "") + pod("q", "serviceAccountName: default, "),
			[]string{"warning CLS-R014 Pod a/p spec.automountServiceAccountToken" + message}},
		{"at the service account where there is one", pod("p", "") + account,
			[]string{"warning CLS-R014 ServiceAccount a/default automountServiceAccountToken" + message}},
		{"not where the service account says no", pod("p", "") + account + "automountServiceAccountToken: false\n",
			nil},
		{"not where the pod says no", pod("p", "automountServiceAccountToken: false, "), nil},
		{"not where the pod asks for it", pod("p", "automountServiceAccountToken: true, "), nil},
		{"not where it names a service account", pod("p", "serviceAccountName: own, ") + "---\napiVersion: v1\nkind: " +
			"ServiceAccount\nmetadata: {name: own, namespace: a}\n", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, check(t, test.manifests))
		})
	}
}

func TestWhatTheAPIServerRefuses(t *testing.T) {
	const refusal = ": the API server refuses the "
	for _, test := range []struct {
		name, manifests string
		want            []string
	}{
		{"a rule without verbs", role("", "r", `apiGroups: [""], resources: [pods]`),
			[]string{`error CLS-R017 ClusterRole r rules[0].verbs` + refusal +
				`ClusterRole: the rule must have at least one verb`}},
		{"a rule without groups", role("a", "r", `resources: [pods], verbs: [get]`),
			[]string{`error CLS-R017 Role a/r rules[0].apiGroups` + refusal +
				`Role: the rule must have at least one API group; the core group is ""`}},
		{"a rule without resources", role("", "r", `apiGroups: [""], verbs: [get]`),
			[]string{`error CLS-R017 ClusterRole r rules[0].resources` + refusal +
				`ClusterRole: the rule must have at least one resource`}},
		{"URLs in a Role", role("a", "r", `nonResourceURLs: [/x], verbs: [get]`),
			[]string{`error CLS-R017 Role a/r rules[0].nonResourceURLs` + refusal +
				`Role: a Role must not have URLs; only a ClusterRole may`}},
		{"URLs and resources", role("", "r", `nonResourceURLs: [/x], resources: [pods], verbs: [get]`),
			[]string{`error CLS-R017 ClusterRole r rules[0].nonResourceURLs` + refusal +
				`ClusterRole: the rule must have either URLs or resources, not both`}},
		{"an aggregation of nothing", "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: " +
			"{name: r}\naggregationRule: {}\n",
			[]string{`error CLS-R017 ClusterRole r aggregationRule.clusterRoleSelectors` + refusal +
				`ClusterRole: it must have at least one selector`}},
		{"a ClusterRoleBinding to a Role", binding("", "x", "Role", "r", jane),
			[]string{`error CLS-R017 ClusterRoleBinding x roleRef.kind` + refusal +
				`ClusterRoleBinding: "Role" must be ClusterRole`}},
		{"a role of another kind", binding("a", "x", "Rolle", "r", jane),
			[]string{`error CLS-R017 RoleBinding a/x roleRef.kind` + refusal +
				`RoleBinding: "Rolle" must be Role or ClusterRole`}},
		{"no role", binding("a", "x", "ClusterRole", "", jane),
			[]string{`error CLS-R017 RoleBinding a/x roleRef.name` + refusal + `RoleBinding: it must name a role`}},
		{"a service account without a namespace in a ClusterRoleBinding",
			binding("", "x", "ClusterRole", "view", `{kind: ServiceAccount, name: api}`),
			[]string{`error CLS-R017 ClusterRoleBinding x subjects[0].namespace` + refusal +
				`ClusterRoleBinding: the service account "api" must have a namespace in a ClusterRoleBinding`}},
		{"a subject of another kind", binding("a", "x", "ClusterRole", "view", `{kind: Team, name: api}`),
			[]string{`error CLS-R017 RoleBinding a/x subjects[0].kind` + refusal +
				`RoleBinding: "Team" must be User, Group or ServiceAccount`}},
		{"a subject without a name", binding("a", "x", "ClusterRole", "view", `{kind: Group}`),
			[]string{`error CLS-R017 RoleBinding a/x subjects[0].name` + refusal +
				`RoleBinding: the subject must have a name`}},
		{"a group of another group", binding("a", "x", "ClusterRole", "view", `{kind: Group, name: g, apiGroup: v1}`),
			[]string{`error CLS-R017 RoleBinding a/x subjects[0].apiGroup` + refusal +
				`RoleBinding: "v1" must be rbac.authorization.k8s.io`}},
		{"a service account of a group",
			binding("a", "x", "ClusterRole", "view", `{kind: ServiceAccount, name: default, apiGroup: v1}`),
			[]string{`error CLS-R017 RoleBinding a/x subjects[0].apiGroup` + refusal +
				`RoleBinding: "v1" must be left out: a ServiceAccount is in the core group`}},
		{"groups that are left out are filled in", binding("a", "x", "ClusterRole", "view", `{kind: Group, name: g}`),
			nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, check(t, test.manifests))
		})
	}
}
