package emulator

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"cloison.dev/cloison/internal/emulator/iam"
)

// decode reads a JSON object; fields that are not in it are ignored. Why a body
// is refused never quotes it (inferred).
func decode[T any](body []byte) (T, error) {
	var into T
	var wrong *json.UnmarshalTypeError
	err := json.Unmarshal(body, &into)
	switch {
	case errors.As(err, &wrong) && wrong.Field != "":
		return into, errArgument(wrong.Field, "format", "must not be of type "+wrong.Value)
	case err != nil:
		return into, errArgument("body", "format", "must be a JSON object with fields of the right types")
	}
	return into, nil
}

// iamError turns what the model refuses into the API's answer.
func iamError(err error) error {
	if missing, ok := errors.AsType[*iam.NotFoundError](err); ok {
		return errNotFound(missing.Resource, missing.ID)
	}
	if wrong, ok := errors.AsType[*iam.ArgumentError](err); ok {
		body := argumentBody{nil, "invalid argument(s)", "invalid_arguments"}
		for _, p := range wrong.Problems {
			body.Details = append(body.Details, argumentDetail{p.Argument, p.Help, p.Reason})
		}
		return &apiError{http.StatusBadRequest, body}
	}
	return err
}

// organization refuses every organization but the Server's, for which no key has
// rights.
func (s *Server) organization(id, resource, action string) error {
	switch {
	case id == "":
		return errArgument("organization_id", "required", "")
	case !isUUID(id):
		return errArgument("organization_id", "format", "must be a UUID")
	case strings.ToLower(id) != s.iam.OrganizationID():
		return errDeniedOver(resource, action)
	}
	return nil
}
