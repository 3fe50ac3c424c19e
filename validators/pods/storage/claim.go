package storage

import (
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

// Claim asks for a volume: a PersistentVolumeClaim, or the template from which a workload makes them.
type Claim struct {
	// By is the object that has the claim at Field; the zero path where it is the claim.
	By        *objects.Object
	Field     fieldpath.Path
	Namespace string
	// Spec is nil for a claim that a pod names and the input does not have.
	Spec *corev1.PersistentVolumeClaimSpec

	// name is the whole name or, where pods or numbers stand in its middle, prefix and suffix around them.
	name, prefix, suffix string
	// numbered is true where only a number may stand there.
	numbered bool
	// class is nil where none is named.
	class *string
}

// Named is a claim of which no more is known than its name.
func Named(by *objects.Object, namespace, name string) Claim {
	return Claim{By: by, Namespace: namespace, name: name}
}

// IsCalled reports whether the claim, or one made of the template, may have a name.
func (c *Claim) IsCalled(name string) bool {
	if c.name != "" {
		return name == c.name
	}
	middle, found := strings.CutPrefix(name, c.prefix)
	middle, ends := strings.CutSuffix(middle, c.suffix)
	return found && ends && middle != "" && (!c.numbered || strings.Trim(middle, "0123456789") == "")
}

// String formats the claim's name for messages, with "*" for what is not known of it.
func (c *Claim) String() string {
	if c.name != "" {
		return c.name
	}
	return c.prefix + "*" + c.suffix
}

// selects reports whether the claim's selector takes a volume.
func (c *Claim) selects(v *Volume) bool {
	if c.Spec.Selector == nil {
		return true
	}
	selector, err := metav1.LabelSelectorAsSelector(c.Spec.Selector)
	return err == nil && selector.Matches(labels.Set(v.Labels))
}

// claims lists the claims of the input, and those that its workloads make.
func claims(set *objects.Set) []Claim {
	var found []Claim
	for _, o := range set.PersistentVolumeClaims {
		c := Claim{By: o.Object, Namespace: o.Namespace, name: o.Name}
		c.ask(&o.Value.Spec, o.Annotations)
		found = append(found, c)
	}
	for _, w := range set.Workloads {
		found = append(found, OfTemplates(w)...)
		for i := range w.Pod.Spec.Volumes {
			if c, is := OfVolume(w, i); is && c.Spec != nil {
				found = append(found, c)
			}
		}
	}
	return found
}

func (c *Claim) ask(spec *corev1.PersistentVolumeClaimSpec, annotations map[string]string) {
	c.Spec, c.class = spec, spec.StorageClassName
	if class, found := annotations[classAnnotation]; found {
		c.class = &class
	}
}

// OfTemplates lists the claims of a StatefulSet: for each pod one of the name template-statefulset-number.
func OfTemplates(w *objects.Workload) []Claim {
	set, is := w.Typed.(*appsv1.StatefulSet)
	if !is {
		return nil
	}
	found := make([]Claim, len(set.Spec.VolumeClaimTemplates))
	for i := range found {
		template := &set.Spec.VolumeClaimTemplates[i]
		found[i] = Claim{
			By: w.Object, Field: fieldpath.Of("spec", "volumeClaimTemplates").Index(i), Namespace: w.PodNamespace(),
			prefix: template.Name + "-" + w.Name + "-", numbered: true,
		}
		found[i].ask(&template.Spec, template.Annotations)
	}
	return found
}

// OfVolume is the claim of a pod's volume: one that it names, or that is made for it, of the name pod-volume.
func OfVolume(w *objects.Workload, i int) (c Claim, is bool) {
	volume := &w.Pod.Spec.Volumes[i]
	field := w.SpecPath().Child("volumes").Index(i)
	switch {
	case volume.PersistentVolumeClaim != nil:
		c = Named(w.Object, w.PodNamespace(), volume.PersistentVolumeClaim.ClaimName)
		c.Field = field.Child("persistentVolumeClaim", "claimName")
		return c, c.name != ""
	case volume.Ephemeral != nil && volume.Ephemeral.VolumeClaimTemplate != nil:
		template := volume.Ephemeral.VolumeClaimTemplate
		c = Claim{By: w.Object, Namespace: w.PodNamespace(), Field: field.Child("ephemeral", "volumeClaimTemplate")}
		if c.prefix, c.suffix = w.Name+"-", "-"+volume.Name; w.PodPath.IsZero() {
			c.name = w.Name + "-" + volume.Name
		}
		c.ask(&template.Spec, template.Annotations)
		return c, true
	}
	return c, false
}
