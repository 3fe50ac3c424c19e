package spec

import (
	"maps"
	"path"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/strict"
)

// sharing gives each component that reads a shared group a secret group of its own, which reads the same folder. The
// document is told where the fields of both were written.
type sharing struct {
	*strict.Document
	seg *Segregation
}

func share(seg *Segregation, d *strict.Document) {
	s := sharing{d, seg}
	for _, name := range slices.Sorted(maps.Keys(seg.Spec.SharedSecrets)) {
		group := seg.Spec.SharedSecrets[name]
		if group == nil {
			continue // a value of the wrong type, already reported
		}
		place := s.place(group)
		fill(&group.Path, path.Join("/", place.PathPrefix, seg.Metadata.Name+"-shared-"+name))
		fill(&group.SecretNames, SecretNamesKebab)
		for component, reader := range group.Components {
			c := seg.Spec.Components[component]
			if reader == nil || c == nil || c.SecretGroups[name] != nil {
				continue // reported where it was written
			}
			if c.shared == nil {
				c.shared = map[string]*SecretGroup{}
			}
			c.shared[name] = s.readBy(reader, SharedField(component, name), group, fieldpath.Of("spec", "sharedSecrets", name))
			c.shared[name].place = place
		}
	}
}

// SharedField is the path of a shared group as a component reads it.
func SharedField(component, group string) fieldpath.Path {
	return fieldpath.Of("spec", "sharedSecrets", group, "components", component)
}

// place is where the folder of a shared group is.
func (s sharing) place(g *SharedGroup) *Scaleway {
	place := Scaleway{}
	if g.Scaleway != nil {
		place = *g.Scaleway
	}
	fill(&place.Region, s.seg.Spec.Scaleway.Region)
	fill(&place.ProjectID, s.seg.Spec.Scaleway.ProjectID)
	fill(&place.PathPrefix, s.seg.Spec.Scaleway.PathPrefix)
	fill(&place.PathPrefix, "/")
	return &place
}

// readBy is the group at from as the reader at path reads it.
func (s sharing) readBy(r *SharedReader, path fieldpath.Path, g *SharedGroup, from fieldpath.Path) *SecretGroup {
	for _, field := range []string{"path", "secretNames", "type", "refreshInterval"} {
		s.Move(path.Child(field), from.Child(field))
	}
	template := r.Template
	if !s.Written(path.Child("template")) {
		template = g.Template
		s.Move(path.Child("template"), from.Child("template"))
	}
	renamed := map[string]bool{}
	for key, source := range r.Map {
		renamed[source.name(key, g.SecretNames)] = true
	}
	left := func(key string) bool { return !renamed[g.SecretNames.Of(key)] }
	own := &SecretGroup{
		Path: g.Path, SecretNames: g.SecretNames, Type: g.Type, Template: template, RefreshInterval: g.RefreshInterval,
		Target: r.Target, Store: r.Store, Credentials: r.Credentials, Readers: r.Readers, Map: maps.Clone(r.Map),
		Keys:         s.filter(path.Child("keys"), from.Child("keys"), g.Keys, left),
		OptionalKeys: s.filter(path.Child("optionalKeys"), from.Child("optionalKeys"), g.OptionalKeys, left),
		Extract: s.filter(path.Child("extract"), from.Child("extract"), g.Extract,
			func(secret string) bool { return !renamed[secret] }),
	}
	for key, source := range g.Map {
		if _, has := own.Map[key]; has || source == nil || renamed[source.name(key, g.SecretNames)] {
			continue
		}
		if own.Map == nil {
			own.Map = map[string]*Source{}
		}
		copied := *source
		own.Map[key] = &copied
		s.Move(path.Child("map", key), from.Child("map", key))
	}
	return own
}

// filter has the items of a list that a reader has too.
func (s sharing) filter(path, from fieldpath.Path, items []string, has func(string) bool) []string {
	var kept []string
	for i, item := range items {
		if has(item) {
			s.Move(path.Index(len(kept)), from.Index(i))
			kept = append(kept, item)
		}
	}
	return kept
}

// name of the secret of a key under map.
func (s *Source) name(key string, rule SecretNames) string {
	if s == nil || s.Secret == "" {
		return rule.Of(key)
	}
	return s.Secret
}

// secrets are the names of those that the group reads.
func (g *SharedGroup) secrets() []string {
	names := slices.Clone(g.Extract)
	for _, key := range slices.Concat(g.Keys, g.OptionalKeys) {
		names = append(names, g.SecretNames.Of(key))
	}
	for key, source := range g.Map {
		names = append(names, source.name(key, g.SecretNames))
	}
	slices.Sort(names)
	return slices.Compact(names)
}
