package secretapi

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/secret"
)

// browseJSON is a page of a folder's content. It was never recorded, as nothing of this file. Facts: docs/facts.md,
// "Calls that were never recorded".
type browseJSON struct {
	Items       []itemJSON `json:"items"`
	CurrentPath string     `json:"current_path"`
	TotalCount  int        `json:"total_count"`
}

// itemJSON is a secret or a folder.
type itemJSON struct {
	Name      string         `json:"name"`
	CreatedAt *api.Timestamp `json:"created_at"`
	UpdatedAt *api.Timestamp `json:"updated_at"`
	Secret    *browsedJSON   `json:"secret,omitempty"`
	Folder    *folderJSON    `json:"folder,omitempty"`
}

type folderJSON struct{}

type browsedJSON struct {
	ID              string      `json:"id"`
	Tags            []string    `json:"tags"`
	VersionCount    int         `json:"version_count"`
	Protected       bool        `json:"protected"`
	EphemeralPolicy *policyJSON `json:"ephemeral_policy"`
	Type            secret.Type `json:"type"`
}

// browse answers the folders and secrets directly below the prefix, which is taken for a folder. Folders have no
// dates and stand, by name, before the secrets; only those that hold a secret that passes the filters are there.
func (s *Service) browse(c api.Call) (any, error) {
	a := c.Arguments()
	project := requiredProject(a)
	prefix, _ := a.Text("prefix")
	folder := secret.StoredPath("/" + strings.TrimPrefix(prefix, "/"))
	l := newListing(c, a, project)
	l.filter(func(e *secret.Entry) bool { return e.DeletionRequested == nil && contains(folder, e.Path) })
	l.filterTagsAndType(a)
	if a.Err() != nil {
		return nil, a.Err()
	}
	if err := allowList(c, project); err != nil {
		return nil, err
	}
	items := l.itemsOf(folder, l.of(s.Store))
	return browseJSON{append([]itemJSON{}, api.Paged(items, l.page)...), folder, len(items)}, nil
}

// contains reports whether path is the folder or below it.
func contains(folder, path string) bool {
	return path == folder || strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/")
}

// itemsOf turns secrets below a folder into the items of the folder.
func (l *listing) itemsOf(folder string, secrets []*secret.Entry) []itemJSON {
	var folders, own []itemJSON
	for _, e := range secrets {
		if e.Path == folder {
			own = append(own, itemOf(e, l.view))
			continue
		}
		below := strings.TrimPrefix(strings.TrimPrefix(e.Path, folder), "/")
		name, _, _ := strings.Cut(below, "/")
		folders = append(folders, itemJSON{Name: name, Folder: &folderJSON{}})
	}
	slices.SortFunc(folders, func(a, b itemJSON) int { return cmp.Compare(a.Name, b.Name) })
	folders = slices.CompactFunc(folders, func(a, b itemJSON) bool { return a.Name == b.Name })
	if l.order == "name_desc" {
		slices.Reverse(folders)
	}
	return append(folders, own...)
}

func itemOf(e *secret.Entry, in secret.View) itemJSON {
	return itemJSON{
		Name:      e.Name,
		CreatedAt: api.OptionalTimestamp(&e.Created),
		UpdatedAt: api.OptionalTimestamp(&e.Updated),
		Secret:    &browsedJSON{e.ID, e.Tags, e.Count(in), e.Protected, policyOf(e.Ephemeral), e.Type},
	}
}

// listTags answers every tag of the project's secrets once, in order.
func (s *Service) listTags(c api.Call) (any, error) {
	project, page, err := projectPage(c)
	if err != nil {
		return nil, err
	}
	var tags []string
	for _, e := range s.Store.All() {
		here := e.Region == c.Params["region"] && e.ProjectID == project
		if here && e.DeletionRequested == nil && viewOf(c)(e.VisibleFrom) {
			tags = append(tags, e.Tags...)
		}
	}
	slices.Sort(tags)
	tags = slices.Compact(tags)
	return struct {
		Tags       []string `json:"tags"`
		TotalCount int      `json:"total_count"`
	}{append([]string{}, api.Paged(tags, page)...), len(tags)}, nil
}

// listTypes answers all types, in the SDK's order.
func (s *Service) listTypes(c api.Call) (any, error) {
	_, page, err := projectPage(c)
	if err != nil {
		return nil, err
	}
	return struct {
		Types      []secret.Type `json:"types"`
		TotalCount int           `json:"total_count"`
	}{append([]secret.Type{}, api.Paged(secret.Types(), page)...), len(secret.Types())}, nil
}

// projectPage reads what listTags and listTypes ask for, and asks for the right to list in the project.
func projectPage(c api.Call) (project string, page api.Page, err error) {
	a := c.Arguments()
	project, page = requiredProject(a), a.Page()
	if a.Err() != nil {
		return "", api.Page{}, a.Err()
	}
	return project, page, allowList(c, project)
}
