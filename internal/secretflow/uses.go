package secretflow

import (
	"cmp"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

// UsesOf lists the Secrets that a workload's pods import: into variables of every container, init and ephemeral ones
// included, into volumes, and to pull images. What the pods' ServiceAccount imports for them is not in it;
// usesOfAccounts has that.
func UsesOf(w *objects.Workload) []Use {
	var uses []Use
	add := func(use Use) {
		use.Workload, use.Secret.Namespace = w, w.PodNamespace()
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
		volumeUses(volume, w.SpecPath().Child("volumes").Index(i), mounts[volume.Name], add)
	}
	for i, ref := range w.Pod.Spec.ImagePullSecrets {
		add(pullUse(w.SpecPath().Child("imagePullSecrets").Index(i), ref))
	}
	return uses
}

// pullUse is the use of a Secret to pull images.
func pullUse(field fieldpath.Path, ref corev1.LocalObjectReference) Use {
	return Use{Via: ViaImagePullSecret, Field: field, NameField: field.Child("name"), Secret: Ref{Name: ref.Name}}
}

// variablesOf reads env and envFrom of a container.
func variablesOf(c objects.Container, add func(Use)) {
	for i := range c.Env {
		from := c.Env[i].ValueFrom
		if from == nil || from.SecretKeyRef == nil {
			continue
		}
		field := c.Path.Child("env").Index(i).Child("valueFrom", "secretKeyRef")
		add(Use{
			Container: c.Name, Via: ViaEnv, Field: field, NameField: field.Child("name"), KeyField: field.Child("key"),
			Secret: Ref{Name: from.SecretKeyRef.Name}, Key: from.SecretKeyRef.Key, Variable: c.Env[i].Name,
			Optional: isTrue(from.SecretKeyRef.Optional),
		})
	}
	for i := range c.EnvFrom {
		if ref := c.EnvFrom[i].SecretRef; ref != nil {
			field := c.Path.Child("envFrom").Index(i).Child("secretRef")
			add(Use{
				Container: c.Name, Via: ViaEnvFrom, Field: field, NameField: field.Child("name"),
				Secret: Ref{Name: ref.Name}, Prefix: c.EnvFrom[i].Prefix, Optional: isTrue(ref.Optional),
			})
		}
	}
}

// mount is a path at which a container sees a volume.
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
func volumeUses(volume *corev1.Volume, at fieldpath.Path, mounts []mount, add func(Use)) {
	if len(mounts) == 0 {
		mounts = []mount{{}}
	}
	if s := volume.Secret; s != nil {
		at := at.Child("secret")
		files := secretFiles{
			Use:   Use{Via: ViaVolume, Field: at, NameField: at.Child("secretName"), Optional: isTrue(s.Optional)},
			items: s.Items,
		}
		files.Secret.Name = s.SecretName
		files.uses(mounts, add)
	}
	if volume.Projected != nil {
		for i, source := range volume.Projected.Sources {
			if s := source.Secret; s != nil {
				at := at.Child("projected", "sources").Index(i).Child("secret")
				files := secretFiles{
					Use:   Use{Via: ViaProjected, Field: at, NameField: at.Child("name"), Optional: isTrue(s.Optional)},
					items: s.Items,
				}
				files.Secret.Name = s.Name
				files.uses(mounts, add)
			}
		}
	}
	if use := driverUse(volume, at); use.Secret.Name != "" {
		for _, m := range mounts {
			use.Container = m.container
			add(use)
		}
	}
}

// secretFiles is the use of a Secret in a volume, with the keys that become files; all keys where there are no items.
type secretFiles struct {
	Use
	items []corev1.KeyToPath
}

func (f secretFiles) uses(mounts []mount, add func(Use)) {
	for _, m := range mounts {
		use := f.Use
		use.Container = m.container
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
			use.Field = f.Field.Child("items").Index(i)
			use.KeyField = use.Field.Child("key")
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

// driverUse is the use of the Secret with which a driver mounts the volume at a path; without a name where it needs
// none.
func driverUse(v *corev1.Volume, at fieldpath.Path) Use {
	local := func(ref *corev1.LocalObjectReference, driver string) Use {
		if ref == nil {
			return Use{}
		}
		field := at.Child(driver, "secretRef")
		return Use{Via: ViaOther, Field: field, NameField: field.Child("name"), Secret: Ref{Name: ref.Name}}
	}
	switch {
	case v.CSI != nil && v.CSI.NodePublishSecretRef != nil:
		field := at.Child("csi", "nodePublishSecretRef")
		return Use{
			Via: ViaCSI, Field: field, NameField: field.Child("name"),
			Secret: Ref{Name: v.CSI.NodePublishSecretRef.Name},
		}
	case v.AzureFile != nil:
		field := at.Child("azureFile")
		return Use{
			Via: ViaOther, Field: field, NameField: field.Child("secretName"),
			Secret: Ref{Name: v.AzureFile.SecretName},
		}
	case v.CephFS != nil:
		return local(v.CephFS.SecretRef, "cephfs")
	case v.Cinder != nil:
		return local(v.Cinder.SecretRef, "cinder")
	case v.FlexVolume != nil:
		return local(v.FlexVolume.SecretRef, "flexVolume")
	case v.ISCSI != nil:
		return local(v.ISCSI.SecretRef, "iscsi")
	case v.RBD != nil:
		return local(v.RBD.SecretRef, "rbd")
	case v.ScaleIO != nil:
		return local(v.ScaleIO.SecretRef, "scaleIO")
	case v.StorageOS != nil:
		return local(v.StorageOS.SecretRef, "storageos")
	}
	return Use{}
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
	for _, w := range slices.Concat(set.Workloads, set.CustomWorkloads) {
		name := cmp.Or(w.Pod.Spec.ServiceAccountName, w.Pod.Spec.DeprecatedServiceAccount, "default")
		account := accounts[Ref{w.PodNamespace(), name}]
		if account == nil || len(w.Pod.Spec.ImagePullSecrets) > 0 {
			continue
		}
		for i, ref := range account.Value.ImagePullSecrets {
			if ref.Name != "" {
				use := pullUse(fieldpath.Of("imagePullSecrets").Index(i), ref)
				use.Workload, use.Account, use.Secret.Namespace = w, account.Object, w.PodNamespace()
				uses = append(uses, use)
			}
		}
	}
	return uses
}
