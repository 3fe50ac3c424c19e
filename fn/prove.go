package fn

import (
	"encoding/json"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/resourcelist"
)

// applied are the items that a host would apply, as objects.
func (r *run) applied(items []*resourcelist.Item) []*objects.Object {
	all := make([]*objects.Object, 0, len(items))
	for _, item := range items {
		if !isLocal(item) && (item.IsList || !isKptfile(item.Meta)) && !isInstruction(item.Meta) {
			all = append(all, r.proved(item))
		}
	}
	return all
}

func (r *run) plans() []*plan.Plan {
	plans := make([]*plan.Plan, len(r.segregations))
	for i, s := range r.segregations {
		plans[i] = s.plan
	}
	return plans
}

func (r *run) known() []*inventory.Inventory {
	known := make([]*inventory.Inventory, len(r.inventories))
	for i, c := range r.inventories {
		known[i] = c.inventory
	}
	return known
}

// instructions are the Segregations and Inventories, as objects.
func (r *run) instructions() []*objects.Object {
	var all []*objects.Object
	for _, s := range r.segregations {
		all = append(all, r.proved(s.item))
	}
	for _, c := range r.inventories {
		all = append(all, r.proved(c.item))
	}
	return all
}

// proved is an item in the form that validators read.
func (r *run) proved(item *resourcelist.Item) *objects.Object {
	o := objects.FromMeta(item.Meta, pathOf(item), lineOf(item), item)
	if w, same := r.written[item]; same {
		o.Source = generated{item, w}
	}
	return o
}

// generated is an item whose text says what the object says: reading it again is saved.
type generated struct {
	*resourcelist.Item
	object *wantedObject
}

func (g generated) JSON() (text []byte, twice []fieldpath.Path, err error) {
	text, err = json.Marshal(g.object.Object)
	return text, nil, err
}
