package paths

import (
	"fmt"
	"slices"
	"strconv"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
)

// revision finds the revision whose value is read. It returns false where there is none, which it reports, and where it
// is not known.
func (g *groupCheck) revision(w wanted, s *inventory.Secret) (int, bool) {
	latest, known := s.LatestEnabled()
	switch {
	case known && latest == 0:
		g.nothingEnabled(w, s)
		return 0, false
	case w.version != "":
		return g.fixed(w, s)
	case known:
		return latest, true
	case g.source.failedFor(g.ref, s.Name):
		// the failure is reported
	case w.needsContent() && s.Ephemeral == nil:
		what := fmt.Sprintf("which revision of secret %s is read is not known, nor what is in it", g.name(w))
		g.about(g.plan, g.source.unknown(w.field, what, "the states of its revisions"))
	default:
		g.stateless[s.Name] = true
	}
	return 0, false
}

func (g *groupCheck) nothingEnabled(w wanted, s *inventory.Secret) {
	message := fmt.Sprintf("secret %s has no revision, so there is no value to read", g.name(w))
	if s.Revision > 0 {
		message = fmt.Sprintf("secret %s has no enabled revision (the newest is %d), so there is no value to read",
			g.name(w), s.Revision)
	}
	g.wrong(w, finding.RevisionNoneEnabled, message, "add a version to the secret, or enable one")
}

// fixed judges a revision that the Segregation names or the Inventory pins.
func (g *groupCheck) fixed(w wanted, s *inventory.Secret) (int, bool) {
	revision, err := strconv.Atoi(w.version)
	switch {
	case err != nil || revision > s.Revision:
		g.gone(w, s, "was never made")
	case s.Enabled == nil:
		if !g.source.failedFor(g.ref, s.Name) {
			what := fmt.Sprintf("whether revision %s of secret %s is enabled is not known", w.version, g.name(w))
			g.about(g.plan, g.source.unknown(w.field, what, "the states of its revisions"))
		}
	case !slices.Contains(s.Enabled, revision):
		g.gone(w, s, "is not enabled")
	default:
		g.newer(w, s, revision)
		return revision, true
	}
	return 0, false
}

// gone reports a fixed revision that cannot be read.
func (g *groupCheck) gone(w wanted, s *inventory.Secret, why string) {
	enabled := fmt.Sprintf("the newest is %d", s.Revision)
	if len(s.Enabled) > 0 {
		enabled = "enabled: " + numbers(s.Enabled)
	}
	message := fmt.Sprintf("revision %s of secret %s %s (%s)", w.version, g.name(w), why, enabled)
	if !w.pinned {
		g.wrong(w, finding.RevisionGone, message, "fix a revision that is enabled, or enable this one")
		return
	}
	g.about(g.plan, finding.Finding{
		Code: finding.RevisionGone, Severity: finding.Error, Field: w.field,
		Message: message + "; it is the pin of the Inventory", Counterexample: g.reads(w), Fix: renew,
	})
}

// newer reports that a newer revision than the pinned one is enabled.
func (g *groupCheck) newer(w wanted, s *inventory.Secret, pinned int) {
	if latest, _ := s.LatestEnabled(); w.pinned && latest > pinned {
		g.about(g.plan, finding.Finding{
			Code: finding.RevisionNewer, Severity: finding.Info, Field: w.field,
			Message: fmt.Sprintf("revision %d of secret %s is enabled, and the Inventory pins %d", latest,
				g.name(w), pinned),
			Fix: renew + " to take the newer one",
		})
	}
}
