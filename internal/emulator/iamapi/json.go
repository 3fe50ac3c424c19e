package iamapi

import (
	"time"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/iam"
)

// The forms in which IAM shows what it holds, fields in the order of the recorded traffic; each names its recording.
// Facts: docs/facts.md, "Recorded traffic". Some recordings have a space after each comma, some have none: the emulator
// has none.

type datesJSON struct {
	CreatedAt api.Timestamp `json:"created_at"`
	UpdatedAt api.Timestamp `json:"updated_at"`
}

func dates(created, updated time.Time) datesJSON {
	return datesJSON{api.Timestamp(created), api.Timestamp(updated)}
}

// rightsJSON is what callers may do.
type rightsJSON struct {
	Editable  bool `json:"editable"`
	Deletable bool `json:"deletable"`
	Managed   bool `json:"managed"`
}

// allRights: everything in the emulator can be edited and deleted.
func allRights() rightsJSON { return rightsJSON{Editable: true, Deletable: true} }

// applicationJSON: application-basic.
type applicationJSON struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	datesJSON
	OrganizationID string `json:"organization_id"`
	rightsJSON
	NbAPIKeys int      `json:"nb_api_keys"`
	Tags      []string `json:"tags"`
}

func (s *Service) applicationJSON(a iam.Application) applicationJSON {
	return applicationJSON{
		a.ID, a.Name, a.Description, dates(a.CreatedAt, a.UpdatedAt),
		s.Model.OrganizationID(), allRights(), a.Keys, list(a.Tags),
	}
}

// keyJSON: api-key-expires.
type keyJSON struct {
	AccessKey   string  `json:"access_key"`
	SecretKey   *string `json:"secret_key"`
	Description string  `json:"description"`
	datesJSON
	ExpiresAt        *api.Timestamp `json:"expires_at"`
	DefaultProjectID string         `json:"default_project_id"`
	rightsJSON
	CreationIP    string `json:"creation_ip"`
	ApplicationID string `json:"application_id"`
}

// keyOf leaves the secret key out: only the answer of its creation has it.
func keyOf(k iam.Key) keyJSON {
	return keyJSON{
		k.AccessKey, nil, k.Description, dates(k.CreatedAt, k.UpdatedAt),
		api.OptionalTimestamp(k.ExpiresAt), k.DefaultProjectID, allRights(), k.CreationIP, k.ApplicationID,
	}
}

// groupJSON: group-applications.
type groupJSON struct {
	ID string `json:"id"`
	datesJSON
	OrganizationID string   `json:"organization_id"`
	Name           string   `json:"name"`
	Description    string   `json:"description"`
	UserIDs        []string `json:"user_ids"`
	ApplicationIDs []string `json:"application_ids"`
	Tags           []string `json:"tags"`
	rightsJSON
}

func (s *Service) groupJSON(g iam.Group) groupJSON {
	return groupJSON{
		g.ID, dates(g.CreatedAt, g.UpdatedAt), s.Model.OrganizationID(), g.Name, g.Description,
		[]string{}, list(g.ApplicationIDs), list(g.Tags), allRights(),
	}
}

// policyJSON: policy-basic for a policy without principal, data-source-policy-basic for an application's.
type policyJSON struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	Description    string `json:"description"`
	OrganizationID string `json:"organization_id"`
	datesJSON
	rightsJSON
	NbRules          int      `json:"nb_rules"`
	NbScopes         int      `json:"nb_scopes"`
	NbPermissionSets int      `json:"nb_permission_sets"`
	Tags             []string `json:"tags"`
	GroupID          string   `json:"group_id,omitempty"`
	ApplicationID    string   `json:"application_id,omitempty"`
	NoPrincipal      bool     `json:"no_principal,omitempty"`
}

func (s *Service) policyJSON(p iam.Policy) policyJSON {
	return policyJSON{
		p.ID, p.Name, p.Description, s.Model.OrganizationID(), dates(p.CreatedAt, p.UpdatedAt),
		allRights(), len(p.Rules), p.Scopes(), p.PermissionSets(), list(p.Tags),
		p.Principal.GroupID, p.Principal.ApplicationID, p.Principal == iam.Principal{},
	}
}

// ruleJSON: policy-condition, which has both scopes.
type ruleJSON struct {
	ID                      string    `json:"id"`
	PermissionSetNames      []string  `json:"permission_set_names"`
	PermissionSetsScopeType iam.Scope `json:"permission_sets_scope_type"`
	Condition               string    `json:"condition"`
	ProjectIDs              []string  `json:"project_ids,omitempty"`
	OrganizationID          string    `json:"organization_id,omitempty"`
}

// ruleOf shows a rule.
func ruleOf(r iam.Rule) ruleJSON {
	return ruleJSON{r.ID, r.PermissionSets, r.Scope(), r.Condition, r.ProjectIDs, r.OrganizationID}
}

// permissionSetJSON: the SDK's type; its order is inferred.
type permissionSetJSON struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	ScopeType   iam.Scope `json:"scope_type"`
	Description string    `json:"description"`
	Categories  []string  `json:"categories"`
}

// projectJSON: policy-condition.
type projectJSON struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	OrganizationID string `json:"organization_id"`
	datesJSON
	Description   string    `json:"description"`
	Qualification *struct{} `json:"qualification"`
}

func (s *Service) projectJSON(p iam.Project) projectJSON {
	return projectJSON{
		p.ID, p.Name, s.Model.OrganizationID(), dates(p.CreatedAt, p.UpdatedAt), p.Description, nil,
	}
}

// list shows no elements as [], not as null.
func list(all []string) []string { return append([]string{}, all...) }
