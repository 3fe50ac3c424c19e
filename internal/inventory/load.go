package inventory

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/strict"
)

// Load decodes and validates the Inventory in node. The projects' ids come in lower case; nothing else is changed, the
// order neither. Where there is a finding (each is an error, CLS-I015), the Inventory is nil: it must not be used. A
// folder that is described twice is no such error, NewIndex finds it.
func Load(node *yaml.Node, origin strict.Origin) (*Inventory, []finding.Finding) {
	document := strict.NewDocument(node, origin, APIVersion, Kind)
	inventory := &Inventory{}
	dialect := strict.Dialect{
		Unreadable:     finding.InventoryInvalid,
		UnknownField:   finding.InventoryInvalid,
		DuplicateField: finding.InventoryInvalid,
		WrongType:      finding.InventoryInvalid,
	}
	if strict.Decode(node, inventory, document, dialect) {
		lowerProjects(inventory)
		validate(inventory, document)
	}
	if findings := document.Findings(); len(findings) > 0 {
		return nil, findings
	}
	return inventory, nil
}
