package e2e

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"cloison.dev/cloison/e2e/cluster"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

const (
	rbacSets         = 5000
	setsPerNamespace = 10
	questionsPerSet  = 3
	// rbacClients ask at a time.
	rbacClients = 12
)

// TestRBACAgreesWithTheAPIServer asks the API server and the authorizer of the proof the same questions about random
// roles and bindings.
func TestRBACAgreesWithTheAPIServer(t *testing.T) {
	random := testkit.Random(t, uint64(time.Now().UnixNano()))
	r := &randomRBAC{Rand: random, prefix: fmt.Sprintf("rbac-%x", random.Uint32())}
	for i := range rbacSets {
		r.add(i, setsPerNamespace, questionsPerSet)
	}
	client := fastClient(t)
	storeRBAC(t, client, r)

	policy := authorizer.New(r.objects)
	allowed := requireAgreement(t, client, policy, r.questions)
	t.Logf("%d sets, %d questions, %d allowed", rbacSets, len(r.questions), allowed)
	assert.Greater(t, allowed, len(r.questions)/10, "too few questions are about what is allowed")
}

// fastClient has no limit on its requests.
func fastClient(t *testing.T) kubernetes.Interface {
	t.Helper()
	config := rest.CopyConfig(shared.Config)
	config.QPS = -1
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	return client
}

// inParallel calls do for 0 to count-1 and returns the first error.
func inParallel(count int, do func(i int) error) error {
	var workers sync.WaitGroup
	errs := make([]error, rbacClients)
	for first := range rbacClients {
		workers.Go(func() {
			for i := first; i < count && errs[first] == nil; i += rbacClients {
				errs[first] = do(i)
			}
		})
	}
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// storeRBAC stores the sets and returns when the authorizer knows them. What is in no namespace is deleted after the
// test.
func storeRBAC(t *testing.T, client kubernetes.Interface, r *randomRBAC) {
	t.Helper()
	ctx, options := t.Context(), metav1.CreateOptions{}
	t.Cleanup(func() {
		selected := metav1.ListOptions{LabelSelector: rbacLabel + "=" + r.prefix}
		assert.NoError(t, client.RbacV1().ClusterRoleBindings().DeleteCollection(context.Background(),
			metav1.DeleteOptions{}, selected))
		assert.NoError(t, client.RbacV1().ClusterRoles().DeleteCollection(context.Background(),
			metav1.DeleteOptions{}, selected))
	})
	require.NoError(t, inParallel(len(r.namespaces), func(i int) error {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: r.namespaces[i]}}
		_, err := client.CoreV1().Namespaces().Create(ctx, namespace, options)
		return err
	}))
	api, in := client.RbacV1(), r.objects
	require.NoError(t, inParallel(len(in.Roles), func(i int) error {
		_, err := api.Roles(in.Roles[i].Namespace).Create(ctx, in.Roles[i], options)
		return err
	}))
	require.NoError(t, inParallel(len(in.ClusterRoles), func(i int) error {
		_, err := api.ClusterRoles().Create(ctx, in.ClusterRoles[i], options)
		return err
	}))
	require.NoError(t, inParallel(len(in.RoleBindings), func(i int) error {
		_, err := api.RoleBindings(in.RoleBindings[i].Namespace).Create(ctx, in.RoleBindings[i], options)
		return err
	}))
	require.NoError(t, inParallel(len(in.ClusterRoleBindings), func(i int) error {
		_, err := api.ClusterRoleBindings().Create(ctx, in.ClusterRoleBindings[i], options)
		return err
	}))
	settleAuthorizer(t, r.namespaces[0])
}

// settleAuthorizer returns when the authorizer knows every object that is stored: Submit waits for that.
func settleAuthorizer(t *testing.T, namespace string) {
	t.Helper()
	shared.Apply(t, fmt.Appendf(nil, "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: "+
		"last, namespace: %s}\nrules: []\n", namespace))
}

// requireAgreement asks both, and returns how many questions have the answer yes.
func requireAgreement(t *testing.T, client kubernetes.Interface, policy *authorizer.Policy,
	questions []rbacQuestion) (allowed int) {
	t.Helper()
	answers := make([]bool, len(questions))
	require.NoError(t, inParallel(len(questions), func(i int) error {
		answer, err := review(t.Context(), client, questions[i])
		answers[i] = answer
		return err
	}))
	wrong := 0
	for i, q := range questions {
		if answers[i] {
			allowed++
		}
		if reason, got := policy.Allowed(q.user, q.request); got != answers[i] {
			if wrong++; wrong <= 5 {
				t.Errorf("%+v: %+v: the API server says %v, the authorizer %v (%+v)", q.user, q.request,
					answers[i], got, reason)
			}
		}
	}
	require.Zero(t, wrong, "questions with different answers")
	return allowed
}

// review asks the API server.
func review(ctx context.Context, client kubernetes.Interface, q rbacQuestion) (bool, error) {
	spec := authorizationv1.SubjectAccessReviewSpec{User: q.user.Name, Groups: q.user.Groups}
	if r := q.request; r.URL != "" {
		spec.NonResourceAttributes = &authorizationv1.NonResourceAttributes{Verb: r.Verb, Path: r.URL}
	} else {
		spec.ResourceAttributes = &authorizationv1.ResourceAttributes{
			Verb: r.Verb, Group: r.Group, Resource: r.Resource, Subresource: r.Subresource, Namespace: r.Namespace,
			Name: r.Name,
		}
	}
	answer, err := client.AuthorizationV1().SubjectAccessReviews().Create(ctx,
		&authorizationv1.SubjectAccessReview{Spec: spec}, metav1.CreateOptions{})
	if err != nil {
		return false, fmt.Errorf("ask %+v: %w", q, err)
	}
	return answer.Status.Allowed, nil
}

// TestRBACAgreesOnTheExamples asks, for every subject of the examples, about everything that the API server serves, and
// about Secrets and Leases of the names that rules single out.
func TestRBACAgreesOnTheExamples(t *testing.T) {
	client := fastClient(t)
	served := shared.Permissions(t, cluster.User("root", "system:masters"), "", "")
	for _, file := range []string{
		"../examples/project-per-component/expected.yaml", "../examples/secret-groups/expected.yaml",
		"../examples/trackdechets/overlays/production/expected.yaml",
	} {
		t.Run(file, func(t *testing.T) {
			in := storeExample(t, file)
			policy := authorizer.New(in)
			var questions []rbacQuestion
			for _, user := range subjectsOf(in) {
				for _, at := range targetsOf(in) {
					for _, permission := range served {
						if request := requestOf(permission, at); at.name == "" || request.Resource == "secrets" ||
							request.Resource == "leases" {
							questions = append(questions, rbacQuestion{user, request})
						}
					}
				}
			}
			allowed := requireAgreement(t, client, policy, questions)
			t.Logf("%d questions, %d allowed", len(questions), allowed)
			require.NotZero(t, allowed)
		})
	}
}

// storeExample stores the RBAC of an example, and returns it.
func storeExample(t *testing.T, file string) (in authorizer.Objects) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	decoded, err := cluster.Decode(text)
	require.NoError(t, err)
	var stored []*unstructured.Unstructured
	for _, o := range decoded {
		switch o.GetKind() {
		case "Namespace":
		case authorizer.RoleKind:
			in.Roles = append(in.Roles, typed[rbacv1.Role](t, o))
		case authorizer.RoleBindingKind:
			in.RoleBindings = append(in.RoleBindings, typed[rbacv1.RoleBinding](t, o))
		case authorizer.ClusterRoleKind:
			in.ClusterRoles = append(in.ClusterRoles, typed[rbacv1.ClusterRole](t, o))
		case authorizer.ClusterRoleBindingKind:
			in.ClusterRoleBindings = append(in.ClusterRoleBindings, typed[rbacv1.ClusterRoleBinding](t, o))
		default:
			continue
		}
		stored = append(stored, o)
	}
	require.NoError(t, shared.Submit(t.Context(), stored))
	return in
}

func typed[T any](t *testing.T, o *unstructured.Unstructured) *T {
	t.Helper()
	value := new(T)
	require.NoError(t, k8sruntime.DefaultUnstructuredConverter.FromUnstructured(o.Object, value))
	return value
}

// subjectsOf are those of the bindings, and the default service account of each namespace.
func subjectsOf(in authorizer.Objects) []authorizer.User {
	var users []authorizer.User
	known := map[string]bool{}
	add := func(user authorizer.User) {
		if key := fmt.Sprint(user); !known[key] {
			known[key] = true
			users = append(users, user)
		}
	}
	for _, o := range in.RoleBindings {
		for _, subject := range o.Subjects {
			switch subject.Kind {
			case rbacv1.GroupKind:
				add(authorizer.User{Name: "jane", Groups: []string{subject.Name, "system:authenticated"}})
			case rbacv1.UserKind:
				add(authorizer.User{Name: subject.Name, Groups: []string{"system:authenticated"}})
			case rbacv1.ServiceAccountKind:
				add(authorizer.ServiceAccount(subject.Namespace, subject.Name))
			}
		}
		add(authorizer.ServiceAccount(o.Namespace, "default"))
	}
	return users
}

// target is where something is asked for, and of which name.
type target struct{ namespace, name string }

// targetsOf are the namespaces of the Roles, and in these every name that a rule singles out.
func targetsOf(in authorizer.Objects) []target {
	var targets []target
	add := func(at target) {
		if !slices.Contains(targets, at) {
			targets = append(targets, at)
		}
	}
	for _, o := range in.Roles {
		add(target{namespace: o.Namespace})
		for _, rule := range o.Rules {
			for _, name := range rule.ResourceNames {
				add(target{o.Namespace, name})
			}
		}
	}
	return targets
}

// requestOf reads a permission as cluster.Permissions writes it.
func requestOf(permission string, at target) authorizer.Request {
	verb, resource, _ := strings.Cut(permission, " ")
	resource, sub, _ := strings.Cut(resource, "/")
	resource, group, _ := strings.Cut(resource, ".")
	return authorizer.Request{Verb: verb, Group: group, Resource: resource, Subresource: sub, Namespace: at.namespace,
		Name: at.name}
}

// TestRBACKnowsTheRolesOfEveryCluster holds the built-in ClusterRoles against those of the API server. It does not run
// the controller that aggregates view, edit and admin, so these are compared by what they are made of.
func TestRBACKnowsTheRolesOfEveryCluster(t *testing.T) {
	stored, err := shared.Clientset.RbacV1().ClusterRoles().List(t.Context(),
		metav1.ListOptions{LabelSelector: "kubernetes.io/bootstrapping=rbac-defaults"})
	require.NoError(t, err)
	want := map[string]rbacv1.ClusterRole{}
	for _, role := range stored.Items {
		if !strings.HasPrefix(role.Name, "system:controller:") {
			want[role.Name] = role
		}
	}
	known := authorizer.BuiltinClusterRoles()
	for _, role := range known {
		assert.Contains(t, want, role.Name)
		assert.Equal(t, rightsOf(want[role.Name].Rules), rightsOf(role.Rules), role.Name)
		assert.Equal(t, want[role.Name].AggregationRule, role.AggregationRule, role.Name)
		labels := want[role.Name].Labels
		delete(labels, "kubernetes.io/bootstrapping")
		assert.Len(t, role.Labels, len(labels), role.Name)
		for label, value := range role.Labels {
			assert.Equal(t, value, labels[label], role.Name)
		}
	}
	assert.Len(t, known, len(want))
}

// rightsOf writes rules out, sorted.
func rightsOf(rules []rbacv1.PolicyRule) []string {
	rights := []string{}
	for _, rule := range rules {
		names := append([]string{}, rule.ResourceNames...)
		if len(names) == 0 {
			names = []string{""}
		}
		for _, verb := range rule.Verbs {
			for _, url := range rule.NonResourceURLs {
				rights = append(rights, verb+" "+url)
			}
			for _, group := range rule.APIGroups {
				for _, resource := range rule.Resources {
					for _, name := range names {
						rights = append(rights, strings.Join([]string{verb, group, resource, name}, " "))
					}
				}
			}
		}
	}
	slices.Sort(rights)
	return slices.Compact(rights)
}

// TestRBACPatchAndDeleteCollectionReadSecrets proves two ways to read Secrets without a right to get or list them.
func TestRBACPatchAndDeleteCollectionReadSecrets(t *testing.T) {
	const name = "rbac-reads"
	shared.Apply(t, []byte(`
apiVersion: v1
kind: Namespace
metadata: {name: rbac-reads}
---
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: rbac-reads}
stringData: {password: hunter2}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: writer, namespace: rbac-reads}
rules: [{apiGroups: [""], resources: [secrets], verbs: [patch, deletecollection]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: writer, namespace: rbac-reads}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: writer}
subjects: [{kind: ServiceAccount, name: writer}]
`))
	config := rest.CopyConfig(shared.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: "system:serviceaccount:rbac-reads:writer"}
	writer, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	secrets := writer.CoreV1().Secrets(name)

	_, err = secrets.Get(t.Context(), "db", metav1.GetOptions{})
	require.ErrorContains(t, err, "forbidden")
	patched, err := secrets.Patch(t.Context(), "db", types.MergePatchType, []byte("{}"), metav1.PatchOptions{})
	require.NoError(t, err)
	assert.Equal(t, "hunter2", string(patched.Data["password"]))

	var deleted corev1.SecretList
	require.NoError(t, writer.CoreV1().RESTClient().Delete().Namespace(name).Resource("secrets").
		Body(&metav1.DeleteOptions{DryRun: []string{metav1.DryRunAll}}).Do(t.Context()).Into(&deleted))
	require.Len(t, deleted.Items, 1)
	assert.Equal(t, "hunter2", string(deleted.Items[0].Data["password"]))
}

// TestRBACRefusals compares the validator's findings about bindings with the API server.
func TestRBACRefusals(t *testing.T) {
	client := shared.Clientset.RbacV1()
	dryRun := metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}
	view := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"}
	nameless := []rbacv1.Subject{{Kind: "ServiceAccount", Name: "api"}}
	_, err := client.RoleBindings("default").Create(t.Context(),
		&rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Name: "x"}, RoleRef: view, Subjects: nameless}, dryRun)
	require.NoError(t, err, "in a RoleBinding a service account without a namespace is the binding's")
	_, err = client.ClusterRoleBindings().Create(t.Context(),
		&rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: "x"}, RoleRef: view, Subjects: nameless}, dryRun)
	require.ErrorContains(t, err, "subjects[0].namespace")
}
