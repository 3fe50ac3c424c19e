package pods

import (
	"fmt"
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// judgeNode reports pods that can take over the node they run on, with every Secret that is mounted there, and pods that
// come near it. Pods on the host's network are findings of family N.
func (c *checker) judgeNode(p *part) {
	refused := p.enforced().Level
	for _, w := range p.workloads {
		report := func(field, message string, takesOver bool) {
			f := finding.Finding{Code: finding.BecomesNode, Severity: finding.Error, Field: field, Message: message, Fix: "remove the setting"}
			if takesOver {
				f.Message += ": whoever is in the container reads every Secret of the pods on its node"
			} else if refused != api.LevelBaseline && refused != api.LevelRestricted {
				f.Severity = finding.Warning
			}
			if refused == api.LevelBaseline || refused == api.LevelRestricted {
				f.Message += fmt.Sprintf("; the namespace enforces %q, so that the API server refuses the pods", refused)
			}
			c.about(w.Object, f)
		}
		spec := &w.Pod.Spec
		if spec.HostPID {
			report(w.SpecPath()+".hostPID", "the pod sees the processes of its node, with their files and variables", true)
		}
		if spec.HostIPC {
			report(w.SpecPath()+".hostIPC", "the pod shares the memory of processes of its node", false)
		}
		for i, volume := range spec.Volumes {
			if volume.HostPath != nil {
				field := objects.Index(w.SpecPath()+".volumes", i) + ".hostPath.path"
				mounted, readOnly := mountedAs(w, volume.Name)
				takesOver := mounted && isDangerous(volume.HostPath.Path, readOnly)
				report(field, fmt.Sprintf("the pod mounts %q of its node", volume.HostPath.Path), takesOver)
			}
		}
		c.judgeClaims(p, w)
		for container := range w.Containers() {
			judgeContext(w, container, report)
		}
	}
}

// judgeContext reports privileged containers and capabilities that amount to that.
func judgeContext(w *objects.Workload, container objects.Container, report func(field, message string, takesOver bool)) {
	context := container.SecurityContext
	podContext := w.Pod.Spec.SecurityContext
	inherited := podContext != nil && podContext.WindowsOptions != nil && isTrue(podContext.WindowsOptions.HostProcess)
	if context == nil {
		if inherited {
			report(w.SpecPath()+".securityContext.windowsOptions.hostProcess",
				fmt.Sprintf("container %q is a process of its node", container.Name), true)
		}
		return
	}
	field := container.Path + ".securityContext"
	if isTrue(context.Privileged) {
		report(field+".privileged", fmt.Sprintf("container %q is privileged", container.Name), true)
		return // capabilities make no difference
	}
	if inherited || context.WindowsOptions != nil && isTrue(context.WindowsOptions.HostProcess) {
		report(field+".windowsOptions.hostProcess", fmt.Sprintf("container %q is a process of its node", container.Name), true)
	}
	if context.Capabilities == nil {
		return
	}
	for i, capability := range context.Capabilities.Add {
		if isDangerousCapability(capability) {
			report(objects.Index(field+".capabilities.add", i),
				fmt.Sprintf("container %q has the capability %s", container.Name, capability), true)
		}
	}
}

func isTrue(b *bool) bool { return b != nil && *b }

// isDangerousCapability knows the capabilities with which root in a container leaves it.
//
// Source: capabilities(7); CVE-2015-3627 and others for CAP_DAC_READ_SEARCH (open_by_handle_at).
func isDangerousCapability(capability corev1.Capability) bool {
	switch strings.TrimPrefix(strings.ToUpper(string(capability)), "CAP_") {
	case "ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "DAC_READ_SEARCH", "BPF":
		return true
	}
	return false
}

// isDangerous says whether who mounts a folder of the node comes to what other pods mount, or to run programs on the node. A
// container that may only read it does not come to the latter.
func isDangerous(folder string, readOnly bool) bool {
	folder = path.Clean("/" + folder)
	if isHarmlessFolder(folder) {
		return false
	}
	return meets(folder,
		// What other pods mount, the credentials of the kubelet, of etcd and of people, the sockets of the container runtimes.
		"/var/lib/kubelet", "/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/etcd", "/var/lib/rancher",
		"/etc/kubernetes", "/etc/ssh", "/proc", "/root", "/home", "/run/docker.sock", "/run/containerd", "/run/crio", "/run/dockershim.sock",
		"/run/k3s", "/run/secrets", "/var/run/docker.sock", "/var/run/containerd", "/var/run/crio", "/var/run/dockershim.sock",
		"/var/run/k3s", "/var/run/secrets",
	) || !readOnly && meets(folder,
		// What the node runs.
		"/etc/cni", "/opt/cni", "/etc/cron.d", "/etc/systemd", "/etc/ld.so.preload", "/etc/passwd", "/sys", "/boot", "/bin", "/sbin", "/usr",
		"/lib", "/lib64",
	)
}

// meets says whether a folder is inside one of the others, or around it.
func meets(folder string, others ...string) bool {
	for _, other := range others {
		if folder == "/" || folder == other || strings.HasPrefix(folder, other+"/") || strings.HasPrefix(other, folder+"/") {
			return true
		}
	}
	return false
}

// isHarmlessFolder knows folders that every process of a node may read, and that nothing is run from unasked.
func isHarmlessFolder(folder string) bool {
	for _, harmless := range []string{"/usr/share/zoneinfo", "/usr/share/ca-certificates", "/lib/modules", "/usr/lib/modules"} {
		if folder == harmless || strings.HasPrefix(folder, harmless+"/") {
			return true
		}
	}
	return false
}

// mountedAs says whether a container mounts a volume, and whether all that do only read it.
func mountedAs(w *objects.Workload, volume string) (mounted, readOnly bool) {
	readOnly = true
	for container := range w.Containers() {
		for _, mount := range container.VolumeMounts {
			if mount.Name == volume {
				mounted, readOnly = true, readOnly && mount.ReadOnly
			}
		}
	}
	return mounted, readOnly
}
