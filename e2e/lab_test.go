package e2e

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/rand"

	"cloison.dev/cloison/e2e/cluster"
)

// canary starts every secret value of these tests, so that one in a place where
// no value belongs is found.
const canary = "canary-"

// lab is one namespace with a SecretStore named "store", an External Secrets
// Operator that serves the namespace, and the Scaleway that it calls.
type lab struct {
	namespace string
	scaleway  *scaleway
}

// newLab returns when the operator holds the store for valid. At the end of the
// test it looks for canaries where no value belongs. The namespace has a new name
// each time, since namespaces never go away here.
func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{namespace: "lab-" + rand.String(8), scaleway: newScaleway(t)}
	l.applyStore(t, "store", "")
	eso := shared.StartESO(t, l.namespace)
	await(t, "SecretStore store to be ready", func(ctx context.Context) (bool, string, error) {
		ready, _, err := l.ready(ctx, "secretstores", "store")
		return ready == "True", ready, err
	})
	t.Cleanup(func() { l.checkForCanaries(t, eso) })
	return l
}

// applyStore applies the namespace, a Scaleway credential and a SecretStore. An
// empty controller leaves the store to whoever serves stores that name none.
func (l *lab) applyStore(t *testing.T, name, controller string) {
	t.Helper()
	shared.Apply(t, fmt.Appendf(nil, `
apiVersion: v1
kind: Namespace
metadata: {name: %[1]s}
---
apiVersion: v1
kind: Secret
metadata: {name: scw-credentials, namespace: %[1]s}
stringData: {access-key: %[2]s, secret-key: %[3]s}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: %[4]s, namespace: %[1]s}
spec:
  controller: %[5]q
  provider:
    scaleway:
      region: fr-par
      projectId: %[6]s
      apiUrl: %[7]s
      accessKey: {secretRef: {name: scw-credentials, key: access-key}}
      secretKey: {secretRef: {name: scw-credentials, key: secret-key}}
`, l.namespace, l.scaleway.key.AccessKey, l.scaleway.key.SecretKey, name, controller, project, l.scaleway.url))
}

// sources are where the keys of an ExternalSecret come from: entries of its data
// and of its dataFrom, as YAML.
type sources struct{ data, dataFrom []string }

// applyExternalSecret applies one that fills the Secret of its own name.
func (l *lab) applyExternalSecret(t *testing.T, name, store string, from sources) {
	t.Helper()
	shared.Apply(t, fmt.Appendf(nil, `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: %[1]s, namespace: %[2]s, labels: {from: external-secret}}
spec:
  refreshInterval: 1h
  secretStoreRef: {kind: SecretStore, name: %[3]s}
  target:
    name: %[1]s
    creationPolicy: Owner
    deletionPolicy: Retain
    template: {type: Opaque, metadata: {labels: {from: template}}}
  data: [%[4]s]
  dataFrom: [%[5]s]
`, name, l.namespace, store, strings.Join(from.data, ", "), strings.Join(from.dataFrom, ", ")))
}

// askForRefresh asks whoever serves the ExternalSecret to read everything again.
func (l *lab) askForRefresh(t *testing.T, name string) {
	t.Helper()
	patch := fmt.Appendf(nil, `{"metadata":{"annotations":{"force-sync":"%d"}}}`, time.Now().UnixNano())
	_, err := shared.Dynamic.Resource(externalSecrets).Namespace(l.namespace).Patch(t.Context(), name,
		types.MergePatchType,
		patch, metav1.PatchOptions{})
	require.NoError(t, err)
}

// refresh makes the operator read everything again now, and returns when it has
// either synced once more or failed.
func (l *lab) refresh(t *testing.T, name string) {
	t.Helper()
	client := shared.Dynamic.Resource(externalSecrets).Namespace(l.namespace)
	before, err := client.Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	synced, _, _ := unstructured.NestedString(before.Object, "status", "syncedResourceVersion")
	l.askForRefresh(t, name)
	await(t, "ExternalSecret "+name+" to be refreshed", func(ctx context.Context) (bool, string, error) {
		ready, after, err := l.ready(ctx, "externalsecrets", name)
		if err != nil {
			return false, "", err
		}
		now, _, _ := unstructured.NestedString(after.Object, "status", "syncedResourceVersion")
		return ready == "False" || now != synced, "Ready=" + ready, nil
	})
}

// expectSynced waits for Ready=True and requires the Secret's data.
func (l *lab) expectSynced(t *testing.T, name string, want map[string]string) *corev1.Secret {
	t.Helper()
	await(t, "ExternalSecret "+name+" to be ready", l.readiness(name, "True"))
	secret := l.secret(t, name)
	requireData(t, secret, want)
	return secret
}

func (l *lab) secret(t *testing.T, name string) *corev1.Secret {
	t.Helper()
	secret, err := shared.Clientset.CoreV1().Secrets(l.namespace).Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	return secret
}

func (l *lab) requireNoSecret(t *testing.T, name string) {
	t.Helper()
	_, err := shared.Clientset.CoreV1().Secrets(l.namespace).Get(t.Context(), name, metav1.GetOptions{})
	require.Truef(t, apierrors.IsNotFound(err), "there must be no Secret %s", name)
}

// expectFailed waits for Ready=False and requires the Secret's data; nil means
// that there must be no Secret.
func (l *lab) expectFailed(t *testing.T, name string, want map[string]string) {
	t.Helper()
	await(t, "ExternalSecret "+name+" to fail", l.readiness(name, "False"))
	if want == nil {
		l.requireNoSecret(t, name)
		return
	}
	requireData(t, l.secret(t, name), want)
}

// expectNothing waits for Ready=True and requires that there is no Secret.
func (l *lab) expectNothing(t *testing.T, name string) {
	t.Helper()
	await(t, "ExternalSecret "+name+" to be ready", l.readiness(name, "True"))
	l.requireNoSecret(t, name)
}

// expectEvent waits for an event about the ExternalSecret that holds message.
func (l *lab) expectEvent(t *testing.T, name, message string) {
	t.Helper()
	about := metav1.ListOptions{FieldSelector: "involvedObject.kind=ExternalSecret,involvedObject.name=" + name}
	await(t, fmt.Sprintf("an event %q about ExternalSecret %s", message, name),
		func(ctx context.Context) (bool, string, error) {
			events, err := shared.Clientset.CoreV1().Events(l.namespace).List(ctx, about)
			if err != nil {
				return false, "", err
			}
			found := slices.ContainsFunc(events.Items,
				func(event corev1.Event) bool { return strings.Contains(event.Message, message) })
			return found, fmt.Sprintf("%d other events", len(events.Items)), nil
		})
}

// requireData compares keys and values without printing a value.
func requireData(t *testing.T, secret *corev1.Secret, want map[string]string) {
	t.Helper()
	require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(secret.Data)),
		"the keys of Secret %s", secret.Name)
	for key, value := range want {
		if string(secret.Data[key]) != value {
			t.Fatalf("key %s of Secret %s holds another value", key, secret.Name)
		}
	}
}

func await(t *testing.T, what string, condition cluster.Condition) {
	t.Helper()
	require.NoError(t, cluster.WaitFor(t.Context(), what, condition))
}

func (l *lab) readiness(name, want string) cluster.Condition {
	return func(ctx context.Context) (bool, string, error) {
		ready, _, err := l.ready(ctx, "externalsecrets", name)
		return ready == want, "Ready=" + ready, err
	}
}

var externalSecrets = schema.GroupVersionResource{Group: "external-secrets.io", Version: "v1",
	Resource: "externalsecrets"}

// ready returns the status of the Ready condition, "" while there is none, and
// the object.
func (l *lab) ready(ctx context.Context, resource, name string) (string, *unstructured.Unstructured, error) {
	of := externalSecrets.GroupVersion().WithResource(resource)
	object, err := shared.Dynamic.Resource(of).Namespace(l.namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return "", nil, fmt.Errorf("get %s %s: %w", resource, name, err)
	}
	conditions, _, err := unstructured.NestedSlice(object.Object, "status", "conditions")
	if err != nil {
		return "", nil, fmt.Errorf("read the status of %s %s: %w", resource, name, err)
	}
	for _, condition := range conditions {
		if fields, ok := condition.(map[string]any); ok && fields["type"] == "Ready" {
			return fmt.Sprint(fields["status"]), object, nil
		}
	}
	return "", object, nil
}

// checkForCanaries looks into the operator's log, the events and the
// ExternalSecrets of the namespace.
func (l *lab) checkForCanaries(t *testing.T, eso *cluster.ESO) {
	ctx := context.Background() // The test's own has ended.
	events, err := shared.Clientset.CoreV1().Events(l.namespace).List(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	objects, err := shared.Dynamic.Resource(externalSecrets).Namespace(l.namespace).List(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	for place, text := range map[string]string{
		"the operator's log":  eso.Logs(),
		"the events":          fmt.Sprint(events.Items),
		"the ExternalSecrets": fmt.Sprint(objects.Items),
	} {
		if strings.Contains(text, canary) {
			t.Errorf("a secret value is in %s", place)
		}
	}
}
