package network

// opposite is the direction that the other end's policies hold.
func (d direction) opposite() direction { return 1 - d }

// wide says whether an opening is for no peer in particular.
func (o *opening) isWide() bool { return o.everywhere || o.block == nil && o.where.any() }

// reaches looks for a connection of the query, seen from direction d of home, that the policies of the other end let
// through as well.
func (w *world) reaches(q query, d direction, home, other *space) (witness, outcome) {
	x, result := w.reachesByRule(q, d, home, other, false)
	if far := &other.sides[d.opposite()]; result != found && !far.closed {
		q.clauses = append(unheld(far, peer), q.clauses...)
		y, outcome := q.find(w.book)
		if outcome == found {
			return q.prefer(w.book, y, [2]*space{home, other}), found
		}
		result = max(result, outcome)
	}
	return x, result
}

// reachesByRule looks for a connection that a rule of the other end lets through. With onlyWide, rules that name their peers
// do not count: they are meant.
func (w *world) reachesByRule(q query, d direction, home, other *space, onlyWide bool) (witness, outcome) {
	worst := nothing
	for _, o := range other.sides[d.opposite()].to(home, false) {
		if onlyWide && !o.isWide() {
			continue
		}
		for _, r := range o.at(other, home) {
			narrowed := q
			if narrowed.region = q.region.intersect(r.turned()); narrowed.region.ports.empty() {
				continue
			}
			switch x, outcome := narrowed.find(w.book); outcome {
			case found:
				return narrowed.prefer(w.book, x, [2]*space{home, other}), found
			case undecided:
				worst = undecided
			}
		}
	}
	return witness{}, worst
}

// victim looks for another component that an opening for no one in particular reaches, or is reached from, by a rule of
// the other side. Where the other side is not isolated at all, that is reported and no fault of the opening.
func (w *world) victim(o *opening, home *space) (other *space, x witness) {
	for _, n := range w.candidates[o.direction.opposite()] {
		if n == home {
			continue
		}
		regions := o.at(home, n)
		if o.block != nil {
			regions = o.podsBehind(home)
		}
		for _, r := range regions {
			q := query{region: r, covers: w.coversFor(home, o.direction, n)}
			if x, outcome := w.reachesByRule(q, o.direction, home, n, !w.planned); outcome == found {
				return n, x
			}
		}
	}
	return nil, witness{}
}

// podsBehind are the pods that a block of addresses matches with some network plugins: all of them.
func (o *opening) podsBehind(home *space) []region {
	anyPod := *o
	anyPod.block = nil
	return anyPod.at(home, &space{})
}

// coversFor are the regions declared for the pods of n.
func (w *world) coversFor(home *space, d direction, n *space) []region {
	if !w.planned {
		return nil
	}
	return w.declarations(home)[d].pods[n.name]
}

// findCandidates notes the components whose policies of a direction leave somebody in or out that nobody declared, so that
// they are the only ones to look at for what a rule of another component may reach.
func (w *world) findCandidates(all []*excess) {
	in := [2]map[*space]bool{{}, {}}
	for _, e := range all {
		if e.other != nil {
			in[e.opening.direction][e.home] = true
		}
	}
	for _, n := range w.components {
		for _, d := range directions {
			s := &n.sides[d]
			open := in[d][n]
			for _, o := range s.wide {
				open = open || o.isWide()
			}
			if open {
				w.candidates[d] = append(w.candidates[d], n)
			}
		}
	}
}
