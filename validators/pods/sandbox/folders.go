package sandbox

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Danger is what a container gains by a folder of its node.
type Danger int

// The dangers, each greater than the ones before.
const (
	// Harmless folders hold data of pods, or what every process of a node may read, and nothing is run from them
	// unasked.
	Harmless Danger = iota
	// Unknown folders are those of which neither is known.
	Unknown
	// TakesOver is that of folders with which a container reads what other pods mount, or runs programs on the node.
	TakesOver
)

// DangerOf is the danger of a folder, for who writes or only reads it. Facts: docs/facts.md, "Ways out of a container".
func DangerOf(folder string, readOnly bool) Danger {
	folder = path.Clean("/" + folder)
	if folder == "/var/run" || strings.HasPrefix(folder, "/var/run/") {
		folder = strings.TrimPrefix(folder, "/var")
	}
	switch {
	case isIn(folder, "/usr/share/zoneinfo", "/usr/share/ca-certificates", "/etc/localtime", "/etc/timezone",
		"/etc/machine-id"), isDevice(folder):
		return Harmless
	case overlaps(folder, secretFolders()...), hasRuntime(folder), !readOnly && overlaps(folder, programFolders()...):
		return TakesOver
	case readOnly && isIn(folder, publicFolders()...), isIn(folder, dataFolders()...):
		return Harmless
	case !isOfSystem(folder):
		return Harmless
	}
	return Unknown
}

// secretFolders have what other pods mount, credentials of the kubelet, of etcd and of people, or sockets by which the
// node takes orders, for which reading is enough.
func secretFolders() []string {
	return []string{
		"/var/lib/kubelet", "/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/etcd",
		"/var/lib/rancher", "/var/lib/k3s", "/var/lib/k0s", "/var/lib/kubernetes", "/var/lib/crio", "/var/lib/cloud",
		"/var/snap", "/etc/kubernetes", "/etc/ssh", "/etc/shadow", "/etc/gshadow", "/etc/rancher", "/etc/cni", "/proc",
		"/root", "/home",
		"/run/docker.sock", "/run/docker", "/run/containerd", "/run/crio", "/run/cri-dockerd.sock", "/run/dockershim.sock",
		"/run/podman", "/run/k3s", "/run/secrets", "/run/credentials", "/run/systemd", "/run/dbus", "/run/user",
		"/run/snapd.socket", "/run/snapd-snap.socket",
	}
}

// programFolders are what a node runs, or how it is told to. Symbolic links under /var/log show any file of the node to
// whoever reads the logs of pods.
func programFolders() []string {
	return []string{
		"/etc", "/opt/cni", "/opt/bin", "/opt/containerd", "/sys", "/boot", "/bin", "/sbin", "/usr", "/lib", "/lib32",
		"/lib64", "/libx32", "/snap", "/var/spool/cron", "/var/spool/at", "/var/spool/anacron", "/var/lib/dpkg",
		"/var/lib/systemd", "/var/lib/cni", "/var/lib/snapd", "/var/lib/waagent", "/var/lib/google",
		"/var/log/pods", "/var/log/containers", "/run/udev", "/run/initctl", "/run/tmpfiles.d", "/run/cron",
		"/dev/mem", "/dev/kmem", "/dev/port",
	}
}

// publicFolders may be read by every process of a node.
func publicFolders() []string {
	return []string{
		"/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin", "/boot", "/sys", "/var/log", "/run/udev",
		"/run/log", "/etc/os-release", "/etc/lsb-release", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf",
		"/etc/nsswitch.conf", "/etc/passwd", "/etc/group", "/etc/ssl/certs", "/etc/pki/ca-trust", "/etc/pki/tls/certs",
		"/etc/ca-certificates",
	}
}

// dataFolders are where data of pods is kept.
func dataFolders() []string {
	return []string{
		"/var/log", "/var/openebs/local", "/opt/local-path-provisioner", "/var/local-path-provisioner",
		"/run/xtables.lock",
	}
}

// isDevice reports whether a file is a device of no disk and no memory. A container that is not privileged can use none
// of them but by a device plugin.
func isDevice(folder string) bool {
	name, is := strings.CutPrefix(folder, "/dev/")
	return is && slices.ContainsFunc([]string{
		"dri", "kfd", "net/tun", "fuse", "kvm", "snd", "infiniband", "nvidia", "video", "tty", "serial", "bus/usb",
		"hugepages", "vfio", "rtc", "hwrng", "urandom", "random", "null", "zero", "accel", "hidraw", "uinput", "input",
	}, func(known string) bool { return strings.HasPrefix(name, known) })
}

// hasRuntime reports whether a folder, wherever it is, is called as that of the kubelet or of a container runtime.
func hasRuntime(folder string) bool {
	return slices.ContainsFunc(strings.Split(folder, "/"), func(name string) bool {
		return slices.Contains([]string{"kubelet", "docker", "containerd", "etcd", "docker.sock", "containerd.sock",
			"crio.sock"}, name)
	})
}

// isOfSystem reports whether a folder is one of those that the Filesystem Hierarchy Standard gives to the system.
func isOfSystem(folder string) bool {
	top, _, _ := strings.Cut(strings.TrimPrefix(folder, "/"), "/")
	return slices.Contains([]string{"", "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "opt",
		"proc", "root", "run", "sbin", "snap", "sys", "tmp", "usr", "var"}, top)
}

// overlaps reports whether a folder is inside one of the others, or contains one.
func overlaps(folder string, others ...string) bool {
	return folder == "/" || isIn(folder, others...) || slices.ContainsFunc(others, func(other string) bool {
		return strings.HasPrefix(other, folder+"/")
	})
}

// isIn reports whether a folder is one of the others, or inside one.
func isIn(folder string, others ...string) bool {
	return slices.ContainsFunc(others, func(other string) bool {
		return folder == other || strings.HasPrefix(folder, other+"/")
	})
}

// Mounted is the greatest danger that a folder of the node is to its node where a volume of the pod is that folder: of
// each container that mounts it, wholly or a part, to write or only to read it. mounted is false where none does.
func Mounted(spec *corev1.PodSpec, volume, folder string, readOnly bool) (danger Danger, mounted bool) {
	for _, c := range containers(spec) {
		for i := range c.VolumeMounts {
			if mount := &c.VolumeMounts[i]; mount.Name == volume {
				seen := path.Join(folder, path.Clean("/"+mount.SubPath))
				danger, mounted = max(danger, DangerOf(seen, readOnly || mount.ReadOnly)), true
			}
		}
		for _, device := range c.VolumeDevices {
			if device.Name == volume {
				danger, mounted = max(danger, DangerOf(folder, readOnly)), true
			}
		}
	}
	return danger, mounted
}
