package secret

import "strings"

// Type is the shape that a secret's values have.
type Type string

// The types of the API. Facts: docs/facts.md, "Values and types".
const (
	Opaque              Type = "opaque"
	Certificate         Type = "certificate"
	KeyValue            Type = "key_value"
	BasicCredentials    Type = "basic_credentials" //nolint:gosec // the name of a type
	DatabaseCredentials Type = "database_credentials"
	SSHKey              Type = "ssh_key"
)

// Status is the state of a version.
type Status string

// The statuses of the API. Only the value of an enabled version can be read, and a deleted version is gone for good.
const (
	Enabled              Status = "enabled"
	Disabled             Status = "disabled"
	ScheduledForDeletion Status = "scheduled_for_deletion"
	Deleted              Status = "deleted"
)

// Secret is what a secret is created with.
type Secret struct {
	ProjectID   string // required, a UUID
	Name        string // required; the folder goes into Path
	Path        string // omitted: "/"; a trailing slash is dropped
	Region      string // omitted: the first of the Store's
	Type        Type   // omitted: Opaque
	Tags        []string
	Description string
	Protected   bool
	Ephemeral   *EphemeralPolicy // omitted: versions do not expire
}

// Location is what at most one secret that is not scheduled for deletion may have.
type Location struct{ Region, ProjectID, Path, Name string }

// Location is where the secret is found by path.
func (s Secret) Location() Location { return Location{s.Region, s.ProjectID, s.Path, s.Name} }

// Version is what a version is created with.
type Version struct {
	Data        []byte // at most 64 KiB; whether it has the shape of the secret's type is not checked
	Description string
	CRC32       bool // whether a checksum of the data was given and is answered
}

// Value returns a Version that holds data and nothing else.
func Value(data string) Version { return Version{Data: []byte(data)} }

// StoredPath returns the form in which a folder is kept. Facts: docs/facts.md, "Names and folders".
func StoredPath(path string) string {
	switch trimmed := strings.TrimSuffix(path, "/"); trimmed {
	case "":
		return "/"
	case "/":
		return path // "//" is no path, and stays one that Check refuses
	default:
		return trimmed
	}
}
