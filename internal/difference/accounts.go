package difference

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/validators/rbac/rights"
)

// running is the account that the pods of a workload run as.
type running struct {
	account *rights.Account
	of      *objects.Workload
	// token is true where they hold its token.
	token bool
}

func runningOf(m *access.Model) map[workload]running {
	all := map[workload]running{}
	for i := range m.List.Accounts {
		a := &m.List.Accounts[i]
		for _, w := range a.Workloads {
			all[nameOf(w)] = running{a, w, a.MountsToken(w)}
		}
	}
	return all
}

// accounts adds the workloads whose pods hold the token of a service account that they did not hold, where that account
// may do something, and those that run as another account without a token.
func (g *grower) accounts() {
	was, now := map[workload]running{}, runningOf(g.after)
	for w, r := range runningOf(g.before) {
		was[g.renames.workload(w)] = r
	}
	order := slices.SortedFunc(maps.Keys(now), objectName.compare)
	for _, w := range order {
		r, before := now[w], was[w]
		isSame := before.account != nil && before.account.Subject == r.account.Subject
		who := fmt.Sprintf("%s %s of %s", w.kind, w.name, g.after.PlaceOf(w.namespace))
		may := mayOf(g.after.List, r.account.Subject)
		switch {
		case isSame && before.token, !r.token && (isSame || before.account == nil || !g.more):
		case !r.token:
			g.add(Rights, w.namespace, fmt.Sprintf("%s now runs as %s instead of %s; its pods do not hold the token of the account", who,
				r.account.Subject, before.account.Subject), []string{accountPlace(r)})
		case len(may) == 0:
		case isSame:
			g.add(Rights, w.namespace, fmt.Sprintf("%s %s the token of %s, which may %s", who, g.words.holds, r.account.Subject,
				phrase.And(mostNames, may)), []string{tokenPlace(r)})
		default:
			g.add(Rights, w.namespace, fmt.Sprintf("%s %s %s and holds its token, which may %s", who, g.words.runs, r.account.Subject,
				phrase.And(mostNames, may)), []string{accountPlace(r)})
		}
	}
}

func accountPlace(r running) string {
	return access.RuleAt(r.of.Object, r.of.FieldPath(fieldpath.Of("serviceAccountName"))).At()
}

// tokenPlace is where it is said that pods hold the token: in the workload or, where that says nothing, its account.
func tokenPlace(r running) string {
	o, field := r.of.Object, r.of.FieldPath(fieldpath.Of("automountServiceAccountToken"))
	if r.of.Pod.Spec.AutomountServiceAccountToken == nil && r.account.Object != nil {
		o, field = r.account.Object, fieldpath.Of("automountServiceAccountToken")
	}
	return access.RuleAt(o, field).At()
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
