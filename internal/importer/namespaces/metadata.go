// Package namespaces carries over what is set on whole namespaces. It fills in labels, annotations, podSecurity, quota
// and limits of the components.
package namespaces

import (
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/wellknown"
)

// ReadMetadata carries over labels, annotations and levels of pod security, and finds the Namespaces of the components.
// Of two Namespaces with one name the first counts.
func ReadMetadata(d *draft.Draft, set *objects.Set) {
	for _, o := range set.Namespaces {
		if c := d.Of(o.Name); c != nil && c.Object == nil {
			c.Object = o.Object
		}
	}
	for _, c := range d.Components {
		if c.Object == nil {
			d.NoteOn(c, draft.Changed, c.Path(),
				"it is not in the input, so that its labels, annotations and pod security levels are not known")
			continue
		}
		c.Spec.Labels = ownLabels(d, c)
		c.Spec.Annotations = ownAnnotations(c.Object.Annotations)
		readPodSecurity(d, c)
	}
}

// ownLabels are those that belong neither to Cloison nor to Kubernetes.
func ownLabels(d *draft.Draft, c *draft.Component) map[string]string {
	kept := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(c.Object.Labels)) {
		switch {
		case strings.HasPrefix(key, wellknown.PodSecurityPrefix), strings.HasPrefix(key, "kubernetes.io/"),
			strings.HasPrefix(key, wellknown.Group+"/"):
		case key == wellknown.ManagedByLabel, key == wellknown.PartOfLabel:
			if !wellknown.IsGenerated(c.Object.Labels) {
				d.Note(draft.Changed, c.Object, labelPath(key), c.Path("labels"), "Cloison sets this label itself")
			}
		default:
			kept[key] = c.Object.Labels[key]
		}
	}
	return kept
}

// ownAnnotations are those that were not written by kubectl, kustomize or kpt.
func ownAnnotations(all map[string]string) map[string]string {
	kept := maps.Clone(all)
	maps.DeleteFunc(kept, func(key, _ string) bool {
		return wellknown.IsHostAnnotation(key) || key == "kubectl.kubernetes.io/last-applied-configuration"
	})
	return kept
}

func labelPath(key string) fieldpath.Path { return fieldpath.Of("metadata", "labels", key) }

func readPodSecurity(d *draft.Draft, c *draft.Component) {
	at := c.Path("podSecurity")
	for _, mode := range []struct {
		name, byDefault string
		level           *spec.PodSecurityLevel
		version         *string
	}{
		{"enforce", "baseline", &c.Spec.PodSecurity.Enforce, &c.Spec.PodSecurity.EnforceVersion},
		{"warn", "restricted", &c.Spec.PodSecurity.Warn, &c.Spec.PodSecurity.WarnVersion},
		{"audit", "restricted", &c.Spec.PodSecurity.Audit, &c.Spec.PodSecurity.AuditVersion},
	} {
		label := wellknown.PodSecurityPrefix + mode.name
		if level, given := c.Object.Labels[label]; given && level != mode.byDefault {
			*mode.level = spec.PodSecurityLevel(level)
		}
		switch version := c.Object.Labels[label+"-version"]; {
		case version == "":
		case syntax.PodSecurityVersion.Matches(version):
			*mode.version = version
		default:
			d.Note(draft.NotCarried, c.Object, labelPath(label+"-version"), at, "%q must be %s", version,
				syntax.PodSecurityVersion.Must)
		}
	}
	if c.Object.Labels[wellknown.PodSecurityPrefix+"enforce"] == "" {
		d.Note(draft.Changed, c.Object, fieldpath.Of("metadata", "labels"), at, "no pod security level is enforced "+
			"today; baseline will be: see that no pod needs more, or set podSecurity.enforce")
	}
}
