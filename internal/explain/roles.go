package explain

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
)

// roles are the roles by place, and what each binding lets its subject do.
type roles struct {
	everywhere []*access.Role
	in         map[string][]*access.Role
	may        map[access.Rule][]string
}

func rolesOf(s *access.State) roles {
	all := roles{in: map[string][]*access.Role{}, may: map[access.Rule][]string{}}
	for i := range s.Roles {
		if r := &s.Roles[i]; r.Everywhere {
			all.everywhere = append(all.everywhere, r)
		} else {
			all.in[r.Namespace] = append(all.in[r.Namespace], r)
		}
	}
	for i := range s.Rights {
		r := &s.Rights[i]
		text := string(r.Action)
		if len(r.Names) > 0 {
			text += fmt.Sprintf(" (%s)", phrase.Few(fewNames, r.Names))
		}
		for _, grant := range r.By {
			if may := all.may[grant.Binding]; !slices.Contains(may, text) {
				all.may[grant.Binding] = append(may, text)
			}
		}
	}
	return all
}

// everywhere writes who has roles in every namespace; nothing where nobody has.
func (t *table) everywhere(all roles) {
	if len(all.everywhere) > 0 {
		t.line("")
		t.line("IN EVERY NAMESPACE")
		t.roles(all, all.everywhere)
	}
}

// roles writes who has which of some roles, and what that lets them do.
func (t *table) roles(all roles, some []*access.Role) {
	type group struct{ role, may string }
	var order []group
	subjects := map[group][]string{}
	for _, r := range some {
		g := group{role: r.Role}
		if may := all.may[r.Binding]; len(may) > 0 {
			g.may = "may " + strings.Join(may, ", ")
		}
		if subjects[g] == nil {
			order = append(order, g)
		}
		subjects[g] = append(subjects[g], subjectText(r.Subject))
	}
	var rows [][]string
	for i, g := range order {
		title := "roles     "
		if i > 0 {
			title = ""
		}
		rows = append(rows, []string{title, g.role, phrase.Few(fewNames, subjects[g]), g.may})
	}
	t.columns("  ", rows)
}

func subjectText(s access.Object) string {
	if s.Kind == "ServiceAccount" {
		return "service account " + objects.Path(s.Namespace, s.Name)
	}
	return strings.ToLower(s.Kind) + " " + s.Name
}
