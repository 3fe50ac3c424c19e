package objects_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/oddfiles"
)

var errListInList = errors.New("a list in a list")

// readAsKubectl reads a file with what kubectl's resource builder is made of: the decoder that cuts streams, and the
// scheme that takes lists apart.
func readAsKubectl(data string) ([]map[string]any, error) {
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(strings.TrimPrefix(data, "\ufeff")), 4096)
	var found []map[string]any
	for {
		var text runtime.RawExtension
		if err := decoder.Decode(&text); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return found, err
		}
		text.Raw = bytes.TrimSpace(text.Raw)
		if len(text.Raw) == 0 || string(text.Raw) == "null" {
			continue
		}
		object, _, err := unstructured.UnstructuredJSONScheme.Decode(text.Raw, nil, nil)
		if err != nil {
			return found, err
		}
		switch object := object.(type) {
		case *unstructured.Unstructured:
			found = append(found, object.Object)
		case *unstructured.UnstructuredList:
			for _, item := range object.Items {
				switch {
				case item.GetKind() == "":
					return found, errors.New("an item without a kind")
				case item.IsList():
					return found, errListInList
				}
				found = append(found, item.Object)
			}
		}
	}
}

// TestFilesAreReadAsKubectlReadsThem holds the reader against kubectl's on odd files: each object that is read must be
// the one that kubectl reads, in the same order, and what kubectl reads may only be missing where the file is refused.
//
// The tests of module e2e do the same with kubectl's own builder, which refuses more: metadata of other types, lists in
// lists.
func TestFilesAreReadAsKubectlReadsThem(t *testing.T) {
	outcomes := map[string]int{}
	for seed, random := range testkit.Seeds(t, 4000) {
		text := oddfiles.Writer{Rand: random}.Text()
		want, kubectlErr := readAsKubectl(text)
		found, err := objects.Parse("", []byte(text))
		switch {
		case kubectlErr != nil && err != nil:
			outcomes["refused by both"]++
		case errors.Is(kubectlErr, errListInList):
			outcomes["a list in a list"]++
		case kubectlErr != nil:
			t.Errorf("seed %d: kubectl refuses it: %v\n%s", seed, kubectlErr, text)
		case err != nil:
			outcomes["refused here alone"]++
		default:
			outcomes["read the same"]++
			requireSameObjects(t, fmt.Sprintf("seed %d:\n%s", seed, text), want, found)
		}
		if t.Failed() {
			return
		}
	}
	testkit.Counts(t, map[string]int{
		"read the same": 1142, "refused here alone": 1034, "refused by both": 1766, "a list in a list": 58,
	}, outcomes)
}

func requireSameObjects(t *testing.T, text string, want []map[string]any, found []*objects.Object) {
	t.Helper()
	require.Len(t, found, len(want), text)
	for i, o := range found {
		var fields map[string]any
		err := o.DecodePart(&fields)
		require.NoError(t, err, text)
		expected := &unstructured.Unstructured{Object: want[i]}
		require.Equal(t, expected.GetKind(), o.Kind, text)
		require.Equal(t, expected.GetAPIVersion(), o.APIVersion, text)
		fields["apiVersion"], fields["kind"] = o.APIVersion, o.Kind // which items of a list may leave out
		if name := expected.GetName(); name != "" {
			require.Equal(t, name, o.Name, text)
		}
		if namespace := expected.GetNamespace(); namespace != "" {
			require.Equal(t, namespace, o.Namespace, text)
		}
		if labels := expected.GetLabels(); labels != nil {
			require.Equal(t, labels, o.Labels, text)
		}
		wanted, err := json.Marshal(want[i])
		require.NoError(t, err)
		given, err := json.Marshal(fields)
		require.NoError(t, err)
		require.Equal(t, string(wanted), string(given), text)
	}
}
