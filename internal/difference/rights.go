package difference

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/objects"
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
		if h := &g.before.List.Holdings[i]; len(h.Rules) == 0 {
			was[bound{h.Subject, h.Place, h.Ref}] = true
		}
	}
	inInput := rolesOf(g.after.Set)
	for i := range g.after.List.Holdings {
		h := &g.after.List.Holdings[i]
		if h.Binding == nil || len(h.Rules) > 0 || inInput[h.Ref] || was[bound{h.Subject, h.Place, h.Ref}] {
			continue
		}
		text := fmt.Sprintf("%s %s do what %s allows in %s; the role is not in the input", h.Subject, g.words.may,
			h.Ref, g.placeText(h.Place))
		g.add(Rights, h.Place.Namespace, text, []string{access.RuleAt(h.Binding, rights.Chain{Index: h.Index}.SubjectField()).At()})
	}
}

// rolesOf are the roles of an input.
func rolesOf(set *objects.Set) map[rights.RoleName]bool {
	names := map[rights.RoleName]bool{}
	for i := range set.Roles {
		names[rights.RoleName{Kind: "Role", Namespace: set.Roles[i].Namespace, Name: set.Roles[i].Name}] = true
	}
	for i := range set.ClusterRoles {
		names[rights.RoleName{Kind: "ClusterRole", Name: set.ClusterRoles[i].Name}] = true
	}
	return names
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
	all := permissionsText(beyond)
	switch {
	case len(actions) == 0:
		what = []string{all}
	case all != "" && g.had(subject, place):
		why = append(why, g.words.addition+": "+all)
	case all != "":
		why = append(why, "in all: "+all)
	}
	namespace := place.Namespace
	text := fmt.Sprintf("%s %s %s in %s", subject, g.words.may, phrase.And(mostNames, what), g.placeText(place))
	g.add(Rights, namespace, text, why)
}

// had reports whether the other state gives a subject something in a place.
func (g *grower) had(subject rights.Subject, place rights.Place) bool {
	return slices.ContainsFunc(g.before.List.HoldingsOf(subject), func(h rights.Holding) bool {
		return h.Binding != nil && len(h.Rules) > 0 && (h.Place.Everywhere || h.Place == place)
	})
}

// mostResources is how many resources a line has.
const mostResources = 12

// permissionsText are permissions by their verbs. Format: get, list: pods, secrets; create: pods/exec.
func permissionsText(all []rights.Permission) string {
	verbs := map[string][]string{}
	var objects []string
	for _, p := range all {
		_, object, _ := strings.Cut(p.String(), " ")
		if verbs[object] == nil {
			objects = append(objects, object)
		}
		verbs[object] = append(verbs[object], p.Verb)
	}
	more := 0
	if len(objects) > mostResources {
		more = len(objects) - mostResources
		objects = objects[:mostResources]
	}
	byVerbs := map[string][]string{}
	var order []string
	for _, object := range objects {
		key := phrase.List(verbs[object])
		if byVerbs[key] == nil {
			order = append(order, key)
		}
		byVerbs[key] = append(byVerbs[key], object)
	}
	var parts []string
	for _, key := range order {
		// "get pods" for one permission, "get, list: pods, secrets" for more.
		separator := ": "
		if !strings.Contains(key, ", ") {
			separator = " "
		}
		parts = append(parts, key+separator+phrase.List(byVerbs[key]))
	}
	if more > 0 {
		parts = append(parts, fmt.Sprintf("and rights to %s more", phrase.Count(more, "resource")))
	}
	return strings.Join(parts, "; ")
}

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
