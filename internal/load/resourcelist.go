package load

import (
	"bytes"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/resourcelist"
)

var (
	listKind = form.New(`(?m)^\s*"?kind"?:\s*["']?ResourceList["']?,?\s*$`)
	listText = []byte(resourcelist.Kind)
)

// isResourceList reports whether a text is what hosts send to functions.
func isResourceList(data []byte) bool {
	return bytes.Contains(data, listText) && listKind().Match(data)
}

// readResourceList takes the items, and the functionConfig where it is a Segregation.
func (p *part) readResourceList() {
	list, err := resourcelist.Read(p.data)
	if err != nil {
		p.refuse(err)
		return
	}
	found, err := intake.FromList(list, p.file)
	if err != nil {
		p.refuse(err)
		return
	}
	p.keep(found.Objects())
}
