package packaging

import (
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// local reports objects that kustomize and kpt keep from the cluster, and no other tool does. Objects that configure
// functions are not meant.
func (j *judge) local() verdict.Result {
	var result verdict.Result
	for _, o := range j.set.Local {
		if o.KeptByHost || !matters(o) {
			continue
		}
		result.Add(about(o, finding.Finding{
			Code: finding.LocalObject, Severity: finding.Warning, Undecided: true,
			Field: fieldpath.Of("metadata", "annotations", wellknown.LocalConfigAnnotation),
			Message: "the object was not judged, because kustomize and kpt do not apply what is annotated " +
				"local-config; kubectl and Argo CD do",
			Fix: "remove the annotation, or the object",
		}))
	}
	return result
}

// matters reports whether an object may be meant for a cluster: it is no ConfigMap and of no kind that only configures
// functions.
func matters(o *objects.Object) bool {
	switch o.GroupKind().Group {
	case "":
		return o.Kind != "ConfigMap"
	case "builtin", "fn.kpt.dev", "config.kubernetes.io", "kpt.dev", "kustomize.config.k8s.io":
		return false
	}
	return o.APIVersion != "builtin"
}
