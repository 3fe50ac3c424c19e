package emulator

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/emulator/iam"
)

// browseJSON is a page of a folder's content. Source: scaleway-sdk-go's
// secret/v1beta1, like all of this file; never recorded.
type browseJSON struct {
	Items       []itemJSON `json:"items"`
	CurrentPath string     `json:"current_path"`
	TotalCount  int        `json:"total_count"`
}

// itemJSON is a secret or a folder.
type itemJSON struct {
	Name      string       `json:"name"`
	CreatedAt *timestamp   `json:"created_at"`
	UpdatedAt *timestamp   `json:"updated_at"`
	Secret    *browsedJSON `json:"secret,omitempty"`
	Folder    *folderJSON  `json:"folder,omitempty"`
}

type folderJSON struct{}

type browsedJSON struct {
	ID              string      `json:"id"`
	Tags            []string    `json:"tags"`
	VersionCount    int         `json:"version_count"`
	Protected       bool        `json:"protected"`
	EphemeralPolicy *policyJSON `json:"ephemeral_policy"`
	Type            SecretType  `json:"type"`
}

// browse answers the folders and secrets directly below the prefix, which is
// taken for a folder. Folders have no dates and stand, by name, before the
// secrets; only those that hold a secret that passes the filters are there.
func (s *Server) browse(c call) (any, error) {
	a := &arguments{query: c.query}
	project, given := a.id("project_id")
	if !given {
		a.fail("project_id", "required", "")
	}
	prefix, _ := a.text("prefix")
	folder := storedPath("/" + strings.TrimPrefix(prefix, "/"))
	l := listing{in: c.sees, order: a.secretOrder(), page: a.page()}
	l.inProject(c.params["region"], project)
	l.filter(func(s *secret) bool { return s.deletionRequested == nil && contains(folder, s.Path) })
	a.tagsAndType(&l)
	if a.err != nil {
		return nil, a.err
	}
	if !c.may(iam.ListSecrets, target{project: project}) {
		return nil, errDenied(iam.ListSecrets)
	}
	items := l.itemsOf(folder, l.of(s.secrets))
	return browseJSON{append([]itemJSON{}, paged(items, l.page)...), folder, len(items)}, nil
}

// contains says whether path is folder or below it.
func contains(folder, path string) bool {
	return path == folder || strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/")
}

// itemsOf turns secrets below a folder into the items of the folder.
func (l *listing) itemsOf(folder string, secrets []*secret) []itemJSON {
	var folders, own []itemJSON
	for _, s := range secrets {
		if s.Path == folder {
			own = append(own, s.item(l.in))
			continue
		}
		below := strings.TrimPrefix(strings.TrimPrefix(s.Path, folder), "/")
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

func (s *secret) item(in sight) itemJSON {
	return itemJSON{
		Name:      s.Name,
		CreatedAt: optional(&s.created),
		UpdatedAt: optional(&s.updated),
		Secret:    &browsedJSON{s.id, s.Tags, s.count(in), s.Protected, s.Ephemeral.json(), s.Type},
	}
}

// listTags answers every tag of the project's secrets once, in order.
func (s *Server) listTags(c call) (any, error) {
	project, on, err := c.projectPage()
	if err != nil {
		return nil, err
	}
	l := listing{in: c.sees}
	l.inProject(c.params["region"], project)
	l.filter(func(s *secret) bool { return s.deletionRequested == nil })
	var tags []string
	for _, found := range l.of(s.secrets) {
		tags = append(tags, found.Tags...)
	}
	slices.Sort(tags)
	tags = slices.Compact(tags)
	return struct {
		Tags       []string `json:"tags"`
		TotalCount int      `json:"total_count"`
	}{append([]string{}, paged(tags, on)...), len(tags)}, nil
}

// listTypes answers all types, in the SDK's order.
func (s *Server) listTypes(c call) (any, error) {
	_, on, err := c.projectPage()
	if err != nil {
		return nil, err
	}
	return struct {
		Types      []SecretType `json:"types"`
		TotalCount int          `json:"total_count"`
	}{append([]SecretType{}, paged(secretTypes(), on)...), len(secretTypes())}, nil
}

// projectPage reads what listTags and listTypes ask for, and asks for the right to
// list in the project.
func (c call) projectPage() (project string, on page, err error) {
	a := &arguments{query: c.query}
	project, given := a.id("project_id")
	if !given {
		a.fail("project_id", "required", "")
	}
	on = a.page()
	switch {
	case a.err != nil:
		return "", page{}, a.err
	case !c.may(iam.ListSecrets, target{project: project}):
		return "", page{}, errDenied(iam.ListSecrets)
	}
	return project, on, nil
}
