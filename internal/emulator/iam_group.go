package emulator

import (
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
)

type groupsJSON struct {
	Groups     []groupJSON `json:"groups"`
	TotalCount int         `json:"total_count"`
}

// memberIn is one member; the emulator has no users.
type memberIn struct {
	UserID        string `json:"user_id"`
	ApplicationID string `json:"application_id"`
}

type membersIn struct {
	UserIDs        []string `json:"user_ids"`
	ApplicationIDs []string `json:"application_ids"`
}

func (s *Server) listGroups(c call) (any, error) {
	a := &arguments{query: c.query}
	rows := kept(a, "name", s.iam.Groups(), func(row iam.Group) string { return row.Name })
	rows = keptTagged(a, rows, func(row iam.Group) []string { return row.Tags })
	rows = keptAmong(a, "group_ids", rows, func(row iam.Group) string { return row.ID })
	rows = keptWithAny(a, "application_ids", rows, func(row iam.Group) []string { return row.ApplicationIDs })
	rows = keptWithAny(a, "user_ids", rows, func(iam.Group) []string { return nil }) // no member is a user
	page, total := ordered(a, rows, s.groupJSON,
		byTime("created_at", func(row iam.Group) time.Time { return row.CreatedAt }),
		byTime("updated_at", func(row iam.Group) time.Time { return row.UpdatedAt }),
		byText("name", func(row iam.Group) string { return row.Name }))
	return groupsJSON{page, total}, s.listed(a, groupKind())
}

func (s *Server) createGroup(c call) (any, error) {
	meta, err := s.meta(c, groupKind())
	if err != nil {
		return nil, err
	}
	created, err := s.iam.CreateGroup(meta, c.now())
	return s.groupJSON(created), err
}

func (s *Server) getGroup(c call) (any, error) {
	found, err := s.iam.Group(c.params["id"])
	return s.groupJSON(found), err
}

func (s *Server) updateGroup(c call) (any, error) {
	in, err := decode[changeIn](c.body)
	if err != nil {
		return nil, err
	}
	changed, err := s.iam.UpdateGroup(c.params["id"], in.change(), c.now())
	return s.groupJSON(changed), err
}

func (s *Server) deleteGroup(c call) (any, error) {
	return noContent{}, s.iam.DeleteGroup(c.params["id"])
}

func (s *Server) setMembers(c call) (any, error) {
	return s.changeMembers(c, s.iam.SetMembers)
}

func (s *Server) addMembers(c call) (any, error) {
	return s.changeMembers(c, s.iam.AddMembers)
}

func (s *Server) changeMembers(c call, change func(string, []string) (iam.Group, error)) (any, error) {
	in, err := decode[membersIn](c.body)
	switch {
	case err != nil:
		return nil, err
	case len(in.UserIDs) > 0:
		return nil, errNotFound("user", in.UserIDs[0])
	}
	changed, err := change(c.params["id"], in.ApplicationIDs)
	return s.groupJSON(changed), err
}

func (s *Server) addMember(c call) (any, error) {
	return s.changeMember(c, func(group, application string) (iam.Group, error) {
		return s.iam.AddMembers(group, []string{application})
	})
}

func (s *Server) removeMember(c call) (any, error) {
	return s.changeMember(c, s.iam.RemoveMember)
}

func (s *Server) changeMember(c call, change func(group, application string) (iam.Group, error)) (any, error) {
	in, err := decode[memberIn](c.body)
	switch {
	case err != nil:
		return nil, err
	case in.UserID != "":
		return nil, errNotFound("user", in.UserID)
	case in.ApplicationID == "":
		return nil, errArgument("application_id", "required", "")
	}
	changed, err := change(c.params["id"], in.ApplicationID)
	return s.groupJSON(changed), err
}
