package pods_test

import (
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

const two = "{a: {namespace: a}, b: {namespace: b}}"

func clusterWide(apiVersion, kind, name, fields string) string {
	return "---\napiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name + "}\n" + fields + "\n"
}

// mounts is a pod of namespace a that mounts claim c.
func mounts() string {
	return workload("Pod", "p", "volumeMounts: [{name: v, mountPath: /v}]",
		"volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]")
}

func TestVolumesThatAreFoldersOfTheNode(t *testing.T) {
	const takesOver = ": whoever is in the container reads every Secret of the pods on its node"
	const byClass = "storageClassName: x"
	claim := manifests.Object("v1", "PersistentVolumeClaim", "c", "spec: {"+byClass+"}")
	manifests.Table{
		"by class": {
			Manifests: clusterWide("v1", "PersistentVolume", "v", "spec: {"+byClass+", hostPath: {path: /etc}}") + claim +
				mounts(),
			Want: []string{`error CLS-P011 Pod a/p spec.volumes[0].persistentVolumeClaim.claimName: the pod mounts "/etc" ` +
				`of its node, by claim "c" and PersistentVolume "v"` + takesOver},
		},
		"of a claim that no pod mounts": {
			Manifests: clusterWide("v1", "PersistentVolume", "v", "spec: {"+byClass+", hostPath: {path: /etc}}") + claim,
			Want: []string{`error CLS-P011 PersistentVolume v spec.hostPath.path: the PersistentVolume is "/etc" of its ` +
				`node, and claim a/c is bound to it` + takesOver},
		},
		"reserved for another namespace": {
			Manifests: clusterWide("v1", "PersistentVolume", "v",
				"spec: {hostPath: {path: /etc}, claimRef: {namespace: monitoring, name: c}}"),
		},
		"of nobody yet": {
			Manifests: clusterWide("v1", "PersistentVolume", "v", "spec: {"+byClass+", local: {path: /}}"),
			Want: []string{`warning CLS-P011 PersistentVolume v spec.local.path: the PersistentVolume is "/" of its node, ` +
				`and any claim that fits may be bound to it` + takesOver},
		},
		"a disk":             {Manifests: clusterWide("v1", "PersistentVolume", "v", "spec: {local: {path: /mnt/disk}}")},
		"a folder for data":  {Manifests: clusterWide("v1", "PersistentVolume", "v", "spec: {hostPath: {path: /data}}")},
		"a folder of a disk": {Manifests: clusterWide("v1", "PersistentVolume", "v", "spec: {local: {path: /var/lib/d}}")},
	}.Run(t, judge, manifests.Messages, manifests.Shop(t, two))
}

func TestVolumesWithTheSecretOfAnother(t *testing.T) {
	const ref = "csi: {driver: s3.example, volumeHandle: h, nodeStageSecretRef: {name: s, namespace: b}, " +
		"nodePublishSecretRef: {name: s, namespace: b}}"
	class := func(namespace string) string {
		return clusterWide("storage.k8s.io/v1", "StorageClass", "x", "provisioner: s3.example\nparameters: "+
			"{csi.storage.k8s.io/node-publish-secret-name: s, csi.storage.k8s.io/node-publish-secret-namespace: "+
			namespace+"}")
	}
	claim := manifests.Object("v1", "PersistentVolumeClaim", "c", "spec: {storageClassName: x}")
	const mounted = `volumes are mounted with Secret "s" of namespace "b", whoever claims one`
	const stage = " PersistentVolume v spec.csi.nodeStageSecretRef.namespace: "
	const parameter = " StorageClass x parameters[csi.storage.k8s.io/node-publish-secret-namespace]: "
	manifests.Table{
		"reserved for a": {
			Manifests: clusterWide("v1", "PersistentVolume", "v", "spec: {claimRef: {namespace: a, name: c}, "+ref+"}"),
			Want:      []string{"error CLS-P018" + stage + mounted},
		},
		"reserved for b": {
			Manifests: clusterWide("v1", "PersistentVolume", "v", "spec: {claimRef: {namespace: b, name: c}, "+ref+"}"),
		},
		"of nobody yet": {
			Manifests: clusterWide("v1", "PersistentVolume", "v", "spec: {"+ref+"}"),
			Want:      []string{"warning CLS-P018" + stage + mounted},
		},
		"by a class":                       {class("b") + claim, []string{"error CLS-P018" + parameter + mounted}},
		"by a class that nobody uses":      {class("b"), []string{"warning CLS-P018" + parameter + mounted}},
		"by a class, each with its own":    {class("'${pvc.namespace}'") + claim, nil},
		"by a class, with the driver's":    {class("kube-system") + claim, nil},
		"by a class, of its own namespace": {class("a") + claim, nil},
	}.Run(t, judge, manifests.Messages, manifests.Shop(t, two))
}

func TestWithoutASegregationADriverMayHaveASecretOfItsOwn(t *testing.T) {
	both := "---\n{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: rook-ceph}}\n" +
		manifests.Object("v1", "PersistentVolumeClaim", "c", "spec: {storageClassName: x}") + mounts()
	class := func(driver string) string {
		return clusterWide("storage.k8s.io/v1", "StorageClass", "x", "provisioner: "+driver+"\nparameters: "+
			"{csi.storage.k8s.io/node-stage-secret-namespace: rook-ceph}")
	}
	const at = " StorageClass x parameters[csi.storage.k8s.io/node-stage-secret-namespace]"
	manifests.Table{
		"called by its namespace": {both + class("rook-ceph.rbd.csi.ceph.com"), []string{"info P018" + at}},
		"another":                 {both + class("rbd.csi.example"), []string{"error P018" + at}},
	}.Run(t, judge, manifests.Brief)
}

func TestPodsOutsideOfComponentsAreTrusted(t *testing.T) {
	manifests.Table{
		"a component's and the system's": {
			Manifests: "---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: proxy, namespace: kube-system}\n" +
				"spec: {template: {spec: {hostPID: true, containers: [{name: c, securityContext: {privileged: true}}]}}}\n",
			Want: []string{`info CLS-P019 DaemonSet kube-system/proxy spec.template.spec.hostPID: assumed: the pods are ` +
				`trusted, because the namespace is no component's: the pod sees the processes of its node, with their ` +
				`files and variables, so that whoever is in it reads every Secret of the pods on its node`},
		},
	}.Run(t, judge, manifests.Messages)
}

func TestCapabilitiesAndTheKernelOfTheNode(t *testing.T) {
	manifests.Table{
		"a mount of /proc without its mask": {
			Manifests: workload("Pod", "p", "securityContext: {procMount: Unmasked}", ""),
			Want:      []string{"error P011 Pod a/p spec.containers[0].securityContext.procMount"},
		},
		"with users of its own": {
			Manifests: workload("Pod", "p", "securityContext: {procMount: Unmasked}", "hostUsers: false"),
			Want:      []string{"warning P011 Pod a/p spec.containers[0].securityContext.procMount"},
		},
		"capabilities": {
			Manifests: workload("Pod", "p", "securityContext: {capabilities: {add: [SYS_BOOT, SYS_PTRACE, CHOWN]}}", ""),
			Want: []string{"error P011 Pod a/p spec.containers[0].securityContext.capabilities.add[0]",
				"warning P011 Pod a/p spec.containers[0].securityContext.capabilities.add[1]"},
		},
	}.Run(t, judge, manifests.Brief)
}

func TestASegregationThatEnforcesNothing(t *testing.T) {
	privileged := namespace("pod-security.kubernetes.io/enforce: privileged, pod-security.kubernetes.io/warn: " +
		"restricted, pod-security.kubernetes.io/audit: restricted")
	const at = " Namespace a metadata.labels[pod-security.kubernetes.io/enforce]"
	const level = "{a: {namespace: a, podSecurity: {enforce: privileged}"
	manifests.Table{
		"nobody":    {privileged, []string{"warning P012" + at}},
		"workloads": {privileged + workload("Pod", "p", "", ""), []string{"error P012" + at}},
	}.Run(t, judge, manifests.Brief, manifests.Shop(t, level+"}}"))
	manifests.Table{
		"developers": {privileged, []string{"error P012" + at}},
	}.Run(t, judge, manifests.Brief, manifests.Shop(t, level+
		", access: [{role: developer, subjects: [{kind: Group, name: team, apiGroup: rbac.authorization.k8s.io}]}]}}"))
}
