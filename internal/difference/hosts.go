package difference

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
)

// hosts adds what pods may do on their nodes and might not, whether or not that is a finding, or an accepted one.
func (g *grower) hosts() {
	collect := func(m *access.Model, names renames) (map[workload][]string, map[workload]*objects.Workload) {
		powers, objectsOf := map[workload][]string{}, map[workload]*objects.Workload{}
		for _, w := range slices.Concat(m.Set.Workloads, m.Set.CustomWorkloads) {
			key := names.workload(nameOf(w))
			powers[key] = append(powers[key], powersOf(w)...)
			objectsOf[key] = w
		}
		return powers, objectsOf
	}
	was, _ := collect(g.before, g.renames)
	now, all := collect(g.after, renames{})
	order := slices.SortedFunc(maps.Keys(now), objectName.compare)
	for _, w := range order {
		fresh := slices.DeleteFunc(slices.Clone(now[w]), func(p string) bool { return slices.Contains(was[w], p) })
		slices.Sort(fresh)
		if fresh = slices.Compact(fresh); len(fresh) > 0 {
			text := fmt.Sprintf("%s %s of %s %s %s on its node", w.kind, w.name, g.after.PlaceOf(w.namespace), g.words.has,
				phrase.And(mostNames, fresh))
			g.add(Rights, w.namespace, text, []string{place(all[w].Object)})
		}
	}
}

// mountsOf are the mounts of a volume. One that no container mounts is taken for mounted whole: it can be.
func mountsOf(w *objects.Workload, volume string) []corev1.VolumeMount {
	var mounts []corev1.VolumeMount
	for c := range w.Containers() {
		for _, m := range c.VolumeMounts {
			if m.Name == volume {
				mounts = append(mounts, m)
			}
		}
	}
	if len(mounts) == 0 {
		mounts = append(mounts, corev1.VolumeMount{ReadOnly: true})
	}
	return mounts
}

// folderOf is the folder of the node that is mounted. What an expression stands for is not known: it is any part.
func folderOf(volume string, m corev1.VolumeMount) string {
	if m.SubPathExpr != "" {
		return volume
	}
	return path.Join(volume, m.SubPath)
}

// powersOf are what the pods of a workload have of their node.
func powersOf(w *objects.Workload) []string {
	var powers []string
	add := func(has bool, what string) {
		if has {
			powers = append(powers, what)
		}
	}
	spec := &w.Pod.Spec
	add(spec.HostNetwork, "the network")
	add(spec.HostPID, "the processes")
	add(spec.HostIPC, "the shared memory")
	for i := range spec.Volumes {
		if host := spec.Volumes[i].HostPath; host != nil {
			for _, mount := range mountsOf(w, spec.Volumes[i].Name) {
				folder := folderOf(host.Path, mount)
				add(true, "the folder "+folder)
				add(!mount.ReadOnly, "the right to write to the folder "+folder)
			}
		}
	}
	for c := range w.Containers() {
		for _, port := range c.Ports {
			add(port.HostPort != 0, fmt.Sprintf("the port %d", port.HostPort))
		}
		security := c.SecurityContext
		if security == nil {
			continue
		}
		add(security.Privileged != nil && *security.Privileged, "every right (privileged)")
		add(security.ProcMount != nil && *security.ProcMount == corev1.UnmaskedProcMount,
			"the settings of its kernel (procMount Unmasked)")
		windows := security.WindowsOptions
		add(windows != nil && windows.HostProcess != nil && *windows.HostProcess, "every right (a process of Windows)")
		if security.Capabilities != nil {
			for _, capability := range security.Capabilities.Add {
				add(true, "the capability "+strings.ToUpper(string(capability)))
			}
		}
	}
	return powers
}
