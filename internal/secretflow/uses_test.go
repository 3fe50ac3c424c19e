package secretflow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
)

func TestEveryWayToImportASecretIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		pods string
		want []string
	}{
		"env of containers, init and ephemeral ones included": {
			pods: `initContainers: [{name: i, env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: a}}}]}],
  containers: [{name: c, env: [{name: X, value: x}, {name: B, valueFrom: {secretKeyRef: {name: s, key: b, optional: true}}}, {name: C, valueFrom: {configMapKeyRef: {name: m, key: k}}}]}],
  ephemeralContainers: [{name: e, env: [{name: D, valueFrom: {secretKeyRef: {name: s, key: d}}}]}]`,
			want: []string{
				"i env s/a as A at initContainers[0].env[0].valueFrom.secretKeyRef",
				"c env s/b as B at containers[0].env[1].valueFrom.secretKeyRef, optional",
				"e env s/d as D at ephemeralContainers[0].env[0].valueFrom.secretKeyRef",
			},
		},
		"envFrom": {
			pods: `containers: [{name: c, envFrom: [{configMapRef: {name: m}}, {prefix: P_, secretRef: {name: s, ` +
				`optional: ` +
				`true}}]}]`,
			want: []string{"c envFrom s/ as  at containers[0].envFrom[1].secretRef, prefix P_, optional"},
		},
		"volumes, once for each container that mounts them": {
			pods: `containers: [{name: c, volumeMounts: [{name: v, mountPath: /v}]}, {name: d, volumeMounts: [{name: ` +
				`v, ` +
				`mountPath: /d}]}], volumes: [{name: v, secret: {secretName: s}}]`,
			want: []string{"c volume s/ as  at volumes[0].secret", "d volume s/ as  at volumes[0].secret"},
		},
		"single files, and those that a subPath shows": {
			pods: `containers: [{name: c, volumeMounts: [{name: v, mountPath: /v}]}, {name: d, volumeMounts: [{name: v, mountPath: /one, subPath: dir}, {name: w, mountPath: /k, subPath: ./key}]}],
  volumes: [{name: v, secret: {secretName: s, optional: true, items: [{key: a, path: a.txt}, {key: b, path: dir/b.txt}]}}, {name: w, secret: {secretName: t}}]`,
			want: []string{
				"c volume s/a as /v/a.txt at volumes[0].secret.items[0], optional",
				"c volume s/b as /v/dir/b.txt at volumes[0].secret.items[1], optional",
				"d volume s/b as /one/b.txt at volumes[0].secret.items[1], optional",
				"d volume t/key as /k at volumes[1].secret",
			},
		},
		"projected volumes": {
			pods: `containers: [{name: c, volumeMounts: [{name: v, mountPath: /v}]}],
  volumes: [{name: v, projected: {sources: [{configMap: {name: m}}, {secret: {name: s, items: [{key: a, path: a}]}}, {secret: {name: t, optional: true}}]}}]`,
			want: []string{
				"c projected volume s/a as /v/a at volumes[0].projected.sources[1].secret.items[0]",
				"c projected volume t/ as  at volumes[0].projected.sources[2].secret, optional",
			},
		},
		"a volume that no container mounts": {
			pods: `containers: [{name: c}], volumes: [{name: v, secret: {secretName: s}}]`,
			want: []string{" volume s/ as  at volumes[0].secret"},
		},
		"volume drivers": {
			pods: `containers: [{name: c}], volumes: [
  {name: a, csi: {driver: d, nodePublishSecretRef: {name: csi}}}, {name: b, azureFile: {secretName: azure, shareName: x}}, {name: c, cephfs: {secretRef: {name: ceph}}},
  {name: d, rbd: {image: i, secretRef: {name: rbd}}}, {name: e, iscsi: {secretRef: {name: iscsi}}}, {name: f, scaleIO: {secretRef: {name: scale}}},
  {name: g, storageos: {secretRef: {name: storage}}}, {name: h, flexVolume: {driver: d, secretRef: {name: flex}}}, {name: i, cinder: {volumeID: v, secretRef: {name: cinder}}},
  {name: j, csi: {driver: d}}, {name: k, emptyDir: {}}]`,
			want: []string{
				" CSI volume csi/ as  at volumes[0].csi.nodePublishSecretRef", " volume driver azure/ as  at " +
					"volumes[1].azureFile",
				" volume driver ceph/ as  at volumes[2].cephfs.secretRef", " volume driver rbd/ as  at " +
					"volumes[3].rbd.secretRef",
				" volume driver iscsi/ as  at volumes[4].iscsi.secretRef", " volume driver scale/ as  at " +
					"volumes[5].scaleIO.secretRef",
				" volume driver storage/ as  at volumes[6].storageos.secretRef", " volume driver flex/ as  at " +
					"volumes[7].flexVolume.secretRef",
				" volume driver cinder/ as  at volumes[8].cinder.secretRef",
			},
		},
		"image pull secrets": {
			pods: `containers: [{name: c}], imagePullSecrets: [{name: s}, {}]`,
			want: []string{" imagePullSecret s/ as  at imagePullSecrets[0]"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for kind, path := range map[string]string{"Pod": "spec.", "Deployment": "spec.template.spec.",
				"CronJob": "spec.jobTemplate.spec.template.spec."} {
				set := setOf(t, podsOf(kind, c.pods))
				require.Len(t, set.Workloads, 1)
				var got []string
				for _, use := range secretflow.UsesOf(set.Workloads[0]) {
					assert.Equal(t, "a", use.Secret.Namespace)
					got = append(got, describeUse(use, path))
				}
				assert.Equal(t, c.want, got, kind)
			}
		})
	}
}

func TestPodsPullImagesWithTheSecretsOfTheirServiceAccount(t *testing.T) {
	set := setOf(t, podsOf("Pod", "containers: [{name: c}]")+podsOf("Deployment",
		"serviceAccountName: other, containers: [{name: c}]")+
		podsOf("CronJob", "containers: [{name: c}], imagePullSecrets: [{name: own}]")+`---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: a}
imagePullSecrets: [{name: registry}]
`)
	var got []string
	for _, use := range secretflow.New(set).Uses {
		account := "itself"
		if use.Account != nil {
			account = use.Account.String()
		}
		got = append(got, fmt.Sprintf("%s: %s by %s at %s", use.Workload.Kind, use.Secret.Name, account, use.Field))
	}
	assert.Equal(t, []string{
		"CronJob: own by itself at spec.jobTemplate.spec.template.spec.imagePullSecrets[0]", "Pod: registry by " +
			"ServiceAccount a/default at imagePullSecrets[0]",
	}, got)
}

func setOf(t *testing.T, text string) *objects.Set {
	t.Helper()
	all, err := objects.Parse("", []byte(text))
	require.NoError(t, err)
	set, findings := objects.NewSet(all)
	require.Empty(t, findings)
	return set
}

func podsOf(kind, pods string) string {
	version, spec := "v1", pods
	switch kind {
	case "Deployment":
		version, spec = "apps/v1", "template: {spec: {"+pods+"}}"
	case "CronJob":
		version, spec = "batch/v1", "jobTemplate: {spec: {template: {spec: {"+pods+"}}}}"
	}
	return fmt.Sprintf("---\napiVersion: %s\nkind: %s\nmetadata: {name: w, namespace: a}\nspec: {%s}\n", version, kind,
		spec)
}

func describeUse(use secretflow.Use, path string) string {
	text := fmt.Sprintf("%s %s %s/%s as %s at %s", use.Container, use.Via, use.Secret.Name, use.Key, use.Variable,
		strings.TrimPrefix(use.Field.String(), path))
	if use.Prefix != "" {
		text += ", prefix " + use.Prefix
	}
	if use.Optional {
		text += ", optional"
	}
	return text
}
