package network

import (
	"fmt"

	"cloison.dev/cloison/internal/finding"
)

// excess is what an opening lets through beyond the declared flows, with one peer.
type excess struct {
	opening *opening
	home    *space
	// other is the peer's namespace; nil for addresses.
	other *space
	query query
	witness
}

// ports says on which port the excess was found, and that there are others where the rule does not limit them.
func (e *excess) ports() string { return e.portsAt(e.port) }

func (e *excess) portsAt(port Port) string {
	if e.opening.ports.fixed.all {
		return fmt.Sprintf("%s (the rule opens every port)", port)
	}
	return port.String()
}

// checkOpenings judges every rule of every component.
func (w *world) checkOpenings() {
	byOpening := map[*opening][]*excess{}
	var all []*excess
	if w.planned {
		for _, n := range w.components {
			for _, o := range n.openings() {
				byOpening[o] = w.excessOf(o, n)
				all = append(all, byOpening[o]...)
			}
		}
	}
	w.findCandidates(all)
	for _, n := range w.components {
		r := &reporter{world: w, home: n, reported: map[reportKey]bool{}}
		for _, o := range n.openings() {
			r.judge(o, byOpening[o])
		}
	}
}

// openings are those of both directions.
func (n *space) openings() []*opening {
	var all []*opening
	for d := range n.sides {
		all = append(all, n.sides[d].openings...)
	}
	return all
}

// excessOf lists what an opening lets through beyond the declared flows. For one that is for no one in particular it lists
// nothing: no flow declares such.
func (w *world) excessOf(o *opening, home *space) []*excess {
	if o.isWide() {
		return nil
	}
	var all []*excess
	if o.block != nil {
		for _, r := range o.outside(w.book, home) {
			all = append(all, w.beyond(excess{opening: o, home: home}, r, w.declarations(home)[o.direction].blocks)...)
		}
		return all
	}
	for _, other := range w.targets(o) {
		for _, r := range o.at(home, other) {
			beyond := w.beyond(excess{opening: o, home: home, other: other}, r, w.coversFor(home, o.direction, other))
			if all = append(all, beyond...); len(beyond) > 0 {
				break
			}
		}
	}
	return all
}

// targets are the namespaces that an opening is for, as far as they are known.
func (w *world) targets(o *opening) []*space {
	switch {
	case o.where.own:
		return []*space{w.space(o.Namespace)}
	case o.where.impossible:
		return nil
	}
	names := w.names
	if o.where.named {
		names = o.where.names
	}
	var targets []*space
	for _, name := range names {
		if n := w.elsewhere(name); o.where.matches(n, o.Namespace) == yes {
			targets = append(targets, n)
		}
	}
	return targets
}

// beyond fills in the query and its answer; none where everything is declared.
func (w *world) beyond(e excess, r region, covers []region) []*excess {
	e.query = query{region: r, covers: covers}
	x, outcome := e.query.find(w.book)
	switch outcome {
	case undecided:
		w.undecidedOpening(e.opening)
		return nil
	case nothing:
		return nil
	}
	e.witness = e.query.prefer(w.book, x, [2]*space{e.home, e.other})
	return []*excess{&e}
}

func (w *world) undecidedOpening(o *opening) {
	w.report(o.Object, finding.Finding{
		Code: finding.NetworkUndecided, Severity: finding.Warning, Undecided: true, Field: o.field,
		Message: "not decided whether the rule opens more than the declared flows: its selectors combine too many labels",
		Fix:     "write the policies with fewer matchExpressions",
	})
}
