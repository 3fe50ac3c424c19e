package pods_test

import (
	"fmt"
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

func namespace(labels string) string {
	return "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {" + labels + "}}\n"
}

const baseline = "pod-security.kubernetes.io/enforce: baseline"

func TestPodsStayInTheirSandbox(t *testing.T) {
	const takesOver = ": whoever is in the container reads every Secret of the pods on its node"
	manifests.Table{
		"an ordinary pod": {Manifests: workload("Deployment", "d", "securityContext: {capabilities: {add: "+
			"[NET_BIND_SERVICE, NET_ADMIN], drop: [ALL]}}", "")},
		"settings that make it its node": {
			Manifests: workload("DaemonSet", "d", "securityContext: {privileged: true, capabilities: {add: "+
				"[SYS_ADMIN]}}",
				"hostPID: true, hostIPC: true, initContainers: [{name: i, securityContext: {capabilities: {add: "+
					"[CAP_SYS_ADMIN]}}}]"),
			Want: []string{
				`error CLS-P011 DaemonSet a/d spec.template.spec.hostPID: the pod sees the processes of its node, ` +
					`with their files and variables` + takesOver,
				`warning CLS-P011 DaemonSet a/d spec.template.spec.hostIPC: the pod shares the memory of processes ` +
					`of its node`,
				`error CLS-P011 DaemonSet a/d ` +
					`spec.template.spec.initContainers[0].securityContext.capabilities.add[0]: container "i" has the ` +
					`capability CAP_SYS_ADMIN` + takesOver,
				`error CLS-P011 DaemonSet a/d spec.template.spec.containers[0].securityContext.privileged: container ` +
					`"c" is privileged` + takesOver,
			},
		},
		"folders of the node": {
			Manifests: func() string {
				mounts, volumes := "", ""
				for i, folder := range []string{"/var/run/docker.sock", "/var", "/data/x", "/", "/usr/share/zoneinfo",
					"/var/lib/kubelet/pods/", "/var/log", "/usr", "/etc/kubernetes"} {
					mounts += fmt.Sprintf("{name: v%d, mountPath: /v%d, readOnly: true}, ", i, i)
					volumes += fmt.Sprintf("{name: v%d, hostPath: {path: %s}}, ", i, folder)
				}
				return workload("Pod", "p", "volumeMounts: ["+mounts+"]", "volumes: ["+volumes+
					"{name: u, hostPath: {path: /}}]") +
					workload("Pod", "r", "volumeMounts: [{name: v, mountPath: /v}]", "volumes: [{name: v, hostPath: "+
						"{path: /usr}}]")
			}(),
			Want: []string{
				`error CLS-P011 Pod a/p spec.volumes[0].hostPath.path: the pod mounts "/var/run/docker.sock" of its ` +
					`node` + takesOver,
				`error CLS-P011 Pod a/p spec.volumes[1].hostPath.path: the pod mounts "/var" of its node` + takesOver,
				`warning CLS-P011 Pod a/p spec.volumes[2].hostPath.path: the pod mounts "/data/x" of its node`,
				`error CLS-P011 Pod a/p spec.volumes[3].hostPath.path: the pod mounts "/" of its node` + takesOver,
				`warning CLS-P011 Pod a/p spec.volumes[4].hostPath.path: the pod mounts "/usr/share/zoneinfo" of its ` +
					`node`,
				`error CLS-P011 Pod a/p spec.volumes[5].hostPath.path: the pod mounts "/var/lib/kubelet/pods/" of ` +
					`its node` + takesOver,
				`warning CLS-P011 Pod a/p spec.volumes[6].hostPath.path: the pod mounts "/var/log" of its node`,
				`warning CLS-P011 Pod a/p spec.volumes[7].hostPath.path: the pod mounts "/usr" of its node`,
				`error CLS-P011 Pod a/p spec.volumes[8].hostPath.path: the pod mounts "/etc/kubernetes" of its node` +
					takesOver,
				`warning CLS-P011 Pod a/p spec.volumes[9].hostPath.path: the pod mounts "/" of its node`,
				`error CLS-P011 Pod a/r spec.volumes[0].hostPath.path: the pod mounts "/usr" of its node` + takesOver,
			},
		},
		"folders of the node, by claims": {
			Manifests: namespace(baseline) +
				"---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: kubelet}\nspec: {hostPath: {path: " +
				"/var/lib/kubelet}, claimRef: {namespace: a, name: one}}\n" +
				"---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: data}\nspec: {hostPath: {path: /data}}\n" +
				"---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: disk}\nspec: {local: {path: " +
				"/mnt/disk}, claimRef: {namespace: a, name: three}}\n" +
				"---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: far}\nspec: {csi: {driver: " +
				"csi.scaleway.com, volumeHandle: x}, claimRef: {namespace: a, name: four}}\n" +
				manifests.Object("v1", "PersistentVolumeClaim", "two", "spec: {volumeName: data}") +
				workload("Pod", "p", "volumeMounts: [{name: v, mountPath: /v}, {name: w, mountPath: /w}]",
					"volumes: [{name: v, persistentVolumeClaim: {claimName: one}}, "+
						"{name: w, persistentVolumeClaim: {claimName: two}}, {name: disk, persistentVolumeClaim: "+
						"{claimName: three}}, {name: far, persistentVolumeClaim: {claimName: four}}]"),
			Want: []string{
				`error CLS-P011 Pod a/p spec.volumes[0].persistentVolumeClaim.claimName: the pod mounts ` +
					`"/var/lib/kubelet" of its node, by claim "one" and PersistentVolume "kubelet"` + takesOver,
				`warning CLS-P011 Pod a/p spec.volumes[1].persistentVolumeClaim.claimName: the pod mounts "/data" of ` +
					`its node, by claim "two" and PersistentVolume "data"`,
			},
		},
		"pods that the namespace refuses": {
			Manifests: namespace(baseline) +
				workload("Pod", "p", "securityContext: {capabilities: {add: [NET_ADMIN]}}",
					"volumes: [{name: v, hostPath: {path: /data}}]"),
			Want: []string{
				`error CLS-P011 Pod a/p spec.volumes[0].hostPath.path: the pod mounts "/data" of its node; the ` +
					`namespace enforces "baseline", so that the API server refuses the pods`,
				`error CLS-P014 Pod a/p spec: the namespace enforces the Pod Security Standard "baseline", so that ` +
					`the API server refuses the pods: ` +
					`non-default capabilities (container "c" must not include "NET_ADMIN" in ` +
					`securityContext.capabilities.add)`,
			},
		},
		"pods that a restricted namespace refuses": {
			Manifests: namespace("pod-security.kubernetes.io/enforce: restricted") + workload("Pod", "p", "",
				"securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}"),
			Want: []string{`error CLS-P014 Pod a/p spec: the namespace enforces the Pod Security Standard ` +
				`"restricted", so that the API server refuses the pods: ` +
				`allowPrivilegeEscalation != false (container "c" must set ` +
				`securityContext.allowPrivilegeEscalation=false); ` +
				`unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"])`},
		},
		"nothing enforced, or too little": {
			Manifests: namespace("") + "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: b, labels: " +
				"{pod-security.kubernetes.io/enforce: privileged}}\n" +
				"---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: b}\nspec: {}\n" +
				workload("Pod", "p", "", ""),
			Want: []string{
				`warning CLS-P012 Namespace a metadata.labels[pod-security.kubernetes.io/enforce]: the namespace ` +
					`enforces no Pod Security Standard, so that its pods may take over their nodes`,
				`warning CLS-P012 Namespace b metadata.labels[pod-security.kubernetes.io/enforce]: the Pod Security ` +
					`Standard to enforce is "privileged", which forbids nothing, so that pods may take over their nodes`,
			},
		},
		"labels that mean nothing": {
			Manifests: namespace("pod-security.kubernetes.io/enforce: Baseline, pod-security.kubernetes.io/warn: "+
				"restricted, pod-security.kubernetes.io/warn-version: v1.20") + workload("Pod", "p", "", ""),
			Want: []string{
				`error CLS-P012 Namespace a metadata.labels[pod-security.kubernetes.io/enforce]: the level is ` +
					`"Baseline", must be privileged, baseline or restricted`,
				`warning CLS-P012 Namespace a metadata.labels[pod-security.kubernetes.io/warn-version]: the standard ` +
					`is pinned to v1.20: rules that later versions added, up to v1.34, do not hold`,
			},
		},
		"secrets by other means": {
			Manifests: workload("Pod", "p", "", "volumes: [{name: v, csi: {driver: secrets-store.csi.k8s.io, "+
				"volumeAttributes: {secretProviderClass: vault}}}, {name: w, csi: {driver: csi.cert-manager.io}}, "+
				"{name: x, csi: {driver: csi.example}}]") +
				manifests.Object("apps/v1", "Deployment", "d", "spec: {template: {metadata: {annotations: "+
					"{vault.hashicorp.com/agent-inject: 'true'}}, spec: {containers: [{name: c}]}}}"),
			Want: []string{
				`undecided warning CLS-P013 Pod a/p spec.volumes[0].csi: the secrets of SecretProviderClass "vault" ` +
					`were not evaluated, so whether they belong to the component is not known`,
				`undecided info CLS-P013 Pod a/p spec.volumes[2].csi: what the CSI driver "csi.example" mounts was ` +
					`not evaluated`,
				`undecided warning CLS-P013 Deployment a/d ` +
					`spec.template.metadata.annotations[vault.hashicorp.com/agent-inject]: the secrets that ` +
					`vault.hashicorp.com ` +
					`puts into the pods were not evaluated, so whether they belong to the component is not known`,
			},
		},
	}.Run(t, judge, manifests.Messages)
}

func TestDeclaredPodSecurityIsThere(t *testing.T) {
	const all = baseline + ", pod-security.kubernetes.io/warn: restricted, pod-security.kubernetes.io/audit: restricted"
	manifests.Table{
		"as declared": {Manifests: namespace(all)},
		"stricter": {Manifests: namespace("pod-security.kubernetes.io/enforce: restricted, " +
			"pod-security.kubernetes.io/warn: restricted, pod-security.kubernetes.io/audit: restricted")},
		"without its labels": {Manifests: namespace(""), Want: []string{
			`error CLS-P012 Namespace a metadata.labels[pod-security.kubernetes.io/enforce]: the Pod Security ` +
				`Standard to enforce is not set, must be "baseline" or stricter as component "a" declares`,
			`warning CLS-P012 Namespace a metadata.labels[pod-security.kubernetes.io/warn]: the Pod Security ` +
				`Standard to warn is not set, must be "restricted" or stricter as component "a" declares`,
			`warning CLS-P012 Namespace a metadata.labels[pod-security.kubernetes.io/audit]: the Pod Security ` +
				`Standard to audit is not set, must be "restricted" or stricter as component "a" declares`,
		}},
		"weaker": {
			Manifests: namespace("pod-security.kubernetes.io/enforce: privileged, pod-security.kubernetes.io/warn: " +
				"restricted, pod-security.kubernetes.io/audit: restricted"),
			Want: []string{`error CLS-P012 Namespace a metadata.labels[pod-security.kubernetes.io/enforce]: the Pod ` +
				`Security Standard to enforce is "privileged", ` +
				`must be "baseline" or stricter as component "a" declares`},
		},
		"pinned": {Manifests: namespace(all + ", pod-security.kubernetes.io/enforce-version: v1.24, " +
			"pod-security.kubernetes.io/warn-version: latest, pod-security.kubernetes.io/audit-version: new"), Want: []string{
			`warning CLS-P012 Namespace a metadata.labels[pod-security.kubernetes.io/enforce-version]: the standard ` +
				`is pinned to v1.24: rules that later versions added, up to v1.34, do not hold`,
			`error CLS-P012 Namespace a metadata.labels[pod-security.kubernetes.io/audit-version]: the version is ` +
				`"new", must be latest or of the form v1.30`,
		}},
		"no namespace": {},
	}.Run(t, judge, manifests.Messages, manifests.Shop(t, "{a: {namespace: a}}"))
}
