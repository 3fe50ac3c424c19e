package storage

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
)

// SecretRef is a field that names a Secret for who mounts a volume.
type SecretRef struct {
	// Field is where the namespace is named.
	Field fieldpath.Path
	// Namespace is never empty: a Secret of the claim's own namespace is none of these.
	Namespace string
	// Name is empty where it is not known.
	Name string
}

// Secrets lists the Secrets that a volume is mounted with, but for those of the claim's own namespace.
func Secrets(v *Volume) []SecretRef {
	var found []SecretRef
	add := func(namespace, name string, path ...string) {
		if namespace != "" {
			found = append(found, SecretRef{fieldpath.Of("spec").Child(path...), namespace, name})
		}
	}
	ref := func(r *corev1.SecretReference, path ...string) {
		if r != nil {
			add(r.Namespace, r.Name, append(path, "namespace")...)
		}
	}
	source := &v.Value.Spec.PersistentVolumeSource
	if csi := source.CSI; csi != nil {
		ref(csi.ControllerPublishSecretRef, "csi", "controllerPublishSecretRef")
		ref(csi.NodeStageSecretRef, "csi", "nodeStageSecretRef")
		ref(csi.NodePublishSecretRef, "csi", "nodePublishSecretRef")
		ref(csi.ControllerExpandSecretRef, "csi", "controllerExpandSecretRef")
		ref(csi.NodeExpandSecretRef, "csi", "nodeExpandSecretRef")
	}
	if source.CephFS != nil {
		ref(source.CephFS.SecretRef, "cephfs", "secretRef")
	}
	if source.Cinder != nil {
		ref(source.Cinder.SecretRef, "cinder", "secretRef")
	}
	if source.FlexVolume != nil {
		ref(source.FlexVolume.SecretRef, "flexVolume", "secretRef")
	}
	if source.ISCSI != nil {
		ref(source.ISCSI.SecretRef, "iscsi", "secretRef")
	}
	if source.RBD != nil {
		ref(source.RBD.SecretRef, "rbd", "secretRef")
	}
	if source.ScaleIO != nil {
		ref(source.ScaleIO.SecretRef, "scaleIO", "secretRef")
	}
	if storageOS := source.StorageOS; storageOS != nil && storageOS.SecretRef != nil {
		add(storageOS.SecretRef.Namespace, storageOS.SecretRef.Name, "storageos", "secretRef", "namespace")
	}
	if azure := source.AzureFile; azure != nil && azure.SecretNamespace != nil {
		add(*azure.SecretNamespace, azure.SecretName, "azureFile", "secretNamespace")
	}
	return found
}

// Parameters lists the Secrets that volumes of a class are made or mounted with for a claim, but for those of its own
// namespace. Drivers and Kubernetes' own plugins name them by parameters that end in secret-namespace and secret-name,
// with or without the dash; "${pvc.namespace}" and "${pvc.name}" stand for the claim's.
func Parameters(class *Class, c *Claim) []SecretRef {
	replacer := strings.NewReplacer("${pvc.namespace}", c.Namespace, "${pvc.name}", c.String())
	var found []SecretRef
	for _, key := range slices.Sorted(maps.Keys(class.Value.Parameters)) {
		stem, is := secretNamespace(key)
		namespace := replacer.Replace(class.Value.Parameters[key])
		if !is || namespace == "" || namespace == c.Namespace {
			continue
		}
		name := ""
		for _, end := range []string{"secret-name", "SecretName", "secretName"} {
			if written := class.Value.Parameters[stem+end]; written != "" && !strings.Contains(written, "${pvc.annotations") {
				name = replacer.Replace(written)
			}
		}
		found = append(found, SecretRef{fieldpath.Of("parameters", key), namespace, name})
	}
	return found
}

// secretNamespace reports whether a parameter names the namespace of a Secret, and what stands before that.
func secretNamespace(key string) (stem string, is bool) {
	for _, end := range []string{"secret-namespace", "secretnamespace"} {
		if strings.HasSuffix(strings.ToLower(key), end) {
			return key[:len(key)-len(end)], true
		}
	}
	return "", false
}
