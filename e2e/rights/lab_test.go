package rights_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// rightsLab has the components and service accounts of sets of rights in the API server.
type rightsLab struct {
	sets []rightsSet
	// admin may do everything, anyone is whoever has the token that it is given.
	admin, anyone caller
	// kinds are those of the objects of each resource, and resources where objects of a kind are.
	kinds     map[schema.GroupVersionResource]string
	resources map[schema.GroupVersionKind]served
}

// newRightsLab stores everything that the sets are about, and returns when the authorizer knows their rights.
func newRightsLab(t *testing.T, sets []rightsSet) *rightsLab {
	t.Helper()
	config := rest.CopyConfig(shared.Config)
	l := &rightsLab{
		sets: sets, admin: newCaller(t, config), anyone: newCaller(t, rest.AnonymousClientConfig(config)),
		kinds: map[schema.GroupVersionResource]string{}, resources: map[schema.GroupVersionKind]served{},
	}
	for _, s := range everythingServed(t) {
		if s.sub == "" {
			l.kinds[s.GroupVersionResource] = s.kind
			l.resources[s.GroupVersion().WithKind(s.kind)] = s
		}
	}
	require.NoError(t, l.store(t.Context(), &corev1.Namespace{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: holders},
	}))
	require.NoError(t, inParallel(len(sets), func(i int) error { return l.prepare(t.Context(), sets[i]) }))
	// Submit returns when the authorizer knows every object that is stored.
	require.NoError(t, shared.Submit(t.Context(), []*unstructured.Unstructured{{Object: map[string]any{
		"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "rules": []any{},
		"metadata": map[string]any{"name": "last", "namespace": holders},
	}}}))
	return l
}

// prepare stores what a set is about, and an object of each kind that its rights are over. Of kinds that fixtureBodies
// does not have and that the API server takes with nothing but a name, too; of others there is none.
func (l *rightsLab) prepare(ctx context.Context, s rightsSet) error {
	account := &corev1.ServiceAccount{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta: metav1.ObjectMeta{Name: s.name, Namespace: holders},
	}
	for _, o := range slices.Concat([]k8sruntime.Object{account}, s.other(), s.grant()) {
		if err := l.store(ctx, o); err != nil {
			return err
		}
	}
	for _, r := range s.rights {
		of := r.object(l.kinds)
		body := bodyOf(of, s.fixtureOf(of), s.over, good)
		path := collection(of.GroupVersionResource, of.namespaced, s.over)
		a, err := l.admin.do(ctx, call{method: http.MethodPost, path: path, body: body})
		if err == nil && !a.ok() && a.code != http.StatusConflict && fixtureText(of.GroupResource()) != "" {
			err = fmt.Errorf("the API server refuses the fixture %s: %s", of.Resource, a.body)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// store creates an object that may be there already.
func (l *rightsLab) store(ctx context.Context, o k8sruntime.Object) error {
	kind := o.GetObjectKind().GroupVersionKind()
	of := l.resources[kind]
	path := collection(of.GroupVersionResource, of.namespaced, o.(metav1.Object).GetNamespace())
	a, err := l.admin.do(ctx, call{method: http.MethodPost, path: path, body: o})
	if err == nil && !a.ok() && a.code != http.StatusConflict {
		err = fmt.Errorf("the API server refuses %s at %s: %s", kind.Kind, path, a.body)
	}
	return err
}

// result is what comes of the attempts with the rights of a set.
type result struct {
	// gains are ways in which the service account got the Secret, or the power to; none where it got nothing.
	gains []string
	// done are the rights with which an attempt was answered with success.
	done map[string]bool
	// refused are attempts that its rights allow, for which the API server says that it may not.
	refused []string
}

const showsTheValue = "an answer shows the value"

// attack tries every set, with the token of its service account.
func (l *rightsLab) attack(t *testing.T) []result {
	t.Helper()
	results := make([]result, len(l.sets))
	require.NoError(t, inParallel(len(l.sets), func(i int) error {
		token, err := l.token(t.Context(), holders, l.sets[i].name, l.admin)
		if err != nil {
			return err
		}
		a := attack{lab: l, set: l.sets[i], caller: l.anyone.with(token), ctx: t.Context()}
		a.done = map[string]bool{}
		err = a.run()
		results[i] = a.result
		return err
	}))
	return results
}

// token is one of a service account; empty where the caller may not make one.
func (l *rightsLab) token(ctx context.Context, namespace, name string, by caller) (string, error) {
	a, err := by.do(ctx, call{
		method: http.MethodPost, path: "/api/v1/namespaces/" + namespace + "/serviceaccounts/" + name + "/token",
		body: &authenticationv1.TokenRequest{},
	})
	if err != nil || !a.ok() {
		return "", err
	}
	var made authenticationv1.TokenRequest
	err = json.Unmarshal(a.body, &made)
	return made.Status.Token, err
}

// workers ask at a time.
const workers = 12

// inParallel calls do for 0 to count-1 and returns the first error.
func inParallel(count int, do func(i int) error) error {
	var group sync.WaitGroup
	errs := make([]error, workers)
	for first := range workers {
		group.Go(func() {
			for i := first; i < count && errs[first] == nil; i += workers {
				errs[first] = do(i)
			}
		})
	}
	group.Wait()
	return errors.Join(errs...)
}
