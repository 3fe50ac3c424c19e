package iamapi

import (
	"slices"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/id"
)

type keysJSON struct {
	APIKeys    []keyJSON `json:"api_keys"`
	TotalCount int       `json:"total_count"`
}

type keyIn struct {
	ApplicationID    string     `json:"application_id"`
	UserID           string     `json:"user_id"`
	ExpiresAt        *time.Time `json:"expires_at"`
	DefaultProjectID string     `json:"default_project_id"`
	Description      string     `json:"description"`
}

type keyChangeIn struct {
	DefaultProjectID *string    `json:"default_project_id"`
	Description      *string    `json:"description"`
	ExpiresAt        *time.Time `json:"expires_at"`
}

// listKeys knows that the SDK sends bearer_type=unknown_bearer_type for none. Facts: docs/facts.md, "Objects of IAM".
func (s *Service) listKeys(c api.Call) (any, error) {
	a := c.Arguments()
	rows := s.Model.Keys()
	for _, filter := range []string{"bearer_id", "application_id"} {
		rows = matching(a, filter, rows, func(row iam.Key) string { return row.ApplicationID })
	}
	rows = matching(a, "access_key", rows, func(row iam.Key) string { return row.AccessKey })
	rows = matchingAny(a, "access_keys", rows, func(row iam.Key) string { return row.AccessKey })
	rows = matching(a, "description", rows, func(row iam.Key) string { return row.Description })
	rows = matching(a, "user_id", rows, func(iam.Key) string { return "" }) // no key is a user's
	if a.Choice("bearer_type", "unknown_bearer_type", "unknown_bearer_type", "user", "application") == "user" {
		rows = nil
	}
	if expired := a.Flag("expired"); expired != nil {
		rows = slices.DeleteFunc(rows, func(row iam.Key) bool { return row.Expired(c.Now) != *expired })
	}
	page, total := ordered(a, editable(a, rows), keyOf,
		byTime("created_at", func(row iam.Key) time.Time { return row.CreatedAt }),
		byTime("updated_at", func(row iam.Key) time.Time { return row.UpdatedAt }),
		byTime("expires_at", func(row iam.Key) time.Time { return expiryOrder(row.ExpiresAt) }),
		byText("access_key", func(row iam.Key) string { return row.AccessKey }))
	return keysJSON{page, total}, s.checkList(a, keyKind())
}

// expiryOrder puts keys that do not expire behind those that do (inferred).
func expiryOrder(expiresAt *time.Time) time.Time {
	if expiresAt == nil {
		return time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)
	}
	return *expiresAt
}

// createKey is the only answer that has the secret key.
func (s *Service) createKey(c api.Call) (any, error) {
	in, err := decode[keyIn](c.Body)
	switch {
	case err != nil:
		return nil, err
	case in.UserID != "":
		return nil, api.NotFound("user", in.UserID)
	case in.DefaultProjectID != "" && !id.IsUUID(in.DefaultProjectID):
		return nil, api.BadArgument("default_project_id", "format", "must be a UUID")
	case in.ExpiresAt != nil && !c.Now().Before(*in.ExpiresAt):
		return nil, api.BadArgument("expires_at", "constraint", "must be in the future")
	}
	if err := api.CheckQuota(s.Quotas.APIKeys, len(s.Model.Keys()), "api_keys"); err != nil {
		return nil, err
	}
	created, err := s.Model.CreateKey(iam.Key{
		ApplicationID: in.ApplicationID, Description: in.Description, DefaultProjectID: in.DefaultProjectID,
		ExpiresAt: in.ExpiresAt, CreationIP: c.Caller.IP(),
	}, c.Now())
	if err != nil {
		return nil, err
	}
	shown := keyOf(created)
	shown.SecretKey = &created.SecretKey
	return shown, nil
}

func (s *Service) getKey(c api.Call) (any, error) {
	found, err := s.Model.Key(c.Params["id"])
	return keyOf(found), err
}

func (s *Service) updateKey(c api.Call) (any, error) {
	in, err := decode[keyChangeIn](c.Body)
	switch {
	case err != nil:
		return nil, err
	case in.DefaultProjectID != nil && !id.IsUUID(*in.DefaultProjectID):
		return nil, api.BadArgument("default_project_id", "format", "must be a UUID")
	case in.ExpiresAt != nil && !c.Now().Before(*in.ExpiresAt):
		return nil, api.BadArgument("expires_at", "constraint", "must be in the future")
	}
	change := iam.KeyChange{
		Description: in.Description, DefaultProjectID: in.DefaultProjectID, ExpiresAt: in.ExpiresAt,
	}
	changed, err := s.Model.UpdateKey(c.Params["id"], change, c.Now())
	return keyOf(changed), err
}

func (s *Service) deleteKey(c api.Call) (any, error) {
	return api.NoContent{}, s.Model.DeleteKey(c.Params["id"])
}
