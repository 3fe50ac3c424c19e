package iam

import (
	"fmt"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/id"
)

// Credentials are what a client of the API authenticates with, in the form that the SDK and External Secrets Operator
// demand.
type Credentials struct {
	AccessKey string
	SecretKey string
}

// Key is an API key of an application. Its SecretKey is a UUID, shows in no
// printed form of it and must not reach any answer but that of its creation.
type Key struct {
	AccessKey        string     `json:"accessKey"`
	SecretKey        string     `json:"secretKey"`
	ApplicationID    string     `json:"applicationID"`
	Description      string     `json:"description,omitempty"`
	DefaultProjectID string     `json:"defaultProjectID"`
	CreationIP       string     `json:"creationIP,omitempty"`
	ExpiresAt        *time.Time `json:"expiresAt,omitempty"` // nil: never
	CreatedAt        time.Time  `json:"createdAt"`
	UpdatedAt        time.Time  `json:"updatedAt"`
}

// String leaves the secret key out.
func (k Key) String() string { return "API key " + k.AccessKey }

// Format leaves the secret key out, whatever the verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(k.String())) }

// Expired reports whether the key has ceased to work. now is called only when it may.
func (k Key) Expired(now func() time.Time) bool {
	return k.ExpiresAt != nil && !now().Before(*k.ExpiresAt)
}

// KeyChange replaces the fields that are not nil.
type KeyChange struct {
	Description, DefaultProjectID *string
	ExpiresAt                     *time.Time
}

// CreateKey makes a key of an application. AccessKey, SecretKey and
// DefaultProjectID are made up where they are empty; given ones must be of their
// form and not be in use.
func (m *Model) CreateKey(of Key, at time.Time) (Key, error) {
	defer m.change()()
	if of.ApplicationID == "" {
		return Key{}, (problems{{"bearer", "required", ""}}).err()
	}
	if _, err := m.applications.get(of.ApplicationID); err != nil {
		return Key{}, err
	}
	var p problems
	if p.description(of.Description); len(p) > 0 {
		return Key{}, p.err()
	}
	if of.SecretKey == "" {
		of.SecretKey = m.newID("secret key")
	}
	if of.AccessKey == "" {
		of.AccessKey = id.AccessKey(m.newID("access key"))
	}
	if of.DefaultProjectID == "" {
		of.DefaultProjectID = m.config.OrganizationID
	}
	of.SecretKey = strings.ToLower(of.SecretKey)
	if err := m.checkKey(of); err != nil {
		return Key{}, err
	}
	of.CreatedAt, of.UpdatedAt, of.ExpiresAt = at, at, inUTC(of.ExpiresAt)
	m.keys.rows[of.AccessKey] = of
	m.bySecret[of.SecretKey] = of.AccessKey
	return of, nil
}

// inUTC is the form in which a time is stored. Facts: docs/facts.md, "Objects of IAM".
func inUTC(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	utc := t.UTC()
	return &utc
}

// checkKey quotes neither key, because a caller that mixed them up gave the secret one as AccessKey.
func (m *Model) checkKey(of Key) error {
	var p problems
	if !id.IsAccessKey(of.AccessKey) {
		p.add("access_key", "format", "must be SCW and 17 upper-case letters or digits")
	}
	if _, used := m.keys.rows[of.AccessKey]; used {
		p.add("access_key", "constraint", "must not be in use")
	}
	if !id.IsUUID(of.SecretKey) {
		p.add("secret_key", "format", "must be a UUID")
	}
	if _, used := m.bySecret[of.SecretKey]; used {
		p.add("secret_key", "constraint", "must not be in use")
	}
	return p.err()
}

// Key returns the key of an access key.
func (m *Model) Key(accessKey string) (Key, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.keys.get(accessKey)
}

// HasSecret reports whether a secret key, in lower case, is in use.
func (m *Model) HasSecret(secretKey string) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	_, used := m.bySecret[secretKey]
	return used
}

// Keys returns all of them, by access key.
func (m *Model) Keys() []Key {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.keys.all()
}

// UpdateKey changes a key and moves its updated_at. Facts: docs/facts.md, "Objects of IAM".
func (m *Model) UpdateKey(accessKey string, c KeyChange, at time.Time) (Key, error) {
	defer m.change()()
	found, err := m.keys.get(accessKey)
	if err != nil {
		return found, err
	}
	if c.Description != nil {
		found.Description = *c.Description
	}
	var p problems
	if p.description(found.Description); len(p) > 0 {
		return found, p.err()
	}
	if c.DefaultProjectID != nil {
		found.DefaultProjectID = *c.DefaultProjectID
	}
	if c.ExpiresAt != nil {
		found.ExpiresAt = inUTC(c.ExpiresAt)
	}
	found.UpdatedAt = at
	m.keys.rows[accessKey] = found
	return found, nil
}

// DeleteKey deletes a key. Calls with it are refused at once.
func (m *Model) DeleteKey(accessKey string) error {
	defer m.change()()
	found, err := m.keys.get(accessKey)
	if err != nil {
		return err
	}
	m.forget(found)
	return nil
}

func (m *Model) forget(key Key) {
	delete(m.keys.rows, key.AccessKey)
	delete(m.bySecret, key.SecretKey)
}
