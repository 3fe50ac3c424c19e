package secretapi

import (
	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/secret"
)

// secretJSON is a secret as the API shows it, fields in its order. Facts: docs/facts.md, "Secrets".
type secretJSON struct {
	ID                  string         `json:"id"`
	ProjectID           string         `json:"project_id"`
	Name                string         `json:"name"`
	Status              string         `json:"status"`
	CreatedAt           api.Timestamp  `json:"created_at"`
	UpdatedAt           api.Timestamp  `json:"updated_at"`
	Tags                []string       `json:"tags"`
	VersionCount        int            `json:"version_count"`
	Description         string         `json:"description"`
	Managed             bool           `json:"managed"`
	Type                secret.Type    `json:"type"`
	Protected           bool           `json:"protected"`
	Path                string         `json:"path"`
	EphemeralPolicy     *policyJSON    `json:"ephemeral_policy"`
	UsedBy              []string       `json:"used_by"`
	DeletionRequestedAt *api.Timestamp `json:"deletion_requested_at"`
	KeyID               *string        `json:"key_id"`
	Region              string         `json:"region"`
}

// secretOf shows a secret to a reader.
func secretOf(s *secret.Entry, in secret.View) secretJSON {
	return secretJSON{
		ID:                  s.ID,
		ProjectID:           s.ProjectID,
		Name:                s.Name,
		Status:              "ready",
		CreatedAt:           api.Timestamp(s.Created),
		UpdatedAt:           api.Timestamp(s.Updated),
		Tags:                s.Tags,
		VersionCount:        s.Count(in),
		Description:         s.Description,
		Type:                s.Type,
		Protected:           s.Protected,
		Path:                s.Path,
		EphemeralPolicy:     policyOf(s.Ephemeral),
		UsedBy:              []string{},
		DeletionRequestedAt: api.OptionalTimestamp(s.DeletionRequested),
		Region:              s.Region,
	}
}

type secretsJSON struct {
	Secrets    []secretJSON `json:"secrets"`
	TotalCount int          `json:"total_count"`
}

// versionJSON is a version without its value. Facts: docs/facts.md, "Versions".
type versionJSON struct {
	Revision            int             `json:"revision"`
	SecretID            string          `json:"secret_id"`
	Status              secret.Status   `json:"status"`
	CreatedAt           api.Timestamp   `json:"created_at"`
	UpdatedAt           api.Timestamp   `json:"updated_at"`
	DeletedAt           *api.Timestamp  `json:"deleted_at"`
	Description         string          `json:"description"`
	Latest              bool            `json:"latest"`
	EphemeralProperties *propertiesJSON `json:"ephemeral_properties"`
	DeletionRequestedAt *api.Timestamp  `json:"deletion_requested_at"`
	Region              string          `json:"region"`
}

// versionOf shows a version to a reader.
func versionOf(s *secret.Entry, revision int, in secret.View) versionJSON {
	v := s.Versions[revision-1]
	return versionJSON{
		Revision:            revision,
		SecretID:            s.ID,
		Status:              v.Status,
		CreatedAt:           api.Timestamp(v.Created),
		UpdatedAt:           api.Timestamp(v.Updated),
		DeletedAt:           api.OptionalTimestamp(v.Deleted),
		Description:         v.Description,
		Latest:              revision == s.Count(in),
		EphemeralProperties: propertiesOf(v.Ephemeral),
		DeletionRequestedAt: api.OptionalTimestamp(v.DeletionRequested),
		Region:              s.Region,
	}
}

// versionsJSON is a page of versions. Facts: docs/facts.md, "Versions".
type versionsJSON struct {
	Versions   []versionJSON `json:"versions"`
	TotalCount int           `json:"total_count"`
}

// valueJSON is a version's value. Facts: docs/facts.md, "Versions".
type valueJSON struct {
	SecretID  string      `json:"secret_id"`
	Revision  int         `json:"revision"`
	Data      []byte      `json:"data"`
	DataCRC32 *uint32     `json:"data_crc32"`
	Type      secret.Type `json:"type"`
}
