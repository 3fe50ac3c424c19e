package main

import (
	"bytes"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/wellknown"
)

// manifest is one object that kustomize has printed.
type manifest struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	text []byte
}

// generated reports whether Cloison generated the object.
func (m *manifest) generated() bool {
	return m.Labels[wellknown.ManagedByLabel] == wellknown.ManagedBy
}

func (m *manifest) lines() int { return bytes.Count(m.text, []byte("\n")) }

// decode reads the objects of a YAML stream.
func decode(stream []byte) ([]*manifest, error) {
	var manifests []*manifest
	for text := range bytes.SplitSeq(stream, []byte("\n---\n")) {
		m := &manifest{text: append(bytes.TrimSuffix(text, []byte("\n")), '\n')}
		if err := yaml.Unmarshal(text, m); err != nil {
			return nil, fmt.Errorf("read what kustomize has printed: %w", err)
		}
		manifests = append(manifests, m)
	}
	return manifests, nil
}
