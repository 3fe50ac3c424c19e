package emulator

import (
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
)

type applicationsJSON struct {
	Applications []applicationJSON `json:"applications"`
	TotalCount   int               `json:"total_count"`
}

// metaIn is what applications, groups and projects are created with.
type metaIn struct {
	Name           string   `json:"name"`
	OrganizationID string   `json:"organization_id"`
	Description    string   `json:"description"`
	Tags           []string `json:"tags"`
}

// meta returns what is created when the organization is the Server's.
func (s *Server) meta(c call, k kind) (iam.Meta, error) {
	in, err := decode[metaIn](c.body)
	if err != nil {
		return iam.Meta{}, err
	}
	return iam.Meta{Name: in.Name, Description: in.Description, Tags: in.Tags},
		s.organization(in.OrganizationID, k.resource, "write")
}

// changeIn is what applications, groups and projects are changed with.
type changeIn struct {
	Name        *string   `json:"name"`
	Description *string   `json:"description"`
	Tags        *[]string `json:"tags"`
}

func (in changeIn) change() iam.Change { return iam.Change(in) }

func (s *Server) listApplications(c call) (any, error) {
	a := &arguments{query: c.query}
	rows := kept(a, "name", s.iam.Applications(), func(row iam.Application) string { return row.Name })
	rows = keptAmong(a, "application_ids", rows, func(row iam.Application) string { return row.ID })
	rows = keptTagged(a, rows, func(row iam.Application) []string { return row.Tags })
	page, total := ordered(a, keptEditable(a, rows), s.applicationJSON,
		byTime("created_at", func(row iam.Application) time.Time { return row.CreatedAt }),
		byTime("updated_at", func(row iam.Application) time.Time { return row.UpdatedAt }),
		byText("name", func(row iam.Application) string { return row.Name }))
	return applicationsJSON{page, total}, s.listed(a, applicationKind())
}

// listed returns what is wrong with the query of a list over the organization.
func (s *Server) listed(a *arguments, k kind) error {
	id, _ := a.text("organization_id")
	if a.err != nil {
		return a.err
	}
	return s.organization(id, k.resource, "list")
}

func (s *Server) createApplication(c call) (any, error) {
	meta, err := s.meta(c, applicationKind())
	if err != nil {
		return nil, err
	}
	if err := within(s.quotas.Applications, len(s.iam.Applications()), "applications"); err != nil {
		return nil, err
	}
	created, err := s.iam.CreateApplication(meta, c.now())
	return s.applicationJSON(created), err
}

func (s *Server) getApplication(c call) (any, error) {
	found, err := s.iam.Application(c.params["id"])
	return s.applicationJSON(found), err
}

func (s *Server) updateApplication(c call) (any, error) {
	in, err := decode[changeIn](c.body)
	if err != nil {
		return nil, err
	}
	changed, err := s.iam.UpdateApplication(c.params["id"], in.change(), c.now())
	return s.applicationJSON(changed), err
}

func (s *Server) deleteApplication(c call) (any, error) {
	return noContent{}, s.iam.DeleteApplication(c.params["id"])
}
