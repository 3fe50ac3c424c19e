package page

import (
	"cmp"
	"strings"

	"cloison.dev/cloison/internal/phrase"
)

// mostColumns is the number of components up to which the matrix has a column for each. With more, a row names the
// components that have its key.
const mostColumns = 24

// matrix writes who has what.
func (m *markup) matrix(d *Data) {
	m.raw(`<section id="matrix" aria-labelledby="matrix-title">` + "\n" + `<h2 id="matrix-title">Who has what</h2>` + "\n")
	if len(d.Keys) == 0 {
		m.raw(`<p class="none">No component has a key of a secret that is known.</p>` + "\n</section>\n")
		return
	}
	m.raw(`<form id="key-filters" class="filters" hidden role="search" aria-label="Filter the keys">` +
		`<label>Key, folder or component` +
		`<input type="search" name="text" autocomplete="off"></label>` +
		`<label class="check"><input type="checkbox" name="several">` +
		`only keys that several components have</label><button type="reset">Show all</button></form>` + "\n")
	m.element("p", phrase.Count(len(d.Keys), "key"), "id", "keys-count", "class", "count", "role", "status")
	m.raw("\n" + `<div class="scroll" role="region" aria-labelledby="matrix-title" tabindex="0">` +
		`<table class="matrix">` + "\n")
	columns := d.columns()
	m.raw(`<thead><tr><th scope="col">Key</th>`)
	for _, c := range columns {
		m.open("th", "scope", "col", "class", "column")
		m.element("a", d.Components[c].name(), "href", "#"+componentID(c))
		m.close("th")
	}
	if columns == nil {
		m.raw(`<th scope="col">Components that have it</th>`)
	}
	m.raw("</tr></thead>\n")
	for i := 0; i < len(d.Keys); {
		end := i
		for end < len(d.Keys) && d.Keys[end].group(d) == d.Keys[i].group(d) {
			end++
		}
		m.keyGroup(d, i, end, columns)
		i = end
	}
	m.raw("</table></div>\n</section>\n")
}

// columns are the components that have a key; nil where they are too many.
func (d *Data) columns() []int {
	has := map[int]bool{}
	for i := range d.Keys {
		for _, h := range d.Keys[i].Holders {
			has[h.Component] = true
		}
	}
	if len(has) > mostColumns {
		return nil
	}
	columns := []int{}
	for i := range d.Components {
		if has[i] {
			columns = append(columns, i)
		}
	}
	return columns
}

// group is the heading that a row stands under.
func (k *Key) group(d *Data) string {
	var parts []string
	if k.Folder >= 0 {
		parts = append(parts, d.Folders[k.Folder].Title)
		if about := d.Folders[k.Folder].About; about != "" {
			parts = append(parts, about)
		}
	}
	if k.Of != "" {
		parts = append(parts, k.Of)
	}
	return cmp.Or(strings.Join(parts, " · "), "no folder")
}

// keyGroup writes the rows of a folder.
func (m *markup) keyGroup(d *Data, from, to int, columns []int) {
	first := &d.Keys[from]
	span := len(columns) + 1
	if columns == nil {
		span = 2
	}
	m.raw("<tbody><tr class=\"group\">")
	m.open("th", "scope", "rowgroup", "colspan", px(span))
	if first.Folder >= 0 {
		m.element("a", first.group(d), "href", "#"+folderID(first.Folder))
	} else {
		m.text(first.group(d))
	}
	m.raw("</th></tr>\n")
	for i := from; i < to; i++ {
		m.keyRow(d, i, columns)
	}
	m.raw("</tbody>\n")
}

func (m *markup) keyRow(d *Data, number int, columns []int) {
	k := &d.Keys[number]
	several := ""
	if len(k.Holders) > 1 {
		several = "true"
	}
	m.open("tr", "class", "key", "data-several", several)
	m.open("th", "scope", "row")
	m.element("a", k.Name, "href", "#"+keyID(number))
	m.close("th")
	if columns == nil {
		m.open("td", "class", "who")
		for i, h := range k.Holders {
			if i > 0 {
				m.raw(" ")
			}
			m.element("a", d.Components[h.Component].name(), "href", "#"+keyID(number), "class", h.class())
		}
		m.close("td")
	}
	for _, c := range columns {
		m.cell(d, k, number, c)
	}
	m.raw("</tr>\n")
}

func (m *markup) cell(d *Data, k *Key, number, column int) {
	for _, h := range k.Holders {
		if h.Component == column {
			m.open("td")
			m.element("a", "●", "href", "#"+keyID(number), "class", h.class(), "aria-label",
				d.Components[column].name()+" has "+k.Name+h.remark())
			m.close("td")
			return
		}
	}
	m.raw("<td></td>")
}

func (h *Holder) class() string {
	if h.Broken {
		return "holder broken"
	}
	return "holder"
}

// remark is what a holder's mark says besides.
func (h *Holder) remark() string {
	if h.Broken {
		return ", and must not"
	}
	return ""
}
