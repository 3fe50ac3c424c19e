package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/phrase"
)

// network writes for each component who reaches it, whom it may reach, and who has which role in it.
func (t *table) network() {
	all := rolesOf(t.State)
	of := map[string]*links{}
	for i := range t.Parties {
		if p := &t.Parties[i]; p.IsPods() {
			l := of[p.Namespace]
			if l == nil {
				l = &links{State: t.State, namespace: p.Namespace}
				of[p.Namespace] = l
			}
			l.all = append(l.all, i)
		}
	}
	for i := range t.Reaches {
		r := &t.Reaches[i]
		from, to := &t.Parties[r.From], &t.Parties[r.To]
		switch {
		case r.DNS && from.IsPods():
			of[from.Namespace].dns = append(of[from.Namespace].dns, r.From)
		case isInside(from, to):
			of[to.Namespace].add(inside, r.From, r.To, r)
		default:
			if to.IsPods() {
				of[to.Namespace].add(reachedBy, r.To, r.From, r)
			}
			if from.IsPods() {
				of[from.Namespace].add(mayReach, r.From, r.To, r)
			}
		}
	}
	published := publishedIn(t.State)
	for i := range t.Components {
		c := &t.Components[i]
		if l := of[c.Namespace]; l != nil {
			t.line("")
			t.line(titleOf(c))
			t.columns("  ", l.rows(t.Planned, of))
			t.columns("  ", publishedRows(published[c.Namespace]))
			t.hostNames(c)
			t.line("  otherwise   " + otherwise(c))
			t.roles(all, all.in[c.Namespace])
		}
	}
	t.everywhere(all)
}

func titleOf(c *access.Component) string {
	if c.Segregation == "" {
		return "NAMESPACE " + c.Title()
	}
	return "COMPONENT " + c.Title() + ", namespace " + c.Namespace
}

func isInside(from, to *access.Party) bool {
	return from.Namespace == to.Namespace && from.IsPods() && to.IsPods()
}

// otherwise is what holds where no row says that something is open.
func otherwise(c *access.Component) string {
	switch {
	case c.Closed.Ingress && c.Closed.Egress:
		return "denied, in both directions"
	case c.Closed.Ingress:
		return "denied for what arrives; what pods open to others is closed by no policy that selects every pod"
	case c.Closed.Egress:
		return "denied for what pods open to others; what arrives is closed by no policy that selects every pod"
	}
	return "open for the pods that no policy selects: none selects every pod"
}

func (t *table) hostNames(c *access.Component) {
	for _, h := range c.HostNames {
		t.list("  by name     ", h.Names)
		ports := "on all ports"
		if len(h.Ports) > 0 {
			ports = "on " + strings.Join(h.Ports, ", ")
		}
		t.line("              " + ports + ", by " + h.Policy.Kind + " " + h.Policy.Name)
	}
}

// side is what a row is about, seen from one namespace.
type side int

const (
	reachedBy side = iota
	mayReach
	inside
)

func (s side) String() string { return [...]string{"reached by", "may reach", "inside"}[s] }

func (s side) arrow() string { return [...]string{"<-", "->", "->"}[s] }

// link is what some pods of a namespace have in common: the same peers, the same ports.
type link struct {
	side      side
	own, peer []int
	ports     string
	declared  access.Verdict
	policies  []string
}

// links are those of a namespace.
type links struct {
	*access.State
	namespace string
	// all are the parties of the namespace, dns those of them that may ask the DNS.
	all, dns []int
	list     []*link
}

// add adds a connection.
func (l *links) add(s side, own, peer int, r *access.Reach) {
	added := &link{side: s, own: []int{own}, peer: []int{peer}, ports: ports(r), declared: r.Declared}
	for _, rule := range r.By {
		if rule.Namespace == l.namespace && !slices.Contains(added.policies, rule.Name) {
			added.policies = append(added.policies, rule.Name)
		}
	}
	l.list = append(l.list, added)
}

// ports are those of a connection in words.
func ports(r *access.Reach) string {
	text := cmp.Or(strings.Join(r.Ports, ", "), "all ports")
	if r.Closed {
		text = ""
	}
	if len(r.MaybePorts) == 0 {
		return text
	}
	maybe := "perhaps " + strings.Join(r.MaybePorts, ", ") + ", by labels of the namespace"
	if text == "" {
		return maybe
	}
	return text + "; " + maybe
}

// rows has a row for each group of connections: what, own pods, arrow, peers, ports, and what else is to be said.
func (l *links) rows(planned bool, of map[string]*links) [][]string {
	var rows [][]string
	before := ""
	add := func(title, own, arrow, peer string, rest ...string) {
		if title == before {
			title = ""
		} else {
			before = title
		}
		title = fmt.Sprintf("%-10s", title)
		rows = append(rows, append([]string{title, own, arrow, peer}, rest...))
	}
	for _, s := range []side{reachedBy, mayReach, inside} {
		for _, k := range l.grouped(s) {
			row := []string{k.ports, "by " + phrase.Few(fewNames, k.policies)}
			if len(k.policies) == 0 {
				row[1] = l.unheld(k.own)
			}
			if planned && k.declared != access.Declared {
				row[1] += undeclared(k.declared)
			}
			add(s.String(), l.names(k.own), s.arrow(), l.peers(k.peer, of), row...)
		}
		if s == mayReach && len(l.dns) > 0 {
			add(s.String(), l.names(l.dns), s.arrow(), "the DNS of the cluster", "53")
		}
	}
	return rows
}

// unheld is why pods are open to everybody.
func (l *links) unheld(own []int) string {
	if slices.ContainsFunc(own, func(at int) bool { return !l.Parties[at].HostNetwork }) {
		return "closed by no policy"
	}
	return "on the network of the node, where no policy holds"
}

func undeclared(v access.Verdict) string {
	if v == access.PartlyDeclared {
		return "; not all of it is declared"
	}
	return "; NOT DECLARED"
}

// grouped puts together the connections of a side that differ in their own pods only, then those that differ in the
// peers of one namespace only.
func (l *links) grouped(s side) []*link {
	byPeer := merge(l.list, func(k *link) (string, bool) {
		return fmt.Sprint(k.peer, k.ports, k.declared, k.policies), k.side == s
	}, func(into, k *link) { into.own = append(into.own, k.own...) })
	for _, k := range byPeer {
		slices.Sort(k.own)
	}
	byOwn := merge(byPeer, func(k *link) (string, bool) {
		p := &l.Parties[k.peer[0]]
		place := "namespace " + p.Namespace
		if !p.IsPods() {
			place = "" // addresses and the like
		}
		return fmt.Sprint(k.own, place, k.ports, k.declared, k.policies), true
	}, func(into, k *link) { into.peer = append(into.peer, k.peer...) })
	for _, k := range byOwn {
		slices.Sort(k.peer)
	}
	return byOwn
}

// merge puts the links with the same key into the first of them. The links stay as they are.
func merge(all []*link, key func(*link) (key string, ok bool), put func(into, k *link)) []*link {
	first := map[string]*link{}
	var merged []*link
	for _, k := range all {
		name, ok := key(k)
		switch {
		case !ok:
		case first[name] != nil:
			put(first[name], k)
		default:
			into := *k
			into.own, into.peer = slices.Clone(k.own), slices.Clone(k.peer)
			first[name] = &into
			merged = append(merged, &into)
		}
	}
	return merged
}

// fewNames is how many names a cell has.
const fewNames = 4

// names are own pods: every pod, or the workloads.
func (l *links) names(parties []int) string {
	if slices.Equal(parties, l.all) {
		return "every pod"
	}
	var names []string
	for _, at := range parties {
		names = append(names, l.Parties[at].Names()...)
	}
	return phrase.Few(fewNames, names)
}

// peers are the pods of another namespace with its name, or what is no pods.
func (l *links) peers(parties []int, of map[string]*links) string {
	p := &l.Parties[parties[0]]
	switch {
	case !p.IsPods():
		var texts []string
		for _, at := range parties {
			texts = append(texts, l.Parties[at].Names()...)
		}
		return phrase.Few(fewNames, slices.Compact(texts))
	case p.Namespace == l.namespace:
		return l.names(parties)
	}
	place := p.Component
	if place == "" {
		place = "namespace " + p.Namespace
	}
	if names := of[p.Namespace].names(parties); names != "every pod" {
		return place + ": " + names
	}
	return place
}
