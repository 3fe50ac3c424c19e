package page

import (
	"bytes"
	"strings"

	"cloison.dev/cloison/internal/printable"
)

// markup is HTML as it is written. Names of elements and attributes are those of this package; every text and every
// value of an attribute is escaped.
type markup struct {
	out    bytes.Buffer
	escape *strings.Replacer
	// alone is true for a picture outside of a page: it has its own style, and its parts are no links.
	alone bool
}

func newMarkup() *markup {
	return &markup{escape: strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")}
}

// safe is text in one line that means nothing to HTML.
func (m *markup) safe(text string) string { return m.escape.Replace(printable.Row(text)) }

// raw writes HTML.
func (m *markup) raw(html string) { m.out.WriteString(html) }

// open begins an element. attributes are names and values by turns; one whose value is empty is left out.
func (m *markup) open(element string, attributes ...string) {
	m.raw("<" + element)
	for i := 0; i+1 < len(attributes); i += 2 {
		if attributes[i+1] != "" {
			m.raw(" " + attributes[i] + `="` + m.safe(attributes[i+1]) + `"`)
		}
	}
	m.raw(">")
}

// link begins a link to a section of the page, which only has a text for readers in a picture alone.
func (m *markup) link(id, class, label string, more ...string) {
	if m.alone {
		m.open("g", append([]string{"class", class}, more...)...)
		return
	}
	m.open("a", append([]string{"href", "#" + id, "class", class, "aria-label", label}, more...)...)
}

// endLink ends what [markup.link] began.
func (m *markup) endLink() {
	if m.alone {
		m.close("g")
	} else {
		m.close("a")
	}
}

func (m *markup) close(elements ...string) {
	for _, element := range elements {
		m.raw("</" + element + ">")
	}
}

func (m *markup) text(text string) { m.raw(m.safe(text)) }

// element writes a whole element with a text.
func (m *markup) element(element, text string, attributes ...string) {
	m.open(element, attributes...)
	m.text(text)
	m.close(element)
}

// line ends a line, so that the page can be read and compared as text.
func (m *markup) line() { m.raw("\n") }

// list writes texts as a list; nothing where there are none.
func (m *markup) list(class string, texts []string) {
	if len(texts) == 0 {
		return
	}
	m.open("ul", "class", class)
	for _, text := range texts {
		m.element("li", text)
	}
	m.close("ul")
	m.line()
}

// reasons writes sentences with their places.
func (m *markup) reasons(reasons []Reason) {
	if len(reasons) == 0 {
		return
	}
	m.open("ul", "class", "reasons")
	for _, reason := range reasons {
		m.open("li")
		m.text(reason.Text)
		if reason.Place != "" {
			m.raw(" ")
			m.element("code", reason.Place, "class", "place")
		}
		m.close("li")
	}
	m.close("ul")
	m.line()
}

// fact writes a term with what it is; nothing where that is empty.
func (m *markup) fact(term, text string) {
	if text == "" {
		return
	}
	m.element("dt", term)
	m.element("dd", text)
	m.line()
}

// facts writes a term with several texts.
func (m *markup) facts(term string, texts []string) {
	if len(texts) == 0 {
		return
	}
	m.element("dt", term)
	for _, text := range texts {
		m.element("dd", text)
	}
	m.line()
}
