package e2e

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

const agreementDir = "testdata/agreement"

// agreementCase is an ExternalSecret that is applied twice: for the operator, and for the runtime.
type agreementCase struct {
	// Labels and Annotations of the ExternalSecret.
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	// Spec without its store.
	Spec map[string]any `json:"spec"`
	// Before is the Secret that is there before; omitted: none.
	Before *corev1.Secret `json:"before,omitempty"`
	// Shapes are keys whose values are made by chance: only their lengths are compared.
	Shapes []string `json:"shapes,omitempty"`
	// Fails is true where the operator must fail.
	Fails bool `json:"fails,omitempty"`
	// Differs says why the runtime does something else than the operator, on purpose; it then must.
	Differs string `json:"differs,omitempty"`
}

// fewestCases and mostDifferences keep the corpus from shrinking and the list of differences from growing unseen.
const (
	fewestCases     = 200
	mostDifferences = 12
)

// ofTheOperator are the labels and annotations that only the operator's bookkeeping has. The runtime has none.
var ofTheOperator = []string{
	"reconcile.external-secrets.io/managed",
	"reconcile.external-secrets.io/created-by",
	dataHash,
}

const dataHash = "reconcile.external-secrets.io/data-hash"

// The two stores of the lab, which the names of ExternalSecrets begin with.
const (
	byOperator = "store"
	byRuntime  = "runtime"
)

// TestTheRuntimeAgreesWithTheOperator applies a corpus of ExternalSecrets for both, and compares the Secrets.
func TestTheRuntimeAgreesWithTheOperator(t *testing.T) {
	cases := agreementCases(t)
	lab := newLab(t)
	id := seedAgreement(t, lab.scaleway)
	lab.applyStore(t, byRuntime, "cloison")
	lab.allowRuntime(t)
	runtime := startRuntime(t, lab.namespace, lab.scaleway, 0)
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		for _, by := range []string{byOperator, byRuntime} {
			lab.applyCase(t, by, name, id, cases[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) {
			operator := lab.madeOf(t, byOperator+"-"+name)
			assert.Equal(t, cases[name].Fails, strings.HasPrefix(operator.ready, "False"), "of the operator")
			found := disagreements(operator, lab.madeOf(t, byRuntime+"-"+name), cases[name].Shapes)
			if cases[name].Differs == "" {
				assert.Empty(t, found)
			} else {
				assert.NotEmpty(t, found, "this is no difference any more: %s", cases[name].Differs)
				t.Logf("%s: %s", cases[name].Differs, strings.Join(found, "; "))
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		lab.requireFewWrites(t, runtime.log(), byRuntime+"-"+name)
		assert.NotContains(t, runtime.log(), fmt.Sprintf(`"secret":%q`, byOperator+"-"+name), "that is the operator's")
	}
}

// requireFewWrites requires that a Secret was written at most once for each state of its ExternalSecret, whatever its
// templates make of chance: the runtime has polled all the while. The operator changes the ExternalSecrets of others.
func (l *lab) requireFewWrites(t *testing.T, log, name string) {
	t.Helper()
	_, object, err := l.ready(t.Context(), "externalsecrets", name)
	require.NoError(t, err)
	written := strings.Count(log, fmt.Sprintf(`"msg":"secret written","secret":%q`, name))
	assert.LessOrEqual(t, written, int(object.GetGeneration()), "Secret %s", name)
}

func agreementCases(t *testing.T) map[string]agreementCase {
	t.Helper()
	paths, err := filepath.Glob(agreementDir + "/*.yaml")
	require.NoError(t, err)
	all, differ := map[string]agreementCase{}, 0
	for _, path := range paths {
		if strings.HasSuffix(path, ".seed.yaml") {
			continue
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		cases := map[string]agreementCase{}
		require.NoError(t, yaml.UnmarshalStrict(text, &cases), path)
		for name, one := range cases {
			require.NotContains(t, all, name)
			all[name] = one
			if one.Differs != "" {
				differ++
			}
		}
	}
	require.GreaterOrEqual(t, len(all), fewestCases)
	require.LessOrEqual(t, differ, mostDifferences)
	return all
}

// allowRuntime gives the runtime wide rights. That it needs much less is shown by other tests.
func (l *lab) allowRuntime(t *testing.T) {
	t.Helper()
	shared.Apply(t, fmt.Appendf(nil, `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: wide, namespace: %[1]s}
rules:
- {apiGroups: [""], resources: [secrets, events], verbs: ["*"]}
- {apiGroups: [external-secrets.io, coordination.k8s.io, events.k8s.io, apps], resources: ["*"], verbs: ["*"]}
- {apiGroups: [""], resources: [pods], verbs: [list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: wide, namespace: %[1]s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: wide}
subjects: [{kind: ServiceAccount, name: cloison-sync, namespace: %[1]s}]
`, l.namespace))
}

// applyCase applies a case for one of the two, with the Secret that is to be there before.
func (l *lab) applyCase(t *testing.T, by, name, id string, of agreementCase) {
	t.Helper()
	if of.Before != nil {
		before := of.Before.DeepCopy()
		before.Name = by + "-" + name
		_, err := shared.Clientset.CoreV1().Secrets(l.namespace).Create(t.Context(), before, metav1.CreateOptions{})
		require.NoError(t, err)
	}
	spec, err := yaml.Marshal(of.Spec)
	require.NoError(t, err)
	spec = bytes.ReplaceAll(spec, []byte("ID-OF-VERSIONS"), []byte(id))
	external := &unstructured.Unstructured{Object: map[string]any{}}
	external.SetAPIVersion(externalSecrets.GroupVersion().String())
	external.SetKind("ExternalSecret")
	external.SetName(by + "-" + name)
	external.SetNamespace(l.namespace)
	external.SetLabels(of.Labels)
	external.SetAnnotations(of.Annotations)
	fields := map[string]any{}
	require.NoError(t, yaml.Unmarshal(spec, &fields))
	fields["secretStoreRef"] = map[string]any{"kind": "SecretStore", "name": by}
	external.Object["spec"] = fields
	require.NoError(t, shared.Submit(t.Context(), []*unstructured.Unstructured{external}), name)
}

// disagreements between what the operator and the runtime made of a case. No value is in them.
func disagreements(operator, runtime made, shapes []string) []string {
	var found []string
	differ := func(what, a, b string) {
		if a != b {
			found = append(found, fmt.Sprintf("%s: operator %s, runtime %s", what, a, b))
		}
	}
	differ("Ready", operator.ready, runtime.ready)
	differ("Secret", present(operator.secret), present(runtime.secret))
	if operator.secret == nil || runtime.secret == nil {
		return found
	}
	a, b := operator.secret, runtime.secret
	differ("type", string(a.Type), string(b.Type))
	differ("immutable", immutability(a), immutability(b))
	differ("labels", ownMetadata(a.Labels), ownMetadata(b.Labels))
	differ("annotations", ownMetadata(a.Annotations), ownMetadata(b.Annotations))
	differ("owners", owners(a, byOperator), owners(b, byRuntime))
	differ("keys", fmt.Sprint(slices.Sorted(maps.Keys(a.Data))), fmt.Sprint(slices.Sorted(maps.Keys(b.Data))))
	for _, key := range slices.Sorted(maps.Keys(a.Data)) {
		same := bytes.Equal(a.Data[key], b.Data[key])
		if slices.Contains(shapes, key) {
			same = len(a.Data[key]) == len(b.Data[key])
		}
		if !same {
			found = append(found,
				fmt.Sprintf("%s: other values, of %d and %d bytes", key, len(a.Data[key]), len(b.Data[key])))
		}
	}
	return found
}

// made is what was made of one ExternalSecret.
type made struct {
	// ready is the status and the reason of the condition.
	ready  string
	secret *corev1.Secret // nil where there is none
}

func (l *lab) madeOf(t *testing.T, name string) made {
	t.Helper()
	var found made
	await(t, "ExternalSecret "+name+" to be done", func(ctx context.Context) (bool, string, error) {
		ready, object, err := l.ready(ctx, "externalsecrets", name)
		if err != nil || ready == "" {
			return false, "it has no condition", err
		}
		conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
		reason, _, _ := unstructured.NestedString(conditions[0].(map[string]any), "reason")
		found.ready = ready + " " + reason
		return true, "", nil
	})
	secret, err := shared.Clientset.CoreV1().Secrets(l.namespace).Get(t.Context(), name, metav1.GetOptions{})
	if !apierrors.IsNotFound(err) {
		require.NoError(t, err)
		found.secret = secret
	}
	return found
}

func present(s *corev1.Secret) string {
	if s == nil {
		return "made none"
	}
	return "made one"
}

func immutability(s *corev1.Secret) string {
	return strconv.FormatBool(s.Immutable != nil && *s.Immutable)
}

// ownMetadata are labels or annotations without the bookkeeping of the operator.
func ownMetadata(all map[string]string) string {
	own := maps.Clone(all)
	maps.DeleteFunc(own, func(name string, _ string) bool { return slices.Contains(ofTheOperator, name) })
	return fmt.Sprintf("%q", own)
}

func owners(s *corev1.Secret, by string) string {
	var all []string
	for _, owner := range s.OwnerReferences {
		all = append(all, fmt.Sprint(owner.APIVersion, " ", owner.Kind, " ", strings.TrimPrefix(owner.Name, by), " ",
			owner.Controller != nil && *owner.Controller, " ", owner.BlockOwnerDeletion != nil &&
				*owner.BlockOwnerDeletion))
	}
	slices.Sort(all)
	return fmt.Sprint(all)
}
