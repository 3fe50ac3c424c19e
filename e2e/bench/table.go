package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"
)

// figure is a quantity that was measured. The zero figure was not.
type figure struct {
	value float64
	unit  unit
	// more reports whether the measurement was cut off: it would have been more than the value.
	more bool
	// fewer is how many of several have not come to an end by then.
	fewer string
}

// unit is how a value is written; empty where there is no value.
type unit string

const (
	count   unit = "count"
	seconds unit = "seconds"
	bytesOf unit = "bytes"
)

func calls(n int) figure               { return figure{value: float64(n), unit: count} }
func memory(bytes int64) figure        { return figure{value: float64(bytes), unit: bytesOf} }
func duration(d time.Duration) figure  { return figure{value: d.Seconds(), unit: seconds} }
func notWithin(d time.Duration) figure { return figure{value: d.Seconds(), unit: seconds, more: true} }

func (f figure) measured() bool { return f.unit != "" }

func (f figure) String() string {
	if !f.measured() {
		return ""
	}
	if f.more {
		return fmt.Sprintf("not within %.0f s%s", f.value, f.fewer)
	}
	switch f.unit {
	case bytesOf:
		return fmt.Sprintf("%.1f MiB", f.value/(1<<20))
	case seconds:
		if f.value < 1 {
			return fmt.Sprintf("%.0f ms", f.value*1000)
		}
		return fmt.Sprintf("%.2f s", f.value)
	}
	return fmt.Sprintf("%.0f", f.value)
}

// row compares the runtime with the operator.
type row struct {
	name      string
	ours, eso figure
	// budget is empty for a row without one.
	budget budget
	// note is shown behind the row.
	note string
}

// budget is what a row must keep.
type budget struct {
	text  string
	judge func(ours, eso figure) verdict
}

// verdict on a row.
type verdict string

const (
	unbound   verdict = ""
	held      verdict = "held"
	missed    verdict = "MISSED"
	undecided verdict = "NOT DECIDED"
)

// faster is held where the operator's figure is at least n times ours. Where the operator was cut off, what it took by
// then counts.
func faster(n float64) budget {
	return budget{fmt.Sprintf("at least %gx", n), func(ours, eso figure) verdict {
		switch {
		case !ours.measured() || !eso.measured():
			return undecided
		case ours.more:
			return missed
		case eso.value >= n*ours.value:
			return held
		case eso.more:
			return undecided
		}
		return missed
	}}
}

// atMost is held where our figure is at most the limit.
func atMost(limit figure) budget {
	return budget{"at most " + limit.String(), func(ours, _ figure) verdict { return judgeMost(ours, limit.value) }}
}

// withinTime is held where our figure came to its end at all.
func withinTime() budget {
	return budget{"comes to its end", func(ours, _ figure) verdict { return judgeMost(ours, math.Inf(1)) }}
}

func judgeMost(ours figure, limit float64) verdict {
	switch {
	case !ours.measured():
		return undecided
	case ours.more || ours.value > limit:
		return missed
	}
	return held
}

func (r row) verdict() verdict {
	if r.budget.judge == nil {
		return unbound
	}
	return r.budget.judge(r.ours, r.eso)
}

// ratio is the operator's figure by ours, as text. It is a bound where one of them was cut off.
func (r row) ratio() string {
	if !r.ours.measured() || !r.eso.measured() || r.ours.value <= 0 || r.ours.more && r.eso.more {
		return ""
	}
	bound := ""
	if r.eso.more {
		bound = "> "
	} else if r.ours.more {
		bound = "< "
	}
	return fmt.Sprintf("%s%.1fx", bound, r.eso.value/r.ours.value)
}

// section is rows that are measured together.
type section struct {
	title string
	rows  []row
}

// write prints the sections as one table, each under its title.
func write(out io.Writer, sections []section) error {
	lines := [][]string{{"", "cloison-sync", "ESO", "ESO / cloison-sync", "budget", "verdict", ""}}
	for _, s := range sections {
		lines = append(lines, []string{s.title})
		for _, r := range s.rows {
			lines = append(lines, []string{
				"  " + r.name, r.ours.String(), r.eso.String(), r.ratio(), r.budget.text, string(r.verdict()), r.note,
			})
		}
	}
	widths := make([]int, len(lines[0]))
	for _, cells := range lines {
		for i, cell := range cells {
			if len(cells) > 1 {
				widths[i] = max(widths[i], len(cell))
			}
		}
	}
	for _, cells := range lines {
		var line strings.Builder
		for i, cell := range cells {
			fmt.Fprintf(&line, "%-*s  ", widths[i], cell)
		}
		if _, err := fmt.Fprintln(out, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// verdicts counts the rows of a verdict.
func verdicts(sections []section, of verdict) int {
	n := 0
	for _, s := range sections {
		for _, r := range s.rows {
			if r.verdict() == of {
				n++
			}
		}
	}
	return n
}
