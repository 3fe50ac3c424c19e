package rights

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

// SubjectOf is whom a subject of a binding means; is reports whether it means anybody.
func SubjectOf(subject rbacv1.Subject, bindingNamespace string) (s Subject, is bool) {
	identity, is := authorizer.IdentityOf(subject, bindingNamespace)
	return subjectOf(identity), is
}

// End is the subject as the beginning of a way.
func (s Subject) End() finding.End {
	everybody := []string{
		authorizer.AuthenticatedGroup, authorizer.UnauthenticatedGroup, authorizer.ServiceAccountsGroup,
	}
	switch {
	case s.Kind == rbacv1.ServiceAccountKind:
		return finding.End{Kind: finding.OfAccount, Namespace: s.Namespace, Name: s.Name}
	case s.Kind == rbacv1.GroupKind && slices.Contains(everybody, s.Name), s.Name == authorizer.AnonymousUser:
		return finding.End{Kind: finding.OfMember, Namespace: finding.Everywhere}
	case namespaceOf(s) != "":
		return finding.End{Kind: finding.OfMember, Namespace: namespaceOf(s)}
	}
	return finding.End{Kind: finding.OfPerson, Name: s.Kind + "/" + s.Name}
}

// Ends are what an action obtains in a namespace, or in all of them; none where it obtains nothing by itself, such as
// changing network policies. Names of nil are every object.
func Ends(action Action, namespace string, names []string) []finding.End {
	in := func(kind finding.EndKind) []finding.End { return kind.In(namespace) }
	named := func(all, one finding.EndKind) []finding.End {
		if names == nil {
			return in(all)
		}
		var ends []finding.End
		for _, name := range names {
			ends = append(ends, finding.End{Kind: one, Namespace: namespace, Name: name})
		}
		return ends
	}
	whole := []finding.End{{Kind: finding.OfCluster}}
	switch action {
	case ReadSecrets:
		return named(finding.OfSecrets, finding.OfSecret)
	case RunPods, ActByOperator:
		return in(finding.OfNewPods)
	case EnterPods:
		return named(finding.OfPods, finding.OfPods)
	case ReachNodes:
		return []finding.End{{Kind: finding.OfNode}}
	case MintTokens:
		return named(finding.OfAccounts, finding.OfAccount)
	case Impersonate:
		return impersonated(namespace, names)
	case BindRoles, EscalateRoles:
		if namespace != finding.Everywhere {
			return in(finding.OfNewPods)
		}
		return whole
	case ApproveCertificates, ChangeAdmission, ChangeAPIs:
		return whole
	case ChangeStores:
		return in(finding.OfSecrets)
	}
	return nil
}

// impersonated are those that a right to impersonate makes somebody.
func impersonated(namespace string, names []string) []finding.End {
	switch {
	case names == nil && namespace == finding.Everywhere:
		return []finding.End{{Kind: finding.OfCluster}}
	case names == nil:
		return []finding.End{{Kind: finding.OfAccounts, Namespace: namespace}}
	}
	var ends []finding.End
	for _, name := range names {
		of, account, isAccount := authorizer.SplitServiceAccount(name)
		switch {
		case isAccount:
			ends = append(ends, finding.End{Kind: finding.OfAccount, Namespace: of, Name: account})
		case name == authorizer.MastersGroup || name == authorizer.ControllerManager:
			ends = append(ends, finding.End{Kind: finding.OfCluster})
		case namespace != finding.Everywhere:
			ends = append(ends, finding.End{Kind: finding.OfAccount, Namespace: namespace, Name: name})
		default:
			ends = append(ends, finding.End{Kind: finding.OfPerson, Name: rbacv1.UserKind + "/" + name},
				finding.End{Kind: finding.OfPerson, Name: rbacv1.GroupKind + "/" + name})
		}
	}
	return ends
}
