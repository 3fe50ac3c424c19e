package paths

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
)

// location is a secret group and where it is in its Segregation.
type location struct {
	*plan.SecretGroup
	component *plan.Component
	// field is where the Segregation has the group. Format: spec.components.backend.secrets.
	field string
	place inventory.Place
}

// locations lists the groups of a plan, in its order.
func locations(p *plan.Plan) []location {
	var found []location
	for i := range p.Components {
		c := &p.Components[i]
		for n := range c.Groups {
			g := &c.Groups[n]
			field := "spec.components." + c.Name + ".secrets"
			if g.Name != "" {
				field = "spec.components." + c.Name + ".secretGroups." + g.Name
			}
			found = append(found, location{
				SecretGroup: g, component: c, field: field,
				place: inventory.PlaceOf(g.Region, g.ProjectID, g.Folder),
			})
		}
	}
	return found
}

// group is a secret group that is held against its folder.
type group struct {
	location
	*report
	plan   *plan.Plan
	source *source
	// secrets are those of the folder by name, names those of them that stay, sorted.
	secrets map[string]*inventory.Secret
	names   []string
	// used are the names of the secrets that the group reads, meant those that it probably means to.
	used, meant map[string]bool
	// keys are those of the Secret, with what gives them.
	keys map[string]string
	// stateless are the secrets of which it is not known whether a revision is enabled.
	stateless map[string]bool
}

// plans judges the groups of all plans.
func (r *report) plans(plans []*plan.Plan, s *source) {
	for _, p := range plans {
		stateless := 0
		for _, at := range locations(p) {
			g := newGroup(r, p, s, at)
			g.judge()
			stateless += len(g.stateless)
		}
		if stateless > 0 {
			r.about(p, finding.Finding{
				Code: finding.RevisionsNotChecked, Severity: finding.Info, Field: "spec.validation.revisions",
				Message: fmt.Sprintf("whether a revision is enabled was not checked for %s",
					plural(stateless, "secret")),
				Fix: "set validation.revisions: true, which takes one call to Scaleway for each secret",
			})
		}
	}
	r.quota(plans, s)
}

func newGroup(r *report, p *plan.Plan, s *source, at location) *group {
	g := &group{
		location: at, report: r, plan: p, source: s, keys: map[string]string{},
		used: map[string]bool{}, meant: map[string]bool{}, stateless: map[string]bool{},
	}
	for _, e := range slices.Concat(at.Entries, at.Optional) {
		g.keys[e.Key] = e.Field
	}
	return g
}

// judge holds the group against its folder.
func (g *group) judge() {
	folder, known := g.source.folder(g.place)
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
	g.statesUnknown()
	g.unused()
	g.fullOfVersions()
}

// folderUnknown reports a folder that is not there to be held against, unless something else says why.
func (g *group) folderUnknown() {
	told := g.source.repeated[g.place]
	if g.source.live {
		told = g.source.failedWhole(g.place)
	}
	if !told {
		what := fmt.Sprintf("nothing of %s was checked", g.called())
		g.about(g.plan, g.source.unknown(g.field+".path", what, g.place.String()))
	}
}

// called is the group as messages call it.
func (l location) called() string {
	if l.Name == "" {
		return "component " + l.component.Name
	}
	return fmt.Sprintf("secret group %s of component %s", l.Name, l.component.Name)
}

// byName finds the secrets of a folder, of which no two have one name. The names are those of the secrets that stay,
// sorted.
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

// statesUnknown reports the secrets of which it must be known whether a revision is enabled, and is not.
func (g *group) statesUnknown() {
	if !g.plan.Revisions || len(g.stateless) == 0 {
		return
	}
	what := fmt.Sprintf("whether a revision is enabled is not known for %s of folder %q (%s)",
		plural(len(g.stateless), "secret"), g.Folder, list(sorted(g.stateless)))
	g.about(g.plan, g.source.unknown(g.field+".path", what, "the states of their revisions"))
	clear(g.stateless)
}

// unused reports the secrets of the folder that nothing reads.
func (g *group) unused() {
	unused := slices.DeleteFunc(slices.Clone(g.names), func(name string) bool { return g.used[name] || g.meant[name] })
	if len(unused) == 0 {
		return
	}
	g.about(g.plan, finding.Finding{
		Code: finding.SecretUnused, Severity: finding.Warning, Field: g.field + ".path",
		Message: fmt.Sprintf("folder %q holds %s that no key of %s uses, and whose values its API "+
			"key can read all the same: %s",
			g.Folder, plural(len(unused), "secret"), g.called(), list(unused)),
		Fix: g.source.then("delete them, move them to another folder, or use them"),
	})
}
