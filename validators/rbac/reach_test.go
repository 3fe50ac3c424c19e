package rbac_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/objects"
)

// twoNamespaces are components without a Segregation: each has a workload, b has the Secret db and a StatefulSet.
const twoNamespaces = `
apiVersion: v1
kind: Pod
metadata: {name: ui, namespace: a}
spec: {serviceAccountName: ui, automountServiceAccountToken: false, containers: [{name: c}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: ui, namespace: a}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store, namespace: b}
spec:
  selector: {matchLabels: {app: store}}
  template: {metadata: {labels: {app: store}}, spec: {automountServiceAccountToken: false, containers: [{name: c}]}}
---
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: b}
`

const ui = `{kind: ServiceAccount, name: ui, namespace: a}`

// codesOf are the codes of findings, each once for each object.
func codesOf(lines []string) []string {
	var codes []string
	for _, line := range lines {
		at := strings.Index(line, "CLS-")
		codes = append(codes, strings.TrimSpace(line[:at])+" "+line[at:at+len("CLS-R001")])
	}
	return codes
}

func TestEveryWayToASecretIsAFinding(t *testing.T) {
	for _, test := range []struct {
		code, group, resource, verbs string
		// cluster says that it takes a ClusterRoleBinding.
		cluster bool
		// further rules without which it is no way.
		further string
	}{
		{"R001", "", "secrets", "get list watch patch deletecollection delete", false, ""},
		{"R002", "", "pods", "create patch update", false, ""},
		{"R002", "", "replicationcontrollers", "create patch update", false, ""},
		{"R002", "apps", "deployments", "create patch update", false, ""},
		{"R002", "apps", "statefulsets", "create patch update", false, ""},
		{"R002", "apps", "daemonsets", "create patch update", false, ""},
		{"R002", "apps", "replicasets", "create patch update", false, ""},
		{"R002", "batch", "jobs", "create", false, ""},
		{"R002", "batch", "cronjobs", "create patch update", false, ""},
		{"R002", "argoproj.io", "rollouts", "create patch update", false, ""},
		{"R002", "apps.openshift.io", "deploymentconfigs", "create patch update", false, ""},
		{"R002", "serving.knative.dev", "services", "create patch update", false, ""},
		{"R002", "tekton.dev", "taskruns", "create", false, ""},
		{"R003", "", "pods/exec", "create get", false, ""},
		{"R003", "", "pods/attach", "create get", false, ""},
		{"R003", "", "pods/portforward", "create get", false, ""},
		{"R003", "", "pods/ephemeralcontainers", "patch update", false, ""},
		{"R003", "", "pods/proxy", "get create update patch delete", false, ""},
		{"R003", "", "services/proxy", "get create update patch delete", false, ""},
		{"R003", "", "nodes/proxy", "get create", true, ""},
		{"R003", "", "persistentvolumes", "create", true, ""},
		{"R004", "", "serviceaccounts/token", "create", false, ""},
		{"R005", "", "serviceaccounts", "impersonate", false, ""},
		{"R005", "", "users", "impersonate", true, ""},
		{"R005", "", "groups", "impersonate", true,
			`{apiGroups: [""], resources: [users], resourceNames: [x], verbs: [impersonate]}`},
		{"R005", "authentication.k8s.io", "serviceaccounts", "impersonate:serviceaccount", false,
			`{apiGroups: [""], resources: [secrets], verbs: ["impersonate-on:serviceaccount:get"]}`},
		{"R005", "authentication.k8s.io", "users", "impersonate:user-info", true,
			`{apiGroups: [""], resources: [secrets], verbs: ["impersonate-on:user-info:list"]}`},
		{"R006", "rbac.authorization.k8s.io", "roles", "bind", false,
			`{apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [create]}`},
		{"R006", "rbac.authorization.k8s.io", "clusterroles", "bind", false,
			`{apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [patch]}`},
		{"R006", "rbac.authorization.k8s.io", "clusterroles", "bind", true,
			`{apiGroups: [rbac.authorization.k8s.io], resources: [clusterrolebindings], verbs: [update]}`},
		{"R006", "rbac.authorization.k8s.io", "roles", "escalate", false,
			`{apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [update]}`},
		{"R006", "rbac.authorization.k8s.io", "clusterroles", "escalate", true,
			`{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], resourceNames: [own], verbs: [patch]}`},
		{"R007", "external-secrets.io", "secretstores", "create patch update", false, ""},
		{"R007", "external-secrets.io", "externalsecrets", "create patch update", false, ""},
		{"R007", "external-secrets.io", "pushsecrets", "create patch update", false, ""},
		{"R007", "external-secrets.io", "clustersecretstores", "create patch update", true, ""},
		{"R007", "external-secrets.io", "clusterexternalsecrets", "create patch update", true, ""},
		{"R007", "external-secrets.io", "clusterpushsecrets", "create patch update", true, ""},
		{"R008", "networking.k8s.io", "networkpolicies", "create patch update delete deletecollection", false, ""},
		{"R008", "cilium.io", "ciliumnetworkpolicies", "create delete", false, ""},
		{"R008", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "create patch update", true, ""},
		{"R008", "admissionregistration.k8s.io", "validatingwebhookconfigurations", "create patch update", true, ""},
		{"R009", "certificates.k8s.io", "certificatesigningrequests/approval", "patch update", true,
			`{apiGroups: [certificates.k8s.io], resources: [signers], resourceNames: [kubernetes.io/*], verbs: ` +
				`[approve]}, {apiGroups: [certificates.k8s.io], resources: ` +
				`[certificatesigningrequests], verbs: [create]}`},
		{"R009", "certificates.k8s.io", "certificatesigningrequests/nodeclient", "create", true,
			`{apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests], verbs: [create]}`},
	} {
		for verb := range strings.FieldsSeq(test.verbs) {
			t.Run(fmt.Sprintf("%s %s %s", verb, test.group, test.resource), func(t *testing.T) {
				rules := fmt.Sprintf(`apiGroups: [%q], resources: [%q], verbs: [%q]`, test.group, test.resource, verb)
				if test.further != "" {
					rules += "}, " + strings.TrimSuffix(test.further, "}")
				}
				want := []string{"error CLS-" + test.code}
				cluster := twoNamespaces + role("", "r", rules) + binding("", "x", "ClusterRole", "r", ui)
				assert.Equal(t, want, codesOf(check(t, cluster)), "by a ClusterRoleBinding")
				local := twoNamespaces + role("", "r", rules) + binding("b", "x", "ClusterRole", "r", ui)
				if test.cluster {
					want = nil
				}
				assert.Equal(t, want, codesOf(check(t, local)), "by a RoleBinding")
				own := twoNamespaces + role("", "r", rules) + binding("a", "x", "ClusterRole", "r", ui)
				assert.Empty(t, check(t, own), "in the own namespace")
				if test.further != "" {
					alone := twoNamespaces + role("", "r", fmt.Sprintf(`apiGroups: [%q], resources: [%q], verbs: [%q]`,
						test.group, test.resource, verb)) +
						binding("", "x", "ClusterRole", "r", ui)
					assert.Empty(t, check(t, alone), "without the further rights")
				}
			})
		}
	}
}

func TestHarmlessRightsAreNoFinding(t *testing.T) {
	for _, rule := range []string{
		`apiGroups: [""], resources: [pods, pods/log, configmaps, services, namespaces, serviceaccounts, ` +
			`nodes], verbs: [get, list, watch]`,
		`apiGroups: [apps], resources: [deployments/scale, statefulsets/scale], verbs: [get, patch, update]`,
		`apiGroups: [apps, extensions], resources: [pods], verbs: ["*"]`,
		`apiGroups: [""], resources: ["pods/*", podtemplates], verbs: ["*"]`,
		`apiGroups: [""], resources: [persistentvolumes], verbs: [get, list, watch]`,
		`apiGroups: [batch], resources: [jobs], verbs: [patch, update, delete]`,
		`apiGroups: [extensions], resources: [deployments, networkpolicies], verbs: [create]`,
		`apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings, clusterrolebindings, roles], ` +
			`verbs: [create, update, delete]`,
		`apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind, escalate]`,
		`apiGroups: [external-secrets.io], resources: [secretstores, externalsecrets, pushsecrets], ` +
			`verbs: [get, list, watch, delete]`,
		`apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests, ` +
			`certificatesigningrequests/approval], verbs: ["*"]`,
		`apiGroups: [authentication.k8s.io, authorization.k8s.io], resources: [tokenreviews, ` +
			`subjectaccessreviews], verbs: [create]`,
		`nonResourceURLs: ["*"], verbs: ["*"]`,
	} {
		t.Run(rule, func(t *testing.T) {
			assert.Empty(t, check(t, twoNamespaces+role("", "r", rule)+binding("", "x", "ClusterRole", "r", ui)))
		})
	}
}

func TestNamesAreHeldAgainstWhatThereIs(t *testing.T) {
	const signers = `{apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [create]`
	for _, test := range []struct {
		name, rule     string
		cluster, local string
	}{
		{"a Secret that there is", `apiGroups: [""], resources: [secrets], resourceNames: [db], verbs: [get]`,
			"error CLS-R001", "error CLS-R001"},
		{"a Secret that there is not", `apiGroups: [""], resources: [secrets], resourceNames: [other], verbs: [get]`,
			"warning (undecided) CLS-R001", "warning (undecided) CLS-R001"},
		{"a Secret that there is, for creation",
			`apiGroups: [""], resources: [secrets], resourceNames: [db], verbs: [create]`, "", ""},
		{"a pod, for creation", `apiGroups: [""], resources: [pods], resourceNames: [mine], verbs: [create]`, "", ""},
		{"a pod, for server-side apply",
			`apiGroups: [""], resources: [pods], resourceNames: [mine], verbs: [create, patch]`, "error CLS-R002",
			"error CLS-R002"},
		{"a StatefulSet that there is",
			`apiGroups: [apps], resources: [statefulsets], resourceNames: [store], verbs: [patch]`, "error CLS-R002",
			"error CLS-R002"},
		{"a pod of a StatefulSet", `apiGroups: [""], resources: [pods/exec], resourceNames: [store-0], verbs: [create]`,
			"error CLS-R003", "error CLS-R003"},
		{"a pod that is in no manifest",
			`apiGroups: [""], resources: [pods/exec], resourceNames: [store-abc], verbs: [create]`,
			"warning (undecided) CLS-R003",
			"warning (undecided) CLS-R003"},
		{"the default service account",
			`apiGroups: [""], resources: [serviceaccounts/token], resourceNames: [default], verbs: [create]`,
			"error CLS-R004", "error CLS-R004"},
		{"the Namespace", `apiGroups: [""], resources: [namespaces], resourceNames: [b], verbs: [patch]`,
			"error CLS-R008", "error CLS-R008"},
		{"its own Namespace", `apiGroups: [""], resources: [namespaces], resourceNames: [a], verbs: [patch]`,
			"warning (undecided) CLS-R019", "warning (undecided) CLS-R008"},
		{"another Namespace", `apiGroups: [""], resources: [namespaces], resourceNames: [c], verbs: [patch]`,
			"warning (undecided) CLS-R008",
			"warning (undecided) CLS-R008"},
		{"Kubernetes' administrators",
			`apiGroups: [""], resources: [users, groups], resourceNames: [x, "system:masters"], verbs: [impersonate]`,
			"error CLS-R005", ""},
		{"a user with rights that lead to secrets",
			`apiGroups: [""], resources: [users], resourceNames: [root], verbs: [impersonate]`, "error CLS-R005", ""},
		{"a user of whom nothing is known",
			`apiGroups: [""], resources: [users], resourceNames: [x], verbs: [impersonate]`,
			"warning (undecided) CLS-R005", ""},
		{"bind a role that is harmless",
			`apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], resourceNames: [view], verbs: [bind]}, ` + signers, "", ""},
		{"bind a role that is not",
			`apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], resourceNames: ` +
				`[view, edit], verbs: [bind]}, ` + signers, "error CLS-R006", "error CLS-R006"},
		{"bind a role that is not known",
			`apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], ` +
				`resourceNames: [theirs], verbs: [bind]}, ` + signers, "warning (undecided) CLS-R006",
			"warning (undecided) CLS-R006"},
		{"a webhook that is not in the input",
			`apiGroups: [admissionregistration.k8s.io], resources: [mutatingwebhookconfigurations], ` +
				`resourceNames: [own], verbs: [patch]`, "warning (undecided) CLS-R008", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			one := func(code string) []string {
				if code == "" {
					return nil
				}
				return []string{code}
			}
			base := twoNamespaces + binding("", "root", "ClusterRole", "cluster-admin", `{kind: User, name: root}`) +
				role("", "r", test.rule)
			assert.Equal(t, one(test.cluster), codesOf(check(t, base+binding("", "x", "ClusterRole", "r", ui))),
				"by a ClusterRoleBinding")
			assert.Equal(t, one(test.local), codesOf(check(t, base+binding("b", "x", "ClusterRole", "r", ui))),
				"by a RoleBinding")
		})
	}
}

func TestSubjectsAreThoseOfComponents(t *testing.T) {
	for _, test := range []struct {
		name, subject string
		want          []string
	}{
		{"a service account", ui,
			[]string{`error CLS-R001 RoleBinding b/x subjects[0]: service account "a/ui" may read Secrets (get ` +
				`secrets) in namespace "b"; it must have no such right there`}},
		{"a service account by its user name", `{kind: User, name: "system:serviceaccount:a:ui"}`,
			[]string{`error CLS-R001 RoleBinding b/x subjects[0]: service account "a/ui" may read Secrets (get ` +
				`secrets) in namespace "b"; it must have no such right there`}},
		{"the service accounts of a namespace", `{kind: Group, name: "system:serviceaccounts:a"}`,
			[]string{`error CLS-R001 RoleBinding b/x subjects[0]: group "system:serviceaccounts:a" may read Secrets ` +
				`(get secrets) in namespace "b"; it must have no such right there`}},
		{"all service accounts", `{kind: Group, name: "system:serviceaccounts"}`,
			[]string{`error CLS-R001 RoleBinding b/x subjects[0]: group "system:serviceaccounts" (every pod of the ` +
				`cluster) may read Secrets (get secrets) in namespace "b"; it must have no such right there`}},
		{"everybody", `{kind: Group, name: "system:authenticated"}`,
			[]string{`error CLS-R001 RoleBinding b/x subjects[0]: group "system:authenticated" (every pod of the ` +
				`cluster) may read Secrets (get secrets) in namespace "b"; it must have no such right there`}},
		{"everybody else", `{kind: Group, name: "system:unauthenticated"}`,
			[]string{`error CLS-R001 RoleBinding b/x subjects[0]: group "system:unauthenticated" (every pod of the ` +
				`cluster) may read Secrets (get secrets) in namespace "b"; it must have no such right there`}},
		{"nobody", `{kind: User, name: "system:anonymous"}`,
			[]string{`error CLS-R001 RoleBinding b/x subjects[0]: user "system:anonymous" (every pod of the cluster) ` +
				`may read Secrets (get secrets) in namespace "b"; it must have no such right there`}},
		{"the default service account", `{kind: ServiceAccount, name: default, namespace: a}`,
			[]string{`error CLS-R001 RoleBinding b/x subjects[0]: service account "a/default" may read Secrets (get ` +
				`secrets) in namespace "b"; it must have no such right there`}},
		{"a service account of the own namespace", `{kind: ServiceAccount, name: default, namespace: b}`, nil},
		{"one without a namespace is in that of the binding", `{kind: ServiceAccount, name: default}`, nil},
		{"a group of people", `{kind: Group, name: platform-admins}`, nil},
		{"Kubernetes' own", `{kind: Group, name: "system:masters"}, {kind: Group, name: "system:nodes"}, {kind: ` +
			`User, name: "system:kube-scheduler"}`, nil},
		{"one that is trusted", `{kind: ServiceAccount, name: argocd, namespace: argocd}`, []string{
			`info CLS-R020 RoleBinding b/x subjects[0]: assumed: the service accounts of namespace "argocd" may have ` +
				`their rights over other namespaces (service account "argocd/argocd", by 1 binding), because they ` +
				`are trusted: Argo CD is usually there`,
		}},
		{"one of a namespace of which there is nothing", `{kind: ServiceAccount, name: ci, namespace: ci}`, []string{
			`warning (undecided) CLS-R001 RoleBinding b/x subjects[0]: not decided, because the input has nothing of ` +
				`namespace "ci": service account "ci/ci" may read Secrets (get secrets) in namespace "b"; it must ` +
				`have no such right there`,
		}},
		{"two of them", ui + `, {kind: ServiceAccount, name: default, namespace: a}`, []string{
			`error CLS-R001 RoleBinding b/x subjects[0]: service account "a/ui" may read Secrets (get secrets) in ` +
				`namespace "b"; it must have no such right there`,
			`error CLS-R001 RoleBinding b/x subjects[1]: service account "a/default" may read Secrets (get secrets) ` +
				`in namespace "b"; it must have no such right there`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			read := role("b", "r", `apiGroups: [""], resources: [secrets], verbs: [get]`)
			assert.Equal(t, test.want, check(t, twoNamespaces+read+binding("b", "x", "Role", "r", test.subject)))
		})
	}
}

func TestOneBindingIsOneFinding(t *testing.T) {
	assert.Equal(t, []string{
		`error CLS-R001 ClusterRoleBinding x subjects[0]: service account "a/ui" may do everything (every verb on ` +
			`every resource) in every namespace, that of namespace "b" included; it must have no such right there`,
	}, check(t, twoNamespaces+binding("", "x", "ClusterRole", "cluster-admin", ui)))
	assert.Len(t, check(t, twoNamespaces+binding("b", "x", "ClusterRole", "admin", ui)), 1)
	assert.Empty(t, check(t, twoNamespaces+binding("b", "x", "ClusterRole", "view", ui)))
}

func TestACounterexampleNamesSubjectBindingRoleVerbAndSecret(t *testing.T) {
	all, err := objects.Parse("rbac.yaml", []byte(twoNamespaces+binding("b", "x", "ClusterRole", "edit", ui)))
	require.NoError(t, err)
	found := findings(t, all, nil)
	require.Len(t, found, 1)
	assert.Equal(t, `service account "a/ui" → RoleBinding b/x subjects[0] → ClusterRole edit with the rules of `+
		`system:aggregate-to-edit → get secrets → Secret b/db`, found[0].Counterexample)
	assert.Equal(t, "rbac.yaml", found[0].File)
	assert.Equal(t, 26, found[0].Line)
}

func TestTrustedServiceAccountsAreAWay(t *testing.T) {
	for _, test := range []struct{ namespace, rule, want string }{
		{"kube-system", `apiGroups: [""], resources: [pods], verbs: [create]`,
			`error CLS-R002 RoleBinding kube-system/x subjects[0]: service account "a/ui" may run pods (create pods) in ` +
				`namespace "kube-system", whose service accounts are trusted with every namespace (Kubernetes' own components are there); it ` +
				`must have no such right there`},
		{"argocd", `apiGroups: [""], resources: [secrets], verbs: [get]`,
			`error CLS-R001 RoleBinding argocd/x subjects[0]: service account "a/ui" may read Secrets (get secrets) in ` +
				`namespace "argocd", whose service accounts are trusted with every namespace (Argo CD is usually there); it must have ` +
				`no such right there`},
		{"kube-system", `apiGroups: [""], resources: [secrets], resourceNames: [key], verbs: [get]`,
			`warning (undecided) CLS-R001 RoleBinding kube-system/x subjects[0]: not decided, because the input does ` +
				`not have the objects that the rule names: service account "a/ui" may read Secrets (get secrets ` +
				`named "key") in namespace "kube-system", whose service accounts are trusted with every namespace ` +
				`(Kubernetes' own components are there); it must have no such right there`},
		{"kube-system", `apiGroups: [""], resources: [configmaps], verbs: [update]`,
			`warning (undecided) CLS-R019 RoleBinding kube-system/x subjects[0]: not decided: service account "a/ui" ` +
				`may update configmaps in namespace "kube-system"; whether that leads to a secret of another ` +
				`component is not known`},
		{"kube-system", `apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [delete]`,
			`warning (undecided) CLS-R019 RoleBinding kube-system/x subjects[0]: not decided: service account "a/ui" ` +
				`may delete networkpolicies.networking.k8s.io in namespace "kube-system"; whether that leads to a ` +
				`secret of another component is not known`},
		{"kube-system", `apiGroups: [coordination.k8s.io], resources: [leases], verbs: ["*"]`, ""},
		{"kube-system", `apiGroups: [""], resources: [configmaps, pods, services], verbs: [get, list, watch]`, ""},
	} {
		t.Run(test.namespace+" "+test.rule, func(t *testing.T) {
			found := check(t, twoNamespaces+role(test.namespace, "r", test.rule)+
				binding(test.namespace, "x", "Role", "r", ui))
			assert.Equal(t, test.want, strings.Join(found, "\n"))
		})
	}
}

func TestOneNamespaceReachesEveryOther(t *testing.T) {
	one := strings.Join(strings.Split(twoNamespaces, "---")[:2], "---")
	assert.Equal(t, []string{
		`error CLS-R001 ClusterRoleBinding x subjects[0]: service account "a/ui" may do everything (every verb on ` +
			`every resource) in every namespace; it must have no such right there`,
	}, check(t, one+binding("", "x", "ClusterRole", "cluster-admin", ui)))
	assert.Empty(t, check(t, one+binding("", "x", "ClusterRole", "view", ui)))
}
