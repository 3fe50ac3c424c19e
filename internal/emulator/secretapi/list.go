package secretapi

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/secret"
)

// listSecrets answers one page. A listing without project_id concerns a whole organization and needs rights over it.
// Facts: docs/facts.md, "Lists of secrets".
func (s *Service) listSecrets(c api.Call) (any, error) {
	a := c.Arguments()
	project, scoped := a.ID("project_id")
	organization, given := a.ID("organization_id")
	if !given && !scoped {
		a.Fail("project_id", "required", "")
	}
	l := newListing(c, a, project)
	l.filterSecrets(a)
	if a.Err() != nil {
		return nil, a.Err()
	}
	if given && organization != s.OrganizationID() {
		return nil, api.Denied(action(iam.ListSecrets), "secret")
	}
	if err := allowList(c, project); err != nil {
		return nil, err
	}
	kept := l.of(s.Store)
	answer := secretsJSON{Secrets: []secretJSON{}, TotalCount: len(kept)}
	for _, found := range api.Paged(kept, l.page) {
		answer.Secrets = append(answer.Secrets, secretOf(found, l.view))
	}
	return answer, nil
}

// listing is what a call that lists secrets asks for.
type listing struct {
	view    secret.View
	filters []func(*secret.Entry) bool
	order   string
	page    api.Page
}

// newListing reads the order and the page. No project means all.
func newListing(c api.Call, a *api.Arguments, project string) *listing {
	l := &listing{view: viewOf(c), order: orderOf(a), page: a.Page()}
	l.filter(func(e *secret.Entry) bool {
		return e.Region == c.Params["region"] && (project == "" || e.ProjectID == project)
	})
	return l
}

// filterTagsAndType reads the filters that ListSecrets and BrowseSecrets share.
func (l *listing) filterTagsAndType(a *api.Arguments) {
	for _, tag := range a.Values("tags") {
		l.filter(func(e *secret.Entry) bool { return slices.Contains(e.Tags, tag) })
	}
	if wanted := typeOf(a); wanted != "" {
		l.filter(func(e *secret.Entry) bool { return e.Type == wanted })
	}
}

// filterSecrets reads the filters of ListSecrets. An empty name or path is no filter (inferred: an empty string is
// protobuf's "not set").
func (l *listing) filterSecrets(a *api.Arguments) {
	if name, _ := a.Text("name"); name != "" {
		l.filter(func(e *secret.Entry) bool { return e.Name == name })
	}
	if path, _ := a.Text("path"); path != "" {
		l.filter(func(e *secret.Entry) bool { return e.Path == path })
	}
	l.filterTagsAndType(a)
	if ephemeral := a.Flag("ephemeral"); ephemeral != nil {
		l.filter(func(e *secret.Entry) bool { return (e.Ephemeral != nil) == *ephemeral })
	}
	scheduled := a.Flag("scheduled_for_deletion")
	l.filter(func(e *secret.Entry) bool {
		return (e.DeletionRequested != nil) == (scheduled != nil && *scheduled)
	})
}

func (l *listing) filter(keep func(*secret.Entry) bool) { l.filters = append(l.filters, keep) }

// of returns the secrets that are in view and pass every filter, in order.
func (l *listing) of(store *secret.Store) []*secret.Entry {
	kept := slices.DeleteFunc(store.All(), func(e *secret.Entry) bool {
		refuses := func(keep func(*secret.Entry) bool) bool { return !keep(e) }
		return !l.view(e.VisibleFrom) || slices.ContainsFunc(l.filters, refuses)
	})
	slices.SortFunc(kept, l.compare)
	return kept
}

// compare orders by the asked field, then by name, path and id, so that pages never overlap.
func (l *listing) compare(a, b *secret.Entry) int {
	var asked int
	switch {
	case strings.HasPrefix(l.order, "name"):
		asked = strings.Compare(a.Name, b.Name)
	case strings.HasPrefix(l.order, "created_at"):
		asked = a.Created.Compare(b.Created)
	case strings.HasPrefix(l.order, "updated_at"):
		asked = a.Updated.Compare(b.Updated)
	}
	if strings.HasSuffix(l.order, "_desc") {
		asked = -asked
	}
	return cmp.Or(asked, strings.Compare(a.Name, b.Name), strings.Compare(a.Path, b.Path), strings.Compare(a.ID, b.ID))
}

func orderOf(a *api.Arguments) string {
	return a.Choice("order_by", "name_asc", "name_asc", "name_desc",
		"created_at_asc", "created_at_desc", "updated_at_asc", "updated_at_desc")
}

// unknownType is what the SDK sends for no type. Facts: docs/facts.md, "Lists of secrets".
const unknownType = "unknown_type"

// typeOf reads the type filter, empty for none.
func typeOf(a *api.Arguments) secret.Type {
	if t := a.Choice("type", unknownType, typeNames()...); t != unknownType {
		return secret.Type(t)
	}
	return ""
}

// typeNames returns the types that a call may name.
func typeNames() []string {
	names := []string{unknownType}
	for _, t := range secret.Types() {
		names = append(names, string(t))
	}
	return names
}
