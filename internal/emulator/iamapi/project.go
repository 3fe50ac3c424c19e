package iamapi

import (
	"time"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/iam"
)

type projectsJSON struct {
	Projects   []projectJSON `json:"projects"`
	TotalCount int           `json:"total_count"`
}

// listProjects is inferred, like getProject and updateProject: only creation and deletion are recorded.
func (s *Service) listProjects(c api.Call) (any, error) {
	a := c.Arguments()
	rows := matching(a, "name", s.Model.Projects(), func(row iam.Project) string { return row.Name })
	rows = matchingAny(a, "project_ids", rows, func(row iam.Project) string { return row.ID })
	page, total := ordered(a, rows, s.projectJSON,
		byTime("created_at", func(row iam.Project) time.Time { return row.CreatedAt }),
		byText("name", func(row iam.Project) string { return row.Name }))
	return projectsJSON{page, total}, s.checkList(a, projectKind())
}

func (s *Service) createProject(c api.Call) (any, error) {
	meta, err := s.meta(c, projectKind())
	if err != nil {
		return nil, err
	}
	if err := api.CheckQuota(s.Quotas.Projects, len(s.Model.Projects()), "projects"); err != nil {
		return nil, err
	}
	created, err := s.Model.CreateProject(meta, c.Now())
	return s.projectJSON(created), err
}

func (s *Service) getProject(c api.Call) (any, error) {
	found, err := s.Model.Project(c.Params["id"])
	return s.projectJSON(found), err
}

func (s *Service) updateProject(c api.Call) (any, error) {
	return update(c, s.Model.UpdateProject, s.projectJSON)
}

// deleteProject needs the project to be empty: source scaleway-sdk-go's account/v3. That what is scheduled for deletion
// counts, and the body, are inferred.
func (s *Service) deleteProject(c api.Call) (any, error) {
	if s.InUse(c.Params["id"]) {
		return nil, api.PreconditionFailed("resource_still_in_use", "cannot delete a project that has resources")
	}
	return api.NoContent{}, s.Model.DeleteProject(c.Params["id"])
}
