package shown

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/page"
	"cloison.dev/cloison/internal/phrase"
)

// end is something outside of the components: what reaches them and what they reach stand apart in the picture, though
// they may be called the same.
type end struct {
	text    string
	reached bool
}

// ends are the two of a flow.
type ends struct{ from, to int }

// flow collects the connections between two ends.
type flow struct {
	page.Flow
	ports     []string
	everyPort bool
	states    map[page.State]bool
	maybe     []string
}

// addFlows makes a flow of all connections of two components. Connections within one, and questions to the DNS of the
// cluster, are none.
func (b *builder) addFlows() {
	var all []*flow
	at := map[ends]*flow{}
	for i := range b.state.Reaches {
		r := &b.state.Reaches[i]
		from, to := &b.state.Parties[r.From], &b.state.Parties[r.To]
		if r.DNS || from.Namespace == to.Namespace && from.Namespace != "" {
			continue
		}
		if !b.isComponent(from) && !b.isComponent(to) {
			continue
		}
		key := ends{b.end(from, false), b.end(to, true)}
		if at[key] == nil {
			at[key] = &flow{Flow: page.Flow{From: key.from, To: key.to}, states: map[page.State]bool{}}
			all = append(all, at[key])
		}
		at[key].add(r, from, to)
	}
	// The ends outside are numbered behind the components.
	for _, f := range all {
		f.From, f.To = b.numbered(f.From), b.numbered(f.To)
		f.finish()
		b.data.Flows = append(b.data.Flows, f.Flow)
	}
}

func (b *builder) sortFlows() {
	slices.SortStableFunc(b.data.Flows, func(x, y page.Flow) int {
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To))
	})
}

func (b *builder) isComponent(p *access.Party) bool {
	_, is := b.components[p.Namespace]
	return is && p.Namespace != ""
}

// end is the number of a component or, counting down from -1, that of something outside.
func (b *builder) end(p *access.Party, reached bool) int {
	if at, is := b.components[p.Namespace]; is && p.Namespace != "" {
		return at
	}
	return b.outsideEnd(outsideText(p), reached)
}

func (b *builder) outsideEnd(text string, reached bool) int {
	key := end{text: text, reached: reached}
	at, isKnown := b.outside[key]
	if !isKnown {
		at = len(b.data.Outside)
		b.outside[key] = at
		b.data.Outside = append(b.data.Outside, key.text)
	}
	return -1 - at
}

func (b *builder) numbered(end int) int {
	if end < 0 {
		return len(b.data.Components) - 1 - end
	}
	return end
}

// outsideText is what something outside is called. The internet is one, whatever its addresses look like.
func outsideText(p *access.Party) string {
	switch {
	case p.Namespace != "":
		return "namespace " + p.Namespace
	case p.IsPods():
		return "no namespace"
	}
	return strings.TrimSuffix(p.Text, " (IPv6)")
}

func (f *flow) add(r *access.Reach, from, to *access.Party) {
	switch {
	case r.Closed:
		f.states[page.Undecided] = true
	case r.Declared == "" && isUnclosed(r, from, to):
		f.states[page.Unclosed] = true
	case r.Declared == "":
		f.states[page.Allowed] = true
	case r.Declared == access.Declared:
		f.states[page.Declared] = true
	default:
		f.states[page.Undeclared] = true
	}
	ports := r.Ports
	switch {
	case r.Closed:
		ports = r.MaybePorts
		f.maybe = append(f.maybe, ports...)
	case len(ports) == 0:
		f.everyPort = true
	}
	f.ports = append(f.ports, ports...)
	pair := partyText(from) + " to " + partyText(to)
	if len(ports) > 0 {
		pair += " on " + strings.Join(ports, ", ")
	} else {
		pair += " on every port"
	}
	if r.Declared == access.PartlyDeclared {
		pair += ", of which not all are declared"
	}
	if r.Closed {
		pair += ", if a namespace that is not in the input has the labels"
	}
	f.Pods = append(f.Pods, pair)
	f.addRules(r, from, to)
}

// isUnclosed reports whether no policy closes one of the ends that are pods.
func isUnclosed(r *access.Reach, from, to *access.Party) bool {
	for _, p := range []*access.Party{from, to} {
		if p.Component != "" && !opens(r, p) {
			return true
		}
	}
	return false
}

// opens reports whether a rule of an end's own namespace opens a connection.
func opens(r *access.Reach, p *access.Party) bool {
	return slices.ContainsFunc(r.By, func(rule access.Rule) bool { return rule.Namespace == p.Namespace })
}

// addRules names the rules, each once, and the ends that nothing closes.
func (f *flow) addRules(r *access.Reach, from, to *access.Party) {
	for _, rule := range r.By {
		f.because(page.Reason{Text: "opened by " + rule.String(), Place: rule.Place()})
	}
	if from.Component != "" && !opens(r, from) {
		f.because(page.Reason{
			Text: "no policy closes what " + partyText(from) + " in namespace " + from.Namespace + " opens",
		})
	}
	if to.Component != "" && !opens(r, to) {
		f.because(page.Reason{Text: "no policy closes " + partyText(to) + " in namespace " + to.Namespace})
	}
}

func (f *flow) because(reason page.Reason) {
	if !slices.Contains(f.Why, reason) {
		f.Why = append(f.Why, reason)
	}
}

// finish says of all connections together what they are. One that is not declared is the worst.
func (f *flow) finish() {
	for _, state := range []page.State{page.Undeclared, page.Unclosed, page.Declared, page.Allowed, page.Undecided} {
		if f.states[state] {
			f.State = state
			break
		}
	}
	const few = 4
	var ports []string
	for _, port := range f.ports {
		if !slices.Contains(ports, port) {
			ports = append(ports, port)
		}
	}
	f.Ports = phrase.Few(few, ports)
	if f.everyPort {
		f.Ports = "every port"
	}
}

// partyText names pods.
func partyText(p *access.Party) string {
	if len(p.Workloads) == 0 {
		return p.Text
	}
	const few = 4
	var names []string
	for _, workload := range p.Workloads {
		names = append(names, workload.Kind+" "+workload.Name)
	}
	return phrase.Few(few, names)
}
