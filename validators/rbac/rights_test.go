package rbac

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/privilege"
	rightlist "cloison.dev/cloison/validators/rbac/rights"
)

// TestRightsAreThoseThatAreJudged compares the list of rights with what the checks say that bindings grant.
func TestRightsAreThoseThatAreJudged(t *testing.T) {
	compared := 0
	for _, c := range slices.Concat(manifests.Broken(t), manifests.Accepted(t)) {
		t.Run(c.Name, func(t *testing.T) { compared += compareRights(t, c.Objects(t), c.Plans) })
	}
	assert.Positive(t, compared, "the broken services must have rights over others")
}

// TestRightsOfRandomRolesAreThoseThatAreJudged is the same for roles that nobody would write.
func TestRightsOfRandomRolesAreThoseThatAreJudged(t *testing.T) {
	compared := 0
	for _, random := range testkit.Seeds(t, 60) {
		all, err := objects.Parse("", []byte(randomRoles(random)))
		require.NoError(t, err)
		compared += compareRights(t, all, nil)
	}
	assert.Greater(t, compared, 1000)
}

// compareRights returns how many rights over others were compared.
func compareRights(t *testing.T, all []*objects.Object, plans []*plan.Plan) int {
	set, _ := objects.NewSet(all)
	components := scope.New(set, plans)
	j := newJudge(set, components, secretflow.New(set), cluster.Kapsule())
	list := rightlist.New(set, components)
	compared := 0
	for _, b := range j.bindings {
		if b.Role == nil {
			continue
		}
		for i, subject := range b.Subjects {
			for _, p := range j.principals(subject, b.Namespace) {
				compared += j.compareRights(t, list, b, i, p)
			}
		}
	}
	return compared
}

// compareRights compares what a binding grants a principal over others with the rights in a list.
func (j *judge) compareRights(t *testing.T, list *rightlist.List, b *authorizer.Binding, i int, p principal) int {
	found := j.partition(b, p)
	granted := slices.Concat(found.certain.grants, found.unnamed.grants)
	listed := slices.DeleteFunc(slices.Clone(list.Rights), func(r rightlist.Right) bool {
		return !slices.ContainsFunc(r.By, func(c rightlist.Chain) bool {
			return c.Binding == j.written[b.Object] && c.Index == i
		})
	})
	for _, g := range granted {
		assert.True(t, slices.ContainsFunc(listed, func(r rightlist.Right) bool {
			return r.Action == rightlist.ActionOf(g.Privilege) && holds(r, b) && covers(r.Names, g.Names)
		}), "%s subject %d: %s is judged and not listed", j.written[b.Object], i, grantText(g))
	}
	for _, r := range listed {
		if r.Names != nil || !j.mustNot(r, p) || len(j.others(p)) == 0 {
			continue
		}
		assert.True(t, slices.ContainsFunc(granted, func(g privilege.Grant) bool {
			return rightlist.ActionOf(g.Privilege) == r.Action
		}), "%s subject %d: %s in %s is listed and not judged", j.written[b.Object], i, r.Action, r.Place)
	}
	return len(granted)
}

// holds reports whether a right is where a binding gives it.
func holds(r rightlist.Right, b *authorizer.Binding) bool {
	return b.ClusterWide || !r.Place.Everywhere && r.Place.Namespace == b.Namespace
}

// mustNot reports whether a right is one that leads a principal to others for certain.
func (j *judge) mustNot(r rightlist.Right, p principal) bool {
	ownOnly := []rightlist.Action{rightlist.ChangeRoles, rightlist.ChangeQuotas, rightlist.WriteSecrets}
	if slices.Contains(ownOnly, r.Action) {
		return false
	}
	component := j.realms.Of(r.Place.Namespace)
	return r.Place.Everywhere || component != nil && !p.belongsTo(component)
}

func covers(names, others []string) bool {
	return names == nil || others != nil && !slices.ContainsFunc(others, func(name string) bool {
		return !slices.Contains(names, name)
	})
}

// randomRoles are manifests with roles and bindings between three namespaces.
func randomRoles(random *rand.Rand) string {
	one := func(of ...string) string { return of[random.IntN(len(of))] }
	namespace := func() string { return one("a", "b", "c") }
	var text strings.Builder
	for _, n := range []string{"a", "b", "c"} {
		fmt.Fprintf(&text, "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: %s}\n", n)
	}
	rule := func() string {
		names := one("", "", "", ", resourceNames: [s]", ", resourceNames: [s, other]")
		verbs := []string{"get", "list", "create", "patch", "update", "delete", "bind", "escalate", "impersonate", "'*'"}
		random.Shuffle(len(verbs), func(i, k int) { verbs[i], verbs[k] = verbs[k], verbs[i] })
		return fmt.Sprintf("{apiGroups: [%s], resources: [%s, %s], verbs: [%s]%s}",
			one("''", "''", "apps", "rbac.authorization.k8s.io", "'*'", "external-secrets.io", "networking.k8s.io"),
			one("secrets", "pods", "pods/exec", "serviceaccounts/token", "deployments", "'*'", "users"),
			one("secrets", "nodes/proxy", "rolebindings", "clusterroles", "namespaces", "networkpolicies", "externalsecrets",
				"'*/exec'", "pods/status", "serviceaccounts"),
			strings.Join(verbs[:1+random.IntN(4)], ", "), names)
	}
	for i := range 6 {
		labels, in := one("", ", labels: {rbac.authorization.k8s.io/aggregate-to-view: 'true'}", ""), ""
		kind := one("Role", "ClusterRole")
		if kind == "Role" {
			in = ", namespace: " + namespace()
		}
		fmt.Fprintf(&text, "---\napiVersion: %s/v1\nkind: %s\nmetadata: {name: r%d%s%s}\nrules: [%s, %s]\n",
			rbacv1.GroupName, kind, i, in, labels, rule(), rule())
	}
	for i := range 8 {
		kind, in := one("RoleBinding", "RoleBinding", "ClusterRoleBinding"), ""
		ref := "ClusterRole"
		if kind == "RoleBinding" {
			in, ref = ", namespace: "+namespace(), one("Role", "ClusterRole")
		}
		name := one("r0", "r1", "r2", "r3", "r4", "r5", "view", "edit", "cluster-admin")
		subject := one(
			"{kind: ServiceAccount, name: app, namespace: "+namespace()+"}",
			"{kind: Group, name: 'system:serviceaccounts:"+namespace()+"'}",
			"{kind: Group, name: 'system:authenticated'}", "{kind: User, name: 'system:serviceaccount:a:app'}")
		fmt.Fprintf(&text, "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: %s\nmetadata: {name: b%d%s}\n"+
			"roleRef: {apiGroup: %s, kind: %s, name: %s}\nsubjects: [%s]\n", kind, i, in, rbacv1.GroupName, ref, name, subject)
	}
	return text.String()
}
