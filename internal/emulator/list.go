package emulator

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/emulator/iam"
)

// listing is a parsed ListSecrets request.
type listing struct {
	keep  []func(*secret) bool
	in    sight
	order string
	page  page
}

// listSecrets answers one page. A listing without project_id concerns a whole
// organization and needs rights over it. Source: scaleway/action-scw-secret issue
// 146.
func (s *Server) listSecrets(c call) (any, error) {
	a := &arguments{query: c.query}
	project, scoped := a.id("project_id")
	organization, given := a.id("organization_id")
	if !given && !scoped {
		a.fail("project_id", "required", "")
	}
	l := a.listing(c.params["region"], project)
	l.in = c.sees
	if a.err != nil {
		return nil, a.err
	}
	foreign := given && organization != s.iam.OrganizationID()
	if foreign || !c.may(iam.ListSecrets, target{project: project}) {
		return nil, errDenied(iam.ListSecrets)
	}
	kept := l.of(s.secrets)
	answer := secretsJSON{Secrets: []secretJSON{}, TotalCount: len(kept)}
	for _, found := range paged(kept, l.page) {
		answer.Secrets = append(answer.Secrets, found.json(c.sees))
	}
	return answer, nil
}

// listing reads the filters, the order and the page. An empty name or path is
// no filter (inferred: an empty string is protobuf's "not set").
func (a *arguments) listing(region, project string) listing {
	l := listing{order: a.secretOrder(), page: a.page()}
	l.inProject(region, project)
	if name, _ := a.text("name"); name != "" {
		l.filter(func(s *secret) bool { return s.Name == name })
	}
	if path, _ := a.text("path"); path != "" {
		l.filter(func(s *secret) bool { return s.Path == path })
	}
	a.tagsAndType(&l)
	if ephemeral := a.flag("ephemeral"); ephemeral != nil {
		l.filter(func(s *secret) bool { return (s.Ephemeral != nil) == *ephemeral })
	}
	scheduled := a.flag("scheduled_for_deletion")
	l.filter(func(s *secret) bool {
		return (s.deletionRequested != nil) == (scheduled != nil && *scheduled)
	})
	return l
}

// tagsAndType reads the filters that ListSecrets and BrowseSecrets share.
func (a *arguments) tagsAndType(l *listing) {
	for _, tag := range a.query["tags"] {
		l.filter(func(s *secret) bool { return slices.Contains(s.Tags, tag) })
	}
	if kind := a.secretType(); kind != "" {
		l.filter(func(s *secret) bool { return s.Type == kind })
	}
}

// secretType reads the type filter; unknown_type is what the SDK sends for none.
// Source: recorded traffic, list-secrets-basic.
func (a *arguments) secretType() SecretType {
	if t := a.choice("type", "unknown_type", typeNames()...); t != "unknown_type" {
		return SecretType(t)
	}
	return ""
}

// typeNames are the types that a call may name.
func typeNames() []string {
	names := []string{"unknown_type"}
	for _, t := range secretTypes() {
		names = append(names, string(t))
	}
	return names
}

func (a *arguments) secretOrder() string {
	return a.choice("order_by", "name_asc", "name_asc", "name_desc",
		"created_at_asc", "created_at_desc", "updated_at_asc", "updated_at_desc")
}

// inProject keeps what is in a region and a project; no project means all.
func (l *listing) inProject(region, project string) {
	l.filter(func(s *secret) bool { return s.Region == region && (project == "" || s.ProjectID == project) })
}

func (l *listing) filter(keep func(*secret) bool) { l.keep = append(l.keep, keep) }

// of returns the secrets that are in sight and pass every filter, in order.
func (l *listing) of(secrets map[string]*secret) []*secret {
	var kept []*secret
	for _, s := range secrets {
		if l.in(s.seen) && !slices.ContainsFunc(l.keep, func(keep func(*secret) bool) bool { return !keep(s) }) {
			kept = append(kept, s)
		}
	}
	slices.SortFunc(kept, l.compare)
	return kept
}

// compare orders by the asked field, then by name, path and id, so that pages
// never overlap.
func (l *listing) compare(a, b *secret) int {
	var asked int
	switch {
	case strings.HasPrefix(l.order, "name"):
		asked = strings.Compare(a.Name, b.Name)
	case strings.HasPrefix(l.order, "created_at"):
		asked = a.created.Compare(b.created)
	case strings.HasPrefix(l.order, "updated_at"):
		asked = a.updated.Compare(b.updated)
	}
	if strings.HasSuffix(l.order, "_desc") {
		asked = -asked
	}
	return cmp.Or(asked, strings.Compare(a.Name, b.Name), strings.Compare(a.Path, b.Path), strings.Compare(a.id, b.id))
}
