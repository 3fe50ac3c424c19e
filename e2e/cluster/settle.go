package cluster

import (
	"context"
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/uuid"
)

// settleRBAC waits until the API server's authorizer has seen every RBAC object stored before the call. It learns of
// each of the four kinds through a watch of its own, in the order they were stored: once it honours two probes stored
// last, a Role with its binding and a ClusterRole with its binding, it knows the rest. The probes stay: they grant a
// user that does not exist resources that do not exist.
func (c *Cluster) settleRBAC(ctx context.Context) error {
	name := "cloison-e2e-probe-" + string(uuid.NewUUID())
	if err := c.probeRole(ctx, name); err != nil {
		return fmt.Errorf("store the probe of Roles: %w", err)
	}
	if err := c.probeClusterRole(ctx, name); err != nil {
		return fmt.Errorf("store the probe of ClusterRoles: %w", err)
	}
	return WaitFor(ctx, "the authorizer to see the probes", func(ctx context.Context) (bool, string, error) {
		for _, kind := range []string{"role", "clusterrole"} {
			question := attributes("get", kind+"probes."+probeGroup, metav1.NamespaceDefault, "")
			if allowed, err := c.can(ctx, User(name), question); err != nil || !allowed {
				return false, kind + " not seen yet", err
			}
		}
		return true, "", nil
	})
}

// probeGroup is an API group that does not exist.
const probeGroup = "probe.cloison.dev"

func probeRules(resource string) []rbacv1.PolicyRule {
	return []rbacv1.PolicyRule{{APIGroups: []string{probeGroup}, Resources: []string{resource}, Verbs: []string{"get"}}}
}

func probeSubjects(name string) []rbacv1.Subject {
	return []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name}}
}

func (c *Cluster) probeRole(ctx context.Context, name string) error {
	client, meta := c.Clientset.RbacV1(), metav1.ObjectMeta{Name: name}
	role := &rbacv1.Role{ObjectMeta: meta, Rules: probeRules("roleprobes")}
	if _, err := client.Roles(metav1.NamespaceDefault).Create(ctx, role, metav1.CreateOptions{}); err != nil {
		return err
	}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: meta, Subjects: probeSubjects(name),
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
	}
	_, err := client.RoleBindings(metav1.NamespaceDefault).Create(ctx, binding, metav1.CreateOptions{})
	return err
}

func (c *Cluster) probeClusterRole(ctx context.Context, name string) error {
	client, meta := c.Clientset.RbacV1(), metav1.ObjectMeta{Name: name}
	role := &rbacv1.ClusterRole{ObjectMeta: meta, Rules: probeRules("clusterroleprobes")}
	if _, err := client.ClusterRoles().Create(ctx, role, metav1.CreateOptions{}); err != nil {
		return err
	}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: meta, Subjects: probeSubjects(name),
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
	}
	_, err := client.ClusterRoleBindings().Create(ctx, binding, metav1.CreateOptions{})
	return err
}
