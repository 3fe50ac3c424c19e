package cluster

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/strict"
	"cloison.dev/cloison/internal/wellknown"
)

// Load decodes, validates and resolves the Cluster in node. Where there is a finding (each is an error, CLS-K024), the
// Cluster is nil: it must not be used.
func Load(node *yaml.Node, origin strict.Origin) (*Cluster, []finding.Finding) {
	document := strict.NewDocument(node, origin, wellknown.APIVersion, Kind)
	written := &Document{}
	dialect := strict.Dialect{
		Unreadable:     finding.ClusterInvalid,
		UnknownField:   finding.ClusterInvalid,
		DuplicateField: finding.ClusterInvalid,
		WrongType:      finding.ClusterInvalid,
	}
	if strict.Decode(node, written, document, dialect) {
		validate(written, document)
	}
	if findings := document.Findings(); len(findings) > 0 {
		return nil, findings
	}
	resolved := resolve(written)
	return &resolved, nil
}
