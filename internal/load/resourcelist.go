package load

import (
	"bytes"
	"fmt"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/resourcelist"
)

// Annotations of the KRM Functions Specification.
const (
	localAnnotation      = "config.kubernetes.io/local-config"
	pathAnnotation       = "internal.config.kubernetes.io/path"
	legacyPathAnnotation = "config.kubernetes.io/path"
)

var (
	listKind = form.New(`(?m)^\s*"?kind"?:\s*["']?ResourceList["']?,?\s*$`)
	listText = []byte(resourcelist.Kind)
)

// isResourceList says whether a text is what hosts send to functions.
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
	var found []*objects.Object
	if config := list.FunctionConfig; config != nil {
		if o := p.object(config); isSegregation(o) {
			found = append(found, asLocal(o))
		}
	}
	for i, item := range list.Items {
		if item.APIVersion == "" || item.Kind == "" {
			p.refuse(fmt.Errorf("items[%d]: %w", i, objects.ErrNoObject))
			continue
		}
		found = append(found, p.object(item))
	}
	p.keep(found)
}

// object is an item. Where the host says the item's file, lines of the stream mean nothing.
func (p *part) object(item *resourcelist.Item) *objects.Object {
	o := objects.FromMeta(item.Meta, p.file, item.Line, item)
	for _, annotation := range []string{pathAnnotation, legacyPathAnnotation} {
		if file := item.Annotations[annotation]; file != "" {
			o.File, o.FirstLine = file, 0
			o.KeptByHost = p.file == "" // a host sent it; kubectl can be given the file of a ResourceList
			break
		}
	}
	return o
}
