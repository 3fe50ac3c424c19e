package emulator

import (
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
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

// listKeys: bearer_type=unknown_bearer_type is what the SDK sends for none.
// Source: recorded traffic, list-iamapi-keys-basic.
func (s *Server) listKeys(c call) (any, error) {
	a := &arguments{query: c.query}
	rows := s.iam.Keys()
	for _, filter := range []string{"bearer_id", "application_id"} {
		rows = kept(a, filter, rows, func(row iam.Key) string { return row.ApplicationID })
	}
	rows = kept(a, "access_key", rows, func(row iam.Key) string { return row.AccessKey })
	rows = keptAmong(a, "access_keys", rows, func(row iam.Key) string { return row.AccessKey })
	rows = kept(a, "description", rows, func(row iam.Key) string { return row.Description })
	rows = kept(a, "user_id", rows, func(iam.Key) string { return "" }) // no key is a user's
	if a.choice("bearer_type", "unknown_bearer_type", "unknown_bearer_type", "user", "application") == "user" {
		rows = nil
	}
	if expired := a.flag("expired"); expired != nil {
		rows = keep(rows, func(row iam.Key) bool { return row.Expired(c.now) == *expired })
	}
	page, total := ordered(a, keptEditable(a, rows), showKey,
		byTime("created_at", func(row iam.Key) time.Time { return row.CreatedAt }),
		byTime("updated_at", func(row iam.Key) time.Time { return row.UpdatedAt }),
		byTime("expires_at", func(row iam.Key) time.Time { return never(row.ExpiresAt) }),
		byText("access_key", func(row iam.Key) string { return row.AccessKey }))
	return keysJSON{page, total}, s.listed(a, keyKind())
}

// never puts keys that do not expire behind those that do (inferred).
func never(expiresAt *time.Time) time.Time {
	if expiresAt == nil {
		return time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)
	}
	return *expiresAt
}

// createKey is the only answer that has the secret key.
func (s *Server) createKey(c call) (any, error) {
	in, err := decode[keyIn](c.body)
	switch {
	case err != nil:
		return nil, err
	case in.UserID != "":
		return nil, errNotFound("user", in.UserID)
	case in.DefaultProjectID != "" && !isUUID(in.DefaultProjectID):
		return nil, errArgument("default_project_id", "format", "must be a UUID")
	case in.ExpiresAt != nil && !c.now().Before(*in.ExpiresAt):
		return nil, errArgument("expires_at", "constraint", "must be in the future")
	}
	if err := within(s.quotas.APIKeys, len(s.iam.Keys()), "api_keys"); err != nil {
		return nil, err
	}
	created, err := s.iam.CreateKey(iam.Key{
		ApplicationID: in.ApplicationID, Description: in.Description, DefaultProjectID: in.DefaultProjectID,
		ExpiresAt: expiry(in.ExpiresAt), CreationIP: c.caller.request.IP,
	}, c.now())
	if err != nil {
		return nil, err
	}
	shown := showKey(created)
	shown.SecretKey = &created.SecretKey
	return shown, nil
}

func (s *Server) getKey(c call) (any, error) {
	found, err := s.iam.Key(c.params["id"])
	return showKey(found), err
}

func (s *Server) updateKey(c call) (any, error) {
	in, err := decode[keyChangeIn](c.body)
	switch {
	case err != nil:
		return nil, err
	case in.DefaultProjectID != nil && !isUUID(*in.DefaultProjectID):
		return nil, errArgument("default_project_id", "format", "must be a UUID")
	case in.ExpiresAt != nil && !c.now().Before(*in.ExpiresAt):
		return nil, errArgument("expires_at", "constraint", "must be in the future")
	}
	change := iam.KeyChange{
		Description: in.Description, DefaultProjectID: in.DefaultProjectID, ExpiresAt: expiry(in.ExpiresAt),
	}
	changed, err := s.iam.UpdateKey(c.params["id"], change, c.now())
	return showKey(changed), err
}

func (s *Server) deleteKey(c call) (any, error) {
	return noContent{}, s.iam.DeleteKey(c.params["id"])
}
