package pods

import (
	"fmt"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/pods/sandbox"
	"cloison.dev/cloison/validators/pods/storage"
)

// nodeFolder is a folder of the node behind a PersistentVolume.
type nodeFolder struct {
	path string
	// isLocal means that it is a local volume, which is meant to be a disk.
	isLocal bool
}

// folderOf is the folder of the node that a volume is; is is false where it is none.
func folderOf(v *storage.Volume) (folder nodeFolder, is bool) {
	switch source := &v.Value.Spec; {
	case source.HostPath != nil:
		return nodeFolder{path: source.HostPath.Path}, true
	case source.Local != nil:
		return nodeFolder{source.Local.Path, true}, true
	}
	return folder, false
}

// field of the volume with the folder.
func (f nodeFolder) field() fieldpath.Path {
	if f.isLocal {
		return fieldpath.Of("spec", "local", "path")
	}
	return fieldpath.Of("spec", "hostPath", "path")
}

// isMeant reports whether a danger is that of a disk which a local volume is meant to be.
func (f nodeFolder) isMeant(danger sandbox.Danger) bool {
	return f.isLocal && danger != sandbox.TakesOver
}

// given is the question whether anything was said of a volume that is a folder of its node.
func given(v *storage.Volume) verdict.Subject {
	return verdict.Subject{Object: v.Object, Question: "folder"}
}

// claims reports pods that mount a folder of their node by a claim. Pod Security does not refuse that.
func (j *judge) claims(c *component, result *verdict.Result) {
	if len(j.storage.Volumes) == 0 {
		return
	}
	for _, w := range c.workloads {
		for _, mount := range j.storage.Mounts(w) {
			for _, bound := range j.storage.Bound(&mount.Claim) {
				folder, is := folderOf(bound.Volume)
				if !is {
					continue
				}
				danger, _ := sandbox.Mounted(&w.Pod.Spec, mount.Volume, folder.path, mount.ReadOnly)
				if folder.isMeant(danger) {
					continue
				}
				f := becomesNode(fmt.Sprintf("the pod mounts %q of its node, by claim %q and PersistentVolume %q",
					folder.path, mount.Claim.String(), bound.Volume.Name), danger)
				f.Field, f.Fix = mount.Field, "use a volume that is no folder of the node"
				if bound.Sure && f.Severity == finding.Error {
					f.Lead = ontoNode(w)
				}
				if !bound.Sure {
					if danger == sandbox.Harmless {
						continue
					}
					f.Severity, f.Undecided = finding.Warning, true
					f.Message = "not decided: " + f.Message + "; whether it is bound depends on the default class of the cluster"
				}
				candidate := about(w.Object, f)
				candidate.Explains = []verdict.Subject{given(bound.Volume)}
				result.Add(candidate)
			}
		}
	}
}

// taker is who gets a volume: a namespace, by a claim.
type taker struct {
	namespace, claim string
	// by has the claim; nil where the input has no more than the volume's word for it.
	by    *objects.Object
	field fieldpath.Path
}

// takers of a volume: whoever it is reserved for, or may claim it.
func (j *judge) takers(v *storage.Volume) []taker {
	if reserved := v.Value.Spec.ClaimRef; reserved != nil {
		return []taker{{namespace: reserved.Namespace, claim: reserved.Name}}
	}
	return takersOf(j.storage.Claimants(v))
}

func takersOf(claims []*storage.Claim) []taker {
	found := make([]taker, len(claims))
	for i, c := range claims {
		found[i] = taker{c.Namespace, c.String(), c.By, c.Field}
	}
	return found
}

// String formats the claim as "claim shop-a/data".
func (t taker) String() string { return "claim " + objects.Path(t.namespace, t.claim) }

// folders reports PersistentVolumes that are dangerous folders of their node, where no pod of the input is known to
// mount them.
func (j *judge) folders() verdict.Result {
	var result verdict.Result
	for i := range j.storage.Volumes {
		v := &j.storage.Volumes[i]
		folder, is := folderOf(v)
		if !is {
			continue
		}
		result.Decide(given(v))
		danger := sandbox.DangerOf(folder.path, false)
		if danger == sandbox.Harmless || folder.isMeant(danger) {
			continue
		}
		f := becomesNode(fmt.Sprintf("the PersistentVolume is %q of its node, and ", folder.path), danger)
		f.Field, f.Fix = folder.field(), "use a volume that is no folder of the node"
		takers := j.takers(v)
		component := takerOf(takers, func(t taker) bool { return j.scope.Of(t.namespace) != nil })
		whose := "any claim that fits may be bound to it"
		switch {
		case component != nil:
			whose = component.String() + " is bound to it"
		case len(takers) > 0:
			continue // it is for a namespace that is no component's
		default:
			f.Severity = finding.Warning
		}
		f.Message = becomesNode(fmt.Sprintf("the PersistentVolume is %q of its node, and %s", folder.path, whose),
			danger).Message
		if component != nil && f.Severity == finding.Error {
			f.Lead = finding.NewLead(finding.OfComponent.In(component.namespace), finding.OfNode.In(""))
		}
		candidate := about(v.Object, f)
		candidate.Precedence, candidate.Unless = remainder, []verdict.Subject{given(v)}
		result.Add(candidate)
	}
	return result
}

// takerOf is the first taker that holds; nil where none does.
func takerOf(takers []taker, holds func(taker) bool) *taker {
	for i := range takers {
		if holds(takers[i]) {
			return &takers[i]
		}
	}
	return nil
}

// driverSecrets reports volumes that one component gets and that are mounted with a Secret of another.
func (j *judge) driverSecrets() verdict.Result {
	var result verdict.Result
	for i := range j.storage.Volumes {
		v := &j.storage.Volumes[i]
		driver := ""
		if v.Value.Spec.CSI != nil {
			driver = v.Value.Spec.CSI.Driver
		}
		j.mountedWith(&result, v.Object, driver, storage.Secrets(v), j.takers(v))
	}
	for i := range j.storage.Classes {
		class := &j.storage.Classes[i]
		users := j.storage.Users(class)
		for _, c := range users {
			j.mountedWith(&result, class.Object, class.Value.Provisioner, storage.Parameters(class, c),
				takersOf([]*storage.Claim{c}))
		}
		if len(users) == 0 {
			anybody := storage.Named(class.Object, "${pvc.namespace}", "${pvc.name}")
			j.mountedWith(&result, class.Object, class.Value.Provisioner, storage.Parameters(class, &anybody), nil)
		}
	}
	return result
}

// mountedWith reports the first Secret of each component, with which an object has volumes mounted for others.
func (j *judge) mountedWith(
	result *verdict.Result, by *objects.Object, driver string, secrets []storage.SecretRef, takers []taker,
) {
	seen := map[string]bool{}
	for _, secret := range secrets {
		owner := j.scope.Of(secret.Namespace)
		if owner == nil || seen[secret.Namespace] {
			continue
		}
		seen[secret.Namespace] = true
		foreign := takerOf(takers, func(t taker) bool {
			return t.namespace != owner.Namespace && j.scope.Of(t.namespace) != nil
		})
		if foreign == nil && len(takers) > 0 {
			continue
		}
		f := finding.Finding{
			Code: finding.ForeignVolume, Severity: finding.Error, Field: secret.Field,
			Message: fmt.Sprintf("volumes are mounted with %s of %s, whoever claims one", secretText(secret),
				objects.NamespaceText(owner.Namespace)),
			Fix: "give each component a volume, or a StorageClass, with a Secret of its own namespace",
		}
		if foreign != nil {
			f.Counterexample = fmt.Sprintf("%s of %s uses what the Secret opens", foreign,
				objects.NamespaceText(foreign.namespace))
		} else {
			f.Severity = finding.Warning
		}
		if owner.Plan == nil && j.isProvider(owner.Namespace, driver) {
			f.Severity, f.Counterexample, f.Fix = finding.Info, "", ""
			f.Message = "assumed: the Secret is the driver's own, because its pods are there: " + f.Message
		}
		result.Add(about(by, f))
	}
}

func secretText(s storage.SecretRef) string {
	if s.Name == "" {
		return "a Secret"
	}
	return fmt.Sprintf("Secret %q", s.Name)
}
