package cluster

import (
	"context"
	"fmt"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Subject is somebody as the API server sees them once authenticated.
type Subject struct {
	User   string
	Groups []string
}

// User returns a person who is in the given groups and, as everybody who is
// authenticated, in system:authenticated.
func User(name string, groups ...string) Subject {
	return Subject{User: name, Groups: append([]string{"system:authenticated"}, groups...)}
}

// ServiceAccount returns the subject that a Pod of that service account is.
func ServiceAccount(namespace, name string) Subject {
	return User("system:serviceaccount:"+namespace+":"+name,
		"system:serviceaccounts", "system:serviceaccounts:"+namespace)
}

// Can asks the API server whether the subject may do verb on resource, which is
// written as for kubectl: "pods", "pods/log", "deployments.apps/scale". An empty
// namespace means all of them; an empty name means any. A question that the API
// server cannot decide fails the test.
func (c *Cluster) Can(t testing.TB, subject Subject, verb, resource, namespace, name string) bool {
	t.Helper()
	allowed, err := c.can(t.Context(), subject, attributes(verb, resource, namespace, name))
	if err != nil {
		t.Fatal(err)
	}
	return allowed
}

func (c *Cluster) can(ctx context.Context, subject Subject, on authorizationv1.ResourceAttributes) (bool, error) {
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: subject.User, Groups: subject.Groups, ResourceAttributes: &on,
	}}
	reviews := c.Clientset.AuthorizationV1().SubjectAccessReviews()
	answer, err := reviews.Create(ctx, review, metav1.CreateOptions{})
	if err != nil {
		return false, fmt.Errorf("ask whether %s may %s %s: %w", subject.User, on.Verb, on.Resource, err)
	}
	if problem := answer.Status.EvaluationError; problem != "" {
		return false, fmt.Errorf("ask whether %s may %s %s: undecided: %s", subject.User, on.Verb, on.Resource, problem)
	}
	return answer.Status.Allowed, nil
}

// attributes splits TYPE[.GROUP][/SUBRESOURCE].
func attributes(verb, resource, namespace, name string) authorizationv1.ResourceAttributes {
	resource, subresource, _ := strings.Cut(resource, "/")
	group := schema.ParseGroupResource(resource)
	return authorizationv1.ResourceAttributes{
		Verb: verb, Group: group.Group, Resource: group.Resource, Subresource: subresource,
		Namespace: namespace, Name: name,
	}
}
