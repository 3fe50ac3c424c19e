package cluster

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// Decode reads a stream of YAML documents. Empty documents are skipped; a key
// given twice, which the API server would refuse as well, is an error.
func Decode(manifests []byte) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(manifests)))
	for number := 1; ; number++ {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read document %d: %w", number, err)
		}
		content := map[string]any{}
		if err := yaml.UnmarshalStrict(document, &content); err != nil {
			return nil, fmt.Errorf("decode document %d: %w", number, err)
		}
		if len(content) > 0 {
			objects = append(objects, &unstructured.Unstructured{Object: content})
		}
	}
}

// Deployable returns those of the objects that are meant for the API server. A
// KRM ResourceList stands for its items; local-config objects and Kptfiles, which
// only configure tools, are left out.
func Deployable(objects []*unstructured.Unstructured) ([]*unstructured.Unstructured, error) {
	var deployable []*unstructured.Unstructured
	for _, object := range objects {
		switch {
		case object.GetKind() == "ResourceList":
			items, err := itemsOf(object)
			if err != nil {
				return nil, err
			}
			deployable = append(deployable, items...)
		case !isLocal(object):
			deployable = append(deployable, object)
		}
	}
	return deployable, nil
}

func itemsOf(resourceList *unstructured.Unstructured) ([]*unstructured.Unstructured, error) {
	items, _, err := unstructured.NestedSlice(resourceList.Object, "items")
	if err != nil {
		return nil, fmt.Errorf("read the items of a ResourceList: %w", err)
	}
	var objects []*unstructured.Unstructured
	for i, item := range items {
		content, ok := item.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("read the items of a ResourceList: items[%d] must be an object", i)
		}
		if object := (&unstructured.Unstructured{Object: content}); !isLocal(object) {
			objects = append(objects, object)
		}
	}
	return objects, nil
}

func isLocal(object *unstructured.Unstructured) bool {
	return object.GetKind() == "Kptfile" ||
		object.GetAnnotations()["config.kubernetes.io/local-config"] == "true"
}
