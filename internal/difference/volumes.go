package difference

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/validators/pods/storage"
)

// mounted is where a workload mounts something.
type mounted struct {
	by *objects.Object
	at fieldpath.Path
}

// shares are what pods mount that others can mount too, in words, with who does.
type shares map[string]map[workload]mounted

// sharesOf finds exports of NFS, volumes of CSI drivers and folders of nodes: those that pods name themselves, and
// those of PersistentVolumes that their claims name or that are reserved for them. Workloads have their newer names.
func sharesOf(m *access.Model, names renames) shares {
	found, volumes := shares{}, storage.New(m.Set)
	for _, w := range m.Set.Workloads {
		by := names.workload(nameOf(w))
		for i := range w.Pod.Spec.Volumes {
			if nfs := w.Pod.Spec.Volumes[i].NFS; nfs != nil {
				found.add(nfsText(nfs), by, w, w.SpecPath().Child("volumes").Index(i).Child("nfs"))
			}
		}
		for _, mount := range volumes.Mounts(w) {
			for _, v := range volumes.Of(&mount.Claim) {
				found.add(sourceText(&v.Value.Spec), by, w, mount.Field)
			}
		}
	}
	return found
}

// add adds a workload that mounts something; nothing for what others cannot mount.
func (s shares) add(what string, by workload, w *objects.Workload, at fieldpath.Path) {
	if what == "" {
		return
	}
	if s[what] == nil {
		s[what] = map[workload]mounted{}
	}
	s[what][by] = mounted{w.Object, at}
}

func nfsText(nfs *corev1.NFSVolumeSource) string {
	return fmt.Sprintf("the export %s of the NFS server %s", nfs.Path, nfs.Server)
}

// sourceText is what stands behind a PersistentVolume; empty for what is not compared.
func sourceText(v *corev1.PersistentVolumeSpec) string {
	switch {
	case v.NFS != nil:
		return nfsText(v.NFS)
	case v.CSI != nil:
		return fmt.Sprintf("the volume %s of the driver %s", v.CSI.VolumeHandle, v.CSI.Driver)
	case v.HostPath != nil:
		return "the folder " + v.HostPath.Path + " of its node"
	case v.Local != nil:
		return "the folder " + v.Local.Path + " of its node"
	}
	return ""
}

// volumes adds what pods mount that pods of another namespace mount too, and did not mount.
func (g *grower) volumes() {
	was, now := sharesOf(g.before, g.renames), sharesOf(g.after, renames{})
	for _, what := range slices.Sorted(maps.Keys(now)) {
		byNamespace := map[string]bool{}
		for by := range now[what] {
			byNamespace[by.namespace] = true
		}
		if len(byNamespace) < 2 {
			continue
		}
		places := slices.Sorted(maps.Keys(byNamespace))
		order := slices.SortedFunc(maps.Keys(now[what]), objectName.compare)
		for _, by := range order {
			if _, had := was[what][by]; !had {
				g.addShare(what, by, places, now[what][by])
			}
		}
	}
}

func (g *grower) addShare(what string, by workload, namespaces []string, at mounted) {
	var others []string
	for _, namespace := range namespaces {
		if namespace != by.namespace {
			others = append(others, g.after.PlaceOf(namespace))
		}
	}
	text := fmt.Sprintf("%s %s of %s %s %s, which pods of %s mount too", by.kind, by.name, g.after.PlaceOf(by.namespace),
		g.words.has, what, phrase.And(mostNames, others))
	g.add(Rights, by.namespace, text, []string{access.RuleAt(at.by, at.at).At()})
}
