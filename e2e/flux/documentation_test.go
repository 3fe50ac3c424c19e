package flux

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/runtime/cel"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// blocks are those of a language in docs/flux.md.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "flux.md"))
	require.NoError(t, err)
	var found []string
	for i, part := range strings.Split(string(text), "\n```") {
		if body, ok := strings.CutPrefix(part, language+"\n"); ok && i%2 == 1 {
			found = append(found, body+"\n")
		}
	}
	require.NotEmpty(t, found)
	return found
}

// TestDocumentedCommandsRun runs the commands in one shell, as somebody would who follows the page. Commands of make
// are for the repository; what they build is on the PATH already.
func TestDocumentedCommandsRun(t *testing.T) {
	dir, host := t.TempDir(), newRegistry(t)
	require.NoError(t, os.Symlink(filepath.Join(root, "examples"), filepath.Join(dir, "examples")))
	var script strings.Builder
	for _, block := range blocks(t, "sh") {
		for line := range strings.Lines(block) {
			if !strings.HasPrefix(line, "make ") {
				script.WriteString(line)
			}
		}
	}
	shell := exec.CommandContext(t.Context(), "sh", "-euc", script.String())
	shell.Dir, shell.Env = dir, append(os.Environ(), "REGISTRY="+host)
	said, err := shell.CombinedOutput()
	require.NoErrorf(t, err, "%s", said)

	pulled, about := pull(t, host+"/manifests:production")
	require.Contains(t, string(said), strings.Replace(about.Digest, "@", ":production@", 1))
	require.Equal(t, read(t, filepath.Join(dir, "dist", "rendered", "production")), read(t, pulled))
}

// documented reads the YAML of the page into the types of Flux's API, which must know every field.
func documented(t *testing.T) []any {
	t.Helper()
	var found []any
	for _, block := range blocks(t, "yaml") {
		for document := range strings.SplitSeq(block, "\n---\n") {
			var is unstructured.Unstructured
			require.NoError(t, yaml.Unmarshal([]byte(document), &is.Object))
			var object any
			switch is.GetAPIVersion() + " " + is.GetKind() {
			case "source.toolkit.fluxcd.io/v1 GitRepository":
				object = &sourcev1.GitRepository{}
			case "source.toolkit.fluxcd.io/v1 OCIRepository":
				object = &sourcev1.OCIRepository{}
			case "kustomize.toolkit.fluxcd.io/v1 Kustomization":
				object = &kustomizev1.Kustomization{}
			case "cloison.dev/v1alpha1 Segregation":
				object = &unstructured.Unstructured{}
			default:
				require.Fail(t, "the page has an object that this test does not know", is.GetKind())
			}
			require.NoError(t, yaml.UnmarshalStrict([]byte(document), object), document)
			found = append(found, object)
		}
	}
	return found
}

func TestTheDocumentedHealthIsThatOfTheConditions(t *testing.T) {
	evaluators := map[string]*cel.StatusEvaluator{}
	for _, object := range documented(t) {
		if kustomization, ok := object.(*kustomizev1.Kustomization); ok {
			for _, check := range kustomization.Spec.HealthCheckExprs {
				evaluator, err := cel.NewStatusEvaluator(&check.HealthCheckExpressions)
				require.NoError(t, err)
				evaluators[check.APIVersion+" "+check.Kind] = evaluator
			}
		}
	}
	const synced, broken = `{"type":"Ready","status":"True"}`, `{"type":"Ready","status":"False"}`
	const breach = `{"type":"SegregationBreach","status":"True"}`
	const wall = `{"type":"SegregationBreach","status":"False"}`
	tests := []struct {
		kind, conditions string
		want             status.Status
	}{
		{"ExternalSecret", synced, status.CurrentStatus}, {"ExternalSecret", broken, status.InProgressStatus},
		{"ExternalSecret", "", status.InProgressStatus},
		{"SecretStore", synced, status.CurrentStatus}, {"SecretStore", synced + "," + wall, status.CurrentStatus},
		{"SecretStore", synced + "," + breach, status.FailedStatus}, {"SecretStore", broken, status.InProgressStatus},
		{"SecretStore", `{"type":"SegregationBreach","status":"Unknown"},` + synced, status.CurrentStatus},
	}
	for _, test := range tests {
		t.Run(test.kind+" "+test.conditions, func(t *testing.T) {
			evaluator := evaluators["external-secrets.io/v1 "+test.kind]
			require.NotNil(t, evaluator)
			got, err := evaluator.Evaluate(t.Context(), object(t, test.kind, `{"conditions":[`+test.conditions+`]}`))
			require.NoError(t, err)
			assert.Equal(t, test.want, got.Status)
		})
	}
	t.Run("nobody has written a status", func(t *testing.T) {
		fresh := object(t, "ExternalSecret", "null")
		_, err := evaluators["external-secrets.io/v1 ExternalSecret"].Evaluate(t.Context(), fresh)
		require.ErrorContains(t, err, "no such attribute", "which Flux waits for")
		otherwise, err := status.Compute(fresh)
		require.NoError(t, err)
		assert.Equal(t, status.CurrentStatus, otherwise.Status, "why the page has expressions at all")
	})
}

// object has a status in JSON, or none where that is null.
func object(t *testing.T, kind, status string) *unstructured.Unstructured {
	t.Helper()
	found := map[string]any{
		"apiVersion": "external-secrets.io/v1", "kind": kind,
		"metadata": map[string]any{"name": "shop", "namespace": "shop", "generation": int64(1)},
	}
	var decoded any
	require.NoError(t, json.Unmarshal([]byte(status), &decoded))
	if decoded != nil {
		found["status"] = decoded
	}
	return &unstructured.Unstructured{Object: found}
}

// TestTheDocumentedNamespaceIsKept renders the Segregation of the page.
func TestTheDocumentedNamespaceIsKept(t *testing.T) {
	for _, block := range blocks(t, "yaml") {
		if strings.Contains(block, "kind: Segregation") {
			folder := write(t, map[string]string{"segregation.yaml": block})
			rendered, _ := run(t, 0, "cloison", "render", folder)
			namespace := unstructured.Unstructured{Object: objects(t, rendered)["v1 Namespace /shop-database"]}
			assert.Equal(t, "disabled", namespace.GetAnnotations()["kustomize.toolkit.fluxcd.io/prune"])
			return
		}
	}
	require.Fail(t, "the page must have a Segregation")
}
