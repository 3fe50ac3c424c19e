// Package manifest turns typed Kubernetes objects into text and plain values.
package manifest

import (
	"encoding/json"
	"fmt"

	"sigs.k8s.io/yaml"
)

// YAML writes object with its keys sorted. Text that YAML 1.1 readers would take for a boolean, such as y, is quoted.
func YAML(object any) ([]byte, error) {
	text, err := yaml.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("write %T: %w", object, err)
	}
	return text, nil
}

// Value is object as JSON knows it: map[string]any, []any, string, float64, bool and nil.
func Value(object any) (any, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("write %T: %w", object, err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, fmt.Errorf("read %T back: %w", object, err)
	}
	return value, nil
}
