package secret

import (
	"fmt"
	"time"
)

// EphemeralAction is what happens to a version that expires.
type EphemeralAction string

// The actions of the API. Facts: docs/facts.md, "Ephemeral policies".
const (
	DeleteExpired  EphemeralAction = "delete"
	DisableExpired EphemeralAction = "disable"
)

// Bounds of a time to live. Facts: docs/facts.md, "Ephemeral policies".
const (
	minTimeToLive = time.Second
	maxTimeToLive = 365 * 24 * time.Hour
)

// EphemeralPolicy determines when the versions of a secret expire. A version copies the policy when it is made or
// enabled again. At least one of TimeToLive and ExpiresOnceAccessed must be set.
type EphemeralPolicy struct {
	TimeToLive          time.Duration   // from one second to 365 days; 0: no limit
	ExpiresOnceAccessed bool            // the first reading of a value is its last
	Action              EphemeralAction // required
}

// EphemeralProperties are what a version took over from the policy.
type EphemeralProperties struct {
	Expires *time.Time // nil: never
	Once    bool       // the first reading of the value is its last
	Action  EphemeralAction
}

// applied returns the properties of a version that is made now; nil where there is no policy.
func (p *EphemeralPolicy) applied(now time.Time) *EphemeralProperties {
	if p == nil {
		return nil
	}
	taken := &EphemeralProperties{Once: p.ExpiresOnceAccessed, Action: p.Action}
	if p.TimeToLive > 0 {
		expires := now.Add(p.TimeToLive)
		taken.Expires = &expires
	}
	return taken
}

// Check returns what the policy must be instead, and "" when it is well formed or nil.
func (p *EphemeralPolicy) Check() string {
	switch {
	case p == nil:
		return ""
	case p.Action != DeleteExpired && p.Action != DisableExpired:
		return fmt.Sprintf("action must be %s or %s", DeleteExpired, DisableExpired)
	case p.TimeToLive == 0 && !p.ExpiresOnceAccessed:
		return "time_to_live or expires_once_accessed must be set"
	case p.TimeToLive != 0 && (p.TimeToLive < minTimeToLive || p.TimeToLive > maxTimeToLive):
		return "time_to_live must be from 1s to 31536000s"
	}
	return ""
}
