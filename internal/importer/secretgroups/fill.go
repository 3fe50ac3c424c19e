package secretgroups

import (
	"cmp"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/importer/externalsecrets"
	"cloison.dev/cloison/internal/spec"
)

// names are those that groups of one component have taken.
type names struct{ targets, stores, credentials map[string]bool }

// fillGroups writes what is not the default of the component's groups.
func (a *arranger) fillGroups(c *component) {
	taken := names{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, g := range c.groups {
		prefix := c.Name
		if g.name != "" {
			prefix += "-" + g.name
		}
		a.fillKeys(c, g)
		g.spec.Type, g.spec.Template = g.Content.Type, g.Content.Template
		a.fillTarget(c, g, prefix, taken)
		a.fillStore(c, g, prefix, taken)
		a.suggestReaders(c, g)
		if g.Interval != a.Segregation.Spec.Sync.RefreshInterval {
			g.spec.RefreshInterval = cmp.Or(g.Interval, spec.DefaultRefreshInterval)
		}
		if g.name == "" {
			c.Spec.Secrets = g.spec
			continue
		}
		if c.Spec.SecretGroups == nil {
			c.Spec.SecretGroups = map[string]*spec.SecretGroup{}
		}
		c.Spec.SecretGroups[g.name] = g.spec
	}
}

// fillTarget names the Secret, which no two groups write.
func (a *arranger) fillTarget(c *component, g *group, prefix string, taken names) {
	switch {
	case g.Target == prefix+"-secrets":
	case taken.targets[g.Target]:
		a.Note(draft.Changed, g.Object, fieldpath.Of("spec", "target", "name"), c.path(g),
			"another group writes Secret %q: this one writes %q", g.Target, prefix+"-secrets")
	default:
		g.spec.Target = g.Target
	}
	taken.targets[g.Target] = true
}

// fillStore names the store and the credentials, which no two groups share. Of several stores of a group the first
// counts.
func (a *arranger) fillStore(c *component, g *group, prefix string, taken names) {
	s := g.Store
	if s.Object == nil || s.Cluster {
		return
	}
	if s.Name != prefix+"-secretstore" && !taken.stores[s.Name] {
		g.spec.Store = s.Name
	}
	taken.stores[s.Name] = true
	g.spec.Credentials = a.credentials(c, g, s, "scw-"+prefix+"-credentials", taken)
}

// credentials are those of the store, where they are free and not the default. byDefault is the name of their Secret by
// default.
func (a *arranger) credentials(
	c *component, g *group, s *externalsecrets.Store, byDefault string, taken names,
) spec.Credentials {
	found := s.Credentials(a.Draft, c.Component, c.path(g))
	if found.Name != "" && taken.credentials[found.Name] {
		a.Note(draft.Changed, g.Object, fieldpath.Of("spec", "secretStoreRef"), c.path(g),
			"another group reads with the API key in Secret %q: make one for this group, put it into Secret %q",
			found.Name, byDefault)
		found = spec.Credentials{}
	}
	taken.credentials[found.Name] = true
	if found.Name == byDefault {
		found.Name = ""
	}
	if found.AccessKey == spec.DefaultAccessKey {
		found.AccessKey = ""
	}
	if found.SecretKey == spec.DefaultSecretKey {
		found.SecretKey = ""
	}
	return found
}

// ruleOf is the rule by which most names of secrets follow from their keys; of several the first.
func ruleOf(values []externalsecrets.Value) spec.SecretNames {
	best, most := spec.SecretNamesKebab, 0
	for _, rule := range []spec.SecretNames{spec.SecretNamesKebab, spec.SecretNamesLower, spec.SecretNamesAsIs} {
		plain := 0
		for _, v := range values {
			if !v.Extract && v.IsPlain(rule) {
				plain++
			}
		}
		if plain > most {
			best, most = rule, plain
		}
	}
	return best
}

// fillKeys sorts the values into keys, optionalKeys, map and extract.
func (a *arranger) fillKeys(c *component, g *group) {
	rule := ruleOf(g.Values)
	if rule != spec.SecretNamesKebab {
		g.spec.SecretNames = rule
	}
	seen := map[string]externalsecrets.Value{}
	for _, v := range g.Values {
		if first, again := seen[v.Key]; again && !v.Extract {
			if first.Name != v.Name || first.Property != v.Property || first.Version != v.Version {
				a.Note(draft.NotCarried, v.Object, v.Field, c.path(g).Child("keys"),
					"key %s is there already, from another source", v.Key)
			}
			continue
		}
		switch {
		case v.Extract:
			if !slices.Contains(g.spec.Extract, v.Name) {
				g.spec.Extract = append(g.spec.Extract, v.Name)
			}
			continue
		case v.Optional && v.IsPlain(rule):
			g.spec.OptionalKeys = append(g.spec.OptionalKeys, v.Key)
		case v.IsPlain(rule):
			g.spec.Keys = append(g.spec.Keys, v.Key)
		default:
			if v.Optional {
				a.Note(draft.Changed, v.Object, v.Field.Child("find"), c.path(g).Child("map"),
					"key %s was optional; under a name that does not follow from the key it is required", v.Key)
			}
			if g.spec.Map == nil {
				g.spec.Map = map[string]*spec.Source{}
			}
			g.spec.Map[v.Key] = &spec.Source{Secret: v.Name, Property: v.Property, Version: v.Version}
		}
		seen[v.Key] = v
	}
}
