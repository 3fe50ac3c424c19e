package secretapi

import (
	"encoding/base64"
	"encoding/json"
	"hash/crc32"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/id"
	"cloison.dev/cloison/internal/emulator/secret"
)

// fields reads a JSON object and keeps the first error, which never quotes the body. Unknown fields are ignored and
// null means that a field is not given, as in protobuf's JSON (inferred).
type fields struct {
	given map[string]json.RawMessage
	api.Refusal
}

func fieldsOf(c api.Call) *fields {
	f := &fields{}
	if len(c.Body) > 0 && json.Unmarshal(c.Body, &f.given) != nil {
		f.Fail("body", "format", "must be a JSON object")
	}
	return f
}

// read decodes a field and reports whether it is given.
func (f *fields) read(name string, into any, must string) bool {
	raw, given := f.given[name]
	if !given || string(raw) == "null" {
		return false
	}
	if json.Unmarshal(raw, into) != nil {
		f.Fail(name, "format", must)
	}
	return true
}

// text overwrites into when the field is given.
func (f *fields) text(name string, into *string) bool {
	return f.read(name, into, "must be a string")
}

func (f *fields) flag(name string) (set bool) {
	f.read(name, &set, "must be a boolean")
	return set
}

// tags overwrites into when the field is given.
func (f *fields) tags(into *[]string) {
	given := []string{}
	if f.read("tags", &given, "must be a list of strings") {
		*into = given
	}
}

// name overwrites into with a name that a secret can have.
func (f *fields) name(into *string) {
	f.text("name", into)
	switch {
	case *into == "":
		f.Fail("name", "required", "")
	case !secret.IsName(*into):
		f.Fail("name", "format", "must match "+secret.NamePattern)
	}
}

// path overwrites into with a folder in its stored form.
func (f *fields) path(into *string) {
	f.text("path", into)
	*into = secret.StoredPath(*into)
	if !secret.IsPath(*into) {
		f.Fail("path", "format", "must be / or /segments that match "+secret.SegmentPattern)
	}
}

// policy returns the ephemeral policy, nil when none is given.
func (f *fields) policy() *secret.EphemeralPolicy {
	var given policyJSON
	if !f.read("ephemeral_policy", &given, "must be a policy") {
		return nil
	}
	policy := given.policy()
	if wrong := policy.Check(); wrong != "" {
		f.Fail("ephemeral_policy", "constraint", wrong)
	}
	return policy
}

// project returns the UUID of the project in lower case.
func (f *fields) project() string {
	var given string
	switch f.text("project_id", &given); {
	case given == "":
		f.Fail("project_id", "required", "")
	case !id.IsUUID(given):
		f.Fail("project_id", "format", "must be a UUID")
	}
	return strings.ToLower(given)
}

// data returns the decoded value of a version.
func (f *fields) data() []byte {
	var encoded string
	f.text("data", &encoded)
	data, err := base64.StdEncoding.DecodeString(encoded)
	switch {
	case err != nil:
		f.Fail("data", "format", "must be base64")
	case len(data) == 0:
		f.Fail("data", "required", "")
	case len(data) > secret.MaxValueBytes:
		f.Fail("data", "constraint", "must have at most 65536 bytes")
	}
	return data
}

// checksum reports whether a CRC32 of the data is given, which must be right.
func (f *fields) checksum(data []byte) (given bool) {
	var sum uint32
	given = f.read("data_crc32", &sum, "must be a number")
	if given && sum != crc32.ChecksumIEEE(data) {
		f.Fail("data_crc32", "constraint", "must be the CRC32 of data")
	}
	return given
}

// secretType reads the type, Opaque where none is given.
func (f *fields) secretType() secret.Type {
	kind := unknownType
	f.text("type", &kind)
	if kind == unknownType || kind == "" {
		return secret.Opaque
	}
	for _, known := range secret.Types() {
		if kind == string(known) {
			return known
		}
	}
	f.Fail("type", "format", "must be one of "+strings.Join(typeNames(), ", "))
	return ""
}

// properties reads ephemeral_properties, nil when they are not given.
func (f *fields) properties(now time.Time) *secret.EphemeralProperties {
	var given struct {
		ExpiresAt *time.Time             `json:"expires_at"`
		Once      bool                   `json:"expires_once_accessed"`
		Action    secret.EphemeralAction `json:"action"`
	}
	if !f.read("ephemeral_properties", &given, "must be ephemeral properties") {
		return nil
	}
	switch {
	case given.Action != secret.DeleteExpired && given.Action != secret.DisableExpired:
		f.Fail("ephemeral_properties", "constraint", "action must be delete or disable")
	case given.ExpiresAt == nil && !given.Once:
		f.Fail("ephemeral_properties", "constraint", "expires_at or expires_once_accessed must be set")
	case given.ExpiresAt != nil && !given.ExpiresAt.After(now):
		f.Fail("ephemeral_properties", "constraint", "expires_at must be in the future")
	}
	return &secret.EphemeralProperties{Expires: given.ExpiresAt, Once: given.Once, Action: given.Action}
}
