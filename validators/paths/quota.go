package paths

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
)

// Quotas of Secret Manager. Facts: docs/facts.md, "Quotas".
const (
	// secretsAtFirst is how many secrets an organisation may have, secretsVerified how many once its identity is
	// verified.
	secretsAtFirst, secretsVerified = 100, 250
	// versionsOfSecret is how many versions a secret may have.
	versionsOfSecret = 20
)

// isNear reports whether a count is within a tenth of a limit, and not above it.
func isNear(count, limit int) bool { return count*10 >= limit*9 && count <= limit }

// quota warns of projects that are nearly full, once each, about the first Segregation that uses them.
func (r *collector) quota(plans []*plan.Plan, s *source) {
	for _, project := range s.projects() {
		if !isNear(project.Secrets, secretsAtFirst) && !isNear(project.Secrets, secretsVerified) {
			continue
		}
		user := firstUser(plans, project.Region, project.ProjectID)
		if user == nil {
			continue
		}
		r.about(user, finding.Finding{
			Code: finding.QuotaHeadroom, Severity: finding.Warning, Field: fieldpath.Of("spec", "scaleway"),
			Message: fmt.Sprintf("project %s has %d secrets in %s; Scaleway allows an organisation %d, or %d "+
				"once its identity is verified",
				project.ProjectID, project.Secrets, project.Region, secretsAtFirst, secretsVerified),
			Fix: "delete secrets that nothing needs, or ask Scaleway for more",
		})
	}
}

// firstUser is the first plan that reads a folder of a project; nil where none does.
func firstUser(plans []*plan.Plan, region, projectID string) *plan.Plan {
	uses := func(at locatedGroup) bool { return at.ref.Region == region && at.ref.ProjectID == projectID }
	i := slices.IndexFunc(plans, func(p *plan.Plan) bool { return slices.ContainsFunc(locatedGroups(p), uses) })
	if i < 0 {
		return nil
	}
	return plans[i]
}

// uncounted reports the projects whose secrets could not be counted, unless a folder of the project could not be read,
// which is an error already.
func (r *collector) uncounted(plans []*plan.Plan, s *source) {
	reported := map[inventory.FolderRef]bool{}
	for _, f := range s.failures {
		reported[inventory.FolderRef{Region: f.FolderRef.Region, ProjectID: f.FolderRef.ProjectID}] = true
	}
	for _, f := range s.uncounted {
		user := firstUser(plans, f.FolderRef.Region, f.FolderRef.ProjectID)
		if reported[f.FolderRef] || user == nil {
			continue
		}
		reported[f.FolderRef] = true
		r.about(user, finding.Finding{
			Code: finding.QuotaNotChecked, Severity: finding.Info, Field: fieldpath.Of("spec", "scaleway"),
			Message: fmt.Sprintf("whether project %s is nearly full of secrets in %s was not checked: %s: %s",
				f.FolderRef.ProjectID, f.FolderRef.Region, f.Reason, strings.TrimSuffix(f.Message, ".")),
		})
	}
}

// fullOfVersions warns of secrets of the group that have nearly as many versions as a secret may have.
func (g *groupCheck) fullOfVersions() {
	const nearly = versionsOfSecret * 9 / 10
	for _, name := range sorted(g.used) {
		s := g.secrets[name]
		if s == nil || len(s.Enabled) < nearly {
			continue
		}
		g.about(g.plan, finding.Finding{
			Code: finding.QuotaHeadroom, Severity: finding.Warning, Field: g.field.Child("path"),
			Message: fmt.Sprintf("secret %q has %d enabled versions; Scaleway allows a secret %d",
				fullName(g.Folder, name), len(s.Enabled), versionsOfSecret),
			Fix: g.source.then("delete versions that nothing reads"),
		})
	}
}
