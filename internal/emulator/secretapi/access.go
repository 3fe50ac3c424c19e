package secretapi

import (
	"strconv"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/id"
	"cloison.dev/cloison/internal/emulator/secret"
)

// viewOf is the view of a call that reads, without what is not visible yet.
func viewOf(c api.Call) secret.View {
	return func(visibleFrom time.Time) bool { return visibleFrom.IsZero() || !c.Now().Before(visibleFrom) }
}

// resourceOf has the attributes of a secret for conditions. Its id is empty where no secret exists at a location: a
// condition on the name can be judged without a secret (inferred).
func resourceOf(id string, at secret.Location) iam.Resource {
	return iam.Resource{
		Project:  at.ProjectID,
		ID:       id,
		Name:     strings.TrimSuffix(at.Path, "/") + "/" + at.Name,
		Locality: at.Region,
	}
}

// allow is nil when the caller has the permission over the resource, else the 403.
func allow(c api.Call, p iam.Permission, on iam.Resource) error {
	if c.Caller.May(p, on) {
		return nil
	}
	return api.Denied(action(p), "secret")
}

// action is the denied action of a 403: "read" for a secret, "list" for a list. That "read" is also the action of
// reading a value, and which calls are a "write", are inferred. Facts: docs/facts.md, "Rights on secrets".
func action(p iam.Permission) string {
	switch p {
	case iam.ListSecrets:
		return "list"
	case iam.ReadSecret, iam.ReadValue:
		return "read"
	}
	return "write"
}

// allowList is allow for a list of the project. A list has no resource for conditions.
func allowList(c api.Call, project string) error {
	return allow(c, iam.ListSecrets, iam.Resource{Project: project})
}

// byID returns the secret of the call's secret_id when the caller has the permission over it.
func (s *Service) byID(c api.Call, p iam.Permission) (*secret.Entry, error) {
	wanted := strings.ToLower(c.Params["secret_id"])
	if !id.IsUUID(wanted) {
		return nil, api.BadArgument("secret_id", "format", "must be a UUID")
	}
	found, ok := s.Store.Get(wanted)
	if !ok || found.Region != c.Params["region"] {
		return nil, api.NotFound("secret", wanted)
	}
	return found, allow(c, p, resourceOf(found.ID, found.Location()))
}

// usable is byID for a secret that must not be scheduled for deletion.
func (s *Service) usable(c api.Call, p iam.Permission) (*secret.Entry, error) {
	found, err := s.byID(c, p)
	if err != nil {
		return nil, err
	}
	if found.DeletionRequested != nil {
		return nil, unusable("cannot act on deleted secret")
	}
	return found, nil
}

// revision returns the revision that a call means. Numbers, latest and latest_enabled are what the API knows;
// anything else is a bad argument, and which revision a 404 names is inferred.
func revision(of *secret.Entry, c api.Call, in secret.View) (n int, err error) {
	count := of.Count(in)
	switch asked := c.Params["revision"]; asked {
	case "latest":
		n = count
	case "latest_enabled":
		n = of.LatestEnabled(in)
	default:
		number, err := strconv.ParseUint(asked, 10, 31)
		if err != nil {
			return 0, api.BadArgument("revision", "format", "must be a number, latest or latest_enabled")
		}
		n = int(number)
	}
	if n < 1 || n > count {
		return 0, api.NotFound("secret_version", of.ID+"/"+c.Params["revision"])
	}
	return n, nil
}

// unusable is the precondition that what is deleted, or not enabled, does not fulfil. The help for a second
// DeleteSecret, "cannot act on deleted ...", is the real one; that of all other cases is inferred. Facts:
// docs/facts.md, "Oddities".
func unusable(help string) error { return api.PreconditionFailed("resource_not_usable", help) }

// nameTaken is how the API refuses two secrets of one name in one folder; clients search the help for this text. Facts:
// docs/facts.md, "Names and folders".
func nameTaken() error {
	return api.BadArgument("name", "format", "cannot have same secret name in same path")
}
