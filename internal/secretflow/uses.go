package secretflow

import (
	"cmp"
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/objects"
)

// UsesOf lists the Secrets that a workload's pods import: into variables of every container, init and ephemeral ones
// included, into volumes, and to pull images. What the pods' ServiceAccount imports for them is not in it;
// usesOfAccounts has that.
func UsesOf(w *objects.Workload) []Use {
	var uses []Use
	add := func(use Use) {
		use.Workload, use.Secret.Namespace = w, w.Namespace
		if use.Secret.Name != "" {
			uses = append(uses, use)
		}
	}
	for c := range w.Containers() {
		variablesOf(c, add)
	}
	mounts := mountsOf(w)
	for i := range w.Pod.Spec.Volumes {
		volume := &w.Pod.Spec.Volumes[i]
		volumeUses(volume, objects.Index(w.SpecPath()+".volumes", i), mounts[volume.Name], add)
	}
	for i, ref := range w.Pod.Spec.ImagePullSecrets {
		field := objects.Index(w.SpecPath()+".imagePullSecrets", i)
		add(Use{Via: ViaImagePullSecret, Field: field, Secret: Ref{Name: ref.Name}})
	}
	return uses
}

// variablesOf reads env and envFrom of a container.
func variablesOf(c objects.Container, add func(Use)) {
	for i := range c.Env {
		from := c.Env[i].ValueFrom
		if from == nil || from.SecretKeyRef == nil {
			continue
		}
		add(Use{
			Container: c.Name, Via: ViaEnv, Field: objects.Index(c.Path+".env", i) + ".valueFrom.secretKeyRef",
			Secret: Ref{Name: from.SecretKeyRef.Name}, Key: from.SecretKeyRef.Key, Variable: c.Env[i].Name,
			Optional: isTrue(from.SecretKeyRef.Optional),
		})
	}
	for i := range c.EnvFrom {
		if ref := c.EnvFrom[i].SecretRef; ref != nil {
			add(Use{
				Container: c.Name, Via: ViaEnvFrom, Field: objects.Index(c.Path+".envFrom", i) + ".secretRef",
				Secret: Ref{Name: ref.Name}, Prefix: c.EnvFrom[i].Prefix, Optional: isTrue(ref.Optional),
			})
		}
	}
}

// mount is one place where a container sees a volume.
type mount struct {
	container string
	at        string
	// only is the file or folder of the volume that the container sees; empty means all of it.
	only string
}

// mountsOf finds the mounts of each volume, by its name.
func mountsOf(w *objects.Workload) map[string][]mount {
	mounts := map[string][]mount{}
	for c := range w.Containers() {
		for _, m := range c.VolumeMounts {
			found := mount{container: c.Name, at: m.MountPath}
			if m.SubPath != "" {
				found.only = path.Clean(m.SubPath)
			}
			if found.only == "." {
				found.only = ""
			}
			mounts[m.Name] = append(mounts[m.Name], found)
		}
	}
	return mounts
}

// volumeUses reads one volume. A Secret in a volume that no container mounts is one use without a container.
func volumeUses(volume *corev1.Volume, at string, mounts []mount, add func(Use)) {
	if len(mounts) == 0 {
		mounts = []mount{{}}
	}
	if s := volume.Secret; s != nil {
		files := secretFiles{
			via: ViaVolume, at: at + ".secret", name: s.SecretName, items: s.Items, optional: isTrue(s.Optional),
		}
		files.uses(mounts, add)
	}
	if volume.Projected != nil {
		for i, source := range volume.Projected.Sources {
			if s := source.Secret; s != nil {
				files := secretFiles{
					via: ViaProjected, at: objects.Index(at+".projected.sources", i) + ".secret", name: s.Name,
					items: s.Items, optional: isTrue(s.Optional),
				}
				files.uses(mounts, add)
			}
		}
	}
	if name, field, via := driverSecret(volume); name != "" {
		for _, m := range mounts {
			add(Use{Container: m.container, Via: via, Field: at + "." + field, Secret: Ref{Name: name}})
		}
	}
}

// secretFiles is a Secret in a volume, with the keys that become files; all keys where there are no items.
type secretFiles struct {
	via      Via
	at, name string
	items    []corev1.KeyToPath
	optional bool
}

func (f secretFiles) uses(mounts []mount, add func(Use)) {
	for _, m := range mounts {
		use := Use{Container: m.container, Via: f.via, Field: f.at, Secret: Ref{Name: f.name}, Optional: f.optional}
		if len(f.items) == 0 {
			if m.only != "" { // every file of the volume has the name of its key
				use.Key, use.Variable = m.only, m.at
			}
			add(use)
			continue
		}
		for i, item := range f.items {
			if !m.shows(item.Path) {
				continue
			}
			use.Key, use.Variable = item.Key, m.file(item.Path)
			use.Field = objects.Index(f.at+".items", i)
			add(use)
		}
	}
}

// shows reports whether the container sees the file of the volume.
func (m mount) shows(file string) bool {
	file = path.Clean(file)
	return m.only == "" || file == m.only || strings.HasPrefix(file, m.only+"/")
}

// file is where the container sees the file of the volume; where it does not mount it, the file's path in the volume.
func (m mount) file(file string) string {
	return path.Join(m.at, strings.TrimPrefix(path.Clean(file), m.only))
}

// driverSecret finds the Secret with which a driver mounts a volume, and its field.
func driverSecret(v *corev1.Volume) (name, field string, via Via) {
	local := func(ref *corev1.LocalObjectReference, field string) (string, string, Via) {
		if ref == nil {
			return "", "", ""
		}
		return ref.Name, field, ViaOther
	}
	switch {
	case v.CSI != nil:
		name, field, _ = local(v.CSI.NodePublishSecretRef, "csi.nodePublishSecretRef")
		return name, field, ViaCSI
	case v.AzureFile != nil:
		return v.AzureFile.SecretName, "azureFile", ViaOther
	case v.CephFS != nil:
		return local(v.CephFS.SecretRef, "cephfs.secretRef")
	case v.Cinder != nil:
		return local(v.Cinder.SecretRef, "cinder.secretRef")
	case v.FlexVolume != nil:
		return local(v.FlexVolume.SecretRef, "flexVolume.secretRef")
	case v.ISCSI != nil:
		return local(v.ISCSI.SecretRef, "iscsi.secretRef")
	case v.RBD != nil:
		return local(v.RBD.SecretRef, "rbd.secretRef")
	case v.ScaleIO != nil:
		return local(v.ScaleIO.SecretRef, "scaleIO.secretRef")
	case v.StorageOS != nil:
		return local(v.StorageOS.SecretRef, "storageos.secretRef")
	}
	return "", "", ""
}

func isTrue(b *bool) bool { return b != nil && *b }

// usesOfAccounts lists the Secrets with which the workloads' ServiceAccounts pull images for them: the pods get those
// where they name none themselves.
func usesOfAccounts(set *objects.Set) []Use {
	accounts := map[Ref]*objects.Typed[corev1.ServiceAccount]{}
	for i := range set.ServiceAccounts {
		account := &set.ServiceAccounts[i]
		accounts[Ref{account.Namespace, account.Name}] = account
	}
	var uses []Use
	for _, w := range set.Workloads {
		name := cmp.Or(w.Pod.Spec.ServiceAccountName, w.Pod.Spec.DeprecatedServiceAccount, "default")
		account := accounts[Ref{w.Namespace, name}]
		if account == nil || len(w.Pod.Spec.ImagePullSecrets) > 0 {
			continue
		}
		for i, ref := range account.Value.ImagePullSecrets {
			if ref.Name != "" {
				uses = append(uses, Use{
					Workload: w, Account: account.Object, Via: ViaImagePullSecret, Field: objects.Index("imagePullSecrets", i),
					Secret: Ref{w.Namespace, ref.Name},
				})
			}
		}
	}
	return uses
}
