package emulator

import (
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
)

type projectsJSON struct {
	Projects   []projectJSON `json:"projects"`
	TotalCount int           `json:"total_count"`
}

// listProjects is inferred, like getProject and updateProject: only creation and
// deletion are recorded.
func (s *Server) listProjects(c call) (any, error) {
	a := &arguments{query: c.query}
	rows := kept(a, "name", s.iam.Projects(), func(row iam.Project) string { return row.Name })
	rows = keptAmong(a, "project_ids", rows, func(row iam.Project) string { return row.ID })
	page, total := ordered(a, rows, s.projectJSON,
		byTime("created_at", func(row iam.Project) time.Time { return row.CreatedAt }),
		byText("name", func(row iam.Project) string { return row.Name }))
	return projectsJSON{page, total}, s.listed(a, projectKind())
}

func (s *Server) createProject(c call) (any, error) {
	meta, err := s.meta(c, projectKind())
	if err != nil {
		return nil, err
	}
	if err := within(s.quotas.Projects, len(s.iam.Projects()), "projects"); err != nil {
		return nil, err
	}
	created, err := s.iam.CreateProject(meta, c.now())
	return s.projectJSON(created), err
}

func (s *Server) getProject(c call) (any, error) {
	found, err := s.iam.Project(c.params["id"])
	return s.projectJSON(found), err
}

func (s *Server) updateProject(c call) (any, error) {
	in, err := decode[changeIn](c.body)
	if err != nil {
		return nil, err
	}
	changed, err := s.iam.UpdateProject(c.params["id"], in.change(), c.now())
	return s.projectJSON(changed), err
}

// deleteProject needs the project to be empty: source scaleway-sdk-go's account/v3.
// That what is scheduled for deletion counts, and the body, are inferred.
func (s *Server) deleteProject(c call) (any, error) {
	for _, of := range s.secrets {
		if of.ProjectID == c.params["id"] {
			return nil, errPrecondition("resource_still_in_use", "cannot delete a project that has resources")
		}
	}
	return noContent{}, s.iam.DeleteProject(c.params["id"])
}
