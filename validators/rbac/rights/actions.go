package rights

import (
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/validators/rbac/privilege"
)

// Action is what a right lets its subject do. It follows "may" in messages.
type Action string

// The actions, in the order of how directly they lead to a secret.
const (
	ReadSecrets         Action = "read Secrets"
	RunPods             Action = "run pods"
	EnterPods           Action = "enter pods"
	ReachNodes          Action = "reach nodes"
	MintTokens          Action = "mint tokens of service accounts" //nolint:gosec // no credential
	Impersonate         Action = "impersonate"
	BindRoles           Action = "bind any role"
	EscalateRoles       Action = "write any right into roles"
	ApproveCertificates Action = "approve certificates"
	ActByOperator       Action = "have an operator act with its own rights"
	ChangeStores        Action = "change stores and ExternalSecrets"
	ChangeNetwork       Action = "change network policies"
	ChangeNamespace     Action = "change the labels of the namespace"
	ChangeAdmission     Action = "change admission"
	ChangeAPIs          Action = "change who serves kinds of the API"
	ChangeRoles         Action = "change Roles and RoleBindings"
	ChangeQuotas        Action = "change quotas"
	WriteSecrets        Action = "write Secrets"
)

// Actions lists all there are, in their order.
func Actions() []Action {
	return []Action{
		ReadSecrets, RunPods, EnterPods, ReachNodes, MintTokens, Impersonate, BindRoles, EscalateRoles,
		ApproveCertificates, ActByOperator, ChangeStores, ChangeNetwork, ChangeNamespace, ChangeAdmission, ChangeAPIs,
		ChangeRoles, ChangeQuotas, WriteSecrets,
	}
}

func (a Action) rank() int { return slices.Index(Actions(), a) }

// LeadsToServiceAccounts reports whether whoever may do it in a namespace may act as the service accounts there.
func (a Action) LeadsToServiceAccounts() bool {
	return slices.Contains([]Action{RunPods, EnterPods, MintTokens, Impersonate, BindRoles, EscalateRoles}, a)
}

// ActionOf is the action of a privilege. A test holds that each has one.
func ActionOf(p *privilege.Privilege) Action {
	switch p.Text {
	case "enter pods through their nodes", "mount any folder of the nodes":
		return ReachNodes
	case "bind any role":
		return BindRoles
	case "write any right into roles":
		return EscalateRoles
	case "change the Namespace":
		return ChangeNamespace
	case "change admission webhooks":
		return ChangeAdmission
	case "change who serves kinds of the API":
		return ChangeAPIs
	case "change RBAC":
		return ChangeRoles
	case "change quotas":
		return ChangeQuotas
	case "write Secrets":
		return WriteSecrets
	}
	switch p.Code {
	case finding.ReadsSecrets:
		return ReadSecrets
	case finding.RunsPods:
		return RunPods
	case finding.EntersPods:
		return EnterPods
	case finding.MintsTokens:
		return MintTokens
	case finding.Impersonates:
		return Impersonate
	case finding.ApprovesCertificates:
		return ApproveCertificates
	case finding.ActsByOperator:
		return ActByOperator
	case finding.ChangesStores:
		return ChangeStores
	}
	return ChangeNetwork
}
