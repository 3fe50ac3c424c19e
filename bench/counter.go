package main

import (
	"bytes"
	"io"
	"slices"
)

// counter counts the items of a ResourceList on its way through.
type counter struct {
	io.Writer
	items int
	// rest is the end of the text so far, in which an item may have begun.
	rest []byte
}

// itemStart is how the function starts an item; results start otherwise.
const itemStart = "\n- apiVersion: "

func (c *counter) Write(p []byte) (int, error) {
	text := slices.Concat(c.rest, p)
	c.items += bytes.Count(text, []byte(itemStart))
	keep := max(0, len(text)-len(itemStart)+1)
	c.rest = bytes.Clone(text[keep:])
	return c.Writer.Write(p)
}
