package pods

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
)

// findNodeFolders notes the claims that are bound to a PersistentVolume which is a folder of the node: one that names the
// claim, or that the claim names.
func (c *checker) findNodeFolders() {
	c.nodeFolders = map[secretflow.Ref]nodeFolder{}
	volumes := map[string]nodeFolder{}
	for _, o := range c.set.All {
		if o.GroupKind() != (schema.GroupKind{Kind: "PersistentVolume"}) {
			continue
		}
		volume := &corev1.PersistentVolume{}
		if _, err := o.Decode(volume); err != nil {
			continue
		}
		folder := nodeFolder{volume: o.Name}
		switch {
		case volume.Spec.HostPath != nil:
			folder.path = volume.Spec.HostPath.Path
		case volume.Spec.Local != nil:
			folder.path, folder.isLocal = volume.Spec.Local.Path, true
		default:
			continue
		}
		volumes[o.Name] = folder
		if claim := volume.Spec.ClaimRef; claim != nil {
			c.nodeFolders[secretflow.Ref{Namespace: claim.Namespace, Name: claim.Name}] = folder
		}
	}
	for _, claim := range c.set.PersistentVolumeClaims {
		if folder, is := volumes[claim.Value.Spec.VolumeName]; is {
			c.nodeFolders[secretflow.Ref{Namespace: claim.Namespace, Name: claim.Name}] = folder
		}
	}
}

// nodeFolder is a folder of the node behind a PersistentVolume.
type nodeFolder struct {
	volume, path string
	// isLocal says that it is a local volume, which is meant to be a disk.
	isLocal bool
}

// judgeClaims reports pods that mount a folder of their node by a claim. Pod Security does not refuse that.
func (c *checker) judgeClaims(p *part, w *objects.Workload) {
	for i, volume := range w.Pod.Spec.Volumes {
		if volume.PersistentVolumeClaim == nil {
			continue
		}
		name := volume.PersistentVolumeClaim.ClaimName
		folder, is := c.nodeFolders[secretflow.Ref{Namespace: p.Namespace, Name: name}]
		if !is {
			continue
		}
		mounted, readOnly := mountedAs(w, volume.Name)
		takesOver := mounted && isDangerous(folder.path, readOnly || volume.PersistentVolumeClaim.ReadOnly)
		if folder.isLocal && !takesOver {
			continue
		}
		f := finding.Finding{
			Code: finding.BecomesNode, Severity: finding.Warning,
			Field:   objects.Index(w.SpecPath()+".volumes", i) + ".persistentVolumeClaim.claimName",
			Message: fmt.Sprintf("the pod mounts %q of its node, by claim %q and PersistentVolume %q", folder.path, name, folder.volume),
			Fix:     "use a volume that is no folder of the node",
		}
		if takesOver {
			f.Severity = finding.Error
			f.Message += ": whoever is in the container reads every Secret of the pods on its node"
		}
		c.about(w.Object, f)
	}
}
