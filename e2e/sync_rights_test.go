package e2e

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	objectruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/e2e/cluster"
	"cloison.dev/cloison/internal/emulator"
)

// right is one verb on one resource of the Role.
type right struct{ verb, resource string }

func (r right) String() string {
	if r.verb == "" {
		return "nothing"
	}
	return r.verb + " " + r.resource
}

// unused are the rights that the runtime has and does not use. What a get of a
// Secret gives, a list of its name gives too, which the runtime needs.
var unused = []string{"get secrets"}

// lesser is a component whose runtime lacks a right; that of the first one lacks
// none.
type lesser struct {
	*syncRuntime
	without right
	secret  string // the id of what it reads
}

// TestEachRightOfTheRuntimeIsNeeded runs the runtime without each right of its Role
// in turn, in a namespace of its own: a request must be refused. With all rights
// none is, in the same scenario.
func TestEachRightOfTheRuntimeIsNeeded(t *testing.T) {
	rights := rightsOfTheRole(t)
	require.Greater(t, len(rights), 20)
	all := deployLesser(t, append([]right{{}}, rights...))
	var mu sync.Mutex
	var idle []string
	t.Run("without", func(t *testing.T) {
		for _, l := range all {
			t.Run(l.without.String(), func(t *testing.T) {
				t.Parallel()
				if refused := l.live(t); !refused {
					mu.Lock()
					defer mu.Unlock()
					idle = append(idle, l.without.String())
				}
			})
		}
	})
	slices.Sort(idle)
	require.Equal(t, append(slices.Clone(unused), "nothing"), idle, "without which of the rights nothing is refused")
}

// rightsOfTheRole are those that the generator gives a runtime that restarts.
func rightsOfTheRole(t *testing.T) []right {
	t.Helper()
	var rights []right
	for _, object := range expand(t, "rights", syncedSpec) {
		if role := roleOf(t, object); role != nil {
			for _, rule := range role.Rules {
				for _, verb := range rule.Verbs {
					for _, resource := range rule.Resources {
						rights = append(rights, right{verb, resourceIn(rule.APIGroups[0], resource)})
					}
				}
			}
		}
	}
	return rights
}

func resourceIn(group, resource string) string {
	if group == "" {
		return resource
	}
	return resource + "." + group
}

// roleOf is the Role of a runtime; nil where it is another object.
func roleOf(t *testing.T, object *unstructured.Unstructured) *rbacv1.Role {
	t.Helper()
	if object.GetKind() != "Role" || object.GetName() != "cloison-sync" {
		return nil
	}
	role := &rbacv1.Role{}
	require.NoError(t, objectruntime.DefaultUnstructuredConverter.FromUnstructured(object.Object, role))
	return role
}

// deployLesser applies a Segregation with a component for each right, whose Role
// lacks it.
func deployLesser(t *testing.T, without []right) []*lesser {
	t.Helper()
	var components strings.Builder
	var all []*lesser
	for i, of := range without {
		fmt.Fprintf(&components, "  own%02d:\n    secrets: {keys: [A], target: own-secrets}\n", i)
		all = append(all, &lesser{&syncRuntime{lab: &lab{namespace: fmt.Sprintf("rights-own%02d", i)}}, of, ""})
	}
	head, _, _ := strings.Cut(syncedSpec, "components:")
	from := deployRuntimeOf(t, "rights", head+"components:\n"+components.String(),
		func(object *unstructured.Unstructured) {
			role := roleOf(t, object)
			if role == nil {
				return
			}
			i := slices.IndexFunc(all, func(l *lesser) bool { return l.namespace == role.Namespace })
			role.Rules = without[i].takenFrom(role.Rules)
			changed, err := objectruntime.DefaultUnstructuredConverter.ToUnstructured(role)
			require.NoError(t, err)
			object.Object["rules"] = changed["rules"]
		})
	for i, l := range all {
		l.scaleway = from
		l.secret = from.put(t, "/"+l.namespace, "a", canary+"1")
		shared.Apply(t, fmt.Appendf(nil, `
{apiVersion: v1, kind: Secret, metadata: {name: scw-own%02d-credentials, namespace: %s}, stringData: {access-key: %s, secret-key: %s}}
`, i, l.namespace, from.key.AccessKey, from.key.SecretKey))
		manifests, _, _ := strings.Cut(restartable, "---\n{apiVersion: v1, kind: Pod")
		shared.Apply(t, fmt.Appendf(nil, manifests, l.namespace))
	}
	return all
}

// takenFrom gives the rules without the right.
func (r right) takenFrom(rules []rbacv1.PolicyRule) []rbacv1.PolicyRule {
	var left []rbacv1.PolicyRule
	for _, rule := range rules {
		for _, resource := range rule.Resources {
			one := *rule.DeepCopy()
			one.Resources = []string{resource}
			if resourceIn(rule.APIGroups[0], resource) == r.resource {
				one.Verbs = slices.DeleteFunc(one.Verbs, func(verb string) bool { return verb == r.verb })
			}
			if len(one.Verbs) > 0 {
				left = append(left, one)
			}
		}
	}
	return left
}

// live has the runtime do all that it does, and reports whether a request of it
// was refused, which ends it.
func (l *lesser) live(t *testing.T) (refused bool) {
	t.Helper()
	if l.without.verb == "list" {
		l.wrap = withoutStreamedLists
	}
	ctx, stop := context.WithCancel(t.Context())
	done := l.run(ctx, 3)
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Logf("it has ended by itself: %v", err)
		}
	}()
	edit := func(ctx context.Context) error {
		_, err := shared.Clientset.CoreV1().Secrets(l.namespace).Patch(ctx, syncedSecret, types.MergePatchType,
			[]byte(`{"stringData": {"A": "edited"}}`), metav1.PatchOptions{FieldManager: "somebody"})
		return err
	}
	newVersion := func(context.Context) error {
		_, err := l.scaleway.AddVersion(l.secret, emulator.Value(canary+"2"))
		return err
	}
	nothing := func(context.Context) error { return nil }
	for _, step := range []struct {
		name string
		does func(context.Context) error
		done func(context.Context) bool
	}{
		{"creates the Secret", nothing, l.holds(canary + "1")},
		{"repairs it, again and again, which is told in one event", nothing, func(ctx context.Context) bool {
			if l.holds(canary+"1")(ctx) && edit(ctx) != nil {
				return false
			}
			return l.tells("Updated", 2)(ctx)
		}},
		{"writes a new version", newVersion, l.holds(canary + "2")},
		{"restarts what consumes it", nothing, l.hasRestarted},
		{"comes to the end of the change", nothing, l.hasSettled},
	} {
		require.NoError(t, step.does(t.Context()), step.name)
		refusedNow := false
		await(t, step.name, func(ctx context.Context) (bool, string, error) {
			refusedNow = l.isRefused()
			return refusedNow || step.done(ctx), "not yet", nil
		})
		if refusedNow {
			return true
		}
	}
	return l.isRefused()
}

func (r *syncRuntime) isRefused() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.denied) > 0
}

func (r *syncRuntime) holds(value string) func(context.Context) bool {
	return func(ctx context.Context) bool {
		is, _, err := r.hasValue(syncedSecret, value)(ctx)
		return err == nil && is
	}
}

// hasValue reports whether the key A of a Secret has a value.
func (r *syncRuntime) hasValue(secret, value string) cluster.Condition {
	return func(ctx context.Context) (bool, string, error) {
		found, err := shared.Clientset.CoreV1().Secrets(r.namespace).Get(ctx, secret, metav1.GetOptions{})
		if err != nil {
			return false, "there is none", nil //nolint:nilerr // it may come
		}
		return string(found.Data["A"]) == value, "it has another value", nil
	}
}

// tells reports whether an event was told so often.
func (r *syncRuntime) tells(reason string, times int32) func(context.Context) bool {
	return func(ctx context.Context) bool {
		events, err := shared.Clientset.EventsV1().Events(r.namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return false
		}
		for i := range events.Items {
			if e := &events.Items[i]; e.Reason == reason && e.Series != nil && e.Series.Count >= times {
				return true
			}
		}
		return false
	}
}

func (r *syncRuntime) hasRestarted(ctx context.Context) bool {
	got, err := r.generations(ctx)
	return err == nil && maps.Equal(got, map[string]int64{"api": 2, "db": 2, "logs": 2, "other": 1, "cloison-sync": 1})
}

func (r *syncRuntime) hasSettled(ctx context.Context) bool {
	secret, err := shared.Clientset.CoreV1().Secrets(r.namespace).Get(ctx, syncedSecret, metav1.GetOptions{})
	return err == nil && secret.Annotations["cloison.dev/restart-pending"] == ""
}

// withoutStreamedLists answers as an API server that does not know how to send the
// state in a watch, so that it is listed. Facts: docs/facts.md, "Lists in watches".
func withoutStreamedLists(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		if request.URL.Query().Get("sendInitialEvents") == "" {
			return next.RoundTrip(request)
		}
		const body = `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Invalid","code":422}`
		return &http.Response{
			Status: "422 Unprocessable Entity", StatusCode: http.StatusUnprocessableEntity,
			Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{"Content-Type": {"application/json"}},
			ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)), Request: request,
		}, nil
	})
}
