package importer

import (
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

const podSecurityPrefix = "pod-security.kubernetes.io/"

// readNamespaces carries over labels, annotations and levels of pod security.
func (im *importer) readNamespaces() {
	for i := range im.set.Namespaces {
		if p := im.byNamespace[im.set.Namespaces[i].Name]; p != nil && p.object == nil {
			p.object = &im.set.Namespaces[i]
		}
	}
	for _, p := range im.components {
		if p.object == nil {
			im.noteOn(p, Changed, p.at(),
				"it is not in the input, so that its labels, annotations and pod security levels are not known")
			continue
		}
		p.spec.Labels = im.labels(p, p.object.Object)
		p.spec.Annotations = annotations(p.object.Annotations)
		im.readPodSecurity(p, p.object.Object)
	}
}

// labels are those that belong neither to Cloison nor to Kubernetes.
func (im *importer) labels(p *component, o *objects.Object) map[string]string {
	kept := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(o.Labels)) {
		switch {
		case strings.HasPrefix(key, podSecurityPrefix), strings.HasPrefix(key, "kubernetes.io/"), strings.HasPrefix(key,
			wellknown.Group+"/"):
		case key == wellknown.ManagedByLabel, key == wellknown.PartOfLabel:
			if !isGenerated(o) {
				im.note(Changed, o, objects.Field("metadata.labels", key), p.at("labels"), "Cloison sets this label itself")
			}
		default:
			kept[key] = o.Labels[key]
		}
	}
	return kept
}

// annotations are those that were not written by kubectl, kustomize or kpt.
func annotations(all map[string]string) map[string]string {
	kept := maps.Clone(all)
	maps.DeleteFunc(kept, func(key, _ string) bool {
		return wellknown.IsHostAnnotation(key) || key == "kubectl.kubernetes.io/last-applied-configuration"
	})
	return kept
}

func (im *importer) readPodSecurity(p *component, o *objects.Object) {
	for _, mode := range []struct {
		name, byDefault string
		level           *spec.PodSecurityLevel
	}{
		{"enforce", "baseline", &p.spec.PodSecurity.Enforce},
		{"warn", "restricted", &p.spec.PodSecurity.Warn},
		{"audit", "restricted", &p.spec.PodSecurity.Audit},
	} {
		level, given := o.Labels[podSecurityPrefix+mode.name]
		if given && level != mode.byDefault {
			*mode.level = spec.PodSecurityLevel(level)
		}
		if version := podSecurityPrefix + mode.name + "-version"; o.Labels[version] != "" && o.Labels[version] != "latest" {
			im.note(NotCarried, o, objects.Field("metadata.labels", version), p.at("podSecurity"),
				"a Segregation pins no version of the Pod Security Standards")
		}
	}
	if o.Labels[podSecurityPrefix+"enforce"] == "" {
		im.note(Changed, o, "metadata.labels", p.at("podSecurity"),
			"no pod security level is enforced today; baseline will be: see that no pod needs more, or set podSecurity.enforce")
	}
}
