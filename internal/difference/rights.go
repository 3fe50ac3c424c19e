package difference

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/validators/rbac/rights"
)

// rights adds what subjects of bindings may do and might not, then the pods that run as another service account.
func (g *grower) rights() {
	type scope struct {
		subject rights.Subject
		place   rights.Place
	}
	places := map[scope]bool{}
	for i := range g.after.List.Holdings {
		if h := &g.after.List.Holdings[i]; h.Binding != nil {
			places[scope{h.Subject, h.Place}] = true
		}
	}
	order := slices.SortedFunc(maps.Keys(places), func(a, b scope) int {
		return cmp.Or(a.subject.Compare(b.subject), a.place.Compare(b.place))
	})
	for _, s := range order {
		g.rightsAt(s.subject, s.place)
	}
	g.unknownRoles()
	g.accounts()
}

// unknownRoles adds the bindings to roles that are not in the input, of which only the name is known.
func (g *grower) unknownRoles() {
	type bound struct {
		subject rights.Subject
		place   rights.Place
		role    rights.RoleName
	}
	was := map[bound]bool{}
	for i := range g.before.List.Holdings {
		h := &g.before.List.Holdings[i]
		was[bound{h.Subject, h.Place, h.Ref}] = true
	}
	for i := range g.after.List.Holdings {
		h := &g.after.List.Holdings[i]
		if h.Binding == nil || len(h.Rules) > 0 || was[bound{h.Subject, h.Place, h.Ref}] {
			continue
		}
		text := fmt.Sprintf("%s %s do what %s allows in %s; the role is not in the input, or has no rules", h.Subject, g.words.may,
			h.Ref, g.placeText(h.Place))
		g.add(Rights, h.Place.Namespace, text, []string{access.RuleAt(h.Binding, rights.Chain{Index: h.Index}.SubjectField()).At()})
	}
}

// rightsAt adds what a subject may do in a place and might not.
func (g *grower) rightsAt(subject rights.Subject, place rights.Place) {
	beyond := rights.Beyond(g.after.List.HoldingsOf(subject), g.before.List.HoldingsOf(subject), place)
	actions, why := g.actionsAt(subject, place)
	if len(beyond) == 0 && len(actions) == 0 {
		return
	}
	what := actions
	for _, p := range beyond {
		text := access.GrantOf(p.By).Binding.At()
		if !slices.ContainsFunc(why, func(w string) bool { return strings.HasPrefix(w, text) }) {
			why = append(why, text)
		}
	}
	if len(actions) == 0 {
		for _, p := range beyond {
			what = append(what, p.String())
		}
	}
	switch {
	case len(actions) == 0 || len(beyond) == 0:
	case len(beyond) > mostPermissions:
		why = append(why, "in all "+phrase.Count(len(beyond), "permission"))
	default:
		texts := make([]string, len(beyond))
		for i, p := range beyond {
			texts[i] = p.String()
		}
		why = append(why, "in all: "+phrase.List(texts))
	}
	namespace := place.Namespace
	text := fmt.Sprintf("%s %s %s in %s", subject, g.words.may, phrase.And(mostNames, what), g.placeText(place))
	g.add(Rights, namespace, text, why)
}

// mostPermissions is how many permissions a line has.
const mostPermissions = 12

func (g *grower) placeText(p rights.Place) string {
	if p.Everywhere {
		return "every namespace"
	}
	return g.after.PlaceOf(p.Namespace)
}

// actionsAt are the actions that matter to secrets and walls, with the bindings that give them.
func (g *grower) actionsAt(subject rights.Subject, place rights.Place) (actions, why []string) {
	for _, r := range g.after.List.Of(subject) {
		if r.Place != place || r.Subject != subject {
			continue
		}
		names, isMore := g.beyond(&r)
		if !isMore {
			continue
		}
		text := string(r.Action)
		if len(names) > 0 {
			text += " (" + phrase.And(mostNames, names) + ")"
		}
		actions = append(actions, text)
		for _, chain := range r.By {
			if chain.Binding == nil {
				continue
			}
			if text := chainText(chain); !slices.Contains(why, text) {
				why = append(why, text)
			}
		}
	}
	return actions, why
}

// beyond are the objects that a right is over and was not; none are all. isMore is false where there is nothing.
func (g *grower) beyond(r *rights.Right) (names []string, isMore bool) {
	names = r.Names
	for _, was := range g.before.List.Of(r.Subject) {
		if was.Action != r.Action || !was.Place.Everywhere && was.Place != r.Place {
			continue
		}
		if was.Names == nil {
			return nil, false
		}
		if names != nil {
			names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(was.Names, n) })
			if len(names) == 0 {
				return nil, false
			}
		}
	}
	return names, true
}

func chainText(c rights.Chain) string {
	grant := access.GrantOf(c)
	text := grant.Binding.At() + " → " + grant.Role
	if grant.Rule != nil {
		text += " " + grant.Rule.Field
		if p := grant.Rule.Place(); p != "" {
			text += " (" + p + ")"
		}
	}
	return text
}

// accounts adds the workloads whose pods hold the token of a service account that they did not hold, where that account
// may do something.
func (g *grower) accounts() {
	type workload struct{ kind, namespace, name string }
	held := func(m *access.Model) map[workload]rights.Subject {
		all := map[workload]rights.Subject{}
		for i := range m.List.Accounts {
			a := &m.List.Accounts[i]
			for _, w := range a.Workloads {
				if a.MountsToken(w) {
					all[workload{w.Kind, w.PodNamespace(), w.Name}] = a.Subject
				}
			}
		}
		return all
	}
	was, now := held(g.before), held(g.after)
	order := slices.SortedFunc(maps.Keys(now), func(a, b workload) int {
		return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.name, b.name), cmp.Compare(a.kind, b.kind))
	})
	for _, w := range order {
		account := now[w]
		if before, had := was[w]; had && before == account {
			continue
		}
		may := mayOf(g.after.List, account)
		if len(may) == 0 {
			continue
		}
		text := fmt.Sprintf("%s %s of %s %s %s and holds its token, which may %s", w.kind, w.name, g.after.PlaceOf(w.namespace),
			g.words.runs, account, phrase.And(mostNames, may))
		g.add(Rights, w.namespace, text, nil)
	}
}

// mayOf is what an account may do that bindings of the input give it.
func mayOf(l *rights.List, account rights.Subject) []string {
	var may []string
	for _, r := range l.Of(account) {
		isWritten := slices.ContainsFunc(r.By, func(c rights.Chain) bool { return c.Binding != nil })
		if isWritten {
			may = append(may, strings.TrimSpace(string(r.Action)+" in "+r.Place.String()))
		}
	}
	if len(may) == 0 {
		for _, h := range l.HoldingsOf(account) {
			if h.Binding != nil {
				may = append(may, "do what "+h.Ref.String()+" allows in "+h.Place.String())
			}
		}
	}
	return may
}
