// Package storage decides which PersistentVolumes a claim may be bound to, as the binder of Kubernetes does, and whose
// Secrets volumes are mounted with. It knows neither components nor findings.
//
// Facts: docs/facts.md, "Binding of volumes".
package storage

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/ternary"
)

// Volume is a PersistentVolume.
type Volume = objects.Typed[corev1.PersistentVolume]

// Class is a StorageClass.
type Class = objects.Typed[storagev1.StorageClass]

// classAnnotation is the older form of storageClassName, which wins over it.
const classAnnotation = "volume.beta.kubernetes.io/storage-class"

// Storage has the volumes and classes of the input.
type Storage struct {
	// Volumes and Classes are in the order of the input.
	Volumes []Volume
	Classes []Class
	// claims are those that the input has or makes: PersistentVolumeClaims, and the templates of workloads.
	claims []Claim
	// byNamespace has their places.
	byNamespace map[string][]int
	// byName are the volumes, reserved those of them that are for a claim, by its namespace.
	byName   map[string]*Volume
	reserved map[string][]*Volume
}

// New reads the volumes, classes and claims of the input.
func New(set *objects.Set) *Storage {
	s := &Storage{byNamespace: map[string][]int{}, byName: map[string]*Volume{}, reserved: map[string][]*Volume{}}
	for _, o := range set.All {
		switch o.GroupKind() {
		case schema.GroupKind{Kind: "PersistentVolume"}:
			s.Volumes = appendTyped(s.Volumes, o)
		case schema.GroupKind{Group: "storage.k8s.io", Kind: "StorageClass"}:
			s.Classes = appendTyped(s.Classes, o)
		}
	}
	if len(s.Volumes)+len(s.Classes) > 0 { // otherwise there is nothing to be bound to
		s.claims = claims(set)
	}
	for i := range s.claims {
		s.byNamespace[s.claims[i].Namespace] = append(s.byNamespace[s.claims[i].Namespace], i)
	}
	for i := range s.Volumes {
		v := &s.Volumes[i]
		s.byName[v.Name] = v
		if ref := v.Value.Spec.ClaimRef; ref != nil {
			s.reserved[ref.Namespace] = append(s.reserved[ref.Namespace], v)
		}
	}
	return s
}

// Of lists the volumes that a claim names, or that are reserved for it. Those that the binder chooses are not among
// them.
func (s *Storage) Of(c *Claim) []*Volume {
	var found []*Volume
	for _, v := range s.reserved[c.Namespace] {
		if c.IsCalled(v.Value.Spec.ClaimRef.Name) {
			found = append(found, v)
		}
	}
	if c.Spec != nil && c.Spec.VolumeName != "" {
		if v := s.byName[c.Spec.VolumeName]; v != nil && !slices.Contains(found, v) {
			found = append(found, v)
		}
	}
	return found
}

// appendTyped adds an object with its fields; one that cannot be read is refused by the API server.
func appendTyped[T any](list []objects.Typed[T], o *objects.Object) []objects.Typed[T] {
	value := new(T)
	if err := o.DecodePart(value); err != nil {
		return list
	}
	return append(list, objects.Typed[T]{Object: o, Value: value})
}

// class is the class that a claim asks for; known is false where it asks for none and the input does not say which one
// is the default.
func (s *Storage) class(c *Claim) (name string, known bool) {
	if c.class != nil {
		return *c.class, true
	}
	for i := range s.Classes {
		if s.Classes[i].Annotations["storageclass.kubernetes.io/is-default-class"] == "true" {
			return s.Classes[i].Name, true
		}
	}
	return "", false
}

// Users lists the claims that ask for volumes of a class.
func (s *Storage) Users(class *Class) []*Claim {
	var found []*Claim
	for i := range s.claims {
		c := &s.claims[i]
		if name, known := s.class(c); known && name == class.Name && c.Spec.VolumeName == "" {
			found = append(found, c)
		}
	}
	return found
}

// Binds reports whether a claim may be bound to a volume. Of several that fit, the smallest is taken; which one that is
// changes with what else is bound.
func (s *Storage) Binds(v *Volume, c *Claim) ternary.Answer {
	reserved := v.Value.Spec.ClaimRef
	if reserved != nil && (reserved.Namespace != c.Namespace || !c.IsCalled(reserved.Name)) {
		return ternary.No
	}
	if c.Spec == nil {
		return ternary.Of(reserved != nil)
	}
	named := c.Spec.VolumeName == v.Name
	switch {
	case c.Spec.VolumeName != "" && !named:
		return ternary.No
	case named && reserved != nil:
		return ternary.Yes
	case !fits(v, c):
		return ternary.No
	case reserved != nil:
		return ternary.Yes
	case !named && !c.selects(v):
		return ternary.No
	}
	class, known := s.class(c)
	switch {
	case known:
		return ternary.Of(class == classOf(v))
	case named:
		return ternary.Yes // whoever writes the name means it
	}
	return ternary.And(ternary.Unknown, ternary.Of(classOf(v) == ""))
}

// classOf is the class of a volume; empty where it has none.
func classOf(v *Volume) string {
	if class, found := v.Value.Annotations[classAnnotation]; found {
		return class
	}
	return v.Value.Spec.StorageClassName
}

// fits compares size, mode and ways of access. A volume that does not say its size is refused by the API server.
func fits(v *Volume, c *Claim) bool {
	capacity, sized := v.Value.Spec.Capacity[corev1.ResourceStorage]
	request := c.Spec.Resources.Requests[corev1.ResourceStorage]
	if sized && capacity.Cmp(request) < 0 {
		return false
	}
	if modeOf(v.Value.Spec.VolumeMode) != modeOf(c.Spec.VolumeMode) {
		return false
	}
	return !slices.ContainsFunc(c.Spec.AccessModes, func(mode corev1.PersistentVolumeAccessMode) bool {
		return !slices.Contains(v.Value.Spec.AccessModes, mode)
	})
}

func modeOf(mode *corev1.PersistentVolumeMode) corev1.PersistentVolumeMode {
	if mode == nil {
		return corev1.PersistentVolumeFilesystem
	}
	return *mode
}
