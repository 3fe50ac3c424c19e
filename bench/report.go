package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// row compares the function with the no-op.
type row struct {
	name, detail string
	// size is a number of resources; 0 for rows without.
	size       int
	ours, noop usage
	// budget is the greatest ratio; 0 means that there is none.
	budget float64
	// timeOnly leaves memory out of the verdict, since it cannot be measured for small processes.
	timeOnly bool
	// memory is the greatest peak in bytes where it is judged by itself and not by the ratio; 0 where it is not.
	memory int64
}

// componentRow is a number of components that have the same number of resources together.
type componentRow struct {
	components, resources int
	ours                  usage
}

type report struct {
	rows       []row
	components []componentRow
	paths      []pathsRow
	renders    []renderRow
}

func (r *report) add(row row) { r.rows = append(r.rows, row) }

func ratio[T ~int64](a, b T) float64 { return float64(a) / float64(max(b, 1)) }

// within judges by wall time; CPU time is shown beside it.
func (r row) within() bool {
	return r.budget == 0 || ratio(r.ours.wall, r.noop.wall) <= r.budget && r.withinMemory()
}

func (r row) withinMemory() bool {
	switch {
	case r.timeOnly:
		return true
	case r.memory > 0:
		return r.ours.peak <= r.memory
	default:
		return ratio(r.ours.peak, r.noop.peak) <= r.budget
	}
}

// growth is how much more time something takes when a quantity grows tenfold.
type growth struct {
	name, from, to string
	factor, budget float64
}

// growths compares neighbouring sizes of the same rows.
func (r *report) growths() []growth {
	var all []growth
	for i := 1; i < len(r.rows); i++ {
		now := r.rows[i]
		before, found := r.smaller(i)
		if found {
			all = append(all, growth{
				name: now.title(), from: resources(before.size), to: resources(now.size),
				factor: ratio(now.ours.cpu, before.ours.cpu),
				budget: linearBudget * float64(now.size) / float64(before.size),
			})
		}
	}
	for i := 1; i < len(r.renders); i++ {
		before, now := r.renders[i-1], r.renders[i]
		all = append(all, growth{
			name: "render a kustomization", from: resources(before.size), to: resources(now.size),
			factor: ratio(now.ours.cpu, before.ours.cpu),
			budget: linearBudget * float64(now.size) / float64(before.size),
		})
	}
	for i := 1; i < len(r.components); i++ {
		before, now := r.components[i-1], r.components[i]
		all = append(all, growth{
			name: "expand " + resources(now.resources), from: components(before.components),
			to:     components(now.components),
			factor: ratio(now.ours.cpu, before.ours.cpu), budget: quadraticBudget,
		})
	}
	return all
}

// smaller is the row of the same title with the next smaller size.
func (r *report) smaller(i int) (row, bool) {
	for j := i - 1; j >= 0; j-- {
		if r.rows[j].title() == r.rows[i].title() {
			return r.rows[j], true
		}
	}
	return row{}, false
}

func resources(n int) string  { return strconv.Itoa(n) + " resources" }
func components(n int) string { return strconv.Itoa(n) + " components" }

func (g growth) within() bool { return g.factor <= g.budget }

func (r *report) overBudget() bool {
	for _, row := range r.rows {
		if !row.within() {
			return true
		}
	}
	for _, g := range r.growths() {
		if !g.within() {
			return true
		}
	}
	return slices.ContainsFunc(r.paths, func(row pathsRow) bool { return !row.within() }) ||
		slices.ContainsFunc(r.renders, func(row renderRow) bool { return !row.within() })
}

func (r *report) write(out io.Writer) error {
	t := newTable(out)
	t.line(padded("row", r.longestName()), "resources", "wall", "no-op", "ratio", "CPU", "no-op", "ratio", "memory",
		"no-op", "ratio", "budget", "verdict", "CPU per resource")
	for _, row := range r.rows {
		t.line(row.cells(r.longestName())...)
	}
	if err := t.flush(); err != nil {
		return err
	}
	if err := errors.Join(writePathsRows(out, r.paths), writeRenderRows(out, r.renders)); err != nil {
		return err
	}
	t.line("growth of CPU time", "from", "to", "factor", "budget", "verdict")
	for _, g := range r.growths() {
		t.line(g.name, g.from, g.to, times(g.factor), times(g.budget), verdict(g.within()))
	}
	return t.w.Flush()
}

// table has its numbers at the right.
type table struct {
	out io.Writer
	w   *tabwriter.Writer
}

func newTable(out io.Writer) table {
	return table{out, tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)}
}

func (t table) line(cells ...string) {
	for _, cell := range cells {
		fmt.Fprint(t.w, cell, "\t")
	}
	fmt.Fprintln(t.w)
}

// flush ends the table, and leaves a line free.
func (t table) flush() error {
	if err := t.w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(t.out)
	return err
}

func (r row) title() string { return r.name + ": " + r.detail }

func (r *report) longestName() int {
	longest := 0
	for _, row := range r.rows {
		longest = max(longest, len(row.title()))
	}
	return longest
}

// padded makes a cell start at the left in a table whose numbers are at the right.
func padded(text string, width int) string { return fmt.Sprintf("%-*s", width, text) }

// cells are the row as text, the first as wide as nameWidth.
func (r row) cells(nameWidth int) []string {
	size, each, budget, judged := "", "", "", ""
	if r.size > 0 {
		size, each = strconv.Itoa(r.size), (r.ours.cpu / time.Duration(r.size)).Round(time.Microsecond/10).String()
	}
	if r.budget > 0 {
		budget, judged = times(r.budget), verdict(r.within())
	}
	return []string{
		padded(r.title(), nameWidth), size,
		milliseconds(r.ours.wall), milliseconds(r.noop.wall), times(ratio(r.ours.wall, r.noop.wall)),
		milliseconds(r.ours.cpu), milliseconds(r.noop.cpu), times(ratio(r.ours.cpu, r.noop.cpu)),
		mebibytes(r.ours.peak), mebibytes(r.noop.peak), times(ratio(r.ours.peak, r.noop.peak)),
		budget, judged, each,
	}
}

func verdict(within bool) string {
	if within {
		return "ok"
	}
	return "OVER"
}

func times(factor float64) string { return fmt.Sprintf("%.2fx", factor) }

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}

func mebibytes(bytes int64) string { return fmt.Sprintf("%.0f MiB", float64(bytes)/(1<<20)) }
