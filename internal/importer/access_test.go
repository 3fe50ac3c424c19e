package importer_test

import "testing"

const binding = `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: x, namespace: shop-backend}
subjects: [{kind: Group, name: people}]
`

func TestAccess(t *testing.T) {
	role := func(rules string) string {
		return "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: shop-backend}\nrules: [" + rules + "]\n---\n" + binding + "roleRef: {kind: Role, name: r}\n"
	}
	refused := func(what string) []string {
		return []string{"not carried over: RoleBinding shop-backend/x roleRef: Role r gives " + what +
			", which no role of a Segregation has: keep it beside the Segregation, or give the subjects a role"}
	}
	for name, e := range map[string]example{
		"rights that fit into a role become it": {
			input: backend + role(`{apiGroups: [""], resources: [secrets], verbs: [get]}`),
			spec:  "  backend:\n    access:\n      - {role: secrets-admin, subjects: [{kind: Group, name: people}]}",
			notes: []string{"changed: RoleBinding shop-backend/x roleRef: Role r becomes secrets-admin, which has all of its " +
				"rights and more"},
		},
		"one Secret is not all Secrets": {
			input: backend + role(`{apiGroups: [""], resources: [secrets], resourceNames: [a], verbs: [get]}`),
			spec:  "  backend: {}",
			notes: refused("rights on some Secrets by their names"),
		},
		"wildcards fit nowhere": {
			input: backend + role(`{apiGroups: [""], resources: ["*"], verbs: [get]}`),
			spec:  "  backend: {}",
			notes: refused(`"*", everything there is,`),
		},
		"admin is more than a role": {
			input: backend + binding + "roleRef: {kind: ClusterRole, name: admin}\n",
			spec:  "  backend: {}",
			notes: []string{"not carried over: RoleBinding shop-backend/x roleRef: ClusterRole admin gives more than a role " +
				"of a Segregation: " +
				"give the subjects developer and secrets-admin, or keep it beside the Segregation"},
		},
		"everybody gets no role": {
			input: backend + "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: x, namespace: " +
				"shop-backend}\n" +
				"subjects: [{kind: Group, name: system:authenticated}]\nroleRef: {kind: ClusterRole, name: view}\n",
			spec: "  backend: {}",
			notes: []string{
				`not carried over: RoleBinding shop-backend/x subjects[0]: Group "system:authenticated" has subjects of every ` +
					`component`,
				"changed: RoleBinding shop-backend/x roleRef: ClusterRole view becomes viewer, which reads about the same",
			},
		},
	} {
		t.Run(name, e.check)
	}
}
