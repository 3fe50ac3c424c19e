package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// reviewers is how many questions are under way at a time.
const reviewers = 8

// verbsOfNoRequest are looked up by the API server while it serves other requests, so that discovery does not list
// them: impersonation, the escalation checks of RBAC and the signers of certificates. Only a rule for everything allows
// the last one.
//
// Facts: docs/facts.md, "Verbs outside of discovery".
var verbsOfNoRequest = []string{
	"impersonate users", "impersonate groups", "impersonate serviceaccounts",
	"impersonate userextras.authentication.k8s.io/scopes", "impersonate uids.authentication.k8s.io",
	"impersonate:user-info users.authentication.k8s.io", "impersonate:serviceaccount " +
		"serviceaccounts.authentication.k8s.io",
	"bind roles.rbac.authorization.k8s.io", "bind clusterroles.rbac.authorization.k8s.io",
	"escalate roles.rbac.authorization.k8s.io", "escalate clusterroles.rbac.authorization.k8s.io",
	"approve signers.certificates.k8s.io", "sign signers.certificates.k8s.io", "attest signers.certificates.k8s.io",
	"* *.*",
}

// Permissions asks the API server for every verb of every resource and
// subresource that it serves whether the subject may do that in the namespace; an
// empty one means all namespaces and what is in none. It returns what is allowed
// as "get pods", "create pods/exec" or "patch deployments.apps/scale", sorted.
//
// An empty name asks for any object, which a rule with resourceNames does not
// allow.
func (c *Cluster) Permissions(t testing.TB, subject Subject, namespace, name string) []string {
	t.Helper()
	questions, err := c.served()
	if err != nil {
		t.Fatal(err)
	}
	allowed, err := c.ask(t.Context(), subject, questions, namespace, name)
	if err != nil {
		t.Fatal(err)
	}
	return allowed
}

// served lists everything that can be asked for, each as Permissions puts it.
func (c *Cluster) served() ([]string, error) {
	_, lists, err := c.Clientset.Discovery().ServerGroupsAndResources()
	if err != nil {
		return nil, fmt.Errorf("discover what is served: %w", err)
	}
	served := slices.Clone(verbsOfNoRequest)
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return nil, fmt.Errorf("discover what is served: %w", err)
		}
		for _, resource := range list.APIResources {
			served = append(served, permissionsOn(resource, version.Group)...)
		}
	}
	slices.Sort(served)
	return slices.Compact(served), nil // Several versions of a group serve the same.
}

func permissionsOn(resource metav1.APIResource, group string) []string {
	name, subresource, isSub := strings.Cut(resource.Name, "/")
	if group != "" {
		name += "." + group
	}
	if isSub {
		name += "/" + subresource
	}
	var permissions []string
	for _, verb := range resource.Verbs {
		permissions = append(permissions, verb+" "+name)
	}
	return permissions
}

// ask returns the questions whose answer is yes.
func (c *Cluster) ask(ctx context.Context, subject Subject, questions []string, namespace, name string) (
	[]string, error) {
	answers, errs := make([]bool, len(questions)), make([]error, len(questions))
	var workers sync.WaitGroup
	for first := range reviewers {
		workers.Go(func() {
			for i := first; i < len(questions); i += reviewers {
				verb, resource, _ := strings.Cut(questions[i], " ")
				answers[i], errs[i] = c.can(ctx, subject, attributes(verb, resource, namespace, name))
			}
		})
	}
	workers.Wait()
	var allowed []string
	for i, yes := range answers {
		if yes {
			allowed = append(allowed, questions[i])
		}
	}
	return allowed, errors.Join(errs...)
}
