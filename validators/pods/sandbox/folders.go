package sandbox

import (
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// IsDangerousFolder reports whether a container that mounts a folder of its node can read what other pods mount, or run
// programs on the node. With readOnly it cannot do the latter.
func IsDangerousFolder(folder string, readOnly bool) bool {
	folder = path.Clean("/" + folder)
	if isHarmlessFolder(folder) {
		return false
	}
	return overlaps(folder,
		// What other pods mount, credentials of the kubelet, of etcd and of people, sockets of container runtimes.
		"/var/lib/kubelet", "/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/etcd",
		"/var/lib/rancher", "/etc/kubernetes", "/etc/ssh", "/proc", "/root", "/home",
		"/run/docker.sock", "/run/containerd", "/run/crio", "/run/dockershim.sock", "/run/k3s", "/run/secrets",
		"/var/run/docker.sock", "/var/run/containerd", "/var/run/crio", "/var/run/dockershim.sock", "/var/run/k3s",
		"/var/run/secrets",
	) || !readOnly && overlaps(folder,
		// What the node runs.
		"/etc/cni", "/opt/cni", "/etc/cron.d", "/etc/systemd", "/etc/ld.so.preload", "/etc/passwd", "/sys", "/boot",
		"/bin", "/sbin", "/usr", "/lib", "/lib64",
	)
}

// overlaps reports whether a folder is inside one of the others, or contains one.
func overlaps(folder string, others ...string) bool {
	for _, other := range others {
		if folder == "/" || folder == other ||
			strings.HasPrefix(folder, other+"/") || strings.HasPrefix(other, folder+"/") {
			return true
		}
	}
	return false
}

// isHarmlessFolder reports whether every process of a node may read a folder, and nothing is run from it unasked.
func isHarmlessFolder(folder string) bool {
	for _, harmless := range []string{
		"/usr/share/zoneinfo", "/usr/share/ca-certificates", "/lib/modules", "/usr/lib/modules",
	} {
		if folder == harmless || strings.HasPrefix(folder, harmless+"/") {
			return true
		}
	}
	return false
}

// Mounted reports whether a container of the pod mounts a volume, and whether all that do so only read it.
func Mounted(spec *corev1.PodSpec, volume string) (mounted, readOnly bool) {
	readOnly = true
	for _, container := range containers(spec) {
		for _, mount := range container.VolumeMounts {
			if mount.Name == volume {
				mounted, readOnly = true, readOnly && mount.ReadOnly
			}
		}
	}
	return mounted, readOnly
}
