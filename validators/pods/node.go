package pods

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/pods/sandbox"
)

const takesOver = ": whoever is in the container reads every Secret of the pods on its node"

// escapes reports pods that can take over the node they run on, with every Secret that is mounted there, and pods that
// come near it. Pods on the host's network are findings of family N.
func (j *judge) escapes(c *component, result *verdict.Result) {
	enforced := c.enforced().Level
	refused := sandbox.Restricts(enforced)
	for _, w := range c.workloads {
		result.Decide(verdict.Subject{Object: w.Object, Question: "node"})
		for _, escape := range sandbox.Escapes(&w.Pod.Spec) {
			f := finding.Finding{
				Code: finding.BecomesNode, Severity: finding.Error, Field: w.SpecPath().Join(escape.Field),
				Message: escape.What, Fix: "remove the setting",
			}
			if escape.TakesOver {
				f.Message += takesOver
			} else if !refused {
				f.Severity = finding.Warning
			}
			if refused {
				f.Message += fmt.Sprintf("; the namespace enforces %q, so that the API server refuses the pods",
					enforced)
			}
			result.Add(about(w.Object, f))
		}
	}
}

// nodeFolder is a folder of the node behind a PersistentVolume.
type nodeFolder struct {
	volume, path string
	// isLocal means that it is a local volume, which is meant to be a disk.
	isLocal bool
}

// nodeFolders finds the claims that are bound to a PersistentVolume which is a folder of the node: one that names the
// claim, or that the claim names.
func nodeFolders(set *objects.Set) map[secretflow.Ref]nodeFolder {
	found := map[secretflow.Ref]nodeFolder{}
	volumes := map[string]nodeFolder{}
	for _, o := range set.All {
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
			found[secretflow.Ref{Namespace: claim.Namespace, Name: claim.Name}] = folder
		}
	}
	for _, claim := range set.PersistentVolumeClaims {
		if folder, is := volumes[claim.Value.Spec.VolumeName]; is {
			found[secretflow.Ref{Namespace: claim.Namespace, Name: claim.Name}] = folder
		}
	}
	return found
}

// claims reports pods that mount a folder of their node by a claim. Pod Security does not refuse that.
func (j *judge) claims(c *component, result *verdict.Result) {
	for _, w := range c.workloads {
		for i, volume := range w.Pod.Spec.Volumes {
			if volume.PersistentVolumeClaim == nil {
				continue
			}
			name := volume.PersistentVolumeClaim.ClaimName
			folder, is := j.nodeFolders[secretflow.Ref{Namespace: c.Namespace, Name: name}]
			if !is {
				continue
			}
			mounted, readOnly := sandbox.Mounted(&w.Pod.Spec, volume.Name)
			readOnly = readOnly || volume.PersistentVolumeClaim.ReadOnly
			isDangerous := mounted && sandbox.IsDangerousFolder(folder.path, readOnly)
			if folder.isLocal && !isDangerous {
				continue
			}
			f := finding.Finding{
				Code: finding.BecomesNode, Severity: finding.Warning,
				Field: w.SpecPath().Child("volumes").Index(i).Child("persistentVolumeClaim", "claimName"),
				Message: fmt.Sprintf("the pod mounts %q of its node, by claim %q and PersistentVolume %q",
					folder.path, name, folder.volume),
				Fix: "use a volume that is no folder of the node",
			}
			if isDangerous {
				f.Severity = finding.Error
				f.Message += takesOver
			}
			result.Add(about(w.Object, f))
		}
	}
}
