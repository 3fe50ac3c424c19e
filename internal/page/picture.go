package page

import (
	"fmt"
	"slices"
	"strconv"

	"cloison.dev/cloison/internal/phrase"
)

// Names of sections, by the numbers of what they are about.
func componentID(component int) string      { return "c" + strconv.Itoa(component+1) }
func secretID(component, secret int) string { return fmt.Sprintf("s%d-%d", component+1, secret+1) }
func flowID(flow int) string                { return "f" + strconv.Itoa(flow+1) }
func folderID(folder int) string            { return "d" + strconv.Itoa(folder+1) }
func keyID(key int) string                  { return "k" + strconv.Itoa(key+1) }
func findingID(finding int) string          { return "x" + strconv.Itoa(finding+1) }

func px(number int) string { return strconv.Itoa(number) }

// picture writes the drawing as SVG. What it shows stands in words below it.
func (m *markup) picture(d *Data, p *drawing) {
	m.openPicture(p)
	m.raw(`<defs>`)
	for _, class := range []string{"plain", "bad", "unsure"} {
		m.raw(`<marker id="tip-` + class + `" class="tip ` + class +
			`" viewBox="0 0 10 8" refX="0" refY="4" markerWidth="10" ` +
			`markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0L10,4L0,8z"/></marker>`)
	}
	m.raw("</defs>\n")
	for _, l := range p.lines {
		if l.below {
			m.drawLine(d, l)
		}
	}
	for _, c := range p.cards {
		switch {
		case c.number < 0:
			m.folderCard(d, c)
		case c.number >= len(d.Components):
			m.outsideCard(d, c)
		default:
			m.card(d, c)
		}
	}
	for _, l := range p.lines {
		if !l.below {
			m.drawLine(d, l)
		}
	}
	m.close("svg")
	m.line()
}

func (m *markup) openPicture(p *drawing) {
	const title = "The walls: components, their Secrets and folders, and who reaches whom"
	box := fmt.Sprintf("0 0 %d %d", p.width, p.height)
	if m.alone {
		m.open("svg", "xmlns", "http://www.w3.org/2000/svg", "id", "map", "viewBox", box, "width", px(p.width), "height",
			px(p.height), "role", "img")
		m.element("title", title)
		m.raw("\n<style>" + colors + pictureStyle + "</style>\n")
		m.rect("back", 0, 0, p.width, p.height, 10)
		return
	}
	m.open("svg", "id", "map", "viewBox", box, "role", "group", "aria-labelledby", "map-title", "aria-describedby",
		"map-about", "data-width", px(p.width), "data-height", px(p.height))
	m.element("title", title, "id", "map-title")
	m.element("desc", "Every part is a link to what is known of it. The section In words has the same as text.", "id",
		"map-about")
}

// rect writes a frame with round corners.
func (m *markup) rect(class string, x, y, width, height, radius int) {
	m.raw(fmt.Sprintf(`<rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="%d"/>`,
		class, x, y, width, height, radius))
}

// label writes a text that fits into a width, and whole as a title where it does not.
func (m *markup) label(class string, x, y, size, width int, text string) {
	short := fit(text, size, width)
	m.open("text", "class", class, "x", px(x), "y", px(y))
	m.text(short)
	if short != text {
		m.element("title", text)
	}
	m.close("text")
}

// card writes a component: its folders, its frame, and a row for each Secret and workload.
func (m *markup) card(d *Data, c *card) {
	component := &d.Components[c.number]
	problems := d.problemsOf(component.Namespace)
	class := "card"
	if problems > 0 {
		class += " broken"
	}
	x, right := c.x+c.frameX, c.x+c.width
	m.open("g", "class", class, "data-node", componentID(c.number))
	for i := range c.chips {
		m.chip(d, c, &c.chips[i])
	}
	name := "Component " + component.name() + ", " + d.under(component) + ", " + component.numbers()
	if problems > 0 {
		name += ", " + phrase.Count(problems, "error")
	}
	m.link(componentID(c.number), "head", name)
	m.rect("frame", x, c.y, c.width-c.frameX, c.height, 8)
	room := c.width - c.frameX - 2*padding
	if problems > 0 {
		room -= 30
		m.rect("badge", right-34, c.y+12, 24, 18, 9)
		m.raw(fmt.Sprintf(`<text class="badge-text" x="%d" y="%d">%d</text>`, right-22, c.y+25, problems))
	}
	if d.isCompact() {
		m.label("name large", x+padding, c.y+30, largeSize, room, component.name())
	} else {
		m.label("name", x+padding, c.y+21, titleSize, room, component.name())
		m.label("under", x+padding, c.y+37, smallSize, c.width-c.frameX-2*padding, d.under(component))
	}
	m.endLink()
	for i := range c.rows {
		m.row(c, &c.rows[i])
	}
	for i := range c.chips {
		m.gate(c, &c.chips[i])
	}
	m.close("g")
	m.line()
}

// chip writes a folder beside a frame, with the line to the row that is filled from it.
func (m *markup) chip(d *Data, c *card, made *chip) {
	x, y := c.x+c.frameX-chipGap-made.width, c.y+made.y
	title := d.Folders[made.folder].Title
	m.link(folderID(made.folder), "folder", "Folder "+title)
	m.rect("chip", x, y, made.width, chipHeight, 4)
	m.folderIcon(x+9, y+7)
	m.label("folder-name", x+27, y+17, smallSize, made.width-32, title)
	m.endLink()
	from, middle := x+made.width, y+chipHeight/2
	m.raw(fmt.Sprintf(`<path class="%s" d="M%d,%dC%d,%d %d,%d %d,%d"/>`,
		fillClass(made.broken), from, middle, from+chipGap/2, middle,
		from+chipGap/2, c.y+made.rowY, c.x+c.frameX, c.y+made.rowY))
}

// gate writes the store: where the folder comes through the wall.
func (m *markup) gate(c *card, made *chip) {
	x, y := c.x+c.frameX, c.y+made.rowY
	m.raw(fmt.Sprintf(`<path class="gate" d="M%d,%dl4,-7h8l4,7l-4,7h-8z"/>`, x-8, y))
}

func fillClass(broken bool) string {
	if broken {
		return "fill bad"
	}
	return "fill"
}

func (m *markup) folderIcon(x, y int) {
	m.raw(fmt.Sprintf(`<path class="icon" d="M%d,%dh4l1.5,1.5h6.5v8h-12z"/>`, x, y+1))
}

// row writes a Secret or a workload.
func (m *markup) row(c *card, r *row) {
	x, y := c.x+c.frameX, c.y+r.y
	width := c.width - c.frameX
	room := width - 2*padding - 22
	if r.target != "" {
		m.link(r.target, "row "+r.class, r.label)
		m.rect("hover", x+5, y+1, width-10, r.height-2, 5)
	} else {
		m.open("g", "class", "row "+r.class)
	}
	switch r.class {
	case "secret":
		m.raw(fmt.Sprintf(`<path class="icon" d="M%d,%da3,3 0 1 1 -6,0a3,3 0 1 1 6,0h7v3m-3,-3v2"/>`, x+padding+7, y+19))
		m.label("row-name", x+padding+22, y+17, textSize, room, r.text)
		m.label("under", x+padding+22, y+32, smallSize, room, r.small)
	case "workload":
		m.raw(fmt.Sprintf(`<rect class="icon" x="%d" y="%d" width="10" height="10" rx="2"/>`, x+padding+1, y+7))
		m.label("row-name", x+padding+22, y+16, textSize, room, r.text)
	default:
		m.label("under", x+padding+22, y+16, smallSize, room, r.text)
	}
	if r.target != "" {
		m.endLink()
	} else {
		m.close("g")
	}
}

func (m *markup) outsideCard(d *Data, c *card) {
	title := d.end(c.number)
	m.open("g", "class", "outside", "data-node", componentID(c.number))
	m.rect("frame", c.x, c.y, c.width, c.height, 17)
	m.label("outside-name", c.x+c.width/2, c.y+22, textSize, c.width-2*padding, title)
	m.close("g")
	m.line()
}

func (m *markup) folderCard(d *Data, c *card) {
	folder := -1 - c.number
	title := d.Folders[folder].Title
	m.open("g", "class", "shared", "data-node", folderID(folder))
	m.link(folderID(folder), "folder", "Folder "+title+", read by several components")
	m.rect("chip", c.x, c.y, c.width, c.height, 4)
	m.folderIcon(c.x+padding, c.y+11)
	m.label("folder-name", c.x+padding+20, c.y+21, textSize, c.width-2*padding-20, title)
	m.endLink()
	m.close("g")
	m.line()
}

// drawLine writes a flow, or what a component reads of a shared folder.
func (m *markup) drawLine(d *Data, l *line) {
	if l.flow < 0 {
		m.open("path", "class", fillClass(l.broken), "d", l.path(), "data-from", folderID(-1-l.from.number), "data-to",
			componentID(l.to.number))
		m.close("path")
		m.line()
		return
	}
	flow := &d.Flows[l.flow]
	class, order := "flow "+flow.class(), ""
	if l.below { // the keyboard finds it by its component: there are many, before all cards
		class, order = class+" below", "-1"
	}
	m.link(flowID(l.flow), class, d.flowTitle(flow), "tabindex", order, "data-from", componentID(flow.From), "data-to",
		componentID(flow.To))
	m.open("path", "class", "hit", "d", l.path())
	m.close("path")
	m.open("path", "class", "line", "d", l.path(), "marker-end", "url(#tip-"+flow.class()+")")
	m.close("path")
	if l.label != "" && l.labelX > 0 {
		width := widthOf(l.label, smallSize) + 8
		m.rect("port-back", l.labelX-width/2, l.labelY-9, width, 17, 3)
		m.open("text", "class", "port", "x", px(l.labelX), "y", px(l.labelY+4))
		m.text(l.label)
		m.close("text")
	}
	m.element("title", d.flowTitle(flow))
	m.endLink()
	m.line()
}

// class is how a flow is drawn.
func (f *Flow) class() string {
	switch f.State {
	case Undeclared, Unclosed, ByRights:
		return "bad"
	case Missing, Undecided:
		return "unsure"
	case Declared, Allowed:
	}
	return "plain"
}

// flowTitle is a flow as a sentence.
func (d *Data) flowTitle(f *Flow) string {
	verb := " reaches "
	switch f.State {
	case Missing:
		verb = " does not reach "
	case Undecided:
		verb = " may reach "
	case Declared, Allowed, Undeclared, Unclosed, ByRights:
	}
	if f.State == ByRights {
		return d.end(f.From) + " may " + f.Ports + " in " + d.end(f.To)
	}
	text := d.end(f.From) + verb + d.end(f.To)
	if f.Ports != "" {
		text += " on " + f.Ports
	}
	if f.State != Allowed {
		text += ", " + string(f.State)
	}
	return text
}

// problemsOf is the number of errors in a namespace.
func (d *Data) problemsOf(namespace string) int {
	n := 0
	for i := range d.Findings {
		if d.Findings[i].Severity == "error" && d.Findings[i].Namespace == namespace {
			n++
		}
	}
	return n
}

// sortedSet has each text once, sorted.
func sortedSet(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}
