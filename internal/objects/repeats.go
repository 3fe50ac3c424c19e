package objects

import (
	"encoding/json"
	"reflect"

	"cloison.dev/cloison/internal/wellknown"
)

// Repeats reports whether another object says the same, field by field. What a host notes on one of them, such as its
// file, does not count. What cannot be read repeats nothing.
func (o *Object) Repeats(other *Object) bool {
	own, ok := o.content()
	if !ok {
		return false
	}
	others, ok := other.content()
	return ok && reflect.DeepEqual(own, others)
}

// content is what the object says, without the annotations of hosts.
func (o *Object) content() (fields map[string]any, ok bool) {
	text, twice, err := o.json()
	if err != nil || len(twice) > 0 || json.Unmarshal(text, &fields) != nil {
		return nil, false
	}
	metadata, _ := fields["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	for name := range annotations {
		if wellknown.IsHostAnnotation(name) && name != wellknown.LocalConfigAnnotation {
			delete(annotations, name)
		}
	}
	if len(annotations) == 0 {
		delete(metadata, "annotations")
	}
	return fields, true
}

// repetitions finds objects that say what one before them says.
type repetitions map[Key]*Object

// has reports whether an object of the same name before this one says the same.
func (r repetitions) has(o *Object) bool {
	if o.Name == "" {
		return false
	}
	key := o.Key()
	first := r[key]
	if first == nil {
		r[key] = o
		return false
	}
	return o.Repeats(first)
}
