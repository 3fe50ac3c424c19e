package emulator

import (
	"hash/crc32"
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
