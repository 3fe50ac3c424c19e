package fn

import (
	"encoding/json"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/resourcelist"
)

// applied are the items that may be applied, as objects. Those that hosts keep from the cluster are told by the proof.
func (r *run) applied(items []*resourcelist.Item) []*objects.Object {
	all := make([]*objects.Object, 0, len(items))
	for _, item := range items {
		if o := r.proved(item); intake.Foreign(o) == "" {
			all = append(all, o)
		}
	}
	return all
}

// proved is an item in the form that validators read.
func (r *run) proved(item *resourcelist.Item) *objects.Object {
	o := intake.FromItem(item)
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
