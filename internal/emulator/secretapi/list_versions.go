package secretapi

import (
	"slices"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/secret"
)

// listVersions answers the newest version first; versions scheduled for deletion are listed too, and so are deleted
// ones (inferred). Facts: docs/facts.md, "Versions".
func (s *Service) listVersions(c api.Call) (any, error) {
	found, err := s.byID(c, iam.ReadSecret)
	if err != nil {
		return nil, err
	}
	a := c.Arguments()
	page, wanted := a.Page(), statusesOf(a)
	if a.Err() != nil {
		return nil, a.Err()
	}
	var kept []int
	for n := found.Count(viewOf(c)); n > 0; n-- {
		if len(wanted) == 0 || slices.Contains(wanted, found.Versions[n-1].Status) {
			kept = append(kept, n)
		}
	}
	answer := versionsJSON{Versions: []versionJSON{}, TotalCount: len(kept)}
	for _, n := range api.Paged(kept, page) {
		answer.Versions = append(answer.Versions, versionOf(found, n, viewOf(c)))
	}
	return answer, nil
}

// statusesOf reads the filter on status, which may be given several times.
func statusesOf(a *api.Arguments) []secret.Status {
	var wanted []secret.Status
	for _, given := range a.Values("status") {
		status := secret.Status(given)
		if !slices.Contains(secret.Statuses(), status) {
			a.Fail("status", "format", "must be one of enabled, disabled, scheduled_for_deletion, deleted")
		}
		wanted = append(wanted, status)
	}
	return wanted
}
