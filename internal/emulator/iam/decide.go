package iam

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Caller is the application that an API key belongs to.
type Caller struct {
	AccessKey     string
	applicationID string
}

// Authenticate returns the caller of a secret key, ErrUnknownKey or ErrExpiredKey.
// now is called only when the key may expire.
func (m *Model) Authenticate(secretKey string, now func() time.Time) (Caller, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	key, known := m.keys.rows[m.bySecret[strings.ToLower(secretKey)]]
	if !known {
		return Caller{}, ErrUnknownKey
	}
	if key.Expired(now) {
		return Caller{}, ErrExpiredKey
	}
	return Caller{key.AccessKey, key.ApplicationID}, nil
}

// Allows reports whether any rule of any policy of the caller or of its groups
// gives it the permission over the resource. A rule that is younger than the
// grant delay does not count.
func (m *Model) Allows(ctx context.Context, by Caller, p Permission, on Resource, q Request) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, policy := range m.policies.rows {
		if !m.concerns(policy.Principal, by) {
			continue
		}
		for _, rule := range policy.Rules {
			if m.applied(rule, q.Now) && rule.allows(ctx, m.sets, p, on, q) {
				return true
			}
		}
	}
	return false
}

func (m *Model) concerns(principal Principal, by Caller) bool {
	if principal.GroupID != "" {
		return slices.Contains(m.groups.rows[principal.GroupID].ApplicationIDs, by.applicationID)
	}
	return principal.ApplicationID != "" && principal.ApplicationID == by.applicationID
}

func (m *Model) applied(r Rule, now func() time.Time) bool {
	if m.config.GrantDelay <= 0 || !r.GrantedAt.After(m.config.Born) {
		return true
	}
	return !now().Before(r.GrantedAt.Add(m.config.GrantDelay))
}
