package paths

import (
	"fmt"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
)

// twice reports folders that are described more than once.
func (r *collector) twice(s *source) {
	for _, d := range s.duplicates {
		r.aboutInventory(d.Again.Inventory, finding.Finding{
			Code: finding.InventoryTwice, Severity: finding.Error, Field: d.Again.Field(), Undecided: true,
			Message: fmt.Sprintf("%s must be described once, so nothing of it was checked: "+
				"Inventory %s has it too, at %s",
				d.FolderRef, d.First.Inventory.Metadata.Name, d.First.Field()),
			Fix: "remove one of the two",
		})
	}
}

// unusedFolders reports folders that no group of any plan uses.
func (r *collector) unusedFolders(plans []*plan.Plan, s *source) {
	used := map[inventory.FolderRef]bool{}
	for _, p := range plans {
		for _, at := range locatedGroups(p) {
			used[at.ref] = true
		}
	}
	for _, i := range s.inventories {
		for n, folder := range i.Spec.Folders {
			if !used[folder.FolderRef] {
				r.aboutInventory(i, finding.Finding{
					Code: finding.FolderUnused, Severity: finding.Warning,
					Field:   inventory.Described{Folder: n}.Field(),
					Message: fmt.Sprintf("no secret group uses %s", folder.FolderRef), Fix: renew,
				})
			}
		}
	}
}
