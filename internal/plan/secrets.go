package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/spec"
)

func resolveGroups(seg *spec.Segregation, component string, c *spec.Component) ([]SecretGroup, error) {
	var groups []SecretGroup
	add := func(name string, g *spec.SecretGroup, field fieldpath.Path) error {
		group, err := resolveGroup(seg, component, name, g, field)
		place := c.Place(g)
		group.Region, group.ProjectID = place.Region, place.ProjectID
		groups = append(groups, group)
		return err
	}
	path := fieldpath.Of("spec", "components", component)
	if c.Secrets != nil {
		if err := add("", c.Secrets, path.Child("secrets")); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.SecretGroups)) {
		if err := add(name, c.SecretGroups[name], path.Child("secretGroups", name)); err != nil {
			return nil, err
		}
	}
	shared := c.SharedGroups()
	for _, name := range slices.Sorted(maps.Keys(shared)) {
		if err := add(name, shared[name], spec.SharedField(component, name)); err != nil {
			return nil, err
		}
		group := &groups[len(groups)-1]
		group.Field = fieldpath.Of("spec", "sharedSecrets", name)
		group.SharedBy = slices.Sorted(maps.Keys(seg.Spec.SharedSecrets[name].Components))
	}
	return groups, nil
}

// resolveGroup resolves a group of a component, which is at field.
func resolveGroup(seg *spec.Segregation, component, name string, g *spec.SecretGroup, field fieldpath.Path) (
	SecretGroup, error) {
	interval, err := g.RefreshInterval.Parse()
	if err != nil {
		return SecretGroup{}, fmt.Errorf("secret group %q: refresh interval: %w", name, err)
	}
	prefix := component
	if name != "" {
		prefix += "-" + name
	}
	r := resolver{seg, g}
	return SecretGroup{
		Name:   name,
		Field:  field,
		Folder: g.Path,
		Entries: slices.SortedFunc(slices.Values(append(r.ofKeys(field.Child("keys"), g.Keys),
			r.ofMap(field.Child("map"))...)), compareEntries),
		Optional: slices.SortedFunc(slices.Values(r.ofKeys(field.Child("optionalKeys"), g.OptionalKeys)),
			compareEntries),
		Extract:         r.extract(field.Child("extract")),
		Target:          g.Target,
		Type:            g.Type,
		Template:        resolveTemplate(g),
		Merges:          len(g.Template) > 0 && len(g.OptionalKeys)+len(g.Extract) > 0,
		Store:           g.Store,
		ExternalSecret:  prefix + "-externalsecret",
		Credentials:     g.Credentials,
		RefreshInterval: interval,
		Readers:         slices.Sorted(slices.Values(g.Readers)),
	}, nil
}

// resolveTemplate adds the keys that are in the Secret as they are read, unless the template is merged with them.
func resolveTemplate(g *spec.SecretGroup) map[string]string {
	if len(g.Template) == 0 || len(g.OptionalKeys)+len(g.Extract) > 0 {
		return g.Template
	}
	all, hidden := maps.Clone(g.Template), g.FeedOnly()
	for _, key := range slices.Concat(g.Keys, slices.Collect(maps.Keys(g.Map))) {
		if _, made := all[key]; !made && !hidden[key] {
			all[key] = spec.ValueTemplate(key)
		}
	}
	return all
}

// resolver resolves what a group reads. Fields are where the Segregation has them.
type resolver struct {
	seg   *spec.Segregation
	group *spec.SecretGroup
}

// ofKeys are the entries of keys, whose secrets are named after them.
func (r resolver) ofKeys(field fieldpath.Path, keys []string) []Entry {
	entries := make([]Entry, len(keys))
	for i, key := range keys {
		entries[i] = Entry{Key: key, Secret: r.group.SecretNames.Of(key), Field: r.seg.Place(field.Index(i))}
	}
	return entries
}

// ofMap are the entries of keys that have a source of their own.
func (r resolver) ofMap(field fieldpath.Path) []Entry {
	entries := make([]Entry, 0, len(r.group.Map))
	for key, source := range r.group.Map {
		entry := Entry{
			Key: key, Secret: source.Secret, Property: source.Property, Version: string(source.Version),
			Field: r.seg.Place(field.Child(key)),
		}
		if source.Version == spec.LatestEnabled {
			entry.Version = ""
		}
		entries = append(entries, entry)
	}
	return entries
}

func compareEntries(a, b Entry) int { return cmp.Compare(a.Key, b.Key) }

func (r resolver) extract(field fieldpath.Path) []Extract {
	var extract []Extract
	for i, name := range r.group.Extract {
		extract = append(extract, Extract{Secret: name, Field: r.seg.Place(field.Index(i))})
	}
	slices.SortFunc(extract, func(a, b Extract) int { return cmp.Compare(a.Secret, b.Secret) })
	return extract
}
