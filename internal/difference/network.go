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
	// node of pods; nil for what is in no namespace.
	node *reach.Node
}

// isLater reports whether the end is pods that nobody makes yet.
func (e end) isLater() bool { return e.node != nil && e.node.Later }

func (e end) String() string {
	text := phrase.And(mostNames, e.names)
	if len(e.places) > 0 {
		text += " of " + phrase.And(mostNames, e.places)
	}
	if e.isLater() {
		text += ", those that are created later too,"
	}
	return text
}

// key is the same for ends of the same pods, however many there are.
func (e end) key() string { return fmt.Sprintf("%q %q %v", e.names, e.places, e.isLater()) }

// certainty is how far a connection is open, and was.
type certainty int

const (
	// sure is open, and was closed. Perhaps is open if what is not in the input is as a rule demands, and was closed. Surely is
	// open, and perhaps was.
	sure certainty = iota
	perhaps
	surely
)

// connection is what is open and was not.
type connection struct {
	certainty
	namespace string
	from, to  end
	ports     string
	rules     []*model.PeerRule
	hosts     []*model.NameRule
	// others are, for a connection with everybody, those of the input for whom it is new, and part what was, or still is, open.
	others []string
	// none is true where it is new for none of them.
	none bool
	part string
	// why is what is not known where the connection is not sure.
	why string
}

// network adds the connections that are open now and were not.
func (g *grower) network() {
	g.now = g.after.Map.Later(g.before.Map)
	divided := g.divide()
	var found []connection
	edges := g.now.Edges()
	for i := range edges {
		e := &edges[i]
		switch {
		case e.From.IsPods() && e.To.IsPods():
			found = append(found, g.between(e, divided)...)
		case e.From.Kind == reach.Outside || e.To.Kind == reach.Outside: // all together
		case e.From.IsPods():
			found = append(found, g.outside(e, e.From, policy.Egress, divided)...)
		default:
			found = append(found, g.outside(e, e.To, policy.Ingress, divided)...)
		}
	}
	found = append(found, g.addresses(divided)...)
	found = append(found, g.relabelled(edges, divided)...)
	for _, c := range merged(foldLater(found)) {
		reach := map[certainty]string{sure: g.words.reach, perhaps: g.words.perhaps, surely: g.words.surely}[c.certainty]
		text := fmt.Sprintf("%s %s %s on %s", c.from, reach, c.to, c.ports)
		switch {
		case len(c.others) > 0:
			text += "; of the input, these: " + phrase.And(mostNames, c.others)
		case c.none:
			text += "; of the input, " + g.words.none
		}
		if c.part != "" {
			text += "; " + g.words.part + " " + c.part
		}
		why := g.ruleTexts(c.rules)
		for _, host := range c.hosts {
			if text := access.RuleAt(host.Object, host.Field).At(); !slices.Contains(why, text) {
				why = append(why, text)
			}
		}
		if c.why != "" {
			why = append(why, c.why)
		}
		g.add(Network, c.namespace, text, why)
	}
	g.walls()
}

// foldLater leaves out pods that nobody makes yet where pods of the input that the same selector selects say the same. Where it
// selects every pod of a namespace, those of the input are left out and named instead.
func foldLater(all []connection) []connection {
	of := func(c *connection, ingress bool) (own, other *end) {
		if ingress {
			return &c.to, &c.from
		}
		return &c.from, &c.to
	}
	for _, ingress := range []bool{false, true} {
		key := func(c *connection) string {
			own, other := of(c, ingress)
			return fmt.Sprint(own.places, "\n", other.key(), "\n", c.ports, c.certainty)
		}
		known := map[string][]int{}
		for i := range all {
			if own, _ := of(&all[i], ingress); own.node != nil && !own.node.Later {
				known[key(&all[i])] = append(known[key(&all[i])], i)
			}
		}
		drop := map[int]bool{}
		for i := range all {
			own, _ := of(&all[i], ingress)
			if !own.isLater() {
				continue
			}
			for _, j := range known[key(&all[i])] {
				same, _ := of(&all[j], ingress)
				switch {
				case own.node.EveryLater():
					drop[j] = true
					if same.node.Kind == reach.Known {
						all[i].others = append(all[i].others, same.names...)
					}
				case own.node.Selector.Matches(same.node.Labels) && !same.node.Host:
					drop[i] = true
				}
			}
		}
		var rest []connection
		for i := range all {
			if !drop[i] {
				rest = append(rest, all[i])
			}
		}
		all = rest
	}
	return all
}

// merged puts together the connections that differ in the pods of one place at one end, then those that differ in the place
// of one end.
func merged(all []connection) []connection {
	rest := func(c *connection) string {
		return fmt.Sprint(c.ports, c.certainty, c.others, c.none, c.part, c.why, c.from.isLater(), c.to.isLater())
	}
	all = merge(all, func(c *connection) string { return fmt.Sprint(c.from.places, c.to.key(), rest(c)) },
		func(into, c *connection) { into.from.names = append(into.from.names, c.from.names...) })
	all = merge(all, func(c *connection) string { return fmt.Sprint(c.from.key(), c.to.places, rest(c)) },
		func(into, c *connection) { into.to.names = append(into.to.names, c.to.names...) })
	all = merge(all, func(c *connection) string { return fmt.Sprint(c.from.key(), c.to.names, rest(c)) },
		func(into, c *connection) { into.to.places = append(into.to.places, c.to.places...) })
	return merge(all, func(c *connection) string { return fmt.Sprint(c.from.names, c.to.key(), rest(c)) },
		func(into, c *connection) { into.from.places = append(into.from.places, c.from.places...) })
}

// merge puts together the connections of the same key. The lists of the first of them are its own from then on.
func merge(all []connection, key func(*connection) string, put func(into, c *connection)) []connection {
	at := map[string]int{}
	var rest []connection
	for i := range all {
		k := key(&all[i])
		first, isKnown := at[k]
		if !isKnown {
			at[k] = len(rest)
			c := all[i]
			for _, list := range []*[]string{&c.from.names, &c.from.places, &c.to.names, &c.to.places} {
				*list = slices.Clone(*list)
			}
			c.rules, c.hosts = slices.Clone(c.rules), slices.Clone(c.hosts)
			rest = append(rest, c)
			continue
		}
		into := &rest[first]
		put(into, &all[i])
		into.rules, into.hosts = append(into.rules, all[i].rules...), append(into.hosts, all[i].hosts...)
	}
	return rest
}

// relabelled are the connections of pods that are new or whose labels, or those of their namespace, have changed with pods
// that open something to namespaces by their labels.
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
				found = append(found, g.between(&reach.Edge{From: from, To: to, Answer: g.now.Between(from, to)}, divided)...)
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
			var was reach.Answer
			if !from.isNew && !to.isNew {
				was = g.before.Map.Between(from.before, to.before)
			}
			broad := g.newlyBroad(&from, policy.Egress).Union(g.newlyBroad(&to, policy.Ingress))
			fresh := e.Ports.Minus(was.Ports).Minus(broad)
			for kind, ports := range []policy.PortSet{
				sure: fresh.Minus(was.Maybe), surely: fresh.Intersect(was.Maybe),
				perhaps: e.Maybe.Minus(was.Ports).Minus(was.Maybe).Minus(broad),
			} {
				if ports.IsEmpty() {
					continue
				}
				c := connection{
					namespace: e.To.Namespace.Name, from: g.end(&from), to: g.end(&to), ports: portsText(ports), rules: e.Rules(),
				}
				switch c.certainty = certainty(kind); c.certainty {
				case sure:
				case perhaps:
					c.why = notSure(e.From, e.To)
				case surely:
					c.why = notSure(from.before, to.before)
				}
				found = append(found, c)
			}
		}
	}
	return found
}

// notSure is why it is not known whether a connection is open.
func notSure(from, to *reach.Node) string {
	if from.Host || to.Host {
		return "perhaps: pods on the network of their node have its address, which is not known"
	}
	var names []string
	for _, n := range []*reach.Node{from, to} {
		if n.Namespace.Object == nil && !slices.Contains(names, n.Namespace.Name) {
			names = append(names, n.Namespace.Name)
		}
	}
	return fmt.Sprintf("perhaps: a rule asks for labels of the %s %s, which %s not in the input", phrase.Plural(len(names), "namespace"),
		phrase.And(mostNames, names), map[bool]string{true: "is", false: "are"}[len(names) == 1])
}

// newlyBroad are the ports that pods open to every pod and did not, which is a change of its own.
func (g *grower) newlyBroad(p *pods, d policy.Direction) policy.PortSet {
	everyPod := &reach.Node{Kind: reach.EveryPod}
	ports := g.now.Open(p.after, d, everyPod)
	if !p.isNew && !ports.IsEmpty() {
		ports = ports.Minus(g.before.Map.Open(p.before, d, everyPod))
	}
	return ports
}

// outside are the connections of pods with what is neither pods of one namespace nor addresses that are open and were not.
func (g *grower) outside(e *reach.Edge, own *reach.Node, d policy.Direction, divided map[*reach.Node][]pods) []connection {
	other := e.To
	if d == policy.Ingress {
		other = e.From
	}
	var found []connection
	for _, p := range divided[own] {
		if own.Later && own.IsOpen(d) && g.hasWallLess(own.Namespace.Name, d) {
			continue // that is said of the namespace
		}
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
			c.others, c.none = g.others(&p, d, ports, divided)
		}
		if !p.isNew {
			c.part = phrase.And(mostNames, g.before.Map.Partly(p.before, d, other, ports))
		}
		found = append(found, c)
	}
	return found
}

// others are the pods of the input at the other end of connections with everybody for whom it is new, by the policies of both
// ends; none is true where there are pods, and it is new for none.
func (g *grower) others(p *pods, d policy.Direction, ports policy.PortSet, divided map[*reach.Node][]pods) (names []string, none bool) {
	if g.asked++; g.asked > mostAsked || ports.IsEmpty() || p.after.Later {
		return nil, false
	}
	between := func(m *reach.Map, own, other *reach.Node) policy.PortSet {
		if d == policy.Ingress {
			own, other = other, own
		}
		return m.Between(own, other).Ports
	}
	isAsked := false
	for _, n := range g.now.Nodes {
		if n == p.after || n.Kind != reach.Known {
			continue
		}
		isAsked = true
		open := between(g.now, p.after, n).Intersect(ports)
		if open.IsEmpty() {
			continue
		}
		for _, other := range divided[n] {
			if p.isNew || other.isNew || !open.Minus(between(g.before.Map, p.before, other.before)).IsEmpty() {
				names = append(names, g.end(&other).String())
			}
		}
	}
	return names, isAsked && len(names) == 0
}

// mostAsked is for how many pods it is asked who else is concerned: the answer takes a look at every node.
const mostAsked = 100

func (g *grower) end(p *pods) end {
	return end{names: p.names, places: []string{g.after.PlaceOf(p.after.Namespace.Name)}, node: p.after}
}

// divide divides the nodes of the newer state into pods that the older one tells apart no further.
func (g *grower) divide() map[*reach.Node][]pods {
	older := map[workload]*reach.Node{}
	for _, n := range g.before.Map.Nodes {
		for _, w := range n.Workloads {
			older[g.renames.workload(workload{w.Kind, n.Namespace.Name, w.Name})] = n
		}
	}
	divided := map[*reach.Node][]pods{}
	for _, n := range g.now.Nodes {
		if n.Kind != reach.Known {
			divided[n] = []pods{{before: g.before.Map.Like(n), after: n, names: n.Names()}}
			continue
		}
		var order []*reach.Node
		parts := map[*reach.Node]*pods{}
		for _, w := range n.Workloads {
			was := older[workload{w.Kind, n.Namespace.Name, w.Name}]
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
			if !g.hasWallLess(name, d) {
				continue
			}
			was := catchAll(g.before, name, d)
			text := fmt.Sprintf("pods of %s that no policy selects %s open for %s", g.after.PlaceOf(name), g.words.accepts, d)
			g.add(Network, name, text, []string{g.words.closed + " " + place(was)})
		}
	}
}

// hasWallLess reports whether a policy closed every pod of a namespace, and none does any more.
func (g *grower) hasWallLess(namespace string, d policy.Direction) bool {
	return catchAll(g.before, namespace, d) != nil && catchAll(g.after, namespace, d) == nil
}

// catchAll is the policy that closes every pod of a namespace; nil where there is none.
func catchAll(m *access.Model, namespace string, d policy.Direction) *objects.Object {
	if p := m.Map.Namespace(namespace).Sides[d].CatchAll(); p != nil {
		return p.Object
	}
	return nil
}
