package intake

import (
	"reflect"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/wellknown"
)

func inventories() kind[inventory.Inventory] {
	return kind[inventory.Inventory]{
		plural:     "Inventories",
		is:         wellknown.IsInventory,
		load:       inventory.Load,
		agree:      func(a, b *inventory.Inventory) bool { return reflect.DeepEqual(a.Spec, b.Spec) },
		unreadable: finding.InventoryInvalid,
	}
}
