package iamapi

import (
	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/iam"
)

type applicationsJSON struct {
	Applications []applicationJSON `json:"applications"`
	TotalCount   int               `json:"total_count"`
}

func (s *Service) listApplications(c api.Call) (any, error) {
	a := c.Arguments()
	rows := matching(a, "name", s.Model.Applications(), func(row iam.Application) string { return row.Name })
	rows = matchingAny(a, "application_ids", rows, func(row iam.Application) string { return row.ID })
	rows = tagged(a, rows, func(row iam.Application) []string { return row.Tags })
	page, total := ordered(a, editable(a, rows), s.applicationJSON,
		byMeta(func(row iam.Application) iam.Meta { return row.Meta })...)
	return applicationsJSON{page, total}, s.checkList(a, applicationKind())
}

func (s *Service) createApplication(c api.Call) (any, error) {
	meta, err := s.meta(c, applicationKind())
	if err != nil {
		return nil, err
	}
	if err := api.CheckQuota(s.Quotas.Applications, len(s.Model.Applications()), "applications"); err != nil {
		return nil, err
	}
	created, err := s.Model.CreateApplication(meta, c.Now())
	return s.applicationJSON(created), err
}

func (s *Service) getApplication(c api.Call) (any, error) {
	found, err := s.Model.Application(c.Params["id"])
	return s.applicationJSON(found), err
}

func (s *Service) updateApplication(c api.Call) (any, error) {
	return update(c, s.Model.UpdateApplication, s.applicationJSON)
}

func (s *Service) deleteApplication(c api.Call) (any, error) {
	return api.NoContent{}, s.Model.DeleteApplication(c.Params["id"])
}
