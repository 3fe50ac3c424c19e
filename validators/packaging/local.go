package packaging

import (
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// local reports objects that kustomize and kpt keep from the cluster, and that nobody else does. ConfigMaps are none: they
// configure functions. What a host hands to a function is annotated with its file, and that host does not apply it.
func (c *checker) local() {
	for _, o := range c.set.Local {
		if _, byHost := o.Annotations["config.kubernetes.io/path"]; byHost || !matters(o) {
			continue
		}
		c.add(o.About(finding.Finding{
			Code: finding.LocalObject, Severity: finding.Warning, Undecided: true, Field: "metadata.annotations[config.kubernetes.io/local-config]",
			Message: "the object was not judged, because kustomize and kpt do not apply what is annotated local-config; kubectl and Argo CD do",
			Fix:     "remove the annotation, or the object",
		}))
	}
}

// matters says whether objects of a kind can lead to a secret or keep one from another component.
func matters(o *objects.Object) bool {
	switch o.GroupKind().Group {
	case "":
		return slices.Contains([]string{"PersistentVolume", "Pod", "ReplicationController", "Secret", "ServiceAccount"}, o.Kind)
	case "apps", "batch", "external-secrets.io", "networking.k8s.io", "rbac.authorization.k8s.io":
		return true
	}
	return false
}
