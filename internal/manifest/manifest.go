// Package manifest turns typed Kubernetes objects into text and plain values, and compares them with YAML.
package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	yaml "sigs.k8s.io/yaml/goyaml.v2"
)

// YAML writes object with its keys sorted. Text that YAML 1.1 readers would take for a boolean, such as y, is quoted.
func YAML(object any) ([]byte, error) {
	value, err := Value(object)
	if err != nil {
		return nil, err
	}
	text, err := yaml.Marshal(sorted(value))
	if err != nil {
		return nil, fmt.Errorf("write %T: %w", object, err)
	}
	return text, nil
}

// sorted puts the fields of objects in the order of their names. The YAML writer's own order of names that hold digits
// is not the same on every run.
func sorted(value any) any {
	switch value := value.(type) {
	case map[string]any:
		fields := make(yaml.MapSlice, 0, len(value))
		for name, of := range value {
			fields = append(fields, yaml.MapItem{Key: name, Value: sorted(of)})
		}
		slices.SortFunc(fields, byName)
		return fields
	case []any:
		for i, item := range value {
			value[i] = sorted(item)
		}
	}
	return value
}

// byName orders fields, whose keys are the texts that sorted has put there.
func byName(a, b yaml.MapItem) int {
	x, _ := a.Key.(string)
	y, _ := b.Key.(string)
	return strings.Compare(x, y)
}

// Value is object as plain values: map[string]any, []any, string, int64, float64, bool and nil.
func Value(object any) (any, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("write %T: %w", object, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("read %T back: %w", object, err)
	}
	return withNumbers(value), nil
}

// withNumbers replaces the text of numbers by numbers, whole ones by int64.
func withNumbers(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, item := range value {
			value[key] = withNumbers(item)
		}
	case []any:
		for i, item := range value {
			value[i] = withNumbers(item)
		}
	case json.Number:
		if whole, err := value.Int64(); err == nil {
			return whole
		}
		if number, err := value.Float64(); err == nil {
			return number
		}
	}
	return value
}
