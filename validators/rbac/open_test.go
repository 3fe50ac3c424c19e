package rbac_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
)

func TestWhatNoListKnowsIsNotDecided(t *testing.T) {
	for _, test := range []struct {
		name, rule string
		// what the subject may do there; empty where it is harmless.
		local, cluster string
	}{
		{"the objects of another project", `apiGroups: [example.com], resources: [widgets], verbs: ["*"]`,
			"create, delete, deletecollection, patch, update widgets.example.com",
			"create, delete, deletecollection, patch, update widgets.example.com"},
		{"some of them", `apiGroups: [example.com], resources: [widgets], resourceNames: [w], verbs: [get, patch]`,
			`patch widgets.example.com named "w"`, `patch widgets.example.com named "w"`},
		{"to read them", `apiGroups: [example.com], resources: ["*"], verbs: [get, list, watch]`, "", ""},
		{"those that hold secrets", `apiGroups: [dex.coreos.com], resources: [refreshtokens, connectors], verbs: [list]`,
			"list refreshtokens.dex.coreos.com", "list refreshtokens.dex.coreos.com"},
		{"settings", `apiGroups: [""], resources: [configmaps], verbs: [update]`, "update configmaps",
			"update configmaps"},
		{"a verb of nobody's", `apiGroups: [""], resources: [pods], verbs: [use]`, "use pods", "use pods"},
		{"what is in no namespace", `apiGroups: [""], resources: [nodes], verbs: [patch]`, "", "patch nodes"},
		{"creation by name, which is none", `apiGroups: [""], resources: [configmaps], resourceNames: [x], ` +
			`verbs: [create]`, "", ""},
		{"lists of groups and of resources that hold for each other",
			`apiGroups: ["", apps, batch], resources: [pods, deployments, jobs, services], verbs: [delete, get]`,
			"delete services", "delete services"},
		{"every subresource of a name, which is none", `apiGroups: [""], resources: ["configmaps/*"], verbs: ["*"]`, "",
			""},
	} {
		t.Run(test.name, func(t *testing.T) {
			for where, want := range map[string]string{"b": test.local, "": test.cluster} {
				found := check(t, twoNamespaces+role("", "r", test.rule)+binding(where, "x", "ClusterRole", "r", ui))
				if want == "" {
					assert.Empty(t, found)
					continue
				}
				require.Len(t, found, 1)
				assert.Contains(t, found[0], "warning (undecided) CLS-R019")
				assert.Contains(t, found[0], `not decided: service account "a/ui" may `+want+" in ")
			}
		})
	}
}

func TestOneSubjectIsOneFinding(t *testing.T) {
	more := role("", "r", `apiGroups: [example.com], resources: [widgets], verbs: [patch]`)
	found := check(t, twoNamespaces+more+binding("b", "x", "ClusterRole", "r", ui)+binding("c", "x", "ClusterRole", "r", ui))
	assert.Equal(t, []string{
		`warning (undecided) CLS-R019 RoleBinding b/x subjects[0]: not decided: service account "a/ui" may patch ` +
			`widgets.example.com in namespace "b", and patch widgets.example.com in namespace "c"; whether that leads ` +
			`to a secret of another component is not known`,
	}, found)
}

func TestTheClusterSaysWhatIsHarmlessAndTrusted(t *testing.T) {
	widgets := twoNamespaces + role("", "r", `apiGroups: [example.com], resources: [widgets, widgets/status], `+
		`verbs: [patch]`) + binding("", "x", "ClusterRole", "r", ui)
	in := cluster.Kapsule()
	assert.Len(t, checkIn(t, widgets, in), 1)
	in.Kinds = cluster.Kinds{"example.com/Widget": "buttons"}
	assert.Empty(t, checkIn(t, widgets, in))
	in.Kinds = cluster.Kinds{"example.com/*": "buttons"}
	assert.Empty(t, checkIn(t, widgets, in))
	in.Kinds = cluster.Kinds{"example.com/Gadget": "others"}
	assert.Len(t, checkIn(t, widgets, in), 1)

	reads := twoNamespaces + binding("", "x", "ClusterRole", "cluster-admin",
		`{kind: ServiceAccount, name: ci, namespace: tools}`)
	becomes := binding("tools", "z", "ClusterRole", "edit", ui)
	assert.Equal(t, []string{"warning (undecided) CLS-R001"}, codesOf(texts(checkIn(t, reads, in))))
	in.Namespaces = map[string]cluster.Namespace{"tools": {Trusted: "pipelines of the platform"}}
	assert.Equal(t, []string{
		`info CLS-R020 ClusterRoleBinding x subjects[0]: assumed: the service accounts of namespace "tools" may have ` +
			`their rights over other namespaces (service account "tools/ci", by 1 binding), because they are trusted: ` +
			`pipelines of the platform`,
	}, texts(checkIn(t, reads, in)))
	assert.Equal(t, []string{"error CLS-R001", "info CLS-R020"}, codesOf(texts(checkIn(t, reads+becomes, in))),
		"a component that may become one of them is an error")
}

func TestChainsAreShownWhole(t *testing.T) {
	in := cluster.Kapsule()
	onward := role("b", "r", `apiGroups: [""], resources: [pods], verbs: [create]`) + binding("b", "x", "Role", "r", ui) +
		binding("c", "z", "ClusterRole", "edit", `{kind: ServiceAccount, name: store, namespace: b}`) +
		"---\napiVersion: v1\nkind: Secret\nmetadata: {name: key, namespace: c}\n"
	var first string
	for _, f := range checkIn(t, twoNamespaces+onward, in) {
		if f.Object.Namespace == "b" {
			first = f.Counterexample
		}
	}
	assert.Equal(t, `service account "a/ui" → RoleBinding b/x subjects[0] → Role b/r rules[0] → create pods → Secret `+
		`b/db; and on → service account "b/store" → RoleBinding c/z subjects[0] → ClusterRole edit with the rules of `+
		`system:aggregate-to-edit → get secrets`, first)
}

func TestNamesInBindingsThatAreFilledInLater(t *testing.T) {
	for _, test := range []struct{ name, manifests, want string }{
		{"the role", binding("b", "x", "ClusterRole", "${ROLE}", ui), `RoleBinding b/x roleRef.name: not decided: the ` +
			`role "${ROLE}" is a variable, so that it is not known who gets which right where`},
		{"the role in the own namespace", binding("a", "x", "ClusterRole", "${ROLE}", ui), ""},
		{"the namespace of the subject", binding("b", "x", "ClusterRole", "view",
			`{kind: ServiceAccount, name: x, namespace: "$(NS)"}`), `RoleBinding b/x subjects[0].namespace: not decided: ` +
			`the namespace "$(NS)" of the subject is a variable, so that it is not known who gets which right where`},
		{"people", binding("b", "x", "ClusterRole", "edit", `{kind: Group, name: "{{ team }}"}`), `RoleBinding b/x ` +
			`subjects[0].name: not decided: the subject "{{ team }}" is a variable, so that it is not known who gets ` +
			`which right where`},
		{"the namespace", strings.Replace(binding("b", "x", "ClusterRole", "edit", ui), "namespace: b",
			`namespace: "${NS}"`, 1), `RoleBinding ${NS}/x metadata.namespace: not decided: the namespace "${NS}" is a ` +
			`variable, so that it is not known who gets which right where`},
	} {
		t.Run(test.name, func(t *testing.T) {
			found := check(t, twoNamespaces+test.manifests)
			if test.want == "" {
				assert.Empty(t, found)
				return
			}
			assert.Equal(t, []string{"warning (undecided) CLS-R023 " + test.want}, found)
		})
	}
}

func TestWhoImpersonatesWhom(t *testing.T) {
	for name, want := range map[string][]string{
		"system:serviceaccount:kube-system:job-controller": {"error CLS-R005"},
		"system:serviceaccount:b:store":                    {"error CLS-R005"},
		"system:kube-controller-manager":                   {"error CLS-R005"},
		"system:serviceaccount:a:other":                    nil,
		"jane":                                             {"warning (undecided) CLS-R005"},
	} {
		t.Run(name, func(t *testing.T) {
			rule := `apiGroups: [""], resources: [users], resourceNames: ["` + name + `"], verbs: [impersonate]`
			found := check(t, twoNamespaces+role("", "r", rule)+binding("", "x", "ClusterRole", "r", ui))
			assert.Equal(t, want, codesOf(found))
		})
	}
}
