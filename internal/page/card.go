package page

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/phrase"
)

// Sizes of what is drawn, in pixels.
const (
	titleSize, textSize, smallSize = 15, 13, 11
	// largeSize and largeHeight are those of a card that has nothing but its name.
	largeSize, largeHeight   = 22, 44
	headHeight               = 46
	secretHeight, workHeight = 40, 24
	chipHeight, chipGap      = 26, 34
	padding                  = 12
	narrowest, widest        = 190, 320
	widestChip               = 290
)

// mostRows is how many Secrets, and how many workloads, a card names.
const mostRows = 8

// manyComponents is the number of components up to which cards have rows. With more they have a name only, in letters
// that can be read in the whole picture.
const manyComponents = 40

// card is a component as it is drawn: a frame, and left of it the folders that only it reads.
type card struct {
	// number is that of the component, or that of an end outside behind them.
	number int
	// width and height are those of the frame and the folders together; frameX is where the frame begins.
	width, height, frameX int
	rows                  []row
	chips                 []chip
	// x and y are set when the cards are placed.
	x, y int
}

// row is a line of a card.
type row struct {
	y, height int
	class     string
	// target is the section that tells more; empty for what has none.
	target             string
	text, small, label string
}

// chip is a folder beside a card.
type chip struct {
	folder, y, width int
	// broken marks a folder that must not be read.
	broken bool
	// rowY is the middle of the row that is filled from it.
	rowY int
}

// isCompact reports whether cards have no rows.
func (d *Data) isCompact() bool { return len(d.Components) > manyComponents }

// newCard measures a component. shared are the folders that are drawn on their own.
func (d *Data) newCard(number int, shared map[int]bool) *card {
	c := &card{number: number, height: headHeight}
	component := &d.Components[number]
	frame := max(widthOf(component.name(), titleSize), widthOf(d.under(component), smallSize)) + 2*padding + 34
	if d.isCompact() {
		c.height, frame = largeHeight, widthOf(component.name(), largeSize)+2*padding+34
	} else {
		frame = max(frame, c.addRows(component, number))
		c.addChips(component, shared, d.Folders)
	}
	c.width = min(max(frame, narrowest), widest) + c.frameX
	return c
}

// under is the line below the name of a component.
func (d *Data) under(c *Component) string {
	text := "namespace"
	switch {
	case c.Namespace == "":
		text = "no namespace"
	case c.Namespace != c.name():
		text += " " + c.Namespace
	}
	if c.Segregation != "" && c.Segregation != d.Components[0].Segregation {
		text += " · " + c.Segregation
	}
	return text
}

// numbers are those of a component, for a card without rows.
func (c *Component) numbers() string {
	return fmt.Sprintf("%s · %s", phrase.Count(len(c.drawnSecrets()), "Secret"),
		phrase.Count(len(c.Workloads), "workload"))
}

// addRows adds the Secrets, then the workloads, and returns the width that they need.
func (c *card) addRows(component *Component, number int) int {
	width := 0
	add := func(r row) {
		r.y = c.height
		c.rows = append(c.rows, r)
		c.height += r.height
		width = max(width, widthOf(r.text, textSize)+2*padding+26, widthOf(r.small, smallSize)+2*padding+26)
	}
	drawn := component.drawnSecrets()
	for at, i := range drawn {
		if at == mostRows && len(drawn) > mostRows+1 {
			add(row{height: workHeight, class: "more", text: fmt.Sprintf("and %d more Secrets", len(drawn)-at)})
			break
		}
		s := &component.Secrets[i]
		add(row{height: secretHeight, class: "secret", target: secretID(number, i), text: s.Name, small: s.small(),
			label: "Secret " + s.Name + ", " + s.small()})
	}
	for i, workload := range component.Workloads {
		if i == mostRows && len(component.Workloads) > mostRows+1 {
			add(row{height: workHeight, class: "more", text: fmt.Sprintf("and %d more workloads", len(component.Workloads)-i)})
			break
		}
		add(row{height: workHeight, class: "workload", text: workload})
	}
	c.height += padding / 2
	return width
}

// drawnSecrets are those of a card: all but those that are known only to hold the API key of a store, which is drawn as
// the gate in the wall.
func (c *Component) drawnSecrets() []int {
	var drawn []int
	for i := range c.Secrets {
		if s := &c.Secrets[i]; len(s.APIKeyOf) == 0 || len(s.Sources)+len(s.Others)+len(s.Keys)+len(s.Uses) > 0 {
			drawn = append(drawn, i)
		}
	}
	return drawn
}

// small is the line below the name of a Secret.
func (s *Secret) small() string {
	text := s.Count + " keys"
	switch s.Count {
	case "1":
		text = "1 key"
	case "?":
		text = "not in the input"
	}
	switch {
	case len(s.Sources) > 0 && s.Sources[0].Store != "":
		text += " · " + s.Sources[0].Store
	case len(s.APIKeyOf) > 0:
		text = "API key of " + s.APIKeyOf[0]
	case len(s.Others) > 0:
		text += " · " + s.Others[0]
	}
	return text
}

// addChips puts the folders that only this component reads beside the rows of their Secrets.
func (c *card) addChips(component *Component, shared map[int]bool, folders []Folder) {
	free, width := headHeight, 0
	var placed []int
	for i := range component.Secrets {
		at := slices.IndexFunc(c.rows, func(r row) bool { return r.target == secretID(c.number, i) })
		for _, source := range component.Secrets[i].Sources {
			if at < 0 || shared[source.Folder] || slices.Contains(placed, source.Folder) {
				continue
			}
			placed = append(placed, source.Folder)
			made := chip{folder: source.Folder, rowY: c.rows[at].y + secretHeight/2}
			made.broken = len(source.Findings) > 0
			made.y = max(free, made.rowY-chipHeight/2)
			made.width = min(widthOf(folders[source.Folder].Title, smallSize)+34, widestChip)
			free = made.y + chipHeight + 6
			width = max(width, made.width)
			c.chips = append(c.chips, made)
		}
	}
	if len(c.chips) > 0 {
		c.frameX = width + chipGap
		c.height = max(c.height, free)
	}
}

// sharedFolders are those that more than one component reads.
func (d *Data) sharedFolders() map[int]bool {
	reader, shared := map[int]int{}, map[int]bool{}
	for i := range d.Components {
		for j := range d.Components[i].Secrets {
			for _, source := range d.Components[i].Secrets[j].Sources {
				if first, known := reader[source.Folder]; known && first != i {
					shared[source.Folder] = true
				}
				reader[source.Folder] = i
			}
		}
	}
	return shared
}
