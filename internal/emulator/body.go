package emulator

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// maxBodyBytes holds a value of maxValueBytes in base64 with room to spare.
const maxBodyBytes = 1 << 20

// readBody reads the request's body before the state is locked, so that a slow
// caller delays nobody.
func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes+1))
	switch {
	case err != nil:
		return nil, &apiError{http.StatusBadRequest, plainBody{"the body ends early"}}
	case len(body) > maxBodyBytes:
		return nil, &apiError{http.StatusRequestEntityTooLarge, plainBody{"the body is too large"}}
	}
	return body, nil
}

// fields reads a JSON object and keeps the first thing that is wrong with it;
// what that is never quotes the body. Fields that nobody asks for are ignored
// and null means that a field is not given, as in protobuf's JSON (inferred).
type fields struct {
	given map[string]json.RawMessage
	refusal
}

func (c call) fields() *fields {
	f := &fields{}
	if len(c.body) > 0 && json.Unmarshal(c.body, &f.given) != nil {
		f.fail("body", "format", "must be a JSON object")
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
		f.fail(name, "format", must)
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
		f.fail("name", "required", "")
	case !nameForm.MatchString(*into):
		f.fail("name", "format", "must match "+nameForm.String())
	}
}

// path overwrites into with a folder in its stored form.
func (f *fields) path(into *string) {
	f.text("path", into)
	*into = storedPath(*into)
	if !isPath(*into) {
		f.fail("path", "format", "must be / or /segments that match "+segmentRule)
	}
}

// policy returns the ephemeral policy, nil when none is given.
func (f *fields) policy() *EphemeralPolicy {
	var given policyJSON
	if !f.read("ephemeral_policy", &given, "must be a policy") {
		return nil
	}
	policy := given.policy()
	if wrong := policy.check(); wrong != "" {
		f.fail("ephemeral_policy", "constraint", wrong)
	}
	return policy
}

// project returns the UUID of the project in lower case.
func (f *fields) project() string {
	var id string
	switch f.text("project_id", &id); {
	case id == "":
		f.fail("project_id", "required", "")
	case !isUUID(id):
		f.fail("project_id", "format", "must be a UUID")
	}
	return strings.ToLower(id)
}

// data returns the decoded value of a version.
func (f *fields) data() []byte {
	var encoded string
	f.text("data", &encoded)
	data, err := base64.StdEncoding.DecodeString(encoded)
	switch {
	case err != nil:
		f.fail("data", "format", "must be base64")
	case len(data) == 0:
		f.fail("data", "required", "")
	case len(data) > maxValueBytes:
		f.fail("data", "constraint", "must have at most 65536 bytes")
	}
	return data
}
