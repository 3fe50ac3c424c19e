package emulator

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Load adds what the Seed holds, all of it or nothing: everything that keeps the
// real API from holding it is reported at once, each with its path and never with
// a value. Secrets and versions of a Seed are seen at once, whatever the Quirks.
func (s *Server) Load(seed Seed) error {
	return s.change(func(now time.Time) error {
		quirks := s.quirks
		s.quirks.VisibleAfter = 0
		defer func() { s.quirks = quirks }()

		problems := s.checkIAM(seed)
		taken := map[place]bool{}
		secrets := make([]Secret, len(seed.Secrets))
		for i, of := range seed.Secrets {
			at := fmt.Sprintf("secrets[%d]", i)
			secrets[i] = of.secret(seed)
			s.setDefaults(&secrets[i])
			problems = append(problems, s.checkSeeded(at, of, secrets[i])...)
			if in := secrets[i].place(); !of.DeletionRequested {
				if taken[in] || s.live[in] != nil {
					problems = append(problems, fmt.Errorf("%s.name %q exists already under %q", at, in.name, in.path))
				}
				taken[in] = true
			}
		}
		if len(problems) > 0 {
			return errors.Join(problems...)
		}
		if err := s.loadIAM(seed); err != nil {
			return err
		}
		for i, of := range seed.Secrets {
			s.addSeeded(of, secrets[i], now)
		}
		return nil
	})
}

// secret is what the Seed says of the secret itself.
func (of SeedSecret) secret(in Seed) Secret {
	made := Secret{
		ProjectID: cmp.Or(of.Project, in.Project), Region: cmp.Or(of.Region, in.Region),
		Path: of.Path, Name: of.Name, Type: of.Type,
		Tags: of.Tags, Description: of.Description, Protected: of.Protected,
	}
	if e := of.Ephemeral; e != nil {
		made.Ephemeral = &EphemeralPolicy{e.TimeToLive, e.ExpiresOnceAccessed, e.Action}
	}
	return made
}

// versions are those of either field, with every status filled in.
func (of SeedSecret) versions() []SeedVersion {
	all := slices.Clone(of.Versions)
	for _, value := range of.Values {
		all = append(all, SeedVersion{Value: value})
	}
	for i := range all {
		all[i].Status = cmp.Or(all[i].Status, Enabled)
	}
	return all
}

// checkSeeded says what is wrong with one secret.
func (s *Server) checkSeeded(at string, of SeedSecret, secret Secret) []error {
	var problems []error
	wrong := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf(at+format, args...))
	}
	if of.Values != nil && of.Versions != nil {
		wrong(" must not have both values and versions")
	}
	if of.DeletionRequested && of.Protected {
		wrong(".deletionRequested must not be true of a protected secret")
	}
	if of.DeletionRequested && of.Ephemeral != nil {
		wrong(".deletionRequested must not be true of an ephemeral secret, which would be gone at once")
	}
	var versions []Version
	field := "versions[%d]"
	if of.Versions == nil {
		field = "values[%d]"
	}
	for i, v := range of.versions() {
		versions = append(versions, Value(v.Value))
		if bad := v.check(secret.Type); bad != "" {
			wrong("."+field+" %s", i, bad)
		}
	}
	if joined, ok := s.check(secret, versions).(interface{ Unwrap() []error }); ok {
		for _, problem := range joined.Unwrap() {
			wrong(".%w", problem)
		}
	}
	return problems
}

// check says what is wrong with a version of a secret of the type, "" for nothing.
func (v SeedVersion) check(of SecretType) string {
	if !slices.Contains(versionStatuses(), v.Status) {
		return fmt.Sprintf("status %q must be one of %q", v.Status, versionStatuses())
	}
	if v.Status == Deleted {
		if v.Value != "" {
			return "must not have a value, as it is deleted"
		}
		return ""
	}
	if v.Value == "" {
		return "must have a value"
	}
	if bad := of.mismatch([]byte(v.Value)); bad != "" {
		return fmt.Sprintf("must be a value of type %q: %s", of, strings.ReplaceAll(strings.TrimSpace(bad), "\n", "; "))
	}
	return ""
}

// addSeeded adds one secret that is known to be well formed.
func (s *Server) addSeeded(of SeedSecret, secret Secret, now time.Time) {
	added := s.create(secret, now)
	for _, v := range of.versions() {
		made := s.addVersion(added, Version{Data: []byte(v.Value), Description: v.Description}, now)
		if v.Status != Enabled {
			s.setStatus(added, made, v.Status, now)
		}
	}
	if of.DeletionRequested {
		s.remove(added, now)
	}
}
