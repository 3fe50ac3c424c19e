package emulator

import (
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
)

// The forms in which IAM shows what it holds, fields in the order of the recorded
// traffic; each names its recording. Some recordings have a space after each
// comma, some have none: the emulator has none.

// applicationJSON: application-basic.
type applicationJSON struct {
	ID             string    `json:"id"`
	Name           string    `json:"name"`
	Description    string    `json:"description"`
	CreatedAt      timestamp `json:"created_at"`
	UpdatedAt      timestamp `json:"updated_at"`
	OrganizationID string    `json:"organization_id"`
	Editable       bool      `json:"editable"`
	Deletable      bool      `json:"deletable"`
	Managed        bool      `json:"managed"`
	NbAPIKeys      int       `json:"nb_api_keys"`
	Tags           []string  `json:"tags"`
}

func (s *Server) applicationJSON(a iam.Application) applicationJSON {
	return applicationJSON{
		a.ID, a.Name, a.Description, timestamp(a.CreatedAt), timestamp(a.UpdatedAt),
		s.iam.OrganizationID(), true, true, false, a.Keys, some(a.Tags),
	}
}

// keyJSON: api-key-expires.
type keyJSON struct {
	AccessKey        string     `json:"access_key"`
	SecretKey        *string    `json:"secret_key"`
	Description      string     `json:"description"`
	CreatedAt        timestamp  `json:"created_at"`
	UpdatedAt        timestamp  `json:"updated_at"`
	ExpiresAt        *timestamp `json:"expires_at"`
	DefaultProjectID string     `json:"default_project_id"`
	Editable         bool       `json:"editable"`
	Deletable        bool       `json:"deletable"`
	Managed          bool       `json:"managed"`
	CreationIP       string     `json:"creation_ip"`
	ApplicationID    string     `json:"application_id"`
}

// showKey leaves the secret key out: only the answer of its creation has it.
func showKey(k iam.Key) keyJSON {
	return keyJSON{
		k.AccessKey, nil, k.Description, timestamp(k.CreatedAt), timestamp(k.UpdatedAt),
		optional(k.ExpiresAt), k.DefaultProjectID, true, true, false, k.CreationIP, k.ApplicationID,
	}
}

// groupJSON: group-applications.
type groupJSON struct {
	ID             string    `json:"id"`
	CreatedAt      timestamp `json:"created_at"`
	UpdatedAt      timestamp `json:"updated_at"`
	OrganizationID string    `json:"organization_id"`
	Name           string    `json:"name"`
	Description    string    `json:"description"`
	UserIDs        []string  `json:"user_ids"`
	ApplicationIDs []string  `json:"application_ids"`
	Tags           []string  `json:"tags"`
	Editable       bool      `json:"editable"`
	Deletable      bool      `json:"deletable"`
	Managed        bool      `json:"managed"`
}

func (s *Server) groupJSON(g iam.Group) groupJSON {
	return groupJSON{
		g.ID, timestamp(g.CreatedAt), timestamp(g.UpdatedAt), s.iam.OrganizationID(), g.Name, g.Description,
		[]string{}, some(g.ApplicationIDs), some(g.Tags), true, true, false,
	}
}

// iamPolicyJSON: policy-basic for a policy without principal, data-source-policy-basic
// for an application's.
type iamPolicyJSON struct {
	ID               string    `json:"id"`
	Name             string    `json:"name"`
	Description      string    `json:"description"`
	OrganizationID   string    `json:"organization_id"`
	CreatedAt        timestamp `json:"created_at"`
	UpdatedAt        timestamp `json:"updated_at"`
	Editable         bool      `json:"editable"`
	Deletable        bool      `json:"deletable"`
	Managed          bool      `json:"managed"`
	NbRules          int       `json:"nb_rules"`
	NbScopes         int       `json:"nb_scopes"`
	NbPermissionSets int       `json:"nb_permission_sets"`
	Tags             []string  `json:"tags"`
	GroupID          string    `json:"group_id,omitempty"`
	ApplicationID    string    `json:"application_id,omitempty"`
	NoPrincipal      bool      `json:"no_principal,omitempty"`
}

func (s *Server) iamPolicyJSON(p iam.Policy) iamPolicyJSON {
	return iamPolicyJSON{
		p.ID, p.Name, p.Description, s.iam.OrganizationID(), timestamp(p.CreatedAt), timestamp(p.UpdatedAt),
		true, true, false, len(p.Rules), p.Scopes(), p.PermissionSets(), some(p.Tags),
		p.Principal.GroupID, p.Principal.ApplicationID, p.Principal == iam.Principal{},
	}
}

// iamRuleJSON: policy-condition, which has both scopes.
type iamRuleJSON struct {
	ID                      string    `json:"id"`
	PermissionSetNames      []string  `json:"permission_set_names"`
	PermissionSetsScopeType iam.Scope `json:"permission_sets_scope_type"`
	Condition               string    `json:"condition"`
	ProjectIDs              []string  `json:"project_ids,omitempty"`
	OrganizationID          string    `json:"organization_id,omitempty"`
}

func showRule(r iam.Rule) iamRuleJSON {
	return iamRuleJSON{r.ID, r.PermissionSets, r.Scope(), r.Condition, r.ProjectIDs, r.OrganizationID}
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
	ID             string    `json:"id"`
	Name           string    `json:"name"`
	OrganizationID string    `json:"organization_id"`
	CreatedAt      timestamp `json:"created_at"`
	UpdatedAt      timestamp `json:"updated_at"`
	Description    string    `json:"description"`
	Qualification  *struct{} `json:"qualification"`
}

func (s *Server) projectJSON(p iam.Project) projectJSON {
	return projectJSON{
		p.ID, p.Name, s.iam.OrganizationID(), timestamp(p.CreatedAt), timestamp(p.UpdatedAt), p.Description, nil,
	}
}

// some shows no elements as [], not as null.
func some(all []string) []string { return append([]string{}, all...) }

// expiry is an instant in UTC, which is how it is shown. Source: recorded
// traffic, api-key-expires.
func expiry(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	utc := t.UTC()
	return &utc
}
