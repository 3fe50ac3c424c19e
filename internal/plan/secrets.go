package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/spec"
)

func resolveGroups(component string, c *spec.Component) ([]SecretGroup, error) {
	var groups []SecretGroup
	add := func(name string, g *spec.SecretGroup) error {
		group, err := resolveGroup(component, name, c, g)
		groups = append(groups, group)
		return err
	}
	if c.Secrets != nil {
		if err := add("", c.Secrets); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.SecretGroups)) {
		if err := add(name, c.SecretGroups[name]); err != nil {
			return nil, err
		}
	}
	return groups, nil
}

func resolveGroup(component, name string, c *spec.Component, g *spec.SecretGroup) (SecretGroup, error) {
	interval, err := g.RefreshInterval.Parse()
	if err != nil {
		return SecretGroup{}, fmt.Errorf("secret group %q: refresh interval: %w", name, err)
	}
	prefix, field := component, fieldpath.Of("spec", "components", component, "secrets")
	if name != "" {
		prefix += "-" + name
		field = fieldpath.Of("spec", "components", component, "secretGroups", name)
	}
	return SecretGroup{
		Name:      name,
		Region:    c.Scaleway.Region,
		ProjectID: c.Scaleway.ProjectID,
		Folder:    g.Path,
		Entries: slices.SortedFunc(slices.Values(append(ofKeys(field.Child("keys"), g, g.Keys),
			ofMap(field.Child("map"), g.Map)...)), compareEntries),
		Optional: slices.SortedFunc(slices.Values(ofKeys(field.Child("optionalKeys"), g, g.OptionalKeys)),
			compareEntries),
		Extract:         resolveExtract(field.Child("extract"), g.Extract),
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

// ofKeys are the entries of keys, whose secrets are named after them.
func ofKeys(field fieldpath.Path, g *spec.SecretGroup, keys []string) []Entry {
	entries := make([]Entry, len(keys))
	for i, key := range keys {
		entries[i] = Entry{Key: key, Secret: g.SecretNames.Of(key), Field: field.Index(i)}
	}
	return entries
}

// ofMap are the entries of keys that have a source of their own.
func ofMap(field fieldpath.Path, sources map[string]*spec.Source) []Entry {
	entries := make([]Entry, 0, len(sources))
	for key, source := range sources {
		entry := Entry{
			Key: key, Secret: source.Secret, Property: source.Property, Version: string(source.Version),
			Field: field.Child(key),
		}
		if source.Version == spec.LatestEnabled {
			entry.Version = ""
		}
		entries = append(entries, entry)
	}
	return entries
}

func compareEntries(a, b Entry) int { return cmp.Compare(a.Key, b.Key) }

func resolveExtract(field fieldpath.Path, names []string) []Extract {
	var extract []Extract
	for i, name := range names {
		extract = append(extract, Extract{Secret: name, Field: field.Index(i)})
	}
	slices.SortFunc(extract, func(a, b Extract) int { return cmp.Compare(a.Secret, b.Secret) })
	return extract
}
