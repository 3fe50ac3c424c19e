package emulator

import (
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"sync"
	"time"
)

// SecretType is the shape that a secret's values promise.
type SecretType string

// The types of the API. Source: scaleway-sdk-go's secret/v1beta1.
const (
	Opaque              SecretType = "opaque"
	Certificate         SecretType = "certificate"
	KeyValue            SecretType = "key_value"
	BasicCredentials    SecretType = "basic_credentials" //nolint:gosec // the name of a type
	DatabaseCredentials SecretType = "database_credentials"
	SSHKey              SecretType = "ssh_key"
)

// VersionStatus is the state of a version.
type VersionStatus string

// The statuses of the API. Only the value of an enabled version can be read, and
// a deleted version is gone for good.
const (
	Enabled              VersionStatus = "enabled"
	Disabled             VersionStatus = "disabled"
	ScheduledForDeletion VersionStatus = "scheduled_for_deletion"
	Deleted              VersionStatus = "deleted"
)

// Secret is what a secret is seeded with.
type Secret struct {
	ProjectID   string     // required, a UUID
	Name        string     // required; the folder goes into Path
	Path        string     // omitted: "/"; a trailing slash is dropped
	Region      string     // omitted: the first of Config.Regions
	Type        SecretType // omitted: Opaque
	Tags        []string
	Description string
	Protected   bool
	Ephemeral   *EphemeralPolicy // omitted: versions do not expire
}

// Version is what a version is seeded with.
type Version struct {
	Data        []byte // at most 64 KiB; whether it has the shape of the secret's type is not checked
	Description string
	CRC32       bool // answer data_crc32, as if it had been given on creation
}

// Value is a Version that holds data and nothing else.
func Value(data string) Version { return Version{Data: []byte(data)} }

type secret struct {
	Secret
	id                string
	created, updated  time.Time
	seen              time.Time // from when on readers find it; zero: always
	deletionRequested *time.Time
	versions          []*version // by revision, from 1
}

type version struct {
	Version
	status            VersionStatus
	before            VersionStatus // what status was before its deletion was scheduled
	created, updated  time.Time
	seen              time.Time // as of a secret
	ephemeral         *ephemeralProperties
	deletionRequested *time.Time
	deleted           *time.Time
}

// AddSecret creates a secret with versions 1, 2, ... and returns its id, which
// depends on the seed and on the secret's region, project, path and name, not on
// the order of seeding. It refuses what the real API cannot hold, and a second
// secret of that name in the same folder unless the first is scheduled for
// deletion.
func (s *Server) AddSecret(of Secret, versions ...Version) (id string, err error) {
	s.setDefaults(&of)
	if err := s.check(of, versions); err != nil {
		return "", err
	}
	return id, s.change(func(now time.Time) error {
		if s.live[of.place()] != nil {
			return fmt.Errorf("secret %q exists already under %q", of.Name, of.Path)
		}
		added := s.create(of, now)
		for _, v := range versions {
			s.addVersion(added, v, now)
		}
		id = added.id
		return nil
	})
}

func (s *Server) setDefaults(of *Secret) {
	of.Tags = append([]string{}, of.Tags...)
	of.ProjectID = strings.ToLower(of.ProjectID)
	of.Path = storedPath(of.Path)
	if of.Region == "" {
		of.Region = s.regions[0]
	}
	if of.Type == "" {
		of.Type = Opaque
	}
	if of.Ephemeral != nil {
		policy := *of.Ephemeral
		of.Ephemeral = &policy
	}
}

// storedPath is the form in which a folder is kept. Source: recorded traffic,
// secret-path.
func storedPath(path string) string {
	switch trimmed := strings.TrimSuffix(path, "/"); trimmed {
	case "":
		return "/"
	case "/":
		return path // "//" is no path: it stays one that is refused
	default:
		return trimmed
	}
}

// AddVersion adds a version, which becomes the latest, and returns its revision.
// The secret's version_count grows; its updated_at stays. Source: recorded
// traffic, data-source-secret-with-versions.
func (s *Server) AddVersion(secretID string, v Version) (revision int, err error) {
	return revision, s.change(func(now time.Time) error {
		found, ok := s.secrets[secretID]
		if !ok {
			return fmt.Errorf("secret %q is not found", secretID)
		}
		if err := checkVersions(found, v); err != nil {
			return err
		}
		s.addVersion(found, v, now)
		revision = len(found.versions)
		return nil
	})
}

// SetVersionStatus moves a version to another status. Scheduling it for deletion
// sets its deletion_requested_at, leaves updated_at and keeps it the latest
// (recorded traffic: list-secret-versions-all-secrets); that the other moves
// change updated_at is inferred. A deleted version loses its value.
func (s *Server) SetVersionStatus(secretID string, revision int, status VersionStatus) error {
	return s.change(func(now time.Time) error {
		found, ok := s.secrets[secretID]
		if !ok || revision < 1 || revision > len(found.versions) {
			return fmt.Errorf("revision %d of secret %q is not found", revision, secretID)
		}
		v := found.versions[revision-1]
		if v.status == Deleted {
			return fmt.Errorf("revision %d of secret %q is deleted for good", revision, secretID)
		}
		if !slices.Contains(versionStatuses(), status) {
			return fmt.Errorf("version status %q must be %q, %q, %q or %q",
				status, Enabled, Disabled, ScheduledForDeletion, Deleted)
		}
		s.setStatus(found, v, status, now)
		return nil
	})
}

// ScheduleDeletion does what DeleteSecret does: the secret leaves the lists but
// GetSecret still answers it for seven days, deletion_requested_at and
// updated_at set to the same moment (recorded traffic: data-source-secret-basic),
// while one with an ephemeral policy is gone at once (recorded traffic:
// secret-ephemeral-policy). A protected secret is refused (recorded traffic:
// secret-protected).
func (s *Server) ScheduleDeletion(secretID string) error {
	return s.change(func(now time.Time) error {
		found, ok := s.secrets[secretID]
		if !ok {
			return fmt.Errorf("secret %q is not found", secretID)
		}
		if found.Protected {
			return fmt.Errorf("secret %q is protected and must not be deleted", secretID)
		}
		if found.deletionRequested == nil {
			s.remove(found, now)
		}
		return nil
	})
}

// change runs a change at one moment, after all that was due by then, and writes
// the state to its file.
func (s *Server) change(do func(now time.Time) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := sync.OnceValue(s.now)
	s.passTime(now)
	if err := do(now()); err != nil {
		return err
	}
	s.changed()
	return s.save()
}

// sight says whether a reader finds what is seen from a moment on.
type sight func(seen time.Time) bool

// everything is the sight of calls that write.
func everything(time.Time) bool { return true }

// count is the number of versions that were ever made and are in sight.
func (s *secret) count(in sight) int {
	for n := len(s.versions); n > 0; n-- {
		if in(s.versions[n-1].seen) {
			return n
		}
	}
	return 0
}

// find returns the version that a revision names. Numbers, latest and
// latest_enabled are what the API knows; anything else is a bad argument, and
// which revision a 404 names is inferred.
func (s *secret) find(revision string, in sight) (int, error) {
	count := s.count(in)
	switch revision {
	case "latest":
		if count > 0 {
			return count, nil
		}
	case "latest_enabled":
		for n := count; n > 0; n-- {
			if s.versions[n-1].status == Enabled {
				return n, nil
			}
		}
	default:
		n, err := parseRevision(revision)
		if err != nil {
			return 0, err
		}
		if n >= 1 && n <= count {
			return n, nil
		}
	}
	return 0, errNotFound("secret_version", s.id+"/"+revision)
}

func (v *version) crc32() *uint32 {
	if !v.CRC32 {
		return nil
	}
	sum := crc32.ChecksumIEEE(v.Data)
	return &sum
}
