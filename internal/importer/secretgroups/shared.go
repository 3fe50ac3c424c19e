package secretgroups

import (
	"maps"
	"path"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// sharedFolder is a folder that Cloison generated several readers of. A folder that others read twice is no such: there
// it is not known whether anybody means it.
type sharedFolder struct {
	name    string
	readers []reader
}

// reader is a component with its group that reads a shared folder.
type reader struct {
	component *component
	group     *group
}

// takeShared takes the groups that read shared folders out of the components.
func (a *arranger) takeShared() []*sharedFolder {
	var found []*sharedFolder
	for _, c := range a.components {
		c.groups = slices.DeleteFunc(c.groups, func(g *group) bool {
			if !a.isShared(c, g) {
				return false
			}
			i := slices.IndexFunc(found, func(s *sharedFolder) bool { return s.name == g.name })
			if i < 0 {
				found, i = append(found, &sharedFolder{name: g.name}), len(found)
			}
			g.isShared = true
			found[i].readers = append(found[i].readers, reader{c, g})
			return true
		})
	}
	return found
}

// isShared reports whether Cloison generated the group from one of spec.sharedSecrets: another component reads the same
// folder by a group of the same name, or the folder is called as those are by default.
func (a *arranger) isShared(c *component, g *group) bool {
	if g.name == "" || !wellknown.IsGenerated(g.Object.Labels) || g.generatedName(c) != g.name {
		return false
	}
	if path.Base(g.Folder) == a.Segregation.Metadata.Name+"-shared-"+g.name {
		return true
	}
	for _, other := range a.components {
		for _, o := range other.groups {
			if other != c && o.name == g.name && o.Folder == g.Folder && wellknown.IsGenerated(o.Object.Labels) {
				return true
			}
		}
	}
	return false
}

// sameTemplate reports whether all readers have one template, which is the group's then.
func (s *sharedFolder) sameTemplate() bool {
	return !slices.ContainsFunc(s.readers, func(r reader) bool {
		return !maps.Equal(r.group.Content.Template, s.readers[0].group.Content.Template)
	})
}

// fillShared writes the shared groups. The one that renames the fewest keys has those of the group.
func (a *arranger) fillShared(all []*sharedFolder) {
	for _, s := range all {
		first := slices.MaxFunc(s.readers, func(a, b reader) int { return a.plainKeys() - b.plainKeys() })
		for _, r := range s.readers {
			r.group.spec = &spec.SecretGroup{}
		}
		a.fillKeys(first.component, first.group)
		shared := a.sharedGroup(s.name, first)
		for _, r := range s.readers {
			own := a.sharedReader(s, first, r)
			if s.sameTemplate() {
				shared.Template = r.group.Content.Template
			} else {
				own.Template = r.group.Content.Template
			}
			shared.Components[r.component.Name] = own
		}
		if a.Segregation.Spec.SharedSecrets == nil {
			a.Segregation.Spec.SharedSecrets = map[string]*spec.SharedGroup{}
		}
		a.Segregation.Spec.SharedSecrets[s.name] = shared
	}
}

func (r reader) plainKeys() int {
	plain := 0
	for _, v := range r.group.Values {
		if v.IsPlain(spec.SecretNamesKebab) {
			plain++
		}
	}
	return plain
}

// sharedGroup is the group as the first reader has it.
func (a *arranger) sharedGroup(name string, first reader) *spec.SharedGroup {
	all, filled := a.Segregation.Spec, first.group.spec
	shared := &spec.SharedGroup{
		Components: map[string]*spec.SharedReader{}, Keys: filled.Keys, OptionalKeys: filled.OptionalKeys,
		SecretNames: filled.SecretNames, Map: filled.Map, Extract: filled.Extract,
		Type: first.group.Content.Type,
	}
	byDefault := path.Join("/", all.Scaleway.PathPrefix, a.Segregation.Metadata.Name+"-shared-"+name)
	if first.group.Folder != byDefault {
		shared.Path = first.group.Folder
	}
	if first.group.Interval != all.Sync.RefreshInterval {
		shared.RefreshInterval = first.group.Interval
	}
	place := spec.Scaleway{}
	if region := first.group.Store.Region(); region != all.Scaleway.Region {
		place.Region = region
	}
	if project := first.group.Store.Project(); project != all.Scaleway.ProjectID {
		place.ProjectID = project
	}
	if place != (spec.Scaleway{}) {
		shared.Scaleway = &place
	}
	return shared
}

// sharedReader is what a component has of its own: other keys, and other names.
func (a *arranger) sharedReader(s *sharedFolder, first, r reader) *spec.SharedReader {
	prefix := r.component.Name + "-" + s.name
	taken := names{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	a.fillTarget(r.component, r.group, prefix, taken)
	a.fillStore(r.component, r.group, prefix, taken)
	filled := r.group.spec
	own := &spec.SharedReader{Target: filled.Target, Store: filled.Store, Credentials: filled.Credentials}
	read := map[string]bool{}
	for _, v := range r.group.Values {
		read[v.Name] = true
		if !slices.ContainsFunc(first.group.Values, v.IsSame) {
			if own.Map == nil {
				own.Map = map[string]*spec.Source{}
			}
			own.Map[v.Key] = &spec.Source{Secret: v.Name, Property: v.Property, Version: v.Version}
		}
	}
	for _, v := range first.group.Values {
		if !read[v.Name] {
			a.Note(draft.Changed, r.group.Object, fieldpath.Of("spec"), r.component.path(r.group),
				"it will read secret %s of the shared group too", v.Name)
		}
	}
	return own
}
