package namespaces

import (
	"maps"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wellknown"
)

// ReadProtection carries over what keeps Namespaces from being deleted. It comes after the quotas, which decide about the
// default.
func ReadProtection(d *draft.Draft, _ *objects.Set) {
	for _, c := range d.Components {
		if c.Object == nil {
			continue
		}
		protected := isProtected(c.Spec.Annotations)
		switch byDefault := c.Spec.HasStorage(); {
		case protected:
			c.Spec.Annotations = wellknown.Unprotected(c.Spec.Annotations)
			if !byDefault {
				c.Spec.Protect = new(true)
			}
		case byDefault:
			d.Note(draft.Changed, c.Object, fieldpath.Of("metadata", "annotations"), c.Path("protect"),
				"Argo CD, Flux and kpt will not delete the Namespace, as the quota says that it has volumes")
		}
	}
}

func isProtected(annotations map[string]string) bool {
	return !slices.ContainsFunc(slices.Collect(maps.Keys(wellknown.Protections())),
		func(name string) bool { return !wellknown.IsProtected(annotations, name) })
}
