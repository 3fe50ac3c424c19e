package strict

import (
	"reflect"
	"strings"

	"cloison.dev/cloison/internal/spelling"
)

// structFields are the fields of a struct by the names they have in YAML, those of embedded structs included.
type structFields struct {
	names []string
	index map[string][]int
}

func fieldsOf(t reflect.Type) structFields {
	fields := structFields{index: map[string][]int{}}
	for _, field := range reflect.VisibleFields(t) {
		if field.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		fields.names = append(fields.names, name)
		fields.index[name] = field.Index
	}
	return fields
}

// List joins names for a message.
func List(names []string) string {
	return strings.Join(names, ", ")
}

// Closest finds the name that was probably meant: one that differs by case or by at most two letters. It returns "" where
// there is none.
func Closest(name string, known []string) string {
	const maxDistance = 2
	best, bestDistance := "", maxDistance+1
	for _, candidate := range known {
		if strings.EqualFold(name, candidate) {
			return candidate
		}
		if len(name) > len(candidate)+maxDistance {
			continue
		}
		if distance := spelling.Distance(name, candidate); distance < bestDistance && distance < len(candidate) {
			best, bestDistance = candidate, distance
		}
	}
	return best
}
