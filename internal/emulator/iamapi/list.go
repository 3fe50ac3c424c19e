package iamapi

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/iam"
)

// ordering is one of the orders that a list can be asked for.
type ordering[T any] struct {
	name    string
	compare func(a, b T) int
}

// ordered reads the order and the page, and returns that page of the rows, shown, and how many rows there are. The
// first ordering is the default; rows come in by id, which breaks ties. Sizes of pages are those of the secrets
// (inferred).
func ordered[T, S any](a *api.Arguments, rows []T, show func(T) S, orderings ...ordering[T]) (shown []S, total int) {
	var names []string
	for _, o := range orderings {
		names = append(names, o.name+"_asc", o.name+"_desc")
	}
	order := a.Choice("order_by", names[0], names...)
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
	for _, row := range api.Paged(rows, a.Page()) {
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

// byMeta is the orders of applications and groups.
func byMeta[T any](of func(T) iam.Meta) []ordering[T] {
	return []ordering[T]{
		byTime("created_at", func(row T) time.Time { return of(row).CreatedAt }),
		byTime("updated_at", func(row T) time.Time { return of(row).UpdatedAt }),
		byText("name", func(row T) string { return of(row).Name }),
	}
}

// unordered leaves the rows in the order that they have.
func unordered[T any](name string) ordering[T] {
	return ordering[T]{name, func(T, T) int { return 0 }}
}

// matching drops the rows that a filter of the query refuses: a text that must be equal. An empty filter is none
// (inferred).
func matching[T any](a *api.Arguments, name string, rows []T, of func(T) string) []T {
	wanted, _ := a.Text(name)
	if wanted == "" {
		return rows
	}
	return slices.DeleteFunc(rows, func(row T) bool { return of(row) != wanted })
}

// matchingAny is matching for a filter that may be given several times and then lets any of its values pass.
func matchingAny[T any](a *api.Arguments, name string, rows []T, of func(T) string) []T {
	return sharingAny(a, name, rows, func(row T) []string { return []string{of(row)} })
}

// sharingAny is matchingAny for rows that have several values, one of which must be among those of the filter
// (inferred).
func sharingAny[T any](a *api.Arguments, name string, rows []T, of func(T) []string) []T {
	wanted := a.Values(name)
	if len(wanted) == 0 {
		return rows
	}
	isWanted := func(value string) bool { return slices.Contains(wanted, value) }
	return slices.DeleteFunc(rows, func(row T) bool { return !slices.ContainsFunc(of(row), isWanted) })
}

// tagged is matching for the filter on one tag. Facts: docs/facts.md, "Objects of IAM".
func tagged[T any](a *api.Arguments, rows []T, of func(T) []string) []T {
	tag, _ := a.Text("tag")
	if tag == "" {
		return rows
	}
	return slices.DeleteFunc(rows, func(row T) bool { return !slices.Contains(of(row), tag) })
}

// editable reads the filter on what can be edited, which is everything.
func editable[T any](a *api.Arguments, rows []T) []T {
	if wanted := a.Flag("editable"); wanted != nil && !*wanted {
		return nil
	}
	return rows
}

// checkList returns what is wrong with the query of a list over the organization.
func (s *Service) checkList(a *api.Arguments, k kind) error {
	given, _ := a.Text("organization_id")
	if a.Err() != nil {
		return a.Err()
	}
	return s.checkOrganization(given, k.resource, "list")
}
