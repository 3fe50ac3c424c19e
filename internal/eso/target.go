package eso

import (
	"cmp"
	"time"
)

// DefaultRefreshInterval is that of an ExternalSecret without one.
const DefaultRefreshInterval = time.Hour

// TargetName is the name of the Secret that an ExternalSecret called name writes.
func (s *ExternalSecretSpec) TargetName(name string) string { return cmp.Or(s.Target.Name, name) }

// Writes reports whether a Secret is written at all.
func (t *Target) Writes() bool { return t.CreationPolicy != CreateNone && t.IsSecret() }

// Creates reports whether the Secret is created. Otherwise there must be one already, to which keys are added, or
// none is written.
func (t *Target) Creates() bool { return t.Writes() && t.CreationPolicy != CreateMerge }

// Adds reports whether the keys of others in the Secret stay, as far as it is there.
func (t *Target) Adds() bool {
	return t.CreationPolicy == CreateMerge || t.CreationPolicy == CreateOrMerge
}

// Owns reports whether the Secret becomes the ExternalSecret's, so that no other ExternalSecret may write it.
func (t *Target) Owns() bool { return t.CreationPolicy == "" || t.CreationPolicy == CreateOwned }

// IsSecret reports whether a Secret is written, and not an object of another kind.
func (t *Target) IsSecret() bool {
	return t.Manifest == nil || t.Manifest.APIVersion == "v1" && t.Manifest.Kind == "Secret"
}

// Interval is the time between two reads; 0 means that there is only one. It fails on what is no duration in Go's
// notation.
func (s *ExternalSecretSpec) Interval() (time.Duration, error) {
	if s.RefreshInterval == nil {
		return DefaultRefreshInterval, nil
	}
	return time.ParseDuration(*s.RefreshInterval)
}
