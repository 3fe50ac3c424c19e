package emulator

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// ordering is one of the orders that a list can be asked for.
type ordering[T any] struct {
	name    string
	compare func(a, b T) int
}

// ordered reads the order and the page, and returns that page of the rows, shown,
// and how many rows there are. The first ordering is the default; rows come in by
// id, which breaks ties. Sizes of pages are those of the secrets (inferred).
func ordered[T, S any](a *arguments, rows []T, show func(T) S, orderings ...ordering[T]) (shown []S, total int) {
	var names []string
	for _, o := range orderings {
		names = append(names, o.name+"_asc", o.name+"_desc")
	}
	order := a.choice("order_by", names[0], names...)
	for _, o := range orderings {
		field, descending := strings.CutSuffix(order, "_desc")
		if strings.TrimSuffix(field, "_asc") != o.name {
			continue
		}
		slices.SortStableFunc(rows, func(x, y T) int {
			if descending {
				x, y = y, x
			}
			return o.compare(x, y)
		})
	}
	shown = []S{}
	for _, row := range paged(rows, a.page()) {
		shown = append(shown, show(row))
	}
	return shown, len(rows)
}

func byTime[T any](name string, of func(T) time.Time) ordering[T] {
	return ordering[T]{name, func(a, b T) int { return of(a).Compare(of(b)) }}
}

func byText[T any](name string, of func(T) string) ordering[T] {
	return ordering[T]{name, func(a, b T) int { return cmp.Compare(of(a), of(b)) }}
}

// keep drops the rows for which the condition is false.
func keep[T any](rows []T, condition func(T) bool) []T {
	return slices.DeleteFunc(rows, func(row T) bool { return !condition(row) })
}

// kept drops the rows that a filter of the query refuses: a text that must be
// equal. An empty filter is none (inferred).
func kept[T any](a *arguments, name string, rows []T, of func(T) string) []T {
	wanted, _ := a.text(name)
	if wanted == "" {
		return rows
	}
	return keep(rows, func(row T) bool { return of(row) == wanted })
}

// keptAmong is kept for a filter that may be given several times and then lets
// any of its values pass.
func keptAmong[T any](a *arguments, name string, rows []T, of func(T) string) []T {
	wanted := a.query[name]
	if len(wanted) == 0 {
		return rows
	}
	return keep(rows, func(row T) bool { return slices.Contains(wanted, of(row)) })
}

// keptWithAny is keptAmong for rows that have several values, one of which must
// be among those of the filter (inferred).
func keptWithAny[T any](a *arguments, name string, rows []T, of func(T) []string) []T {
	wanted := a.query[name]
	if len(wanted) == 0 {
		return rows
	}
	return keep(rows, func(row T) bool {
		return slices.ContainsFunc(of(row), func(value string) bool { return slices.Contains(wanted, value) })
	})
}

// keptTagged is kept for the filter on one tag. Source: recorded traffic,
// list-iam-applications-basic.
func keptTagged[T any](a *arguments, rows []T, of func(T) []string) []T {
	tag, _ := a.text("tag")
	if tag == "" {
		return rows
	}
	return keep(rows, func(row T) bool { return slices.Contains(of(row), tag) })
}

// keptEditable knows that everything in the emulator is editable.
func keptEditable[T any](a *arguments, rows []T) []T {
	if editable := a.flag("editable"); editable != nil && !*editable {
		return nil
	}
	return rows
}
