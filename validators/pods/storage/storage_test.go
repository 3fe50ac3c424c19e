package storage_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/pods/storage"
)

func volume(labels, spec string) string {
	return fmt.Sprintf("---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v, labels: {%s}}\nspec: {%s}\n",
		labels, spec)
}

func claim(spec string) string {
	return manifests.Object("v1", "PersistentVolumeClaim", "c", "spec: {"+spec+"}")
}

const standard = "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\n" +
	"metadata: {name: standard, annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}\n"

// TestClaimsAreBoundAsByTheBinder asks, of one volume and the claim c of one pod, whether they fit.
func TestClaimsAreBoundAsByTheBinder(t *testing.T) {
	const (
		bound  = "bound"
		unsure = "not sure"
		no     = ""
	)
	pod := manifests.Object("v1", "Pod", "p",
		"spec: {containers: [{name: c}], volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]}")
	for name, test := range map[string]struct{ manifests, want string }{
		"by class":                    {volume("", "storageClassName: x") + claim("storageClassName: x"), bound},
		"another class":               {volume("", "storageClassName: x") + claim("storageClassName: other"), no},
		"without a class":             {volume("", "") + claim("storageClassName: ''"), bound},
		"the default is not known":    {volume("", "") + claim(""), unsure},
		"the default is another":      {volume("", "") + claim("") + standard, no},
		"the default":                 {volume("", "storageClassName: standard") + claim("") + standard, bound},
		"by name":                     {volume("", "storageClassName: x") + claim("volumeName: v"), bound},
		"another name":                {volume("", "") + claim("storageClassName: '', volumeName: w"), no},
		"reserved":                    {volume("", "claimRef: {namespace: a, name: c}, storageClassName: x") + claim(""), bound},
		"reserved, of no known claim": {volume("", "claimRef: {namespace: a, name: c}"), bound},
		"reserved for another":        {volume("", "claimRef: {namespace: b, name: c}") + claim("volumeName: v"), no},
		"nothing is known of either":  {volume("", ""), no},
		"too small": {volume("", "storageClassName: x, capacity: {storage: 1Gi}") +
			claim("storageClassName: x, resources: {requests: {storage: 2Gi}}"), no},
		"of another mode": {volume("", "storageClassName: x, volumeMode: Block") + claim("storageClassName: x"), no},
		"access as it is not given": {volume("", "storageClassName: x, accessModes: [ReadWriteOnce]") +
			claim("storageClassName: x, accessModes: [ReadWriteMany]"), no},
		"by labels": {volume("disk: fast", "storageClassName: x") +
			claim("storageClassName: x, selector: {matchLabels: {disk: fast}}"), bound},
		"other labels": {volume("disk: slow", "storageClassName: x") +
			claim("storageClassName: x, selector: {matchLabels: {disk: fast}}"), no},
	} {
		t.Run(name, func(t *testing.T) {
			set := manifests.Set(t, test.manifests+pod)
			s := storage.New(set)
			mounts := s.Mounts(set.Workloads[0])
			require.Len(t, mounts, 1)
			got := no
			for _, b := range s.Bound(&mounts[0].Claim) {
				if got = unsure; b.Sure {
					got = bound
				}
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestClaimsThatWorkloadsMake(t *testing.T) {
	const template = "{metadata: {name: data}, spec: {storageClassName: x}}"
	set := manifests.Set(t, manifests.Object("apps/v1", "StatefulSet", "db", "spec: {volumeClaimTemplates: ["+template+
		"], template: {spec: {containers: [{name: c}], volumes: [{name: data, emptyDir: {}}]}}}")+
		manifests.Object("apps/v1", "Deployment", "web", "spec: {template: {spec: {containers: [{name: c}], volumes: "+
			"[{name: tmp, ephemeral: {volumeClaimTemplate: "+template+"}}]}}}")+
		manifests.Object("v1", "Pod", "one", "spec: {containers: [{name: c}], volumes: "+
			"[{name: tmp, ephemeral: {volumeClaimTemplate: "+template+"}}]}")+volume("", "storageClassName: x"))
	s := storage.New(set)
	for i, want := range []struct {
		volume, claim, is, isNot string
	}{
		{"data", "data-db-*", "data-db-12", "data-db-x"},
		{"tmp", "web-*-tmp", "web-7f9c-abc-tmp", "web-tmp"},
		{"tmp", "one-tmp", "one-tmp", "one-x-tmp"},
	} {
		mounts := s.Mounts(set.Workloads[i])
		require.Len(t, mounts, 1)
		assert.Equal(t, want.volume, mounts[0].Volume)
		assert.Equal(t, want.claim, mounts[0].Claim.String())
		assert.True(t, mounts[0].Claim.IsCalled(want.is))
		assert.False(t, mounts[0].Claim.IsCalled(want.isNot))
		assert.Len(t, s.Bound(&mounts[0].Claim), 1)
	}
	assert.Len(t, s.Claimants(&s.Volumes[0]), 3)
}

func TestSecretsThatVolumesAreMountedWith(t *testing.T) {
	const ref = "{name: s, namespace: b}"
	for source, want := range map[string][]string{
		"csi: {driver: d, volumeHandle: h, nodePublishSecretRef: " + ref + ", nodeStageSecretRef: " + ref +
			", controllerPublishSecretRef: " + ref + ", controllerExpandSecretRef: " + ref + ", nodeExpandSecretRef: " + ref +
			"}": {"spec.csi.controllerPublishSecretRef.namespace", "spec.csi.nodeStageSecretRef.namespace",
			"spec.csi.nodePublishSecretRef.namespace", "spec.csi.controllerExpandSecretRef.namespace",
			"spec.csi.nodeExpandSecretRef.namespace"},
		"cephfs: {monitors: [m], secretRef: " + ref + "}":                     {"spec.cephfs.secretRef.namespace"},
		"cinder: {volumeID: v, secretRef: " + ref + "}":                       {"spec.cinder.secretRef.namespace"},
		"flexVolume: {driver: d, secretRef: " + ref + "}":                     {"spec.flexVolume.secretRef.namespace"},
		"iscsi: {targetPortal: t, iqn: i, lun: 0, secretRef: " + ref + "}":    {"spec.iscsi.secretRef.namespace"},
		"rbd: {monitors: [m], image: i, secretRef: " + ref + "}":              {"spec.rbd.secretRef.namespace"},
		"scaleIO: {gateway: g, system: s, secretRef: " + ref + "}":            {"spec.scaleIO.secretRef.namespace"},
		"storageos: {secretRef: " + ref + "}":                                 {"spec.storageos.secretRef.namespace"},
		"azureFile: {secretName: s, shareName: s, secretNamespace: b}":        {"spec.azureFile.secretNamespace"},
		"azureFile: {secretName: s, shareName: s}":                            nil,
		"csi: {driver: d, volumeHandle: h, nodeStageSecretRef: {name: only}}": nil,
	} {
		s := storage.New(manifests.Set(t, volume("", source)))
		var fields []string
		for _, secret := range storage.Secrets(&s.Volumes[0]) {
			assert.Equal(t, "b/s", secret.Namespace+"/"+secret.Name)
			fields = append(fields, secret.Field.String())
		}
		assert.Equal(t, want, fields, source)
	}
}

func TestSecretsOfClasses(t *testing.T) {
	for parameters, want := range map[string][]string{
		"csi.storage.k8s.io/node-publish-secret-namespace: b, csi.storage.k8s.io/node-publish-secret-name: s": {"b/s"},
		"csi.storage.k8s.io/provisioner-secret-namespace: '${pvc.namespace}'":                                 nil,
		"csi.storage.k8s.io/node-stage-secret-namespace: 'b-${pvc.namespace}', csi.storage.k8s.io/node-stage-secret-name: " +
			"'${pvc.name}-s'": {"b-a/c-s"},
		"csi.storage.k8s.io/node-stage-secret-namespace: b, csi.storage.k8s.io/node-stage-secret-name: " +
			"\"${pvc.annotations['x']}\"": {"b/"},
		"adminSecretNamespace: b, adminSecretName: s": {"b/s"},
		"secretNamespace: b, secretName: s":           {"b/s"},
		"csiNodePublishSecretNamespace: b":            {"b/"},
		"secretNamespace: a":                          nil,
		"pool: b":                                     nil,
	} {
		s := storage.New(manifests.Set(t, claim("storageClassName: k")+
			"---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: k}\nparameters: {"+parameters+"}\n"))
		users := s.Users(&s.Classes[0])
		require.Len(t, users, 1)
		var found []string
		for _, secret := range storage.Parameters(&s.Classes[0], users[0]) {
			found = append(found, secret.Namespace+"/"+secret.Name)
		}
		assert.Equal(t, want, found, parameters)
	}
}
