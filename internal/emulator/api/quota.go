package api

import "net/http"

// Quotas are how many of each kind an organization may hold. What is omitted is not limited. They refuse calls to the
// API only: seeds and methods in Go may go beyond.
type Quotas struct {
	Secrets      int // those that are scheduled for deletion count (inferred)
	Applications int
	APIKeys      int
	Policies     int
	Projects     int // the default project counts (inferred)
}

// UnverifiedQuotas are those of an organization whose identity is not verified; a verified one may hold 250 secrets.
// Facts: docs/facts.md, "Quotas".
func UnverifiedQuotas() Quotas {
	return Quotas{Secrets: 100, Applications: 100, APIKeys: 50, Policies: 50, Projects: 25}
}

type quotaDetail struct {
	Current  int    `json:"current"`
	Quota    int    `json:"quota"`
	Resource string `json:"resource"`
}

type quotaBody struct {
	Details []quotaDetail `json:"details"`
	Message string        `json:"message"`
	Type    string        `json:"type"`
}

// CheckQuota refuses one more resource where the current ones reach the quota; a quota of 0 never refuses. The refusal
// is the 403 that the SDK turns into *scw.QuotasExceededError. The resource's name and the message are inferred. Facts:
// docs/facts.md, "Errors of the API".
func CheckQuota(quota, current int, resource string) error {
	if quota <= 0 || current < quota {
		return nil
	}
	return &Error{http.StatusForbidden, quotaBody{
		[]quotaDetail{{current, quota, resource}}, "quota exceeded", "quotas_exceeded",
	}}
}
