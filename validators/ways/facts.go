package ways

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/validators/rbac/rights"
)

// facts are what follows without any finding.
type facts struct {
	*decoded.Manifests

	// namespaces are all that are known, components those whose secrets are kept apart; both sorted.
	namespaces, components []string
	isComponent            map[string]bool
	// workloads by namespace, and by their ends.
	workloads map[string][]finding.End
	made      map[finding.End][]*objects.Workload
	// accounts and secrets by namespace, sorted; people by the namespace that a Segregation gives them access to.
	accounts, secrets, people map[string][]finding.End
	// rights are those of subjects that are no finding: in their own namespace or, where that is no component's, in all.
	rights map[finding.End][]finding.End
	// uses are the Secrets that workloads import, opens what is read with a Secret that holds an API key or a token.
	uses  map[finding.End][]finding.End
	opens map[finding.End][]finding.End
	// keys are those that a workload imports of a Secret, sorted, where it does not import all of it.
	keys map[[2]finding.End][]string
	list *rights.List
}

func newFacts(in *decoded.Manifests, units []*unit) *facts {
	f := &facts{
		Manifests: in, isComponent: map[string]bool{}, workloads: map[string][]finding.End{},
		made: map[finding.End][]*objects.Workload{}, accounts: map[string][]finding.End{},
		secrets: map[string][]finding.End{}, people: map[string][]finding.End{},
		rights: map[finding.End][]finding.End{}, uses: map[finding.End][]finding.End{},
		opens: map[finding.End][]finding.End{}, keys: map[[2]finding.End][]string{}, list: rights.New(in.Set, in.Scope),
	}
	f.readNamespaces(units)
	f.readWorkloads()
	f.readSecrets(units)
	f.readRights()
	f.readPeople()
	return f
}

// readNamespaces finds the components: those of Segregations or, without one, every namespace that is not trusted.
func (f *facts) readNamespaces(units []*unit) {
	known := map[string]bool{}
	for i := range f.Scope.Components {
		known[f.Scope.Components[i].Namespace] = true
	}
	for _, u := range units {
		for _, e := range slices.Concat(u.from, u.to) {
			if e.Namespace != "" && e.Namespace != finding.Everywhere {
				known[e.Namespace] = true
			}
		}
	}
	for i := range f.list.Accounts {
		known[f.list.Accounts[i].Namespace] = true
	}
	for i := range f.list.Holdings {
		if at := f.list.Holdings[i].Place; !at.Everywhere {
			known[at.Namespace] = true
		}
	}
	known[""] = f.Scope.Of("") != nil
	maps.DeleteFunc(known, func(_ string, is bool) bool { return !is })
	f.namespaces = slices.Sorted(maps.Keys(known))
	for _, namespace := range f.namespaces {
		isOne := f.Scope.Of(namespace) != nil
		if !f.Scope.Planned {
			isOne = f.Cluster.Trusts(namespace) == "" && !scope.IsSystem(namespace)
		}
		if isOne {
			f.isComponent[namespace] = true
			f.components = append(f.components, namespace)
		}
	}
}

// endOf are the pods of a workload.
func endOf(w *objects.Workload) finding.End {
	return finding.End{Kind: finding.OfWorkload, Namespace: w.PodNamespace(), Name: w.Kind + "/" + w.Name}
}

func (f *facts) readWorkloads() {
	for _, w := range slices.Concat(f.Set.Workloads, f.Set.CustomWorkloads) {
		e := endOf(w)
		if f.made[e] == nil {
			f.workloads[e.Namespace] = append(f.workloads[e.Namespace], e)
		}
		f.made[e] = append(f.made[e], w)
	}
	f.readUses()
}

func (f *facts) readUses() {
	isWhole := map[[2]finding.End]bool{}
	for i := range f.Flow.Uses {
		use := &f.Flow.Uses[i]
		if !use.Via.IsSeen() {
			continue
		}
		e, secret := endOf(use.Workload), secretEnd(use.Secret)
		f.uses[e] = append(f.uses[e], secret)
		edge := [2]finding.End{e, secret}
		if use.Key == "" {
			isWhole[edge] = true
		}
		f.keys[edge] = append(f.keys[edge], use.Key)
	}
	maps.DeleteFunc(f.keys, func(edge [2]finding.End, _ []string) bool { return isWhole[edge] })
	for edge, keys := range f.keys {
		slices.Sort(keys)
		f.keys[edge] = slices.Compact(keys)
	}
}

func secretEnd(ref secretflow.Ref) finding.End {
	return finding.End{Kind: finding.OfSecret, Namespace: ref.Namespace, Name: ref.Name}
}

// readSecrets finds the Secrets that the input creates, names or declares, and what those open that hold credentials.
func (f *facts) readSecrets(units []*unit) {
	known := map[finding.End]bool{}
	for _, ref := range f.Flow.Named(f.Set) {
		known[secretEnd(ref)] = true
	}
	for _, u := range units {
		for _, e := range slices.Concat(u.from, u.to) {
			if e.Kind == finding.OfSecret && e.Namespace != finding.Everywhere {
				known[e] = true
			}
		}
	}
	for i := range f.Scope.Components {
		c := &f.Scope.Components[i]
		if c.Plan == nil {
			continue
		}
		for _, group := range c.Plan.Groups {
			known[secretEnd(secretflow.Ref{Namespace: c.Namespace, Name: group.Target})] = true
			known[secretEnd(secretflow.Ref{Namespace: c.Namespace, Name: group.Credentials.Name})] = true
		}
	}
	for _, e := range slices.SortedFunc(maps.Keys(known), finding.End.Compare) {
		if e.Name != "" {
			f.secrets[e.Namespace] = append(f.secrets[e.Namespace], e)
		}
	}
	for i := range f.Flow.Reads {
		read := &f.Flow.Reads[i]
		if read.Store == nil || read.Unsure {
			continue
		}
		if _, secretKey := read.APIKeyIn(); secretKey.Name != "" {
			key := secretEnd(secretKey)
			f.opens[key] = append(f.opens[key], secretEnd(read.Target))
		}
	}
	for _, o := range f.Set.Secrets {
		if account := o.Annotations[corev1.ServiceAccountNameKey]; o.Value.Type == corev1.SecretTypeServiceAccountToken {
			token := secretEnd(secretflow.Ref{Namespace: o.Namespace, Name: o.Name})
			f.opens[token] = append(f.opens[token], finding.OfAccount.Named(o.Namespace, account)...)
		}
	}
}

func (f *facts) readRights() {
	for i := range f.list.Accounts {
		a := &f.list.Accounts[i]
		f.accounts[a.Namespace] = append(f.accounts[a.Namespace], a.End())
	}
	for i := range f.list.Rights {
		r := &f.list.Rights[i]
		e := r.Subject.End()
		isOwn := e.Namespace == r.Place.Namespace && !r.Place.Everywhere
		if e.Kind == finding.OfPerson || e.Namespace == finding.Everywhere || f.isComponent[e.Namespace] && !isOwn {
			continue // findings say where these lead
		}
		namespace := r.Place.Namespace
		if r.Place.Everywhere {
			namespace = finding.Everywhere
		}
		f.rights[e] = append(f.rights[e], rights.Ends(r.Action, namespace, r.Names)...)
	}
}

func (f *facts) readPeople() {
	for i := range f.Scope.Components {
		c := &f.Scope.Components[i]
		if c.Plan == nil {
			continue
		}
		for _, access := range c.Plan.Access {
			for _, subject := range access.Subjects {
				if s, is := rights.SubjectOf(subject, c.Namespace); is {
					f.people[c.Namespace] = append(f.people[c.Namespace], s.End())
				}
			}
		}
	}
}
