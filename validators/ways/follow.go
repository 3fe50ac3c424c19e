package ways

import (
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/validators/rbac/rights"
)

// follow is what whoever has an end has by that, without any finding.
func (f *facts) follow(e finding.End) []finding.End {
	if e.Namespace == finding.Everywhere && e.Kind != finding.OfMember {
		return f.everywhere(e)
	}
	var next []finding.End
	if f.leadsToCluster(e) {
		next = finding.OfCluster.In("")
	}
	switch e.Kind {
	case finding.OfComponent:
		next = append(finding.OfPods.In(e.Namespace), finding.OfAccounts.In(e.Namespace)...)
		next = append(append(next, finding.OfSecrets.In(e.Namespace)...), f.people[e.Namespace]...)
	case finding.OfPods:
		next = append(next, f.podsOf(e)...)
	case finding.OfWorkload:
		next = append(f.tokensOf(e), f.uses[e]...)
	case finding.OfNewPods:
		next = append(next, append(finding.OfAccounts.In(e.Namespace), finding.OfSecrets.In(e.Namespace)...)...)
	case finding.OfAccounts:
		next = append(append(next, f.accounts[e.Namespace]...), finding.OfMember.In(e.Namespace)...)
	case finding.OfAccount:
		next = append(append(next, f.rights[e]...), finding.OfMember.In(e.Namespace)...)
	case finding.OfMember:
		if e.Namespace != finding.Everywhere {
			next = append(next, finding.OfMember.In(finding.Everywhere)...)
			next = append(next, f.rights[e]...)
		}
	case finding.OfSecrets:
		next = append(next, f.secrets[e.Namespace]...)
	case finding.OfSecret:
		next = f.opens[e]
	case finding.OfNode:
		for _, namespace := range f.namespaces {
			next = append(next, f.workloads[namespace]...)
		}
	case finding.OfCluster:
		next = append(finding.OfNewPods.In(finding.Everywhere), finding.OfNode.In("")...)
	case finding.OfPerson:
	}
	return next
}

// everywhere are the ends of a kind in each namespace. Of named ones only those are there that are known.
func (f *facts) everywhere(e finding.End) []finding.End {
	var all []finding.End
	for _, namespace := range f.namespaces {
		one := finding.End{Kind: e.Kind, Namespace: namespace, Name: e.Name}
		isKnown := e.Name == "" || e.Kind == finding.OfPods || slices.Contains(f.secrets[namespace], one) ||
			slices.Contains(f.accounts[namespace], one)
		if isKnown {
			all = append(all, one)
		}
	}
	return all
}

// leadsToCluster reports whether an end is control of a trusted namespace, one of whose service accounts may have every
// right. Of a single one only the rights count that the input gives it.
func (f *facts) leadsToCluster(e finding.End) bool {
	leads := []finding.EndKind{finding.OfPods, finding.OfNewPods, finding.OfAccounts, finding.OfSecrets}
	return slices.Contains(leads, e.Kind) && e.Namespace != "" && !f.isComponent[e.Namespace] &&
		f.Cluster.Trusts(e.Namespace) != ""
}

// podsOf are the workloads whose pods run in a namespace, or that of one pod.
func (f *facts) podsOf(e finding.End) []finding.End {
	if e.Name == "" {
		return f.workloads[e.Namespace]
	}
	var found []finding.End
	for _, w := range f.workloads[e.Namespace] {
		kind, name, _ := strings.Cut(w.Name, "/")
		number, isOfSet := strings.CutPrefix(e.Name, name+"-")
		isOfSet = isOfSet && kind == "StatefulSet" && number != "" && strings.Trim(number, "0123456789") == ""
		if kind == "Pod" && name == e.Name || isOfSet {
			found = append(found, w)
		}
	}
	return found
}

// tokensOf are the service accounts whose tokens the pods of a workload hold.
func (f *facts) tokensOf(e finding.End) []finding.End {
	var tokens []finding.End
	for _, w := range f.made[e] {
		subject := rights.AccountOf(w)
		if account := f.list.Account(subject); account != nil && account.MountsToken(w) {
			tokens = append(tokens, subject.End())
		}
	}
	return tokens
}
