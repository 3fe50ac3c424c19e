package emulator

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Limits of the API. Source: Scaleway's documentation, by way of the project's
// facts.
const (
	maxValueBytes = 64 * 1024
	maxVersions   = 20
	maxSegment    = 255

	segmentRule = `^[-_.a-zA-Z0-9]{1,255}$` // as errors say it
)

// Forms of names and of the segments of a path. Source: the project's facts.
var (
	nameForm    = regexp.MustCompile(`^[_a-zA-Z0-9]([-_.a-zA-Z0-9]*[_a-zA-Z0-9])?$`)
	segmentForm = regexp.MustCompile(`^[-_.a-zA-Z0-9]+$`) // the length is checked apart: counting takes 1 ms to compile
)

// check reports everything that keeps the real API from holding the secret.
func (s *Server) check(of Secret, versions []Version) error {
	var problems []error
	if !isUUID(of.ProjectID) {
		problems = append(problems, fmt.Errorf("project %q must be a UUID", of.ProjectID))
	}
	if !nameForm.MatchString(of.Name) {
		problems = append(problems, fmt.Errorf("name %q must match %s", of.Name, nameForm))
	}
	if !isPath(of.Path) {
		problems = append(problems, fmt.Errorf("path %q must be / or /segments that match %s", of.Path, segmentRule))
	}
	if !slices.Contains(s.regions, of.Region) {
		problems = append(problems, fmt.Errorf("region %q must be one of %q", of.Region, s.regions))
	}
	if !slices.Contains(secretTypes(), of.Type) {
		problems = append(problems, fmt.Errorf("type %q must be one of %q", of.Type, secretTypes()))
	}
	if wrong := of.Ephemeral.check(); wrong != "" {
		problems = append(problems, fmt.Errorf("ephemeral policy: %s", wrong))
	}
	return errors.Join(append(problems, checkVersions(&secret{}, versions...))...)
}

func secretTypes() []SecretType {
	return []SecretType{Opaque, Certificate, KeyValue, BasicCredentials, DatabaseCredentials, SSHKey}
}

func isPath(path string) bool {
	rest, rooted := strings.CutPrefix(path, "/")
	if !rooted || rest == "" {
		return rooted
	}
	return !slices.ContainsFunc(strings.Split(rest, "/"), func(segment string) bool {
		return len(segment) > maxSegment || !segmentForm.MatchString(segment)
	})
}

// kept is the number of versions that count towards maxVersions. That deleted
// ones do not is inferred.
func (s *secret) kept() int {
	n := 0
	for _, v := range s.versions {
		if v.status != Deleted {
			n++
		}
	}
	return n
}

// checkVersions says what keeps versions from being added; it never quotes a
// value.
func checkVersions(to *secret, versions ...Version) error {
	if to.kept()+len(versions) > maxVersions {
		return fmt.Errorf("a secret must have at most %d versions", maxVersions)
	}
	for i, v := range versions {
		if len(v.Data) > maxValueBytes {
			return fmt.Errorf("value of version %d must have at most %d bytes, not %d",
				len(to.versions)+i+1, maxValueBytes, len(v.Data))
		}
	}
	return nil
}
