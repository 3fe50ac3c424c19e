package rbac_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/objects"
)

func TestEveryChangeOfTheSyncRuntimesRightsIsNoticedOnce(t *testing.T) {
	e := expand(t, strings.Replace(segregation, `  validation: {paths: "Off"}`,
		"  validation: {paths: \"Off\"}\n  sync: {engine: Cloison, image: 'registry.example.com/cloison-sync:v1', "+
			"restart: true}", 1))
	require.Empty(t, texts(findings(t, e.objects, e.plans)))
	require.Equal(t, []string{"warning (undecided) CLS-R002"}, codesOf(texts(findings(t, e.objects, nil))),
		"without the Segregation nobody says what the pipeline is")
	const roleOf = "Role shop-front/cloison-sync"
	for _, test := range []struct{ name, object, from, to, want string }{
		{"a Secret of nobody's", roleOf, "resourceNames:\n  - front-secrets",
			"resourceNames:\n  - other\n  - front-secrets",
			`error CLS-R016 Role shop-front/cloison-sync rules[0]: the rule allows the sync runtime of component ` +
				`"front" (namespace "shop-front") create secrets named "other" and patch secrets named "other", ` +
				`which it does not need and must not have`},
		{"every Secret", roleOf, "  resourceNames:\n  - front-secrets\n", "",
			`error CLS-R016 Role shop-front/cloison-sync rules[0]: the rule allows the sync runtime of component ` +
				`"front" (namespace "shop-front") create secrets and patch secrets, which it ` +
				`does not need and must not have`},
		{"a verb added", roleOf, "verbs:\n  - create\n  - patch", "verbs:\n  - create\n  - delete\n  - patch",
			`error CLS-R016 Role shop-front/cloison-sync rules[0]: the rule allows the sync runtime of component ` +
				`"front" (namespace "shop-front") delete secrets named "front-secrets", which it ` +
				`does not need and must not have`},
		{"a verb removed", roleOf, "  - create\n  - patch", "  - patch",
			`error CLS-R016 Role shop-front/cloison-sync rules: the Role must allow the sync runtime of component ` +
				`"front" (namespace "shop-front") create secrets named "front-secrets"; ` +
				`without it Secrets are not filled`},
		{"the credential removed", roleOf, "  - scw-front-credentials\n", "",
			`error CLS-R016 Role shop-front/cloison-sync rules: the Role must allow the sync runtime of component ` +
				`"front" (namespace "shop-front") get secrets named "scw-front-credentials", list secrets named ` +
				`"scw-front-credentials" and watch secrets named "scw-front-credentials"; ` +
				`without it Secrets are not filled`},
		{"leases of others", roleOf, "  resourceNames:\n  - cloison-sync\n", "",
			`error CLS-R016 Role shop-front/cloison-sync rules[7]: the rule allows the sync runtime of component ` +
				`"front" (namespace "shop-front") get leases.coordination.k8s.io and update ` +
				`leases.coordination.k8s.io, which it does not need and must not have`},
		{"the Role deleted", roleOf, "", "", // the binding says so, too
			`error CLS-R016 Role shop-front/cloison-sync: the sync runtime of component "front" (namespace ` +
				`"shop-front") must have the Role, which the input does not have; without it Secrets are not filled`},
		{"the RoleBinding deleted", "RoleBinding shop-front/cloison-sync", "", "",
			`error CLS-R016 RoleBinding shop-front/cloison-sync: the sync runtime of component "front" (namespace ` +
				`"shop-front") must have the RoleBinding, which the input does not have; ` +
				`without it Secrets are not filled`},
		{"the service account deleted", "ServiceAccount shop-front/cloison-sync", "", "",
			`error CLS-R016 ServiceAccount shop-front/cloison-sync: the sync runtime of component "front" (namespace ` +
				`"shop-front") must have the ServiceAccount, which the input does not have; ` +
				`without it Secrets are not filled`},
		{"its token mounted by every pod", "ServiceAccount shop-front/cloison-sync",
			"automountServiceAccountToken: false", "automountServiceAccountToken: true",
			`warning CLS-R016 ServiceAccount shop-front/cloison-sync automountServiceAccountToken: it must be false, ` +
				`so that only a pod that asks for it holds the token of the sync runtime`},
		{"another subject", "RoleBinding shop-front/cloison-sync", "subjects:",
			"subjects:\n- {kind: ServiceAccount, name: default}",
			`error CLS-R016 RoleBinding shop-front/cloison-sync subjects[0]: service account "shop-front/default" ` +
				`must not have the rights of the sync runtime of component "front" (namespace "shop-front"), which ` +
				`reads and writes its Secrets`},
		{"a subject of another component", "RoleBinding shop-front/cloison-sync", "subjects:",
			"subjects:\n- {kind: ServiceAccount, name: default, namespace: shop-back}",
			`error CLS-R001 RoleBinding shop-front/cloison-sync subjects[0]: service account "shop-back/default" of ` +
				`component "back" may read Secrets (get, list, watch secrets named "front-secrets" and ` +
				`"scw-front-credentials"; patch secrets named "front-secrets"), run pods (patch daemonsets.apps; ` +
				`patch deployments.apps; ...) and make Secrets with tokens of service accounts and read them ` +
				`(create secrets named "front-secrets") in component "front" (namespace "shop-front"); it ` +
				`must have no such right there`},
		{"the subject renamed", "RoleBinding shop-front/cloison-sync", "- kind: ServiceAccount\n  name: cloison-sync",
			"- kind: ServiceAccount\n  name: cloison",
			`error CLS-R016 RoleBinding shop-front/cloison-sync subjects[0]: service account "shop-front/cloison" ` +
				`must not have the rights of the sync runtime of component "front" (namespace "shop-front"), which ` +
				`reads and writes its Secrets`},
		{"the RoleBinding renamed", "RoleBinding shop-front/cloison-sync", "name: cloison-sync\n  namespace",
			"name: other\n  namespace",
			`error CLS-R016 RoleBinding shop-front/cloison-sync: the sync runtime of component "front" (namespace ` +
				`"shop-front") must have the RoleBinding, which the input does not have; ` +
				`without it Secrets are not filled`},
		{"another role", "RoleBinding shop-front/cloison-sync", "kind: Role\n  name: cloison-sync",
			"kind: ClusterRole\n  name: edit",
			`error CLS-R016 RoleBinding shop-front/cloison-sync roleRef.name: ClusterRole edit must be ` +
				`Role shop-front/cloison-sync`},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, []string{test.want},
				texts(findings(t, e.changed(t, test.object, test.from, test.to), e.plans)))
		})
	}

	more, err := objects.Parse("",
		[]byte(binding("shop-front", "more", "ClusterRole", "edit", `{kind: ServiceAccount, name: cloison-sync}`)))
	require.NoError(t, err)
	assert.Equal(t, []string{"error CLS-R016"}, codesOf(texts(findings(t, append(more, e.objects...), e.plans))))
	more, err = objects.Parse("",
		[]byte(binding("", "more", "ClusterRole", "edit",
			`{kind: ServiceAccount, name: cloison-sync, namespace: shop-front}`)))
	require.NoError(t, err)
	assert.Equal(t, []string{"error CLS-R001"}, codesOf(texts(findings(t, append(more, e.objects...), e.plans))))

	var without []*objects.Object
	for _, o := range e.objects {
		if o.Namespace != "shop-front" || o.Name != "cloison-sync" {
			without = append(without, o)
		}
	}
	assert.Empty(t, texts(findings(t, without, e.plans)), "that there is no runtime at all is another family's finding")
}
