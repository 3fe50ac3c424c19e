package fn

import (
	"encoding/json"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/resourcelist"
	"cloison.dev/cloison/validators"
)

// prove holds items against the promise: all of them, whoever wrote them.
func (r *run) prove(items []*resourcelist.Item) {
	all := make([]*objects.Object, 0, len(items))
	for _, item := range items {
		if !isLocal(item) && (item.IsList || !isKptfile(item.Meta)) && !isInstruction(item.Meta) { // hosts keep local items from being applied
			all = append(all, r.proved(item))
		}
	}
	result := validators.Check(all, r.plans())
	r.add(r.beyondMissing(result.Findings)...)
	for _, s := range result.Suppressed {
		r.add(s.Listed())
	}
}

// beyondMissing leaves out what the proof says of objects that have been reported as missing.
func (r *run) beyondMissing(findings []finding.Finding) []finding.Finding {
	missing := map[finding.Object]bool{}
	for _, f := range r.findings {
		if f.Code == finding.ObjectMissing {
			missing[f.Object] = true
		}
	}
	return slices.DeleteFunc(findings, func(f finding.Finding) bool { return missing[f.Object] })
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
