package emulator

import (
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
)

type iamPoliciesJSON struct {
	Policies   []iamPolicyJSON `json:"policies"`
	TotalCount int             `json:"total_count"`
}

// iamRulesJSON: the answer of SetRules has no count. Source: recorded traffic,
// policy-condition.
type iamRulesJSON struct {
	Rules      []iamRuleJSON `json:"rules"`
	TotalCount *int          `json:"total_count,omitempty"`
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
	return nil, errArgument("principal", "constraint", "must be one of user_id, group_id, application_id, no_principal")
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

func (s *Server) listPolicies(c call) (any, error) {
	a := &arguments{query: c.query}
	rows := kept(a, "policy_name", s.iam.Policies(), func(row iam.Policy) string { return row.Name })
	rows = keptTagged(a, rows, func(row iam.Policy) []string { return row.Tags })
	rows = keptAmong(a, "policy_ids", rows, func(row iam.Policy) string { return row.ID })
	rows = keptAmong(a, "application_ids", rows, func(row iam.Policy) string { return row.Principal.ApplicationID })
	rows = keptAmong(a, "group_ids", rows, func(row iam.Policy) string { return row.Principal.GroupID })
	rows = keptAmong(a, "user_ids", rows, func(row iam.Policy) string { return row.Principal.UserID })
	if orphans := a.flag("no_principal"); orphans != nil {
		rows = keep(rows, func(row iam.Policy) bool { return (row.Principal == iam.Principal{}) == *orphans })
	}
	page, total := ordered(a, keptEditable(a, rows), s.iamPolicyJSON,
		byText("policy_name", func(row iam.Policy) string { return row.Name }),
		byTime("created_at", func(row iam.Policy) time.Time { return row.CreatedAt }))
	return iamPoliciesJSON{page, total}, s.listed(a, policyKind())
}

// createPolicy answers counts of 0, whatever the rules. Source: recorded traffic,
// all 9 creations.
func (s *Server) createPolicy(c call) (any, error) {
	in, err := decode[policyIn](c.body)
	if err != nil {
		return nil, err
	}
	if err := s.organization(in.OrganizationID, policyKind().resource, "write"); err != nil {
		return nil, err
	}
	principal, err := in.principal()
	switch {
	case err != nil:
		return nil, err
	case principal == nil:
		return nil, errArgument("principal", "required", "")
	}
	if err := within(s.quotas.Policies, len(s.iam.Policies()), "policies"); err != nil {
		return nil, err
	}
	meta := iam.Meta{Name: in.Name, Description: in.Description, Tags: in.Tags}
	created, err := s.iam.CreatePolicy(meta, *principal, rulesOf(in.Rules), c.now())
	created.Rules = nil
	return s.iamPolicyJSON(created), err
}

func (s *Server) getPolicy(c call) (any, error) {
	found, err := s.iam.Policy(c.params["id"])
	return s.iamPolicyJSON(found), err
}

func (s *Server) updatePolicy(c call) (any, error) {
	in, err := decode[policyChangeIn](c.body)
	if err != nil {
		return nil, err
	}
	principal, err := in.principal()
	if err != nil {
		return nil, err
	}
	changed, err := s.iam.UpdatePolicy(c.params["id"], iam.PolicyChange{Change: in.change(), Principal: principal}, c.now())
	return s.iamPolicyJSON(changed), err
}

func (s *Server) deletePolicy(c call) (any, error) {
	return noContent{}, s.iam.DeletePolicy(c.params["id"])
}

// listRules answers the rules in the order in which they were set.
func (s *Server) listRules(c call) (any, error) {
	a := &arguments{query: c.query}
	id := a.required("policy_id")
	if a.err != nil {
		return nil, a.err
	}
	found, err := s.iam.Policy(strings.ToLower(id))
	if err != nil {
		return nil, err
	}
	page, total := ordered(a, append([]iam.Rule{}, found.Rules...), showRule,
		ordering[iam.Rule]{"set", func(iam.Rule, iam.Rule) int { return 0 }})
	return iamRulesJSON{page, &total}, a.err
}

func (s *Server) setRules(c call) (any, error) {
	in, err := decode[rulesIn](c.body)
	switch {
	case err != nil:
		return nil, err
	case in.PolicyID == "":
		return nil, errArgument("policy_id", "required", "")
	}
	set, err := s.iam.SetRules(strings.ToLower(in.PolicyID), rulesOf(in.Rules), c.now())
	shown := []iamRuleJSON{}
	for _, rule := range set {
		shown = append(shown, showRule(rule))
	}
	return iamRulesJSON{Rules: shown}, err
}

func (s *Server) listPermissionSets(c call) (any, error) {
	a := &arguments{query: c.query}
	show := func(set iam.PermissionSet) permissionSetJSON {
		return permissionSetJSON{
			ID: newID(s.seed, "permission set "+set.Name, 0), Name: set.Name, ScopeType: set.Scope, Description: set.Description,
		}
	}
	page, total := ordered(a, iam.PermissionSets(), show,
		byText("name", func(set iam.PermissionSet) string { return set.Name }),
		byTime("created_at", func(iam.PermissionSet) time.Time { return born() }))
	return permissionSetsJSON{page, total}, s.listed(a, policyKind())
}
