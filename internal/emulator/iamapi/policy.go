package iamapi

import (
	"slices"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/iam"
)

type policiesJSON struct {
	Policies   []policyJSON `json:"policies"`
	TotalCount int          `json:"total_count"`
}

// rulesJSON has no count in the answer of SetRules. Facts: docs/facts.md, "Objects of IAM".
type rulesJSON struct {
	Rules      []ruleJSON `json:"rules"`
	TotalCount *int       `json:"total_count,omitempty"`
}

type permissionSetsJSON struct {
	PermissionSets []permissionSetJSON `json:"permission_sets"`
	TotalCount     int                 `json:"total_count"`
}

type ruleIn struct {
	PermissionSetNames []string `json:"permission_set_names"`
	Condition          string   `json:"condition"`
	ProjectIDs         []string `json:"project_ids"`
	OrganizationID     string   `json:"organization_id"`
}

func rulesOf(all []ruleIn) []iam.Rule {
	var rules []iam.Rule
	for _, in := range all {
		rules = append(rules, iam.Rule{
			PermissionSets: in.PermissionSetNames, Condition: in.Condition,
			ProjectIDs: in.ProjectIDs, OrganizationID: in.OrganizationID,
		})
	}
	return rules
}

// principalIn is exactly one of its fields.
type principalIn struct {
	UserID        *string `json:"user_id"`
	GroupID       *string `json:"group_id"`
	ApplicationID *string `json:"application_id"`
	NoPrincipal   *bool   `json:"no_principal"`
}

// principal returns nil when none is given; two are refused (inferred).
func (in principalIn) principal() (*iam.Principal, error) {
	var given []iam.Principal
	if in.UserID != nil {
		given = append(given, iam.Principal{UserID: *in.UserID})
	}
	if in.GroupID != nil {
		given = append(given, iam.Principal{GroupID: *in.GroupID})
	}
	if in.ApplicationID != nil {
		given = append(given, iam.Principal{ApplicationID: *in.ApplicationID})
	}
	if in.NoPrincipal != nil && *in.NoPrincipal {
		given = append(given, iam.Principal{})
	}
	switch len(given) {
	case 0:
		return nil, nil //nolint:nilnil // a change may leave the principal as it is
	case 1:
		return &given[0], nil
	}
	return nil, api.BadArgument("principal", "constraint",
		"must be one of user_id, group_id, application_id, no_principal")
}

type policyIn struct {
	metaIn
	principalIn
	Rules []ruleIn `json:"rules"`
}

type policyChangeIn struct {
	changeIn
	principalIn
}

type rulesIn struct {
	PolicyID string   `json:"policy_id"`
	Rules    []ruleIn `json:"rules"`
}

func (s *Service) listPolicies(c api.Call) (any, error) {
	a := c.Arguments()
	rows := matching(a, "policy_name", s.Model.Policies(), func(row iam.Policy) string { return row.Name })
	rows = tagged(a, rows, func(row iam.Policy) []string { return row.Tags })
	rows = matchingAny(a, "policy_ids", rows, func(row iam.Policy) string { return row.ID })
	rows = matchingAny(a, "application_ids", rows,
		func(row iam.Policy) string { return row.Principal.ApplicationID })
	rows = matchingAny(a, "group_ids", rows, func(row iam.Policy) string { return row.Principal.GroupID })
	rows = matchingAny(a, "user_ids", rows, func(row iam.Policy) string { return row.Principal.UserID })
	if orphans := a.Flag("no_principal"); orphans != nil {
		rows = slices.DeleteFunc(rows,
			func(row iam.Policy) bool { return (row.Principal == iam.Principal{}) != *orphans })
	}
	page, total := ordered(a, editable(a, rows), s.policyJSON,
		byText("policy_name", func(row iam.Policy) string { return row.Name }),
		byTime("created_at", func(row iam.Policy) time.Time { return row.CreatedAt }))
	return policiesJSON{page, total}, s.checkList(a, policyKind())
}

// createPolicy answers counts of 0, whatever the rules. Facts: docs/facts.md, "Objects of IAM".
func (s *Service) createPolicy(c api.Call) (any, error) {
	in, err := decode[policyIn](c.Body)
	if err != nil {
		return nil, err
	}
	if err := s.checkOrganization(in.OrganizationID, policyKind().resource, "write"); err != nil {
		return nil, err
	}
	principal, err := in.principal()
	switch {
	case err != nil:
		return nil, err
	case principal == nil:
		return nil, api.BadArgument("principal", "required", "")
	}
	if err := api.CheckQuota(s.Quotas.Policies, len(s.Model.Policies()), "policies"); err != nil {
		return nil, err
	}
	meta := iam.Meta{Name: in.Name, Description: in.Description, Tags: in.Tags}
	created, err := s.Model.CreatePolicy(meta, *principal, rulesOf(in.Rules), c.Now())
	created.Rules = nil
	return s.policyJSON(created), err
}

func (s *Service) getPolicy(c api.Call) (any, error) {
	found, err := s.Model.Policy(c.Params["id"])
	return s.policyJSON(found), err
}

func (s *Service) updatePolicy(c api.Call) (any, error) {
	in, err := decode[policyChangeIn](c.Body)
	if err != nil {
		return nil, err
	}
	principal, err := in.principal()
	if err != nil {
		return nil, err
	}
	change := iam.PolicyChange{Change: iam.Change(in.changeIn), Principal: principal}
	changed, err := s.Model.UpdatePolicy(c.Params["id"], change, c.Now())
	return s.policyJSON(changed), err
}

func (s *Service) deletePolicy(c api.Call) (any, error) {
	return api.NoContent{}, s.Model.DeletePolicy(c.Params["id"])
}

// listRules answers the rules in the order in which they were set.
func (s *Service) listRules(c api.Call) (any, error) {
	a := c.Arguments()
	id := a.Required("policy_id")
	if a.Err() != nil {
		return nil, a.Err()
	}
	found, err := s.Model.Policy(strings.ToLower(id))
	if err != nil {
		return nil, err
	}
	page, total := ordered(a, append([]iam.Rule{}, found.Rules...), ruleOf,
		unordered[iam.Rule]("set"))
	return rulesJSON{page, &total}, a.Err()
}

func (s *Service) setRules(c api.Call) (any, error) {
	in, err := decode[rulesIn](c.Body)
	switch {
	case err != nil:
		return nil, err
	case in.PolicyID == "":
		return nil, api.BadArgument("policy_id", "required", "")
	}
	set, err := s.Model.SetRules(strings.ToLower(in.PolicyID), rulesOf(in.Rules), c.Now())
	shown := []ruleJSON{}
	for _, rule := range set {
		shown = append(shown, ruleOf(rule))
	}
	return rulesJSON{Rules: shown}, err
}

func (s *Service) listPermissionSets(c api.Call) (any, error) {
	a := c.Arguments()
	show := func(set iam.PermissionSet) permissionSetJSON {
		return permissionSetJSON{
			ID: s.IDs.UUID("permission set "+set.Name, 0), Name: set.Name,
			ScopeType: set.Scope, Description: set.Description,
		}
	}
	page, total := ordered(a, iam.PermissionSets(), show,
		byText("name", func(set iam.PermissionSet) string { return set.Name }),
		unordered[iam.PermissionSet]("created_at"))
	return permissionSetsJSON{page, total}, s.checkList(a, policyKind())
}
