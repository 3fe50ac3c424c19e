package generators

import (
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/wellknown"
)

// Object is a typed Kubernetes object.
type Object interface {
	metav1.Object
	GetObjectKind() schema.ObjectKind
}

// Manifest is an object without the status that its Kubernetes type would write.
type Manifest[S any] struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              S `json:"spec,omitzero"`
}

func typeMeta(apiVersion, kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: apiVersion, Kind: kind}
}

// meta is the metadata of an object in the component's namespace.
func (c component) meta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: c.Namespace, Labels: c.labels()}
}

// labels returns a new map.
func (c component) labels() map[string]string {
	return map[string]string{
		wellknown.ManagedByLabel:   wellknown.ManagedBy,
		wellknown.PartOfLabel:      c.segregation,
		wellknown.SegregationLabel: c.segregation,
		wellknown.ComponentLabel:   c.Name,
	}
}

// with returns a new map with the entries of both; those of added win.
func with(base, added map[string]string) map[string]string {
	union := maps.Clone(base)
	if union == nil {
		union = map[string]string{}
	}
	maps.Copy(union, added)
	return union
}
