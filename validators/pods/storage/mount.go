package storage

import (
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/ternary"
)

// Mount is a volume of a workload's pods that is a claim.
type Mount struct {
	// Volume is its name in the pods, Field where the claim is named or written.
	Volume string
	Field  fieldpath.Path
	// Claim asks for the volume.
	Claim Claim
	// ReadOnly is true where the pods' volume may not be written.
	ReadOnly bool
}

// Mounts lists the claims of a workload. One that the pods name is that of the input, where the input has it.
func (s *Storage) Mounts(w *objects.Workload) []Mount {
	var found []Mount
	templates := map[string]bool{}
	for _, c := range OfTemplates(w) {
		name := c.template(w)
		templates[name] = true // it takes the place of a volume of its name
		found = append(found, Mount{Volume: name, Field: c.Field, Claim: c})
	}
	for i := range w.Pod.Spec.Volumes {
		volume := &w.Pod.Spec.Volumes[i]
		c, is := OfVolume(w, i)
		if !is || templates[volume.Name] {
			continue
		}
		mount := Mount{Volume: volume.Name, Field: c.Field, Claim: c}
		if named := volume.PersistentVolumeClaim; named != nil {
			mount.ReadOnly, mount.Claim = named.ReadOnly, s.claim(c)
		}
		found = append(found, mount)
	}
	return found
}

// template is the name of the volume that a claim of a StatefulSet becomes.
func (c *Claim) template(of *objects.Workload) string {
	return c.prefix[:len(c.prefix)-len("-"+of.Name+"-")]
}

// claim is the claim of the input that a pod names, or the pod's word for it.
func (s *Storage) claim(named Claim) Claim {
	for _, i := range s.byNamespace[named.Namespace] {
		if c := &s.claims[i]; c.IsCalled(named.name) {
			resolved := *c
			resolved.name = named.name
			return resolved
		}
	}
	return named
}

// Bound lists the volumes that a claim may be bound to, with whether that is sure.
func (s *Storage) Bound(c *Claim) []Binding {
	var found []Binding
	for i := range s.Volumes {
		if answer := s.Binds(&s.Volumes[i], c); answer != ternary.No {
			found = append(found, Binding{Volume: &s.Volumes[i], Sure: answer == ternary.Yes})
		}
	}
	return found
}

// Binding is a volume that a claim may be bound to. It is not sure where it depends on the cluster's default class.
type Binding struct {
	Volume *Volume
	Sure   bool
}

// Claimants lists the claims that may be bound to a volume.
func (s *Storage) Claimants(v *Volume) []*Claim {
	var found []*Claim
	for i := range s.claims {
		if s.Binds(v, &s.claims[i]) == ternary.Yes {
			found = append(found, &s.claims[i])
		}
	}
	return found
}
