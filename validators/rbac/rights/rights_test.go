package rights_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/privilege"
	"cloison.dev/cloison/validators/rbac/rights"
)

func list(t *testing.T, text string) *rights.List {
	t.Helper()
	all, err := objects.Parse("rbac.yaml", []byte(text))
	require.NoError(t, err)
	set, _ := objects.NewSet(all)
	return rights.New(set, scope.New(set, nil))
}

// lines are the rights of the input's own bindings, each with its chains.
func lines(all []rights.Right) []string {
	var texts []string
	for _, r := range all {
		if !slices.ContainsFunc(r.By, func(c rights.Chain) bool { return c.Binding != nil }) {
			continue
		}
		text := fmt.Sprintf("%s may %s in %s", r.Subject, r.Action, r.Place)
		if r.Names != nil {
			text += " named " + strings.Join(r.Names, ", ")
		}
		for _, c := range r.By {
			file, line := "", 0
			if c.Of != nil {
				file, line = c.Of.File, c.Of.Line(c.RuleField())
			}
			text += fmt.Sprintf("; %s (%s:%d)", c, file, line)
		}
		texts = append(texts, text)
	}
	return texts
}

const (
	account = `{kind: ServiceAccount, name: app, namespace: web}`
	header  = "---\napiVersion: rbac.authorization.k8s.io/v1\n"
)

func role(kind, meta, rules string) string {
	return header + "kind: " + kind + "\nmetadata: {" + meta + "}\nrules: [" + rules + "]\n"
}

func binding(kind, meta, roleKind, name, subject string) string {
	return header + "kind: " + kind + "\nmetadata: {" + meta + "}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: " +
		roleKind + ", name: " + name + "}\nsubjects: [" + subject + "]\n"
}

func TestRights(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"names of several rules are one right": {
			role("Role", "name: r, namespace: db",
				`{apiGroups: [""], resources: [secrets], resourceNames: [b, a], verbs: [get]}, `+
					`{apiGroups: [""], resources: [secrets], resourceNames: [c], verbs: [list]}`) +
				binding("RoleBinding", "name: b, namespace: db", "Role", "r", account),
			[]string{`service account "web/app" may read Secrets in namespace "db" named a, b, c; RoleBinding db/b ` +
				`subjects[0] → Role db/r rules[0] (rbac.yaml:5); RoleBinding db/b subjects[0] → Role db/r rules[1] ` +
				`(rbac.yaml:5)`},
		},
		"a rule without names gives every object and stands first": {
			role("Role", "name: r, namespace: db",
				`{apiGroups: [""], resources: [secrets], resourceNames: [a], verbs: [get]}`) +
				role("Role", "name: s, namespace: db", `{apiGroups: [""], resources: [secrets], verbs: [get]}`) +
				binding("RoleBinding", "name: b, namespace: db", "Role", "r", account) +
				binding("RoleBinding", "name: c, namespace: db", "Role", "s", account),
			[]string{`service account "web/app" may read Secrets in namespace "db"; RoleBinding db/c subjects[0] → Role db/s ` +
				`rules[0] (rbac.yaml:10); RoleBinding db/b subjects[0] → Role db/r rules[0] (rbac.yaml:5)`},
		},
		"aggregated ClusterRoles": {
			role("ClusterRole", "name: more, labels: {rbac.authorization.k8s.io/aggregate-to-view: 'true'}",
				`{apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}`) +
				binding("ClusterRoleBinding", "name: b", "ClusterRole", "view", "{kind: Group, name: team}"),
			[]string{`group "team" may mint tokens of service accounts in every namespace; ClusterRoleBinding b ` +
				`subjects[0] → ClusterRole view with the rules of more rules[0] (rbac.yaml:5)`},
		},
		"a user with the name of a service account is that": {
			role("Role", "name: r, namespace: db",
				`{apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [delete]}`) +
				binding("RoleBinding", "name: b, namespace: db", "Role", "r",
					"{kind: User, name: 'system:serviceaccount:web:app'}"),
			[]string{`service account "web/app" may change network policies in namespace "db"; RoleBinding db/b ` +
				`subjects[0] → Role db/r rules[0] (rbac.yaml:5)`},
		},
		"a right that needs another one holds where both do": {
			role("ClusterRole", "name: makes", `{apiGroups: [""], resources: [secrets], verbs: [create]}`) +
				role("Role", "name: reads, namespace: db", `{apiGroups: [""], resources: [secrets], verbs: [get]}`) +
				binding("ClusterRoleBinding", "name: c", "ClusterRole", "makes", account) +
				binding("RoleBinding", "name: b, namespace: db", "Role", "reads", account),
			[]string{
				`service account "web/app" may read Secrets in namespace "db"; RoleBinding db/b subjects[0] → Role db/reads ` +
					`rules[0] (rbac.yaml:10)`,
				`service account "web/app" may mint tokens of service accounts in namespace "db"; ClusterRoleBinding c ` +
					`subjects[0] → ClusterRole makes rules[0] (rbac.yaml:5)`,
				`service account "web/app" may write Secrets in every namespace; ClusterRoleBinding c subjects[0] → ` +
					`ClusterRole makes rules[0] (rbac.yaml:5)`,
			},
		},
		"what is in no namespace needs a ClusterRoleBinding": {
			role("ClusterRole", "name: r", `{apiGroups: [""], resources: [nodes/proxy], verbs: [get]}`) +
				binding("RoleBinding", "name: b, namespace: db", "ClusterRole", "r", account),
			nil,
		},
		"a binding that names no namespace": {
			role("Role", "name: r", `{apiGroups: [""], resources: [pods/exec], verbs: [create]}`) +
				binding("RoleBinding", "name: b", "Role", "r", account),
			[]string{`service account "web/app" may enter pods in the namespace of the objects that name none; RoleBinding b ` +
				`subjects[0] → Role r rules[0] (rbac.yaml:5)`},
		},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, test.want, lines(list(t, test.text).Rights)) })
	}
}

func TestRightsOfGroupsAreThoseOfTheirMembers(t *testing.T) {
	l := list(t, role("Role", "name: r, namespace: db", `{apiGroups: [""], resources: [secrets], verbs: [get]}`)+
		binding("RoleBinding", "name: b, namespace: db", "Role", "r", "{kind: Group, name: 'system:serviceaccounts:web'}"))
	subject := rights.Subject{Kind: "ServiceAccount", Namespace: "web", Name: "app"}
	of := l.Of(subject)
	require.Len(t, of, 1)
	assert.Equal(t, rights.ReadSecrets, of[0].Action)
	assert.Equal(t, `group "system:serviceaccounts:web"`, of[0].Subject.String())
	assert.Equal(t, []string{"web"}, l.ComponentsOf(of[0].Subject))
	assert.Empty(t, l.Of(rights.Subject{Kind: "ServiceAccount", Namespace: "shop", Name: "app"}))
}

func TestAccountsHaveTheirPods(t *testing.T) {
	pod := func(name, spec string) string {
		return "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " + name + ", namespace: web}\nspec: {" + spec +
			"containers: [{name: a, image: a}]}\n"
	}
	l := list(t, "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: app, namespace: web}\n"+
		"automountServiceAccountToken: false\n"+pod("one", "serviceAccountName: app, ")+
		pod("two", "serviceAccountName: app, automountServiceAccountToken: true, ")+
		pod("three", "serviceAccountName: app, volumes: [{name: t, projected: "+
			"{sources: [{serviceAccountToken: {path: t}}]}}], ")+
		pod("four", ""))
	a := l.Account(rights.Subject{Kind: "ServiceAccount", Namespace: "web", Name: "app"})
	require.NotNil(t, a)
	var holds []bool
	for _, w := range a.Workloads {
		holds = append(holds, a.MountsToken(w))
	}
	assert.Equal(t, []bool{false, true, true}, holds)
	assert.Len(t, l.Accounts, 2, "the account default has a pod")
	assert.True(t, l.Accounts[1].MountsToken(l.Accounts[1].Workloads[0]))
}

func TestBeyondIsWhatOtherRulesDoNotGive(t *testing.T) {
	of := func(rules string) []rights.Holding {
		return list(t, role("Role", "name: r, namespace: web", rules)+
			binding("RoleBinding", "name: b, namespace: web", "Role", "r", account)).
			HoldingsOf(rights.Subject{Kind: "ServiceAccount", Namespace: "web", Name: "app"})
	}
	const (
		reads = `{apiGroups: [""], resources: [services], verbs: [get]}`
		all   = `{apiGroups: ['*'], resources: ['*'], verbs: ['*']}`
	)
	for _, test := range []struct {
		name, after, before string
		want                []string
	}{
		{"the same", reads, reads, nil},
		{"a verb", `{apiGroups: [""], resources: [services], verbs: [get, delete]}`, reads, []string{"delete services"}},
		{"a name is less than all", `{apiGroups: [""], resources: [services], resourceNames: [a], verbs: [get]}`, reads, nil},
		{"all are more than a name", reads, `{apiGroups: [""], resources: [services], resourceNames: [a], verbs: [get]}`,
			[]string{"get services"}},
		{"a wildcard covers", reads, all, nil},
		{"a wildcard is more", all, reads, []string{"* *.*"}},
		{"a wildcard of subresources", `{apiGroups: [apps], resources: ['*/scale'], verbs: [patch]}`, all, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var texts []string
			for _, p := range rights.Beyond(of(test.after), of(test.before), rights.Place{Namespace: "web"}) {
				texts = append(texts, p.String())
				assert.NotNil(t, p.By.Of)
			}
			assert.Equal(t, test.want, texts)
		})
	}
}

// TestEveryPrivilegeIsAnAction, and each action is that of one.
func TestEveryPrivilegeIsAnAction(t *testing.T) {
	everything := &rbacv1.ClusterRole{Rules: authorizer.ParseRules("* : * : *")}
	everything.Name = "everything"
	policy := authorizer.New(authorizer.Objects{ClusterRoles: []*rbacv1.ClusterRole{everything}})
	used := map[rights.Action]bool{}
	for _, g := range privilege.NewCatalog().Grants(policy.Role("", "everything")) {
		action := rights.ActionOf(g.Privilege)
		assert.Contains(t, rights.Actions(), action, g.Text)
		used[action] = true
	}
	assert.Len(t, used, len(rights.Actions()))
}

// BenchmarkNew reads the broken services and examples; package rbac has the time of the checks beside it.
func BenchmarkNew(b *testing.B) {
	for _, c := range manifests.Broken(b) {
		b.Run(c.Name, func(b *testing.B) {
			set, _ := objects.NewSet(c.Objects(b))
			components := scope.New(set, c.Plans)
			for b.Loop() {
				rights.New(set, components)
			}
		})
	}
}
