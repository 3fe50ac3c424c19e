package rbac_test

// role writes a Role, or a ClusterRole where there is no namespace, with one rule; binding one that gives it.
func role(namespace, name, rule string) string {
	kind, in := "ClusterRole", ""
	if namespace != "" {
		kind, in = "Role", ", namespace: "+namespace
	}
	return "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: " + kind + "\nmetadata: {name: " + name + in +
		"}\nrules: [{" + rule + "}]\n"
}

func binding(namespace, name, roleKind, roleName, subjects string) string {
	kind, in := "ClusterRoleBinding", ""
	if namespace != "" {
		kind, in = "RoleBinding", ", namespace: "+namespace
	}
	return "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: " + kind + "\nmetadata: {name: " + name + in +
		"}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: " + roleKind + ", name: \"" + roleName +
		"\"}\nsubjects: [" + subjects + "]\n"
}

const jane = `{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}`
