package iamapi

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/id"
)

// decode reads a JSON object; fields that are not in it are ignored. Why a body is refused never quotes it (inferred).
func decode[T any](body []byte) (T, error) {
	var into T
	var wrong *json.UnmarshalTypeError
	err := json.Unmarshal(body, &into)
	switch {
	case errors.As(err, &wrong) && wrong.Field != "":
		return into, api.BadArgument(wrong.Field, "format", "must not be of type "+wrong.Value)
	case err != nil:
		return into, api.BadArgument("body", "format", "must be a JSON object with fields of the right types")
	}
	return into, nil
}

// refused turns what the model refuses into the API's answer.
func refused(err error) error {
	if missing, ok := errors.AsType[*iam.NotFoundError](err); ok {
		return api.NotFound(missing.Resource, missing.ID)
	}
	if bad, ok := errors.AsType[*iam.ArgumentError](err); ok {
		var wrong []api.WrongArgument
		for _, p := range bad.Problems {
			wrong = append(wrong, api.WrongArgument{Name: p.Argument, Help: p.Help, Reason: p.Reason})
		}
		return api.BadArguments(wrong)
	}
	return err
}

// checkOrganization refuses every organization but the model's, because no key has rights over another.
func (s *Service) checkOrganization(given, resource, action string) error {
	switch {
	case given == "":
		return api.BadArgument("organization_id", "required", "")
	case !id.IsUUID(given):
		return api.BadArgument("organization_id", "format", "must be a UUID")
	case strings.ToLower(given) != s.Model.OrganizationID():
		return api.Denied(action, resource)
	}
	return nil
}

// metaIn is what applications, groups and projects are created with.
type metaIn struct {
	Name           string   `json:"name"`
	OrganizationID string   `json:"organization_id"`
	Description    string   `json:"description"`
	Tags           []string `json:"tags"`
}

// meta reads what is created; its organization must be the model's.
func (s *Service) meta(c api.Call, k kind) (iam.Meta, error) {
	in, err := decode[metaIn](c.Body)
	if err != nil {
		return iam.Meta{}, err
	}
	return iam.Meta{Name: in.Name, Description: in.Description, Tags: in.Tags},
		s.checkOrganization(in.OrganizationID, k.resource, "write")
}

// changeIn is what applications, groups and projects are changed with.
type changeIn struct {
	Name        *string   `json:"name"`
	Description *string   `json:"description"`
	Tags        *[]string `json:"tags"`
}

// update changes an application, a group or a project, and shows what became of it.
func update[T, S any](
	c api.Call, change func(id string, to iam.Change, at time.Time) (T, error), show func(T) S,
) (any, error) {
	in, err := decode[changeIn](c.Body)
	if err != nil {
		return nil, err
	}
	changed, err := change(c.Params["id"], iam.Change(in), c.Now())
	return show(changed), err
}
