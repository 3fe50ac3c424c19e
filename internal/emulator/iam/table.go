package iam

import (
	"maps"
	"slices"
)

// table holds rows by id. Rows are values that are replaced, never changed in
// place, so that a row that was handed out stays what it was.
type table[T any] struct {
	resource string // the rows' kind as the API names it
	rows     map[string]T
}

func newTable[T any](resource string) table[T] { return table[T]{resource, map[string]T{}} }

func (t table[T]) get(id string) (T, error) {
	row, ok := t.rows[id]
	if !ok {
		return row, &NotFoundError{t.resource, id}
	}
	return row, nil
}

func (t table[T]) remove(id string) error {
	_, err := t.get(id)
	delete(t.rows, id)
	return err
}

// all returns the rows by id.
func (t table[T]) all() []T {
	rows := make([]T, 0, len(t.rows))
	for _, id := range slices.Sorted(maps.Keys(t.rows)) {
		rows = append(rows, t.rows[id])
	}
	return rows
}
