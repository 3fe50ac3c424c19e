package emulator

import (
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
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

// The statuses of the API. Only the value of an enabled version can be read.
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
}

// Version is what a version is seeded with.
type Version struct {
	Data        []byte // at most 64 KiB
	Description string
	CRC32       bool // answer data_crc32, as if it had been given on creation
}

// Value is a Version that holds data and nothing else.
func Value(data string) Version { return Version{Data: []byte(data)} }

type secret struct {
	Secret
	id                string
	created, updated  time.Time
	deletionRequested *time.Time
	versions          []*version // by revision, from 1
}

type version struct {
	Version
	status            VersionStatus
	created, updated  time.Time
	deletionRequested *time.Time
	deleted           *time.Time
}

// AddSecret creates a secret with versions 1, 2, ... and returns its id, which
// depends on the seed and on the secret's region, project, path and name, not on
// the order of seeding. It refuses what the real API cannot hold, and a second
// secret of that name in the same folder unless the first is scheduled for
// deletion.
func (s *Server) AddSecret(of Secret, versions ...Version) (string, error) {
	s.setDefaults(&of)
	if err := s.check(of, versions); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at, now := of.place(), s.now()
	if s.live(at) != nil {
		return "", fmt.Errorf("secret %q exists already under %q", of.Name, of.Path)
	}
	id := newID(s.seed, fmt.Sprintf("secret %q", at), len(s.places[at]))
	added := &secret{Secret: of, id: id, created: now, updated: now}
	for _, v := range versions {
		added.add(v, now)
	}
	s.secrets[id] = added
	s.places[at] = append(s.places[at], added)
	return id, nil
}

func (s *Server) setDefaults(of *Secret) {
	of.Tags = append([]string{}, of.Tags...)
	of.ProjectID = strings.ToLower(of.ProjectID)
	if of.Region == "" {
		of.Region = s.regions[0]
	}
	if of.Type == "" {
		of.Type = Opaque
	}
	if of.Path = strings.TrimSuffix(of.Path, "/"); of.Path == "" {
		of.Path = "/"
	}
}

// AddVersion adds a version, which becomes the latest, and returns its revision.
// The secret's version_count grows; its updated_at stays. Source: recorded
// traffic, data-source-secret-with-versions.
func (s *Server) AddVersion(secretID string, v Version) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.secrets[secretID]
	if !ok {
		return 0, fmt.Errorf("secret %q is not found", secretID)
	}
	if err := checkVersions(len(found.versions), v); err != nil {
		return 0, err
	}
	found.add(v, s.now())
	return len(found.versions), nil
}

// SetVersionStatus moves a version to another status. Scheduling it for deletion
// sets its deletion_requested_at, leaves updated_at and keeps it the latest
// (recorded traffic: list-secret-versions-all-secrets); that the other moves
// change updated_at is inferred.
func (s *Server) SetVersionStatus(secretID string, revision int, status VersionStatus) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.secrets[secretID]
	if !ok || revision < 1 || revision > len(found.versions) {
		return fmt.Errorf("revision %d of secret %q is not found", revision, secretID)
	}
	v, now := found.versions[revision-1], s.now()
	if v.status == Deleted {
		return fmt.Errorf("revision %d of secret %q is deleted for good", revision, secretID)
	}
	switch status {
	case Enabled, Disabled:
		v.updated, v.deletionRequested = now, nil
	case ScheduledForDeletion:
		v.deletionRequested = &now
	case Deleted:
		v.deleted, v.updated = &now, now
	default:
		return fmt.Errorf("version status %q must be %q, %q, %q or %q",
			status, Enabled, Disabled, ScheduledForDeletion, Deleted)
	}
	v.status = status
	return nil
}

// ScheduleDeletion does what DeleteSecret does: the secret leaves the lists but
// GetSecret still answers it, deletion_requested_at and updated_at set to the
// same moment (recorded traffic: data-source-secret-basic). A protected secret
// is refused (recorded traffic: secret-protected).
func (s *Server) ScheduleDeletion(secretID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.secrets[secretID]
	if !ok {
		return fmt.Errorf("secret %q is not found", secretID)
	}
	if found.Protected {
		return fmt.Errorf("secret %q is protected and must not be deleted", secretID)
	}
	now := s.now()
	found.deletionRequested, found.updated = &now, now
	return nil
}

// place is what at most one secret that is not scheduled for deletion may have.
type place struct{ region, project, path, name string }

func (s Secret) place() place { return place{s.Region, s.ProjectID, s.Path, s.Name} }

// live returns the secret of a place, nil when there is none or when it is
// scheduled for deletion.
func (s *Server) live(at place) *secret {
	all := s.places[at]
	if len(all) == 0 || all[len(all)-1].deletionRequested != nil {
		return nil
	}
	return all[len(all)-1]
}

func (s *secret) add(v Version, now time.Time) {
	v.Data = slices.Clone(v.Data)
	s.versions = append(s.versions, &version{Version: v, status: Enabled, created: now, updated: now})
}

// find returns the version that a revision names. Numbers, latest and
// latest_enabled are what the API knows; anything else is a bad argument, and
// which revision a 404 names is inferred.
func (s *secret) find(revision string) (int, error) {
	switch revision {
	case "latest":
		if n := len(s.versions); n > 0 {
			return n, nil
		}
	case "latest_enabled":
		for n := len(s.versions); n > 0; n-- {
			if s.versions[n-1].status == Enabled {
				return n, nil
			}
		}
	default:
		n, err := parseRevision(revision)
		if err != nil {
			return 0, err
		}
		if n >= 1 && n <= len(s.versions) {
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
