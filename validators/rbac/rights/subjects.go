package rights

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

// Account is a service account, and the pods that run as it.
type Account struct {
	Subject
	// Object is nil where the input does not have the ServiceAccount.
	Object *objects.Object
	// Workloads are those whose pods run as it, in the order of the input, pods inside of custom objects last.
	Workloads []*objects.Workload
	// mounts is what the ServiceAccount says about its token; nil where it says nothing.
	mounts *bool
}

// MountsToken reports whether the pods of a workload that run as the account hold its token.
//
// Facts: docs/facts.md, "Tokens of pods".
func (a *Account) MountsToken(w *objects.Workload) bool {
	if own := w.Pod.Spec.AutomountServiceAccountToken; own != nil {
		return *own || projectsToken(w)
	}
	return a.mounts == nil || *a.mounts || projectsToken(w)
}

// projectsToken reports whether a workload mounts a token by a projected volume.
func projectsToken(w *objects.Workload) bool {
	for i := range w.Pod.Spec.Volumes {
		projected := w.Pod.Spec.Volumes[i].Projected
		if projected == nil {
			continue
		}
		for j := range projected.Sources {
			if projected.Sources[j].ServiceAccountToken != nil {
				return true
			}
		}
	}
	return false
}

// AccountOf is the service account that the pods of a workload run as.
func AccountOf(w *objects.Workload) Subject {
	name := cmp.Or(w.Pod.Spec.ServiceAccountName, w.Pod.Spec.DeprecatedServiceAccount, "default")
	return Subject{Kind: rbacv1.ServiceAccountKind, Namespace: w.PodNamespace(), Name: name}
}

// readAccounts finds the service accounts.
func (r *reader) readAccounts(set *objects.Set) {
	known := map[Subject]*Account{}
	account := func(s Subject) *Account {
		if known[s] == nil {
			known[s] = &Account{Subject: s}
		}
		return known[s]
	}
	for i := range set.ServiceAccounts {
		o := &set.ServiceAccounts[i]
		a := account(Subject{Kind: rbacv1.ServiceAccountKind, Namespace: o.Namespace, Name: o.Name})
		a.Object, a.mounts = o.Object, o.Value.AutomountServiceAccountToken
	}
	for _, workloads := range [][]*objects.Workload{set.Workloads, set.CustomWorkloads} {
		for _, w := range workloads {
			a := account(AccountOf(w))
			a.Workloads = append(a.Workloads, w)
		}
	}
	for _, users := range r.accountsIn {
		for _, user := range users {
			if namespace, name, is := authorizer.SplitServiceAccount(user.Name); is {
				account(Subject{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: name})
			}
		}
	}
	for _, a := range known {
		r.list.Accounts = append(r.list.Accounts, *a)
	}
	slices.SortFunc(r.list.Accounts, func(a, b Account) int { return a.Compare(b.Subject) })
	r.list.account = make(map[Subject]*Account, len(r.list.Accounts))
	for i := range r.list.Accounts {
		r.list.account[r.list.Accounts[i].Subject] = &r.list.Accounts[i]
	}
}

// Account finds a service account; nil where neither the input nor a binding has it.
func (l *List) Account(s Subject) *Account { return l.account[s] }

// readComponents finds the namespaces of the components that the access of Segregations gives roles in.
func (r *reader) readComponents() {
	for i := range r.scope.Components {
		component := &r.scope.Components[i]
		if component.Plan == nil {
			continue
		}
		for _, access := range component.Plan.Access {
			for _, subject := range access.Subjects {
				identity, is := authorizer.IdentityOf(subject, component.Namespace)
				if of := subjectOf(identity); is && !slices.Contains(r.list.components[of], component.Namespace) {
					r.list.components[of] = append(r.list.components[of], component.Namespace)
				}
			}
		}
	}
}

// ComponentsOf are the namespaces that a subject belongs to, sorted: that of a service account or of the group of a
// namespace's service accounts; for others, those of the components whose Segregations give it a role.
func (l *List) ComponentsOf(s Subject) []string {
	if namespace := namespaceOf(s); namespace != "" {
		return []string{namespace}
	}
	return l.components[s]
}

// namespaceOf is the namespace of a service account, or of a group of all in one; empty of others.
func namespaceOf(s Subject) string {
	if s.Kind == rbacv1.GroupKind {
		if namespace, is := strings.CutPrefix(s.Name, authorizer.ServiceAccountsGroup+":"); is {
			return namespace
		}
	}
	return s.Namespace
}

// usersOf are a subject and the service accounts of its components, which are one principal.
func (r *reader) usersOf(s Subject) []authorizer.User {
	users := []authorizer.User{s.user()}
	for _, namespace := range r.list.ComponentsOf(s) {
		if r.scope.Of(namespace) != nil {
			users = append(users, r.accountsIn[namespace]...)
		}
	}
	return users
}

// identities are a subject, and the groups that it is in.
func identities(s Subject) []Subject {
	all := []Subject{s}
	for _, group := range s.user().Groups {
		if of := (Subject{Kind: rbacv1.GroupKind, Name: group}); of != s {
			all = append(all, of)
		}
	}
	return all
}

// Of are the rights of a subject: its own, then those of the groups that it is in, sorted by action and place. Of two
// for one action in one place both are there, each with its own subject.
func (l *List) Of(s Subject) []Right {
	var all []Right
	for _, one := range identities(s) {
		first, _ := slices.BinarySearchFunc(l.Rights, one, func(r Right, s Subject) int { return r.Subject.Compare(s) })
		for i := first; i < len(l.Rights) && l.Rights[i].Subject == one; i++ {
			all = append(all, l.Rights[i])
		}
	}
	slices.SortStableFunc(all, func(a, b Right) int {
		return cmp.Or(cmp.Compare(a.Action.rank(), b.Action.rank()), a.Place.Compare(b.Place))
	})
	return all
}

// IsOfComponent reports whether the components say that a subject belongs to one of them.
func (l *List) IsOfComponent(s Subject, components *scope.Scope) bool {
	return slices.ContainsFunc(l.ComponentsOf(s), func(namespace string) bool { return components.Of(namespace) != nil })
}
