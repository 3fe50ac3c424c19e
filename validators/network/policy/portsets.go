package policy

import (
	"cmp"
	"slices"
)

// Union has the ports of both sets, in ranges that neither overlap nor touch, sorted by protocol and number.
func (s PortSet) Union(other PortSet) PortSet {
	if s.All || other.All {
		return AllPorts()
	}
	return merged(slices.Concat(s.Ranges, other.Ranges))
}

// Minus has the ports of s that are not in other, in the form of [PortSet.Union].
func (s PortSet) Minus(other PortSet) PortSet {
	if other.All {
		return PortSet{}
	}
	if len(other.Ranges) == 0 && s.All {
		return s
	}
	rest := s.ranges()
	for _, cut := range other.Ranges {
		var left []PortRange
		for _, r := range rest {
			left = append(left, r.without(cut)...)
		}
		rest = left
	}
	return merged(rest)
}

// without is what is left of a range, in at most two pieces.
func (r PortRange) without(cut PortRange) []PortRange {
	if r.Protocol != cut.Protocol || cut.Last < r.First || r.Last < cut.First {
		return []PortRange{r}
	}
	var left []PortRange
	if r.First < cut.First {
		left = append(left, PortRange{r.Protocol, r.First, cut.First - 1})
	}
	if cut.Last < r.Last {
		left = append(left, PortRange{r.Protocol, cut.Last + 1, r.Last})
	}
	return left
}

// merged puts ranges together that overlap or touch.
func merged(ranges []PortRange) PortSet {
	sorted := slices.Clone(ranges)
	slices.SortFunc(sorted, func(a, b PortRange) int {
		return cmp.Or(cmp.Compare(slices.Index(protocols(), a.Protocol), slices.Index(protocols(), b.Protocol)),
			cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last))
	})
	var set PortSet
	for _, r := range sorted {
		if last := len(set.Ranges) - 1; last >= 0 && set.Ranges[last].Protocol == r.Protocol &&
			r.First <= set.Ranges[last].Last+1 {
			set.Ranges[last].Last = max(set.Ranges[last].Last, r.Last)
			continue
		}
		set.Ranges = append(set.Ranges, r)
	}
	set.All = len(set.Ranges) == len(protocols()) &&
		!slices.ContainsFunc(set.Ranges, func(r PortRange) bool { return r.First > firstPort || r.Last < lastPort })
	if set.All {
		set.Ranges = nil
	}
	return set
}

// Cells divides the ports of some sets into parts that each set has whole or not at all.
func Cells(sets []PortSet) []PortSet {
	var cells []PortSet
	for _, set := range sets {
		var next []PortSet
		for _, cell := range cells {
			for _, part := range []PortSet{cell.Intersect(set), cell.Minus(set)} {
				if !part.IsEmpty() {
					next = append(next, part)
				}
			}
			set = set.Minus(cell)
		}
		if !set.IsEmpty() {
			next = append(next, set)
		}
		cells = next
	}
	return cells
}
