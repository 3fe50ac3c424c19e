package difference

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/reach"
)

// pods are some pods of a namespace that both states tell apart from all others alike.
type pods struct {
	// before is what the older state has of them, or would make of them; after is a node of the newer one.
	before, after *reach.Node
	// isNew is true where the older state does not have them.
	isNew bool
	names []string
}

// end is one end of a connection: pods of the same names in some places, or what is in none.
type end struct {
	names, places []string
}

func (e end) String() string {
	text := phrase.And(mostNames, e.names)
	if len(e.places) > 0 {
		text += " of " + phrase.And(mostNames, e.places)
	}
	return text
}

// connection is what is open and was not.
type connection struct {
	namespace string
	from, to  end
	ports     string
	rules     []*model.PeerRule
	hosts     []*model.NameRule
	// others are, for a connection with everybody, those of the input for whom it is new.
	others []string
}

// network adds the connections that are open now and were not.
func (g *grower) network() {
	divided := g.divide()
	var found []connection
	edges := g.after.Map.Edges()
	for i := range edges {
		e := &edges[i]
		switch {
		case e.From.IsPods() && e.To.IsPods():
			found = append(found, g.between(e, divided)...)
		case e.From.IsPods():
			found = append(found, g.outside(e, e.From, policy.Egress, divided)...)
		default:
			found = append(found, g.outside(e, e.To, policy.Ingress, divided)...)
		}
	}
	found = append(found, g.relabelled(edges, divided)...)
	for _, c := range merged(found) {
		text := fmt.Sprintf("%s %s %s on %s", c.from, g.words.reach, c.to, c.ports)
		if len(c.others) > 0 {
			text += "; of the input, these: " + phrase.And(mostNames, c.others)
		}
		why := g.ruleTexts(c.rules)
		for _, host := range c.hosts {
			why = append(why, access.RuleAt(host.Object, host.Field).At())
		}
		g.add(Network, c.namespace, text, why)
	}
	g.walls()
}

// merged puts together the connections that differ in the pods of one place at one end, then those that differ in the place
// of one end.
func merged(all []connection) []connection {
	all = merge(all, func(c *connection) string { return fmt.Sprint(c.from.places, c.to, c.ports, c.others) },
		func(into, c *connection) { into.from.names = append(slices.Clip(into.from.names), c.from.names...) })
	all = merge(all, func(c *connection) string { return fmt.Sprint(c.from, c.to.places, c.ports, c.others) },
		func(into, c *connection) { into.to.names = append(slices.Clip(into.to.names), c.to.names...) })
	all = merge(all, func(c *connection) string { return fmt.Sprint(c.from, c.to.names, c.ports, c.others) },
		func(into, c *connection) { into.to.places = append(slices.Clip(into.to.places), c.to.places...) })
	return merge(all, func(c *connection) string { return fmt.Sprint(c.from.names, c.to, c.ports, c.others) },
		func(into, c *connection) { into.from.places = append(slices.Clip(into.from.places), c.from.places...) })
}

func merge(all []connection, key func(*connection) string, put func(into, c *connection)) []connection {
	at := map[string]int{}
	var rest []connection
	for i := range all {
		k := key(&all[i])
		if first, isKnown := at[k]; isKnown {
			put(&rest[first], &all[i])
			rest[first].rules = append(slices.Clip(rest[first].rules), all[i].rules...)
			continue
		}
		at[k] = len(rest)
		rest = append(rest, all[i])
	}
	return rest
}

// relabelled are the connections of pods that are new or whose labels, or those of their namespace, have changed with pods that open something to namespaces by
// their labels.
func (g *grower) relabelled(edges []reach.Edge, divided map[*reach.Node][]pods) []connection {
	var changed []*reach.Node
	for _, n := range g.after.Map.Nodes {
		was := g.before.Map.Namespace(n.Namespace.Name)
		isOther := func(p pods) bool { return p.isNew || !maps.Equal(p.before.Labels, n.Labels) }
		if n.Namespace.Object != nil && was.Object != nil && !maps.Equal(was.Labels, n.Namespace.Labels) ||
			slices.ContainsFunc(divided[n], isOther) {
			changed = append(changed, n)
		}
	}
	listed := map[[2]*reach.Node]bool{}
	for i := range edges {
		listed[[2]*reach.Node{edges[i].From, edges[i].To}] = true
	}
	var found []connection
	for i := range edges {
		e := &edges[i]
		for _, n := range changed {
			from, to := n, e.To
			if e.To.Kind == reach.Elsewhere {
				from, to = e.From, n
			} else if e.From.Kind != reach.Elsewhere {
				continue
			}
			if pair := [2]*reach.Node{from, to}; !listed[pair] {
				listed[pair] = true
				found = append(found, g.between(&reach.Edge{From: from, To: to, Answer: g.after.Map.Between(from, to)}, divided)...)
			}
		}
	}
	return found
}

// withNames are ports by number and by name.
func withNames(set policy.PortSet, names []string) string {
	var parts []string
	if !set.IsEmpty() {
		parts = append(parts, portsText(set))
	}
	for _, name := range names {
		parts = append(parts, "the port called "+name)
	}
	return phrase.List(parts)
}

func portsText(set policy.PortSet) string {
	if set.All {
		return "all ports"
	}
	return strings.Join(access.PortTexts(set), ", ")
}

// between are the connections between pods that are open and were not.
func (g *grower) between(e *reach.Edge, divided map[*reach.Node][]pods) []connection {
	var found []connection
	for _, from := range divided[e.From] {
		for _, to := range divided[e.To] {
			ports := e.Ports
			if !from.isNew && !to.isNew {
				ports = ports.Minus(g.before.Map.Between(from.before, to.before).Ports)
			}
			ports = ports.Minus(g.newlyBroad(&from, policy.Egress)).Minus(g.newlyBroad(&to, policy.Ingress))
			if !ports.IsEmpty() {
				found = append(found, connection{
					namespace: e.To.Namespace.Name, from: g.end(&from), to: g.end(&to), ports: portsText(ports), rules: e.Rules(),
				})
			}
		}
	}
	return found
}

// newlyBroad are the ports that pods open to every pod and did not, which is a change of its own.
func (g *grower) newlyBroad(p *pods, d policy.Direction) policy.PortSet {
	everyPod := &reach.Node{Kind: reach.EveryPod}
	ports := g.after.Map.Open(p.after, d, everyPod)
	if !p.isNew && !ports.IsEmpty() {
		ports = ports.Minus(g.before.Map.Open(p.before, d, everyPod))
	}
	return ports
}

// outside are the connections of pods with what is no pods of one namespace that are open and were not.
func (g *grower) outside(e *reach.Edge, own *reach.Node, d policy.Direction, divided map[*reach.Node][]pods) []connection {
	other := e.To
	if d == policy.Ingress {
		other = e.From
	}
	var found []connection
	for _, p := range divided[own] {
		ports := e.Ports
		if !p.isNew {
			ports = ports.Minus(g.before.Map.Open(p.before, d, other))
		}
		names := e.PortNames
		if !p.isNew && len(names) > 0 {
			was := g.before.Map.OpenNames(p.before, other)
			isOpen := g.before.Map.Open(p.before, d, other).All
			names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return isOpen || slices.Contains(was, n) })
		}
		if ports.IsEmpty() && len(names) == 0 {
			continue
		}
		c := connection{
			namespace: own.Namespace.Name, from: g.end(&p), to: end{names: []string{other.Text}}, ports: withNames(ports, names),
			rules: e.Rules(), hosts: e.HostRules,
		}
		if d == policy.Ingress {
			c.from, c.to = c.to, c.from
		}
		if other.Kind == reach.Everyone || other.Kind == reach.EveryPod {
			c.others = g.others(&p, d, divided)
		}
		found = append(found, c)
	}
	return found
}

// others are pods of the input at the other end of connections with everybody, those for whom this one is new.
func (g *grower) others(p *pods, d policy.Direction, divided map[*reach.Node][]pods) []string {
	if g.asked++; g.asked > mostAsked {
		return nil
	}
	isOpen := func(m *access.Model, own, other *reach.Node) bool {
		if d == policy.Ingress {
			own, other = other, own
		}
		return !m.Map.Between(own, other).Ports.IsEmpty()
	}
	var names []string
	for _, n := range g.after.Map.Nodes {
		if n == p.after || n.Kind != reach.Known || !isOpen(g.after, p.after, n) {
			continue
		}
		for _, other := range divided[n] {
			if p.isNew || other.isNew || !isOpen(g.before, p.before, other.before) {
				names = append(names, g.end(&other).String())
			}
		}
	}
	return names
}

// mostAsked is for how many pods it is asked who else is concerned: the answer takes a look at every node.
const mostAsked = 100

func (g *grower) end(p *pods) end {
	return end{names: p.names, places: []string{g.after.PlaceOf(p.after.Namespace.Name)}}
}

// divide divides the nodes of the newer state into pods that the older one tells apart no further.
func (g *grower) divide() map[*reach.Node][]pods {
	type key struct{ kind, namespace, name string }
	older := map[key]*reach.Node{}
	for _, n := range g.before.Map.Nodes {
		for _, w := range n.Workloads {
			older[key{w.Kind, n.Namespace.Name, w.Name}] = n
		}
	}
	divided := map[*reach.Node][]pods{}
	for _, n := range g.after.Map.Nodes {
		if n.Kind != reach.Known {
			divided[n] = []pods{{before: g.before.Map.Like(n), after: n, names: n.Names()}}
			continue
		}
		var order []*reach.Node
		parts := map[*reach.Node]*pods{}
		for _, w := range n.Workloads {
			was := older[key{w.Kind, n.Namespace.Name, w.Name}]
			if parts[was] == nil {
				parts[was] = &pods{before: was, after: n, isNew: was == nil}
				order = append(order, was)
			}
			parts[was].names = append(parts[was].names, w.Kind+" "+w.Name)
		}
		for _, was := range order {
			divided[n] = append(divided[n], *parts[was])
		}
	}
	return divided
}

// mostRules is how many rules stand behind a connection.
const mostRules = 6

// ruleTexts are the first of some rules with their places, each once, and how many others there are.
func (g *grower) ruleTexts(rules []*model.PeerRule) []string {
	var texts []string
	known := map[*model.PeerRule]bool{}
	for _, r := range rules {
		if known[r] {
			continue
		}
		known[r] = true
		if len(texts) == mostRules {
			continue
		}
		if text := access.RuleAt(r.Object, r.Rule).At(); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	if more := len(known) - mostRules; more > 0 {
		texts = append(texts, fmt.Sprintf("and %s more", phrase.Count(more, "rule")))
	}
	return texts
}

// walls adds the namespaces of which no policy closes every pod any more.
func (g *grower) walls() {
	for _, namespace := range g.before.Map.All() {
		name := namespace.Name
		if !g.after.Map.Has(name) {
			continue // nothing is there that could be open
		}
		for _, d := range policy.Directions() {
			was, now := catchAll(g.before, name, d), catchAll(g.after, name, d)
			if was == nil || now != nil {
				continue
			}
			text := fmt.Sprintf("pods of %s that no policy selects %s open for %s", g.after.PlaceOf(name), g.words.accepts, d)
			g.add(Network, name, text, []string{g.words.closed + " " + place(was)})
		}
	}
}

// catchAll is the policy that closes every pod of a namespace; nil where there is none.
func catchAll(m *access.Model, namespace string, d policy.Direction) *objects.Object {
	if p := m.Map.Namespace(namespace).Sides[d].CatchAll(); p != nil {
		return p.Object
	}
	return nil
}
