package emulator

import (
	"slices"

	"cloison.dev/cloison/internal/emulator/iam"
)

// listVersions answers the newest version first; versions scheduled for deletion
// are listed too (recorded traffic: list-secret-versions-all-secrets), and so are
// deleted ones (inferred).
func (s *Server) listVersions(c call) (any, error) {
	found, err := s.byID(c, iam.ReadSecret)
	if err != nil {
		return nil, err
	}
	a := &arguments{query: c.query}
	on, wanted := a.page(), a.statuses()
	if a.err != nil {
		return nil, a.err
	}
	var kept []int
	for n := found.count(c.sees); n > 0; n-- {
		if len(wanted) == 0 || slices.Contains(wanted, found.versions[n-1].status) {
			kept = append(kept, n)
		}
	}
	answer := versionsJSON{Versions: []versionJSON{}, TotalCount: len(kept)}
	for _, n := range paged(kept, on) {
		answer.Versions = append(answer.Versions, found.versionJSON(n, c.sees))
	}
	return answer, nil
}

// statuses reads the filter on status, which may be given several times.
func (a *arguments) statuses() []VersionStatus {
	var wanted []VersionStatus
	for _, given := range a.query["status"] {
		status := VersionStatus(given)
		if !slices.Contains(versionStatuses(), status) {
			a.fail("status", "format", "must be one of enabled, disabled, scheduled_for_deletion, deleted")
		}
		wanted = append(wanted, status)
	}
	return wanted
}
