package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// secretJSON is a secret as the API shows it, fields in its order. Source:
// recorded traffic, secret-basic.
type secretJSON struct {
	ID                  string      `json:"id"`
	ProjectID           string      `json:"project_id"`
	Name                string      `json:"name"`
	Status              string      `json:"status"`
	CreatedAt           timestamp   `json:"created_at"`
	UpdatedAt           timestamp   `json:"updated_at"`
	Tags                []string    `json:"tags"`
	VersionCount        int         `json:"version_count"`
	Description         string      `json:"description"`
	Managed             bool        `json:"managed"`
	Type                SecretType  `json:"type"`
	Protected           bool        `json:"protected"`
	Path                string      `json:"path"`
	EphemeralPolicy     *policyJSON `json:"ephemeral_policy"`
	UsedBy              []string    `json:"used_by"`
	DeletionRequestedAt *timestamp  `json:"deletion_requested_at"`
	KeyID               *string     `json:"key_id"`
	Region              string      `json:"region"`
}

func (s *secret) json(in sight) secretJSON {
	return secretJSON{
		ID:                  s.id,
		ProjectID:           s.ProjectID,
		Name:                s.Name,
		Status:              "ready",
		CreatedAt:           timestamp(s.created),
		UpdatedAt:           timestamp(s.updated),
		Tags:                s.Tags,
		VersionCount:        s.count(in),
		Description:         s.Description,
		Type:                s.Type,
		Protected:           s.Protected,
		Path:                s.Path,
		EphemeralPolicy:     s.Ephemeral.json(),
		UsedBy:              []string{},
		DeletionRequestedAt: optional(s.deletionRequested),
		Region:              s.Region,
	}
}

type secretsJSON struct {
	Secrets    []secretJSON `json:"secrets"`
	TotalCount int          `json:"total_count"`
}

// versionJSON is a version without its value. Source: recorded traffic,
// secret-version-basic.
type versionJSON struct {
	Revision            int             `json:"revision"`
	SecretID            string          `json:"secret_id"`
	Status              VersionStatus   `json:"status"`
	CreatedAt           timestamp       `json:"created_at"`
	UpdatedAt           timestamp       `json:"updated_at"`
	DeletedAt           *timestamp      `json:"deleted_at"`
	Description         string          `json:"description"`
	Latest              bool            `json:"latest"`
	EphemeralProperties *propertiesJSON `json:"ephemeral_properties"`
	DeletionRequestedAt *timestamp      `json:"deletion_requested_at"`
	Region              string          `json:"region"`
}

func (s *secret) versionJSON(revision int, in sight) versionJSON {
	v := s.versions[revision-1]
	return versionJSON{
		Revision:            revision,
		SecretID:            s.id,
		Status:              v.status,
		CreatedAt:           timestamp(v.created),
		UpdatedAt:           timestamp(v.updated),
		DeletedAt:           optional(v.deleted),
		Description:         v.Description,
		Latest:              revision == s.count(in),
		EphemeralProperties: v.ephemeral.json(),
		DeletionRequestedAt: optional(v.deletionRequested),
		Region:              s.Region,
	}
}

// versionsJSON is a page of versions. Source: recorded traffic,
// list-secret-versions-by-status.
type versionsJSON struct {
	Versions   []versionJSON `json:"versions"`
	TotalCount int           `json:"total_count"`
}

// valueJSON is a version's value. Source: recorded traffic,
// data-source-secret-version-basic.
type valueJSON struct {
	SecretID  string     `json:"secret_id"`
	Revision  int        `json:"revision"`
	Data      []byte     `json:"data"`
	DataCRC32 *uint32    `json:"data_crc32"`
	Type      SecretType `json:"type"`
}

// timestamp is written with 0, 3 or 6 decimals, whichever suffices. Source:
// all 1,736 timestamps of the recorded traffic.
type timestamp time.Time

func (t timestamp) MarshalJSON() ([]byte, error) {
	layout := "2006-01-02T15:04:05.000000Z"
	switch micro := time.Time(t).Nanosecond() / 1000; {
	case micro == 0:
		layout = "2006-01-02T15:04:05Z"
	case micro%1000 == 0:
		layout = "2006-01-02T15:04:05.000Z"
	}
	return []byte(strconv.Quote(time.Time(t).UTC().Format(layout))), nil
}

// optional is a timestamp that may be absent.
func optional(t *time.Time) *timestamp {
	return (*timestamp)(t)
}

// noContent is the answer of calls that delete: 204 and no body, but a
// Content-Type all the same. Source: all 59 deletions of the recorded traffic.
type noContent struct{}

// write sends a handler's answer: compact JSON, no newline at its end, no
// charset in its type, as recorded.
func write(w http.ResponseWriter, body any, err error) {
	status := http.StatusOK
	if err != nil {
		failed := &apiError{http.StatusInternalServerError, plainBody{"the emulator is broken"}}
		errors.As(err, &failed)
		status, body = failed.status, failed.body
	}
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		status = http.StatusInternalServerError
		encoded.Reset()
	}
	w.Header().Set("Content-Type", "application/json")
	if _, empty := body.(noContent); empty {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(bytes.TrimSuffix(encoded.Bytes(), []byte("\n"))) // the caller is gone: nobody to tell
}
