package pods

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
)

const (
	secretsStoreDriver = "secrets-store.csi.k8s.io"
	scalewayProvider   = "scaleway"
)

// providerClass is what a SecretProviderClass of the Secrets Store CSI driver has mounted. Facts: docs/facts.md,
// "Secrets Store CSI driver".
type providerClass struct {
	*objects.Object

	Spec struct {
		Provider   string            `json:"provider"`
		Parameters map[string]string `json:"parameters"`
	} `json:"spec"`
}

// providerClasses are those of the input, by namespace and name.
func providerClasses(set *objects.Set) map[secretflow.Ref]*providerClass {
	found := map[secretflow.Ref]*providerClass{}
	for _, o := range set.All {
		if o.GroupKind() != (schema.GroupKind{Group: "secrets-store.csi.x-k8s.io", Kind: "SecretProviderClass"}) {
			continue
		}
		class := &providerClass{}
		if err := o.DecodePart(class); err == nil {
			class.Object = o
			found[secretflow.Ref{Namespace: o.Namespace, Name: o.Name}] = class
		}
	}
	return found
}

// classOf is the class that a volume of the Secrets Store CSI driver names; nil where the input does not have it.
func (j *judge) classOf(namespace string, volume *corev1.Volume) *providerClass {
	if volume.CSI == nil || volume.CSI.Driver != secretsStoreDriver {
		return nil
	}
	name := volume.CSI.VolumeAttributes["secretProviderClass"]
	return j.classes[secretflow.Ref{Namespace: namespace, Name: name}]
}

// folders are the folders of Secret Manager that a class of provider scaleway reads; known is false where it does not
// say all of them.
func (c *providerClass) folders() (folders []string, known bool) {
	known = c.Spec.Provider == scalewayProvider
	for key, value := range c.Spec.Parameters {
		if strings.EqualFold(key, "secretPath") {
			folders = append(folders, path.Clean("/"+value))
			continue
		}
		var document yaml.Node
		if err := yaml.Unmarshal([]byte(value), &document); err == nil {
			folders = foldersIn(&document, folders)
		}
	}
	return folders, known && len(folders) > 0
}

// foldersIn adds the values of secretPath in a document.
func foldersIn(node *yaml.Node, folders []string) []string {
	if node.Kind == yaml.AliasNode {
		return folders
	}
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 1 && strings.EqualFold(node.Content[i-1].Value, "secretPath") {
			folders = append(folders, path.Clean("/"+child.Value))
		}
		folders = foldersIn(child, folders)
	}
	return folders
}

// isDecided reports whether it is known what the field of a use of the CSI driver has mounted: the API key is the
// provider's then, and the pod never sees it.
func (j *judge) isDecided(use *secretflow.Use) bool {
	if use.Via != secretflow.ViaCSI {
		return false
	}
	for i := range use.Workload.Pod.Spec.Volumes {
		volume := &use.Workload.Pod.Spec.Volumes[i]
		at := use.Workload.SpecPath().Child("volumes").Index(i).Child("csi", "nodePublishSecretRef")
		if class := j.classOf(use.Workload.PodNamespace(), volume); class != nil && at == use.Field {
			_, known := class.folders()
			return known
		}
	}
	return false
}

// providers reports classes of provider scaleway that read the folder of another component.
func (j *judge) providers() verdict.Result {
	var result verdict.Result
	for _, ref := range slices.SortedFunc(maps.Keys(j.classes), compareRefs) {
		class, own := j.classes[ref], j.scope.Of(ref.Namespace)
		folders, known := class.folders()
		if own == nil || !known {
			continue
		}
		result.Decide(verdict.Subject{Object: class.Object, Field: fieldpath.Of("spec", "parameters")})
		for _, folder := range folders {
			if other := j.folderOwner(ref.Namespace, folder); other != "" {
				result.Add(about(class.Object, finding.Finding{
					Code: finding.ForeignFolder, Severity: finding.Error, Field: fieldpath.Of("spec", "parameters"),
					Message: fmt.Sprintf("the class has folder %q mounted, which is that of %s", folder,
						objects.NamespaceText(other)),
					Counterexample: fmt.Sprintf("every pod of %s may mount SecretProviderClass %s",
						objects.NamespaceText(ref.Namespace), ref.Name),
					Fix: "read the component's own folder",
				}))
			}
		}
	}
	return result
}

// folderOwner is the namespace of the other component that a folder belongs to: as a Segregation declares it or,
// without one, where others read it and own does not. It is empty where the folder is none's, or own's.
func (j *judge) folderOwner(own, folder string) string {
	owner := ""
	for i := range j.scope.Components {
		c := &j.scope.Components[i]
		if c.Plan == nil {
			continue
		}
		for _, g := range c.Plan.Groups {
			if folder != g.Folder && !strings.HasPrefix(folder, strings.TrimSuffix(g.Folder, "/")+"/") {
				continue
			}
			if c.Namespace == own {
				return ""
			}
			owner = c.Namespace
		}
	}
	if j.scope.Planned {
		return owner
	}
	for i := range j.graph.Reads {
		read := &j.graph.Reads[i]
		if read.Remote.Folder != folder || j.scope.Of(read.Target.Namespace) == nil {
			continue
		}
		if read.Target.Namespace == own {
			return ""
		}
		owner = read.Target.Namespace
	}
	return owner
}
