package spec

import (
	"maps"

	"cloison.dev/cloison/internal/fieldpath"
)

// Filled is a copy of s for people that holds every default which is a value: what spec.defaults says is in the
// components, and spec.defaults is not there. paths is what stands for validation.paths where nobody wrote it. The copy
// shares with s what it does not change.
func (s *Segregation) Filled(paths PathCheck) *Segregation {
	filled := *s
	filled.Spec.Defaults = nil
	fill(&filled.Spec.Validation.Paths, paths)
	filled.Spec.Components = map[string]*Component{}
	for name, c := range s.Spec.Components {
		filled.Spec.Components[name] = c.filled()
	}
	if s.Spec.SharedSecrets != nil {
		filled.Spec.SharedSecrets = map[string]*SharedGroup{}
	}
	for name, g := range s.Spec.SharedSecrets {
		filled.Spec.SharedSecrets[name] = g.filled(name, s.Spec.Components)
	}
	return &filled
}

func (c *Component) filled() *Component {
	filled := *c
	if filled.Protect == nil {
		filled.Protect = new(c.HasStorage())
	}
	filled.Secrets = c.Secrets.filled()
	filled.SecretGroups = maps.Clone(c.SecretGroups)
	for name, g := range c.SecretGroups {
		filled.SecretGroups[name] = g.filled()
	}
	return &filled
}

func (g *SecretGroup) filled() *SecretGroup {
	if g == nil {
		return nil
	}
	filled := *g
	filled.Map = filledSources(g.Map)
	return &filled
}

// filledSources are sources with the revision that each reads.
func filledSources(sources map[string]*Source) map[string]*Source {
	filled := maps.Clone(sources)
	for key, source := range sources {
		copied := *source
		fill(&copied.Version, LatestEnabled)
		filled[key] = &copied
	}
	return filled
}

// filled takes what the components read of a shared group.
func (g *SharedGroup) filled(name string, components map[string]*Component) *SharedGroup {
	filled := *g
	filled.Components = map[string]*SharedReader{}
	filled.Map = maps.Clone(g.Map)
	for key, source := range g.Map {
		copied := Source{}
		if source != nil {
			copied = *source
		}
		fill(&copied.Secret, g.SecretNames.Of(key))
		filled.Map[key] = &copied
	}
	filled.Map = filledSources(filled.Map)
	for component, reader := range g.Components {
		read := components[component].shared[name]
		filled.Type, filled.RefreshInterval, filled.Scaleway = read.Type, read.RefreshInterval, read.place
		own := *reader
		own.Target, own.Store, own.Credentials = read.Target, read.Store, read.Credentials
		own.Map = maps.Clone(reader.Map)
		for key := range reader.Map {
			own.Map[key] = read.Map[key]
		}
		own.Map = filledSources(own.Map)
		filled.Components[component] = &own
	}
	return &filled
}

// Written is where a value came from.
type Written struct {
	// At is the path at which somebody wrote it; zero for a default.
	At fieldpath.Path
	// Line of At in its file; 0 where that is not known.
	Line int
}

// Origin is where the value at a path of s, or of what [Segregation.Filled] makes of it, came from.
func (s *Segregation) Origin(path fieldpath.Path) Written {
	if s.written == nil {
		return Written{}
	}
	if place, line, ok := s.written.WrittenAt(path); ok {
		return Written{place, line}
	}
	if from := filledFrom(path); from != path {
		return s.Origin(from)
	}
	return Written{}
}

// filledFrom is the field of the whole Segregation that fills the one at path where nobody wrote that; path itself where
// there is none.
func filledFrom(path fieldpath.Path) fieldpath.Path {
	switch last := path.Last(); {
	case path.Parent().Last() == "scaleway":
		return fieldpath.Of("spec", "scaleway", last)
	case last == "refreshInterval":
		return fieldpath.Of("spec", "sync", last)
	}
	return path
}
