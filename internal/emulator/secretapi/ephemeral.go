package secretapi

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/secret"
)

// policyJSON is a policy as the API shows it. Facts: docs/facts.md, "Ephemeral policies".
type policyJSON struct {
	TimeToLive          *seconds               `json:"time_to_live"`
	ExpiresOnceAccessed bool                   `json:"expires_once_accessed"`
	Action              secret.EphemeralAction `json:"action"`
}

func policyOf(p *secret.EphemeralPolicy) *policyJSON {
	if p == nil {
		return nil
	}
	shown := &policyJSON{ExpiresOnceAccessed: p.ExpiresOnceAccessed, Action: p.Action}
	if p.TimeToLive > 0 {
		ttl := seconds(p.TimeToLive)
		shown.TimeToLive = &ttl
	}
	return shown
}

func (p policyJSON) policy() *secret.EphemeralPolicy {
	read := &secret.EphemeralPolicy{ExpiresOnceAccessed: p.ExpiresOnceAccessed, Action: p.Action}
	if p.TimeToLive != nil {
		read.TimeToLive = time.Duration(*p.TimeToLive)
	}
	return read
}

// propertiesJSON is what a version shows. Facts: docs/facts.md, "Calls that were never recorded".
type propertiesJSON struct {
	ExpiresAt           *api.Timestamp         `json:"expires_at"`
	ExpiresOnceAccessed bool                   `json:"expires_once_accessed"`
	Action              secret.EphemeralAction `json:"action"`
}

func propertiesOf(p *secret.EphemeralProperties) *propertiesJSON {
	if p == nil {
		return nil
	}
	return &propertiesJSON{api.OptionalTimestamp(p.Expires), p.Once, p.Action}
}

// seconds is a duration such as "1800s". The API answers without needless decimals and reads up to nine. Facts:
// docs/facts.md, "Ephemeral policies".
type seconds time.Duration

var secondsForm = regexp.MustCompile(`^[0-9]{1,12}(\.[0-9]{1,9})?s$`)

// MarshalJSON implements json.Marshaler.
func (d seconds) MarshalJSON() ([]byte, error) {
	text := fmt.Sprintf("%d.%09d", d/seconds(time.Second), d%seconds(time.Second))
	return []byte(`"` + strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + `s"`), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (d *seconds) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	read, err := time.ParseDuration(text)
	if err != nil || !secondsForm.MatchString(text) {
		return fmt.Errorf("duration %q must be seconds such as \"1800s\"", text)
	}
	*d = seconds(read)
	return nil
}
