package readers

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/oddfiles"
)

// program is the kubectl that "make -C e2e bin/kubectl" builds.
const program = "../bin/kubectl"

// TestKubectlItselfReadsTheSame has kubectl print files, each object with one more label: with --local it needs no
// cluster.
func TestKubectlItselfReadsTheSame(t *testing.T) {
	require.FileExists(t, program, `"make -C e2e bin/kubectl" builds it`)
	const files = 50
	compared := 0
	for _, random := range testkit.Seeds(t, 1000) {
		if compared == files {
			break
		}
		text := oddfiles.Writer{Rand: random}.File()
		file := write(t, t.TempDir(), "odd.yaml", text)
		_, refusal := readAsKubectl(file)
		want := readAsCloison(t, file)
		if refusal == nil && !want.refused && len(want.objects) > 0 {
			compared++
			expected := labelled(t, want.objects)
			assert.Equal(t, expected, slices.DeleteFunc(printed(t, file), func(text string) bool {
				hadNoMetadata := strings.Contains(text, `"metadata":{"labels":{"read-by":"kubectl"}}`)
				return hadNoMetadata && !slices.Contains(expected, text)
			}), text)
		}
	}
	testkit.Counts(t, map[string]int{"files": files}, map[string]int{"files": compared})
}

// labelled has the contents of objects with one more label, sorted.
func labelled(t *testing.T, all []object) []string {
	t.Helper()
	var texts []string
	for _, o := range all {
		read := unstructured.Unstructured{Object: fields(t, o)}
		labels := read.GetLabels()
		if labels == nil {
			labels = map[string]string{}
		}
		labels["read-by"] = "kubectl"
		read.SetLabels(labels)
		text, err := json.Marshal(read.Object)
		require.NoError(t, err)
		texts = append(texts, string(text))
	}
	slices.Sort(texts)
	return texts
}

func fields(t *testing.T, o object) map[string]any {
	t.Helper()
	var read map[string]any
	require.NoError(t, json.Unmarshal([]byte(o.Content), &read))
	return read
}

// printed has the objects that kubectl prints, sorted.
func printed(t *testing.T, file string) []string {
	t.Helper()
	command := exec.Command(program, "label", "--local", "--overwrite", "-o", "json", "-f", file, "read-by=kubectl")
	command.Env = []string{"HOME=" + t.TempDir(), "KUBECONFIG=/dev/null"}
	output, err := command.Output()
	require.NoError(t, err)
	var texts []string
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var read map[string]any
		err := decoder.Decode(&read)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		text, err := json.Marshal(read)
		require.NoError(t, err)
		texts = append(texts, string(text))
	}
	slices.Sort(texts)
	return texts
}
