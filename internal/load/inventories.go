package load

import (
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/objects"
)

// isInventory holds for every version, so that a wrong one is refused and not passed over.
func isInventory(o *objects.Object) bool {
	return o.GroupKind() == schema.GroupKind{Group: ownGroup, Kind: inventory.Kind}
}

// isInstruction says whether an object is meant for Cloison itself and not for a cluster.
func isInstruction(o *objects.Object) bool { return isSegregation(o) || isInventory(o) }

// loadInventories reads the Inventories. One that is refused stops the check: which revisions are pinned is not known then.
func (in *Input) loadInventories() {
	for _, o := range in.Objects {
		if !isInventory(o) {
			continue
		}
		problems := in.loadInventory(o)
		in.warnIfApplied(o)
		in.Findings = append(in.Findings, problems...)
		in.Stopped = in.Stopped || finding.HasErrors(problems)
	}
}

func (in *Input) loadInventory(o *objects.Object) []finding.Finding {
	node, err := o.Source.Node()
	if err != nil {
		return []finding.Finding{o.About(finding.Finding{Code: finding.InventoryInvalid, Severity: finding.Error, Message: err.Error()})}
	}
	loaded, problems := inventory.Load(node, originOf(o))
	if loaded == nil {
		return problems
	}
	for _, other := range in.Inventories {
		switch {
		case other.Metadata.Name != loaded.Metadata.Name:
		case reflect.DeepEqual(other.Spec, loaded.Spec):
			return problems // once by itself, once in a kustomization
		default:
			return append(problems, o.About(finding.Finding{
				Code: finding.InputDuplicate, Severity: finding.Error, Field: "metadata.name",
				Message: fmt.Sprintf("there are two Inventories with the name %q; each must have its own", o.Name),
				Fix:     "remove or rename one of them",
			}))
		}
	}
	in.Inventories = append(in.Inventories, loaded)
	return problems
}

// Placed gives findings on Segregations and Inventories the file and line where those were written.
func (in *Input) Placed(findings []finding.Finding) []finding.Finding {
	var written []*objects.Object
	for _, o := range in.Objects {
		if isInstruction(o) {
			written = append(written, o)
		}
	}
	return objects.Placed(written, findings)
}
