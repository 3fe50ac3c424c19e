package access

import (
	"testing"

	"github.com/stretchr/testify/assert"
	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/generators"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/plan"
)

// TestRolesAreThoseThatAreGenerated holds what an import takes for the rights of a role against what is generated.
func TestRolesAreThoseThatAreGenerated(t *testing.T) {
	var access []plan.Access
	for _, role := range roles {
		access = append(access, plan.Access{Role: role})
	}
	seen := 0
	p := &plan.Plan{Segregation: "s", Components: []plan.Component{{Name: "c", Namespace: "s-c", Access: access}}}
	for _, o := range generators.Generate(p, cluster.Kapsule()) {
		if role, is := o.(*rbacv1.Role); is {
			seen++
			name, exactly, missing := fitting(role.Rules)
			assert.Equal(t, role.Name, "c-"+string(name))
			assert.True(t, exactly, "%s %s", role.Name, missing)
		}
	}
	assert.Equal(t, 3, seen)
}
