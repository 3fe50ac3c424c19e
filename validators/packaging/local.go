package packaging

import (
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// local reports objects that kustomize and kpt keep from the cluster, and that nobody else does. What configures functions is
// none of them.
func (c *checker) local() {
	for _, o := range c.set.Local {
		if o.KeptByHost || !matters(o) {
			continue
		}
		c.add(o.About(finding.Finding{
			Code: finding.LocalObject, Severity: finding.Warning, Undecided: true, Field: "metadata.annotations[config.kubernetes.io/local-config]",
			Message: "the object was not judged, because kustomize and kpt do not apply what is annotated local-config; kubectl and Argo CD do",
			Fix:     "remove the annotation, or the object",
		}))
	}
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
