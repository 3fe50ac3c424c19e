package e2e

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	applyv1 "k8s.io/client-go/applyconfigurations/core/v1"

	"cloison.dev/cloison/e2e/cluster"
)

// runtimeSpec has two secret groups in the component that is looked at.
const runtimeSpec = `
sync: {engine: Cloison, image: 'registry.example.com/cloison-sync:v1', restart: %t}
components:
  own:
    secrets: {keys: [A]}
    secretGroups:
      extra: {keys: [B], target: extra}
  other:
    secrets: {keys: [A]}
`

// What the runtime of component own may do in its namespace, by the name of the
// object; "" is on any.
var (
	runtimeAny = []grant{
		{"list watch", stores},
		{"patch", "externalsecrets.external-secrets.io/status secretstores.external-secrets.io/status"},
		{"create", "events"},
		{"create patch", "events.events.k8s.io"},
		{"create", "leases.coordination.k8s.io"},
	}
	runtimeRestarts = []grant{
		{"list patch watch", "daemonsets.apps deployments.apps statefulsets.apps"},
		{"list", "pods"},
	}
	runtimeNamed = map[string][]grant{
		"":                          nil,
		"own-secrets":               {{reading + " create patch", "secrets"}},
		"extra":                     {{reading + " create patch", "secrets"}},
		"scw-own-credentials":       {{reading, "secrets"}},
		"scw-own-extra-credentials": {{reading, "secrets"}},
		"cloison-sync":              {{"get update", "leases.coordination.k8s.io"}},
		"other-secrets":             nil,
	}
)

// TestRuntimePermissions asks about everything that the API server serves.
func TestRuntimePermissions(t *testing.T) {
	everybody := everybodysPermissions(t)
	for segregation, restart := range map[string]bool{"restarts": true, "stays": false} {
		t.Run(segregation, func(t *testing.T) {
			expandAndApply(t, segregation, fmt.Sprintf(runtimeSpec, restart))
			runtime := cluster.ServiceAccount(segregation+"-own", "cloison-sync")
			for name, grants := range runtimeNamed {
				want := append(append([]grant{}, runtimeAny...), grants...)
				if restart {
					want = append(want, runtimeRestarts...)
				}
				got := without(shared.Permissions(t, runtime, segregation+"-own", name), everybody)
				require.Equalf(t, permissions(want), got, "on an object named %q", name)
			}
			for _, name := range []string{"", "other-secrets", "own-secrets", "scw-other-credentials"} {
				require.Emptyf(t, without(shared.Permissions(t, runtime, segregation+"-other", name), everybody),
					"on %q of the other", name)
			}
			require.Empty(t, without(shared.Permissions(t, runtime, "", "own-secrets"), everybody), "in any namespace")
		})
	}
}

// TestRuntimeRequests makes the requests that the runtime lives on, and those that
// it must not be able to make, as its service account.
func TestRuntimeRequests(t *testing.T) {
	expandAndApply(t, "requests", fmt.Sprintf(runtimeSpec, true))
	shared.Apply(t, []byte(`
{apiVersion: v1, kind: Secret, metadata: {name: scw-own-credentials, namespace: requests-own}, stringData: {access-key: `+canary+`}}
---
{apiVersion: v1, kind: Secret, metadata: {name: foreign, namespace: requests-own}, stringData: {A: `+canary+`}}
---
{apiVersion: v1, kind: Secret, metadata: {name: other-secrets, namespace: requests-other}, stringData: {A: `+canary+`}}
---
{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: foreign, namespace: requests-own}}
`))
	client := shared.As(t, cluster.ServiceAccount("requests-own", "cloison-sync"))
	own := runtime{Client: client, namespace: "requests-own"}
	other := runtime{Client: client, namespace: "requests-other"}
	everywhere := runtime{Client: client}
	for _, test := range []struct {
		name    string
		request request
		allowed bool
	}{
		{"a plain create of its target", own.create("own-secrets"), false},
		{"creates its target by server-side apply", own.apply("own-secrets", "1"), true},
		{"updates its target by server-side apply", own.apply("own-secrets", "2"), true},
		{"creates the target of another group", own.apply("extra", "1"), true},
		{"a plain update of its target", own.update("own-secrets"), false},
		{"deletes its target", own.remove("own-secrets"), false},
		{"applies its credential", own.apply("scw-own-credentials", "1"), false},
		{"applies a foreign Secret that exists", own.apply("foreign", "1"), false},
		{"applies a Secret that does not exist", own.apply("new", "1"), false},
		{"applies its target in the other namespace", other.apply("own-secrets", "1"), false},
		{"applies the other's target", other.apply("other-secrets", "1"), false},
		{"gets its target", own.get("own-secrets"), true},
		{"gets its credential", own.get("scw-own-credentials"), true},
		{"gets a foreign Secret", own.get("foreign"), false},
		{"gets the other's target", other.get("other-secrets"), false},
		{"lists its target by name", own.list("metadata.name=own-secrets"), true},
		{"lists its credential by name", own.list("metadata.name=scw-own-credentials"), true},
		{"lists a foreign Secret by name", own.list("metadata.name=foreign"), false},
		{"lists all but one", own.list("metadata.name!=foreign"), false},
		{"lists all Secrets", own.list(""), false},
		{"lists its target by name everywhere", everywhere.list("metadata.name=own-secrets"), false},
		{"lists the other's target by name", other.list("metadata.name=other-secrets"), false},
		{"watches its target by name", own.watch("metadata.name=own-secrets"), true},
		{"watches all Secrets", own.watch(""), false},
		{"updates the status of its ExternalSecret", own.patch("externalsecrets", "own-externalsecret", "status"),
			true},
		{"updates the status of its SecretStore", own.patch("secretstores", "own-secretstore", "status"), true},
		{"changes its ExternalSecret", own.patch("externalsecrets", "own-externalsecret"), false},
		{"changes its SecretStore", own.patch("secretstores", "own-secretstore"), false},
		{"updates the status of the other's ExternalSecret", other.patch("externalsecrets", "other-externalsecret",
			"status"), false},
		{"creates its lease", own.createLease("cloison-sync"), true},
		{"renews its lease", own.renewLease("cloison-sync"), true},
		{"renews a foreign lease", own.renewLease("foreign"), false},
		{"creates a lease in the other namespace", other.createLease("cloison-sync"), false},
		{"restarts a workload", own.restart("cloison-sync"), true},
		{"restarts a workload of the other", other.restart("cloison-sync"), false},
	} {
		err := test.request(t.Context())
		if test.allowed {
			require.NoError(t, err, test.name)
		} else {
			require.Truef(t, apierrors.IsForbidden(err), "%s: must be forbidden: %v", test.name, err)
		}
	}
	applied, err := shared.Clientset.CoreV1().Secrets("requests-own").Get(t.Context(), "own-secrets",
		metav1.GetOptions{})
	require.NoError(t, err)
	requireData(t, applied, map[string]string{"A": canary + "2"})
}

// request makes one request.
type request func(ctx context.Context) error

// runtime makes the requests of a sync runtime in a namespace.
type runtime struct {
	cluster.Client
	namespace string
}

func (r runtime) apply(name, value string) request {
	return func(ctx context.Context) error {
		secret := applyv1.Secret(name, r.namespace).WithData(map[string][]byte{"A": []byte(canary + value)})
		_, err := r.Clientset.CoreV1().Secrets(r.namespace).Apply(ctx, secret,
			metav1.ApplyOptions{FieldManager: "cloison-sync", Force: true})
		return err
	}
}

func (r runtime) create(name string) request {
	return func(ctx context.Context) error {
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name}}
		_, err := r.Clientset.CoreV1().Secrets(r.namespace).Create(ctx, secret, metav1.CreateOptions{})
		return err
	}
}

func (r runtime) update(name string) request {
	return func(ctx context.Context) error {
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name}}
		_, err := r.Clientset.CoreV1().Secrets(r.namespace).Update(ctx, secret, metav1.UpdateOptions{})
		return err
	}
}

func (r runtime) remove(name string) request {
	return func(ctx context.Context) error {
		return r.Clientset.CoreV1().Secrets(r.namespace).Delete(ctx, name, metav1.DeleteOptions{})
	}
}

func (r runtime) get(name string) request {
	return func(ctx context.Context) error {
		_, err := r.Clientset.CoreV1().Secrets(r.namespace).Get(ctx, name, metav1.GetOptions{})
		return err
	}
}

func (r runtime) list(fields string) request {
	return func(ctx context.Context) error {
		_, err := r.Clientset.CoreV1().Secrets(r.namespace).List(ctx, metav1.ListOptions{FieldSelector: fields})
		return err
	}
}

func (r runtime) watch(fields string) request {
	return func(ctx context.Context) error {
		watch, err := r.Clientset.CoreV1().Secrets(r.namespace).Watch(ctx, metav1.ListOptions{FieldSelector: fields})
		if err == nil {
			watch.Stop()
		}
		return err
	}
}

// patch changes an object of the operator's, or its status.
func (r runtime) patch(resource, name string, subresource ...string) request {
	return func(ctx context.Context) error {
		client := r.Dynamic.Resource(externalSecrets.GroupVersion().WithResource(resource)).Namespace(r.namespace)
		patch := []byte(`{"spec":{"refreshInterval":"2h"},"status":{"conditions":[{"type":"Ready","status":"True"}]}}`)
		_, err := client.Patch(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{}, subresource...)
		return err
	}
}

func (r runtime) createLease(name string) request {
	return func(ctx context.Context) error {
		lease := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: name}}
		_, err := r.Clientset.CoordinationV1().Leases(r.namespace).Create(ctx, lease, metav1.CreateOptions{})
		return err
	}
}

// renewLease reads the lease as an administrator, so that only the update is
// judged.
func (r runtime) renewLease(name string) request {
	return func(ctx context.Context) error {
		lease, err := shared.Clientset.CoordinationV1().Leases(r.namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		lease.Spec.HolderIdentity = new("cloison-sync-0")
		_, err = r.Clientset.CoordinationV1().Leases(r.namespace).Update(ctx, lease, metav1.UpdateOptions{})
		return err
	}
}

func (r runtime) restart(deployment string) request {
	return func(ctx context.Context) error {
		patch := []byte(`{"spec":{"template":{"metadata":{"annotations":{"cloison.dev/restart":"1"}}}}}`)
		_, err := r.Clientset.AppsV1().Deployments(r.namespace).Patch(ctx, deployment, types.StrategicMergePatchType,
			patch, metav1.PatchOptions{})
		return err
	}
}
