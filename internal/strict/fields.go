package strict

import (
	"reflect"
	"strings"
)

// structFields are the fields of a struct by the names they have in YAML, those of embedded structs included.
type structFields struct {
	names []string
	index map[string][]int
}

func fieldsOf(t reflect.Type) structFields {
	fields := structFields{index: map[string][]int{}}
	for _, field := range reflect.VisibleFields(t) {
		if field.Anonymous || !field.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		fields.names = append(fields.names, name)
		fields.index[name] = field.Index
	}
	return fields
}
