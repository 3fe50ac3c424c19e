package iamapi

import (
	"cloison.dev/cloison/internal/emulator/api"
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

func (s *Service) listGroups(c api.Call) (any, error) {
	a := c.Arguments()
	rows := matching(a, "name", s.Model.Groups(), func(row iam.Group) string { return row.Name })
	rows = tagged(a, rows, func(row iam.Group) []string { return row.Tags })
	rows = matchingAny(a, "group_ids", rows, func(row iam.Group) string { return row.ID })
	rows = sharingAny(a, "application_ids", rows, func(row iam.Group) []string { return row.ApplicationIDs })
	rows = sharingAny(a, "user_ids", rows, func(iam.Group) []string { return nil }) // no member is a user
	page, total := ordered(a, rows, s.groupJSON,
		byMeta(func(row iam.Group) iam.Meta { return row.Meta })...)
	return groupsJSON{page, total}, s.checkList(a, groupKind())
}

func (s *Service) createGroup(c api.Call) (any, error) {
	meta, err := s.meta(c, groupKind())
	if err != nil {
		return nil, err
	}
	created, err := s.Model.CreateGroup(meta, c.Now())
	return s.groupJSON(created), err
}

func (s *Service) getGroup(c api.Call) (any, error) {
	found, err := s.Model.Group(c.Params["id"])
	return s.groupJSON(found), err
}

func (s *Service) updateGroup(c api.Call) (any, error) {
	return update(c, s.Model.UpdateGroup, s.groupJSON)
}

func (s *Service) deleteGroup(c api.Call) (any, error) {
	return api.NoContent{}, s.Model.DeleteGroup(c.Params["id"])
}

func (s *Service) setMembers(c api.Call) (any, error) {
	return s.changeMembers(c, s.Model.SetMembers)
}

func (s *Service) addMembers(c api.Call) (any, error) {
	return s.changeMembers(c, s.Model.AddMembers)
}

func (s *Service) changeMembers(c api.Call, change func(string, []string) (iam.Group, error)) (any, error) {
	in, err := decode[membersIn](c.Body)
	switch {
	case err != nil:
		return nil, err
	case len(in.UserIDs) > 0:
		return nil, api.NotFound("user", in.UserIDs[0])
	}
	changed, err := change(c.Params["id"], in.ApplicationIDs)
	return s.groupJSON(changed), err
}

func (s *Service) addMember(c api.Call) (any, error) {
	return s.changeMember(c, func(group, application string) (iam.Group, error) {
		return s.Model.AddMembers(group, []string{application})
	})
}

func (s *Service) removeMember(c api.Call) (any, error) {
	return s.changeMember(c, s.Model.RemoveMember)
}

func (s *Service) changeMember(c api.Call, change func(group, application string) (iam.Group, error)) (any, error) {
	in, err := decode[memberIn](c.Body)
	switch {
	case err != nil:
		return nil, err
	case in.UserID != "":
		return nil, api.NotFound("user", in.UserID)
	case in.ApplicationID == "":
		return nil, api.BadArgument("application_id", "required", "")
	}
	changed, err := change(c.Params["id"], in.ApplicationID)
	return s.groupJSON(changed), err
}
