package difference

import (
	"cmp"
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/validators/network/policy"
)

// objectName is what objects are told apart by. For a workload the namespace is that of its pods.
type objectName struct{ kind, namespace, name string }

type (
	workload  = objectName
	storeName = objectName
)

// compare orders by namespace and name, then by kind.
func (n objectName) compare(other objectName) int {
	return cmp.Or(
		cmp.Compare(n.namespace, other.namespace), cmp.Compare(n.name, other.name), cmp.Compare(n.kind, other.kind))
}

func nameOf(w *objects.Workload) workload { return workload{w.Kind, w.PodNamespace(), w.Name} }

// renames are what has another name in the newer state and is the same: the newer name by the older one.
type renames struct {
	secrets   map[secretflow.Ref]secretflow.Ref
	workloads map[workload]workload
}

// renamesOf finds Secrets of which kustomize changed the hash at the end of the name, and workloads of the same namespace,
// kind, labels, service account and imports. Where several could be meant, none is.
func renamesOf(before, after *access.Model) renames {
	return renames{
		secrets: paired(generatedSecrets(before), generatedSecrets(after),
			func(r secretflow.Ref) string { return r.Namespace + "/" + phrase.WithoutHash(r.Name) }),
		workloads: paired(identities(before), identities(after),
			func(w workload) string { return w.kind + " " + w.namespace }),
	}
}

// paired are the keys that only one side has and that have the same identity, where each side has one of the kind.
func paired[K comparable](before, after map[K]string, groupOf func(K) string) map[K]K {
	type group struct{ of, identity string }
	only := func(of, but map[K]string) map[group][]K {
		found := map[group][]K{}
		for key, identity := range of {
			if _, isKept := but[key]; !isKept {
				g := group{groupOf(key), identity}
				found[g] = append(found[g], key)
			}
		}
		return found
	}
	gone, fresh := only(before, after), only(after, before)
	pairs := map[K]K{}
	for g, old := range gone {
		if now := fresh[g]; len(old) == 1 && len(now) == 1 {
			pairs[old[0]] = now[0]
		}
	}
	return pairs
}

// generatedSecrets are the Secrets with a hash at the end of their name, with what creates and what uses them.
func generatedSecrets(m *access.Model) map[secretflow.Ref]string {
	users := map[secretflow.Ref][]string{}
	for i := range m.Flow.Uses {
		u := &m.Flow.Uses[i]
		users[u.Secret] = append(users[u.Secret], fmt.Sprint(u.Workload.Kind, " ", u.Workload.Name, " ", u.Via, " ", u.Key))
	}
	found := map[secretflow.Ref]string{}
	for i := range m.Components {
		c := &m.Components[i]
		for j := range c.Secrets {
			ref := secretflow.Ref{Namespace: c.Namespace, Name: c.Secrets[j].Name}
			if s := m.Flow.Lookup(ref); s != nil && phrase.WithoutHash(ref.Name) != ref.Name {
				var kinds []string
				for _, o := range s.Creators {
					kinds = append(kinds, o.Kind)
				}
				found[ref] = phrase.List(kinds) + "\n" + sortedList(users[ref])
			}
		}
	}
	return found
}

// identities are the workloads with what makes them the same under another name.
func identities(m *access.Model) map[workload]string {
	imports := map[workload][]string{}
	for i := range m.Flow.Uses {
		u := &m.Flow.Uses[i]
		by := nameOf(u.Workload)
		imports[by] = append(imports[by], fmt.Sprint(phrase.WithoutHash(u.Secret.Name), " ", u.Via, " ", u.Key))
	}
	found := map[workload]string{}
	for _, w := range slices.Concat(m.Set.Workloads, m.Set.CustomWorkloads) {
		found[nameOf(w)] += fmt.Sprint(policy.Exactly(w.Pod.Labels), "\n", w.Pod.Spec.ServiceAccountName, "\n",
			sortedList(imports[nameOf(w)]), "\n")
	}
	return found
}

func sortedList(texts []string) string {
	slices.Sort(texts)
	return phrase.List(slices.Compact(texts))
}

// secret and workload are what something of the older state is called in the newer one.
func (r renames) secret(ref secretflow.Ref) secretflow.Ref {
	if now, isRenamed := r.secrets[ref]; isRenamed {
		return now
	}
	return ref
}

func (r renames) workload(w workload) workload {
	if now, isRenamed := r.workloads[w]; isRenamed {
		return now
	}
	return w
}
