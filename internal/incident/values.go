package incident

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/objects"
)

// value is what keys have in common that hold the same: a secret of Scaleway or of another provider, or a key that is
// written out in a manifest.
type value struct {
	// provider is empty for a key that comes from no store.
	provider, apiURL, project, region string
	// folder of Scaleway or, for a key that comes from no store, the Secret that it is first written to.
	folder string
	secret string
	// property of a secret; empty for the whole of it. Which version is read is not told apart: it may be the same.
	property string
	// name of the key; empty for a value of a store.
	name string
}

// valueOf is that of a key.
func valueOf(h *held, k *access.Key) value {
	if k.Source == nil || k.Secret == "" {
		home := cmp.Or(h.CopyOf, objects.Path(h.component.Namespace, h.Name))
		return value{folder: home, name: k.Name}
	}
	v := remoteValue(&h.Sources[*k.Source], k)
	v.property = k.Property
	return v
}

// remoteValue is the secret that a key is read from. Of other providers' stores it is not known which are the same.
func remoteValue(s *access.Source, k *access.Key) value {
	return value{
		provider: cmp.Or(s.Provider, "unknown"), apiURL: strings.TrimRight(s.APIURL, "/"), project: s.ProjectID, region: s.Region,
		folder: s.Folder, secret: k.Secret,
	}
}

// whole is the secret that a value is a property of.
func (v value) whole() value {
	v.property = ""
	return v
}

// holder is a Secret that has a value at a key.
type holder struct {
	*held

	key, property string
}

// index notes the values of a Secret.
func (b *builder) index(h *held) {
	add := func(k *access.Key) {
		v := valueOf(h, k)
		b.holders[v.whole()] = append(b.holders[v.whole()], holder{h, k.Name, v.property})
	}
	for i := range h.Keys {
		add(&h.Keys[i])
	}
	for _, name := range h.unwritten() {
		add(&access.Key{Name: name})
	}
}

// unwritten are the keys that workloads import and that nothing in the input is known to write, sorted.
func (h *held) unwritten() []string {
	names := map[string]bool{}
	for i := range h.Uses {
		if use := &h.Uses[i]; use.Key != "" && !h.written[use.Key] {
			names[use.Key] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// othersWith are the workloads that have not fallen and have a value too, by this Secret or by another.
func (b *builder) othersWith(v value) []access.Object {
	if found, isKnown := b.others[v]; isKnown {
		return found
	}
	known := map[access.Object]bool{}
	for _, h := range b.holders[v.whole()] {
		if v.property != "" && h.property != "" && v.property != h.property {
			continue
		}
		for i := range h.Uses {
			if use := &h.Uses[i]; h.imports(use) && !b.isFallen(use.Workload) {
				known[use.Workload] = true
			}
		}
	}
	b.others[v] = sorted(known)
	return b.others[v]
}

// imports reports whether a use of the Secret shows the key to the pods. What a key without a name brings may be any.
func (h holder) imports(use *access.Use) bool {
	return use.Via.IsSeen() && (use.Key == "" || use.Key == h.key || h.key == "" && !h.written[use.Key])
}

// sorted are the objects of a set, by namespace and name.
func sorted(set map[access.Object]bool) []access.Object {
	return slices.SortedFunc(maps.Keys(set), func(a, b access.Object) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
	})
}
