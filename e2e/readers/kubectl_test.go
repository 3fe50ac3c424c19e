package readers

import (
	"encoding/json"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/cli-runtime/pkg/resource"
)

// readAsKubectl reads files and folders with what "kubectl apply" reads them with. Beside an error it gives the objects
// that kubectl applies nonetheless.
func readAsKubectl(paths ...string) ([]object, error) {
	infos, err := resource.NewLocalBuilder().Unstructured().ContinueOnError().
		FilenameParam(false, &resource.FilenameOptions{Filenames: paths, Recursive: true}).
		Flatten().Do().Infos()
	var found []object
	for _, info := range infos {
		read, is := info.Object.(*unstructured.Unstructured)
		if !is {
			return nil, fmt.Errorf("kubectl reads a %T", info.Object)
		}
		if canBeApplied(read) {
			found = append(found, fromKubectl(read))
		}
	}
	slices.SortFunc(found, compare)
	return found, err
}

// canBeApplied reports whether an object names an API and has metadata. Others are for no API server: kubectl finds no
// resource for them, or gets them back for want of a name. Cloison passes over most of them.
func canBeApplied(read *unstructured.Unstructured) bool {
	_, hasMetadata := read.Object["metadata"]
	return hasMetadata && read.GetAPIVersion() != ""
}

// fromKubectl has the metadata of an object as the API server reads it. Of an item of a list kubectl does not look at
// it: where the API server refuses it, there is none.
func fromKubectl(read *unstructured.Unstructured) object {
	var typed metav1.PartialObjectMetadata
	text, err := json.Marshal(read.Object)
	if err == nil {
		err = json.Unmarshal(text, &typed)
	}
	found := object{Content: string(text)}
	if err == nil {
		found.Meta = meta{
			read.GetAPIVersion(), read.GetKind(), typed.Namespace, typed.Name, typed.Labels, typed.Annotations,
		}
	}
	return found
}
