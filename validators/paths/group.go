package paths

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
)

// locatedGroup is a secret group with its field in the Segregation and the folder that it reads.
type locatedGroup struct {
	*plan.SecretGroup
	component *plan.Component
	field     fieldpath.Path
	ref       inventory.FolderRef
}

// locatedGroups lists the groups of a plan, in its order.
func locatedGroups(p *plan.Plan) []locatedGroup {
	var found []locatedGroup
	for i := range p.Components {
		c := &p.Components[i]
		for n := range c.Groups {
			g := &c.Groups[n]
			found = append(found, locatedGroup{
				SecretGroup: g, component: c, field: g.Field,
				ref: inventory.FolderRefOf(g.Region, g.ProjectID, g.Folder),
			})
		}
	}
	return found
}

// groupCheck compares a secret group with its folder.
type groupCheck struct {
	locatedGroup
	*collector
	plan   *plan.Plan
	source *source
	// secrets are those of the folder by name. names, sorted, lack those that are scheduled for deletion.
	secrets map[string]*inventory.Secret
	names   []string
	// used are the names of the secrets that the group reads, meant those that its wrong names are most similar to.
	used, meant map[string]bool
	// keys are the keys of the Secret, each with the field that gives it.
	keys map[string]fieldpath.Path
	// stateless are the secrets whose enabled revisions are not known.
	stateless map[string]bool
}

// plans judges the groups of all plans.
func (r *collector) plans(plans []*plan.Plan, s *source) {
	for _, p := range plans {
		stateless, shared := 0, map[inventory.FolderRef]*groupCheck{}
		for _, at := range locatedGroups(p) {
			g := newGroupCheck(r, p, s, at)
			if first := shared[at.ref]; first != nil {
				g.used, g.meant, g.stateless = first.used, first.meant, first.stateless
			} else {
				shared[at.ref] = g
			}
			g.judge()
			if g.isLast() {
				stateless += len(g.stateless)
			}
		}
		if stateless > 0 {
			r.about(p, finding.Finding{
				Code: finding.RevisionsNotChecked, Severity: finding.Info,
				Field: fieldpath.Of("spec", "validation", "revisions"),
				Message: fmt.Sprintf("whether a revision is enabled was not checked for %s",
					plural(stateless, "secret")),
				Fix: "set validation.revisions: true, which takes one call to Scaleway for each secret",
			})
		}
	}
	r.quota(plans, s)
}

func newGroupCheck(r *collector, p *plan.Plan, s *source, at locatedGroup) *groupCheck {
	g := &groupCheck{
		locatedGroup: at, collector: r, plan: p, source: s, keys: map[string]fieldpath.Path{},
		used: map[string]bool{}, meant: map[string]bool{}, stateless: map[string]bool{},
	}
	for _, e := range slices.Concat(at.Entries, at.Optional) {
		g.keys[e.Key] = e.Field
	}
	return g
}

// judge compares the group with its folder.
func (g *groupCheck) judge() {
	folder, known := g.source.folder(g.ref)
	if !known {
		g.folderUnknown()
		return
	}
	g.secrets, g.names = byName(folder)
	for _, e := range g.Entries {
		g.required(ofEntry(e))
	}
	for _, e := range g.Extract {
		g.required(ofExtract(e))
	}
	for _, e := range g.Optional {
		g.optional(ofEntry(e))
	}
	if g.isLast() {
		g.statesUnknown()
		g.unused()
		g.fullOfVersions()
	}
}

// isLast reports whether no later component reads the folder too, so that what is said of the folder as a whole is said
// once.
func (l locatedGroup) isLast() bool {
	return len(l.SharedBy) == 0 || l.SharedBy[len(l.SharedBy)-1] == l.component.Name
}

// folderUnknown reports a folder that the source lacks, unless another finding explains that.
func (g *groupCheck) folderUnknown() {
	explained := g.source.repeated[g.ref]
	if g.source.live {
		explained = g.source.failedWhole(g.ref)
	}
	if !explained && g.isLast() {
		what := fmt.Sprintf("nothing of %s was checked", g.called())
		g.about(g.plan, g.source.unknown(g.field.Child("path"), what, g.ref.String()))
	}
}

// called is the name of the group in messages.
func (l locatedGroup) called() string {
	switch {
	case l.Name == "":
		return "component " + l.component.Name
	case len(l.SharedBy) > 0:
		return "shared secret group " + l.Name
	}
	return fmt.Sprintf("secret group %s of component %s", l.Name, l.component.Name)
}

// byName indexes the secrets of a folder. The names, sorted, lack those that are scheduled for deletion.
func byName(folder inventory.Folder) (secrets map[string]*inventory.Secret, names []string) {
	secrets = make(map[string]*inventory.Secret, len(folder.Secrets))
	for i := range folder.Secrets {
		s := &folder.Secrets[i]
		secrets[s.Name] = s
		if s.DeletionRequestedAt == "" {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return secrets, names
}

// statesUnknown reports the stateless secrets where the Segregation sets validation.revisions.
func (g *groupCheck) statesUnknown() {
	if !g.plan.Revisions || len(g.stateless) == 0 {
		return
	}
	what := fmt.Sprintf("whether a revision is enabled is not known for %s of folder %q (%s)",
		plural(len(g.stateless), "secret"), g.Folder, list(sorted(g.stateless)))
	g.about(g.plan, g.source.unknown(g.field.Child("path"), what, "the states of their revisions"))
	clear(g.stateless)
}

// unused reports the secrets of the folder that nothing reads.
func (g *groupCheck) unused() {
	unused := slices.DeleteFunc(slices.Clone(g.names), func(name string) bool { return g.used[name] || g.meant[name] })
	if len(unused) == 0 {
		return
	}
	g.about(g.plan, finding.Finding{
		Code: finding.SecretUnused, Severity: finding.Warning, Field: g.field.Child("path"),
		Message: fmt.Sprintf("folder %q holds %s that no key of %s uses, and whose values its API "+
			"key can read all the same: %s",
			g.Folder, plural(len(unused), "secret"), g.called(), list(unused)),
		Fix: g.source.then("delete them, move them to another folder, or use them"),
	})
}
