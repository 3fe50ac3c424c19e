package secret

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/emulator/id"
)

// Limits of the API. Facts: docs/facts.md, "Quotas", "Values and types".
const (
	MaxValueBytes = 64 * 1024
	MaxVersions   = 20

	maxSegment = 255
)

// The patterns of names and of the segments of a path, as errors quote them. They are not taken from the product, so
// that a mistake there shows in a test against the emulator. Facts: docs/facts.md, "Names and folders".
const (
	NamePattern    = `^[_a-zA-Z0-9]([-_.a-zA-Z0-9]*[_a-zA-Z0-9])?$`
	SegmentPattern = `^[-_.a-zA-Z0-9]{1,255}$`
)

var (
	nameForm    = regexp.MustCompile(NamePattern)
	segmentForm = regexp.MustCompile(`^[-_.a-zA-Z0-9]+$`) // the length is checked apart: counting takes 1 ms to compile
)

// IsName reports whether a secret can have the name.
func IsName(name string) bool { return nameForm.MatchString(name) }

// Types returns all types, in the order of the SDK.
func Types() []Type {
	return []Type{Opaque, Certificate, KeyValue, BasicCredentials, DatabaseCredentials, SSHKey}
}

// Statuses returns all statuses of a version.
func Statuses() []Status { return []Status{Enabled, Disabled, ScheduledForDeletion, Deleted} }

// Check returns everything that keeps the real API from holding the secret with its versions. It never quotes a value.
func (s *Store) Check(of Secret, versions ...Version) []error {
	var problems []error
	if !id.IsUUID(of.ProjectID) {
		problems = append(problems, fmt.Errorf("project %q must be a UUID", of.ProjectID))
	}
	if !IsName(of.Name) {
		problems = append(problems, fmt.Errorf("name %q must match %s", of.Name, NamePattern))
	}
	if !IsPath(of.Path) {
		problems = append(problems, fmt.Errorf("path %q must be / or /segments that match %s", of.Path, SegmentPattern))
	}
	if !slices.Contains(s.regions, of.Region) {
		problems = append(problems, fmt.Errorf("region %q must be one of %q", of.Region, s.regions))
	}
	if !slices.Contains(Types(), of.Type) {
		problems = append(problems, fmt.Errorf("type %q must be one of %q", of.Type, Types()))
	}
	if wrong := of.Ephemeral.Check(); wrong != "" {
		problems = append(problems, fmt.Errorf("ephemeral policy: %s", wrong))
	}
	if err := (&Entry{}).checkVersions(versions...); err != nil {
		problems = append(problems, err)
	}
	return problems
}

// IsPath reports whether a secret can be in the folder.
func IsPath(path string) bool {
	rest, rooted := strings.CutPrefix(path, "/")
	if !rooted || rest == "" {
		return rooted
	}
	return !slices.ContainsFunc(strings.Split(rest, "/"), func(segment string) bool {
		return len(segment) > maxSegment || !segmentForm.MatchString(segment)
	})
}

// checkVersions returns what keeps versions from being added; it never quotes a value.
func (e *Entry) checkVersions(added ...Version) error {
	if e.CountedVersions()+len(added) > MaxVersions {
		return fmt.Errorf("a secret must have at most %d versions", MaxVersions)
	}
	for i, v := range added {
		if len(v.Data) > MaxValueBytes {
			return fmt.Errorf("value of version %d must have at most %d bytes, not %d",
				len(e.Versions)+i+1, MaxValueBytes, len(v.Data))
		}
	}
	return nil
}
