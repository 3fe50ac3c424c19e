package emulator

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// EphemeralAction is what happens to a version that expires.
type EphemeralAction string

// The actions of the API. Source: scaleway-sdk-go's secret/v1beta1.
const (
	DeleteExpired  EphemeralAction = "delete"
	DisableExpired EphemeralAction = "disable"
)

// Bounds of a time to live. Source: scaleway-sdk-go's secret/v1beta1.
const (
	minTimeToLive = time.Second
	maxTimeToLive = 365 * 24 * time.Hour
)

// EphemeralPolicy says when the versions of a secret expire. Each version takes
// the policy over when it is made or enabled again. At least one of TimeToLive
// and ExpiresOnceAccessed must be set.
type EphemeralPolicy struct {
	TimeToLive          time.Duration   // from one second to 365 days; 0: no limit
	ExpiresOnceAccessed bool            // the first reading of a value is its last
	Action              EphemeralAction // required
}

// ephemeralProperties are what a version took over from the policy.
type ephemeralProperties struct {
	expires *time.Time // nil: never
	once    bool
	action  EphemeralAction
}

// from applies the policy to a version made now; nil to one without a policy.
func (p *EphemeralPolicy) from(now time.Time) *ephemeralProperties {
	if p == nil {
		return nil
	}
	taken := &ephemeralProperties{once: p.ExpiresOnceAccessed, action: p.Action}
	if p.TimeToLive > 0 {
		expires := now.Add(p.TimeToLive)
		taken.expires = &expires
	}
	return taken
}

// check returns what the policy must be instead, and "" when it is well formed.
func (p *EphemeralPolicy) check() string {
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

// policyJSON is a policy as the API shows it. Source: recorded traffic,
// secret-ephemeral-policy.
type policyJSON struct {
	TimeToLive          *span           `json:"time_to_live"`
	ExpiresOnceAccessed bool            `json:"expires_once_accessed"`
	Action              EphemeralAction `json:"action"`
}

func (p *EphemeralPolicy) json() *policyJSON {
	if p == nil {
		return nil
	}
	shown := &policyJSON{ExpiresOnceAccessed: p.ExpiresOnceAccessed, Action: p.Action}
	if p.TimeToLive > 0 {
		ttl := span(p.TimeToLive)
		shown.TimeToLive = &ttl
	}
	return shown
}

func (p policyJSON) policy() *EphemeralPolicy {
	read := &EphemeralPolicy{ExpiresOnceAccessed: p.ExpiresOnceAccessed, Action: p.Action}
	if p.TimeToLive != nil {
		read.TimeToLive = time.Duration(*p.TimeToLive)
	}
	return read
}

// propertiesJSON is what a version shows. Source: scaleway-sdk-go's
// secret/v1beta1; never recorded.
type propertiesJSON struct {
	ExpiresAt           *timestamp      `json:"expires_at"`
	ExpiresOnceAccessed bool            `json:"expires_once_accessed"`
	Action              EphemeralAction `json:"action"`
}

func (p *ephemeralProperties) json() *propertiesJSON {
	if p == nil {
		return nil
	}
	return &propertiesJSON{optional(p.expires), p.once, p.action}
}

// span is a duration such as "1800s". The API answers seconds without needless
// decimals (recorded traffic: secret-ephemeral-policy) and reads up to nine.
type span time.Duration

var spanForm = regexp.MustCompile(`^[0-9]{1,12}(\.[0-9]{1,9})?s$`)

func (d span) MarshalJSON() ([]byte, error) {
	seconds := fmt.Sprintf("%d.%09d", d/span(time.Second), d%span(time.Second))
	return []byte(`"` + strings.TrimSuffix(strings.TrimRight(seconds, "0"), ".") + `s"`), nil
}

func (d *span) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	read, err := time.ParseDuration(text)
	if err != nil || !spanForm.MatchString(text) {
		return fmt.Errorf("duration %q must be seconds such as \"1800s\"", text)
	}
	*d = span(read)
	return nil
}
