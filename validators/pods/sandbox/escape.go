// Package sandbox knows what keeps a pod from its node: the settings that open the way, the folders of a node that do,
// and the Pod Security Standards by which the API server refuses them. It sees Kubernetes' own types only.
package sandbox

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
)

// Escape is a setting by which a pod reaches beyond its sandbox.
type Escape struct {
	// Field is the path of the setting in the pod's spec.
	Field fieldpath.Path
	// What describes it: "the pod sees the processes of its node".
	What string
	// Danger is what whoever is in the container gains.
	Danger Danger
}

// Escapes lists the settings of a pod by which it reaches its node. The network of the node is not among them.
func Escapes(spec *corev1.PodSpec) []Escape {
	var found []Escape
	if spec.HostPID {
		what := "the pod sees the processes of its node, with their files and variables"
		found = append(found, Escape{fieldpath.Of("hostPID"), what, TakesOver})
	}
	if spec.HostIPC {
		found = append(found, Escape{fieldpath.Of("hostIPC"), "the pod shares the memory of processes of its node",
			Harmless})
	}
	for i := range spec.Volumes {
		volume := &spec.Volumes[i]
		if volume.HostPath == nil {
			continue
		}
		danger, _ := Mounted(spec, volume.Name, volume.HostPath.Path, false)
		found = append(found, Escape{
			fieldpath.Of("volumes").Index(i).Child("hostPath", "path"),
			fmt.Sprintf("the pod mounts %q of its node", volume.HostPath.Path), danger,
		})
	}
	for _, c := range containers(spec) {
		found = append(found, c.escapes(spec.SecurityContext, spec.HostUsers)...)
	}
	return found
}

// escapes lists the settings of a container. Those of the pod hold where it has none of its own.
func (c container) escapes(pod *corev1.PodSecurityContext, hostUsers *bool) []Escape {
	ofPod := pod != nil && isHostProcess(pod.WindowsOptions)
	hostProcess := fmt.Sprintf("container %q is a process of its node", c.Name)
	own := c.SecurityContext
	switch {
	case own == nil && ofPod:
		return []Escape{{fieldpath.Of("securityContext", "windowsOptions", "hostProcess"), hostProcess, TakesOver}}
	case own == nil:
		return nil
	}
	context := c.field().Child("securityContext")
	if isTrue(own.Privileged) { // capabilities make no difference then
		return []Escape{{context.Child("privileged"), fmt.Sprintf("container %q is privileged", c.Name), TakesOver}}
	}
	var found []Escape
	if ofPod || isHostProcess(own.WindowsOptions) {
		found = append(found, Escape{context.Child("windowsOptions", "hostProcess"), hostProcess, TakesOver})
	}
	if own.ProcMount != nil && *own.ProcMount == corev1.UnmaskedProcMount {
		found = append(found, Escape{context.Child("procMount"),
			fmt.Sprintf("container %q may write the settings of the node's kernel under /proc", c.Name), inHost(hostUsers)})
	}
	if own.Capabilities == nil {
		return found
	}
	for i, capability := range own.Capabilities.Add {
		field := context.Child("capabilities", "add").Index(i)
		what := fmt.Sprintf("container %q has the capability %s", c.Name, capability)
		switch {
		case isDangerousCapability(capability):
			found = append(found, Escape{field, what, TakesOver})
		case looksIntoProcesses(capability):
			found = append(found, Escape{field, what + ", by which it looks into other processes", Harmless})
		}
	}
	return found
}

// inHost is the danger of a setting that only counts where the users of the pod are those of its node.
func inHost(hostUsers *bool) Danger {
	if hostUsers != nil && !*hostUsers {
		return Harmless
	}
	return TakesOver
}

// container is a container of a pod, with its list and index there.
type container struct {
	*corev1.Container

	list  string
	index int
}

func (c container) field() fieldpath.Path { return fieldpath.Of(c.list).Index(c.index) }

// containers lists the containers of a pod: init containers, the others, ephemeral ones.
func containers(spec *corev1.PodSpec) []container {
	found := make([]container, 0, len(spec.InitContainers)+len(spec.Containers)+len(spec.EphemeralContainers))
	for i := range spec.InitContainers {
		found = append(found, container{&spec.InitContainers[i], "initContainers", i})
	}
	for i := range spec.Containers {
		found = append(found, container{&spec.Containers[i], "containers", i})
	}
	for i := range spec.EphemeralContainers {
		ephemeral := corev1.Container(spec.EphemeralContainers[i].EphemeralContainerCommon)
		found = append(found, container{&ephemeral, "ephemeralContainers", i})
	}
	return found
}

func isHostProcess(options *corev1.WindowsSecurityContextOptions) bool {
	return options != nil && isTrue(options.HostProcess)
}

func isTrue(b *bool) bool { return b != nil && *b }

// isDangerousCapability reports whether root in a container leaves it with the capability. Facts: docs/facts.md, "Ways
// out of a container".
func isDangerousCapability(capability corev1.Capability) bool {
	switch strings.TrimPrefix(strings.ToUpper(string(capability)), "CAP_") {
	case "ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_BOOT", "DAC_READ_SEARCH", "BPF":
		return true
	}
	return false
}

// looksIntoProcesses reports whether a capability shows the memory of processes that the container sees.
func looksIntoProcesses(capability corev1.Capability) bool {
	name := strings.TrimPrefix(strings.ToUpper(string(capability)), "CAP_")
	return name == "SYS_PTRACE" || name == "PERFMON"
}

// isListed reports whether Escapes lists the capability.
func isListed(capability corev1.Capability) bool {
	return isDangerousCapability(capability) || looksIntoProcesses(capability)
}
