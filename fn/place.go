package fn

import (
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/resourcelist"
)

// place gives a finding about an object as a whole its object and file, and the line of the item: what a host shows of
// an item starts there.
func place(o *objects.Object, f finding.Finding) finding.Finding {
	f.Object, f.File, f.Line = o.Identity(), o.File, o.FirstLine
	return f
}

func about(item *resourcelist.Item, f finding.Finding) finding.Finding {
	return place(intake.FromItem(item), f)
}

func object(meta resourcelist.Meta) finding.Object {
	return finding.Object{APIVersion: meta.APIVersion, Kind: meta.Kind, Namespace: meta.Namespace, Name: meta.Name}
}
