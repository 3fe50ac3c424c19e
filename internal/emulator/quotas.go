package emulator

// Quotas are how many of each kind an organization may hold. What is omitted is
// not limited. They refuse calls to the API only: seeds and the Server's methods
// may go beyond.
type Quotas struct {
	Secrets      int // those that are scheduled for deletion count (inferred)
	Applications int
	APIKeys      int
	Policies     int
	Projects     int // the default project counts (inferred)
}

// ScalewayQuotas are those of an organization whose identity is not verified; a
// verified one may hold 250 secrets. Source: Scaleway's documentation, by way of
// the project's facts.
func ScalewayQuotas() Quotas {
	return Quotas{Secrets: 100, Applications: 100, APIKeys: 50, Policies: 50, Projects: 25}
}

// within refuses one more of what there are as many of as the quota allows.
func within(quota, current int, resource string) error {
	if quota > 0 && current >= quota {
		return errQuota(resource, quota, current)
	}
	return nil
}
