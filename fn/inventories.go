package fn

import (
	"fmt"
	"reflect"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/resourcelist"
)

// committed is one Inventory of the input.
type committed struct {
	item      *resourcelist.Item
	inventory *inventory.Inventory
}

// isInventory holds for every version, so that a wrong one is refused and not passed over.
func isInventory(meta resourcelist.Meta) bool {
	return meta.Kind == inventory.Kind && group(meta.APIVersion) == group(inventory.APIVersion)
}

// isInstruction says whether an item is meant for Cloison itself and is no object of a cluster.
func isInstruction(meta resourcelist.Meta) bool { return isSegregation(meta) || isInventory(meta) }

// findInventories loads the Inventories among the items.
func (r *run) findInventories() {
	for _, item := range r.list.Items {
		if isInventory(item.Meta) {
			r.loadInventory(item)
			r.warnIfApplied(item)
		}
	}
}

func (r *run) loadInventory(item *resourcelist.Item) {
	node, err := item.Node()
	if err != nil {
		r.add(about(item, finding.Finding{Code: finding.InventoryInvalid, Severity: finding.Error, Message: err.Error()}))
		return
	}
	loaded, findings := inventory.Load(node, origin(item))
	r.add(findings...)
	if loaded == nil {
		return
	}
	for _, other := range r.inventories {
		if other.inventory.Metadata.Name == loaded.Metadata.Name {
			if reflect.DeepEqual(other.inventory.Spec, loaded.Spec) {
				return // once by itself, once in a kustomization
			}
			r.add(about(item, finding.Finding{
				Code: finding.InputDuplicate, Severity: finding.Error, Field: "metadata.name",
				Message: fmt.Sprintf("there are two Inventories with the name %q; each must have its own", loaded.Metadata.Name),
				Fix:     "remove or rename one of them",
			}))
			return
		}
	}
	r.inventories = append(r.inventories, &committed{item: item, inventory: loaded})
}

// warnIfApplied warns of an instruction that hosts do not keep from the cluster.
func (r *run) warnIfApplied(item *resourcelist.Item) {
	if isLocal(item) {
		return
	}
	r.add(about(item, finding.Finding{
		Code: finding.WouldBeApplied, Severity: finding.Warning, Field: "metadata.annotations",
		Message: fmt.Sprintf("the %s would be applied to the cluster, which does not know it", item.Kind),
		Fix:     fmt.Sprintf(`annotate it %s: "true"`, localAnnotation),
	}))
}
