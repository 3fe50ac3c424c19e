package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Distances between what is placed, in pixels.
const (
	margin   = 24
	blockGap = 44
	rowGap   = 28
	// arrow is the length of the point of a line.
	arrow = 10
)

// drawing is the picture, placed.
type drawing struct {
	width, height int
	cards         []*card
	lines         []*line
	shared        map[int]bool
}

// draw measures and places everything.
func (d *Data) draw(layout Layout) (*drawing, error) {
	p := &drawing{shared: map[int]bool{}}
	if !d.isCompact() {
		p.shared = d.sharedFolders()
	}
	nodes := map[int]*card{}
	for i := range d.Components {
		nodes[i] = d.newCard(i, p.shared)
		p.cards = append(p.cards, nodes[i])
	}
	p.addOutside(d, nodes)
	p.addLines(d, nodes)
	p.addShared(d, nodes)
	blocks := p.blocks()
	if err := place(blocks, layout); err != nil {
		return nil, err
	}
	p.pack(blocks)
	return p, nil
}

// addOutside adds a card for each end outside that a flow has.
func (p *drawing) addOutside(d *Data, nodes map[int]*card) {
	for i, title := range d.Outside {
		number := len(d.Components) + i
		if !slices.ContainsFunc(d.Flows, func(f Flow) bool { return f.From == number || f.To == number }) {
			continue
		}
		made := &card{number: number, height: 34, width: min(widthOf(title, textSize)+2*padding+16, widest)}
		nodes[number] = made
		p.cards = append(p.cards, made)
	}
}

func (p *drawing) addLines(d *Data, nodes map[int]*card) {
	for i := range d.Flows {
		flow := &d.Flows[i]
		made := &line{from: nodes[flow.From], to: nodes[flow.To], flow: i}
		if len(d.Flows) <= mostLabels {
			made.label = fit(flow.Ports, smallSize, narrowest)
		}
		if made.from != made.to {
			p.lines = append(p.lines, made)
		}
	}
}

// folderCard is the number of the card of a shared folder: they count down from -1.
func folderCard(folder int) int { return -1 - folder }

// addShared adds a card for each shared folder, with a line to each component that reads it.
func (p *drawing) addShared(d *Data, nodes map[int]*card) {
	for folder := range d.Folders {
		if !p.shared[folder] {
			continue
		}
		title := d.Folders[folder].Title
		made := &card{number: folderCard(folder), height: 34, width: min(widthOf(title, textSize)+2*padding+26, widest)}
		p.cards = append(p.cards, made)
		for i := range d.Components {
			if source := d.Components[i].source(folder); source != nil {
				p.lines = append(p.lines, &line{from: made, to: nodes[i], flow: -1, broken: len(source.Findings) > 0})
			}
		}
	}
}

// source is what a component reads of a folder, one with errors before others; nil where it reads nothing.
func (c *Component) source(folder int) *Source {
	var found *Source
	for i := range c.Secrets {
		for j := range c.Secrets[i].Sources {
			s := &c.Secrets[i].Sources[j]
			if s.Folder == folder && (found == nil || len(s.Findings) > len(found.Findings)) {
				found = s
			}
		}
	}
	return found
}

// blocks are the cards that lines connect, the largest block first; cards without lines are the last block.
func (p *drawing) blocks() []*block {
	of := map[*card]*card{}
	root := func(c *card) *card {
		for of[c] != nil {
			c = of[c]
		}
		return c
	}
	touched := map[*card]bool{}
	for _, l := range p.lines {
		touched[l.from], touched[l.to] = true, true
		if a, b := root(l.from), root(l.to); a != b {
			of[b] = a
		}
	}
	byRoot := map[*card]*block{}
	var blocks []*block
	alone := &block{}
	for _, c := range p.cards {
		if !touched[c] {
			alone.cards = append(alone.cards, c)
			continue
		}
		into := byRoot[root(c)]
		if into == nil {
			into = &block{}
			byRoot[root(c)] = into
			blocks = append(blocks, into)
		}
		into.cards = append(into.cards, c)
	}
	for _, l := range p.lines {
		into := byRoot[root(l.from)]
		into.lines = append(into.lines, l)
	}
	slices.SortStableFunc(blocks, func(a, b *block) int { return cmp.Compare(len(b.cards), len(a.cards)) })
	if len(alone.cards) > 0 {
		blocks = append(blocks, alone)
	}
	return blocks
}

// place places the cards of each block: in layers where they are few and that is not too flat, otherwise near to what
// they are connected with, and those without lines in rows.
func place(blocks []*block, layout Layout) error {
	var graphs []Graph
	var answers []func(plain string) error
	ask := func(engine, text string, read func(plain string) error) {
		graphs = append(graphs, Graph{engine, text})
		answers = append(answers, read)
	}
	for _, b := range blocks {
		if len(b.lines) == 0 || len(b.cards) > mostCards {
			b.inRows()
			continue
		}
		ask("sfdp", springs(b.cards, b.lines), b.readSprings)
		if len(b.lines) <= mostLayered {
			ask("dot", dot(b.cards, b.lines), b.readLayers)
		}
	}
	if len(graphs) == 0 {
		return nil
	}
	placed, err := layout(graphs)
	if err != nil {
		return err
	}
	if len(placed) != len(graphs) {
		return fmt.Errorf("layout: %d graphs were asked for, and %d are placed", len(graphs), len(placed))
	}
	for i, read := range answers {
		if err := read(placed[i]); err != nil {
			return err
		}
	}
	return nil
}

// readLayers takes the places of a block in layers, unless it is too flat to be seen whole.
func (b *block) readLayers(plain string) error {
	width, height, err := sizeOf(plain)
	if err != nil || width > min(max(widestBlock, flattest*height), 2*widestBlock) {
		return err
	}
	return b.read(plain)
}

// inRows puts cards into rows of about the width of a screen, and draws lines straight.
func (b *block) inRows() {
	area := 0
	for _, c := range b.cards {
		area += (c.width + rowGap) * (c.height + rowGap)
	}
	across := int(math.Sqrt(float64(area) * shape))
	x, y, row := 0, 0, 0
	for _, c := range b.cards {
		if x > 0 && x+c.width > across {
			x, y, row = 0, y+row+rowGap, 0
		}
		c.x, c.y = x, y
		x, row = x+c.width+rowGap, max(row, c.height)
		b.width, b.height = max(b.width, c.x+c.width), y+row
	}
	for _, l := range b.lines {
		l.points = append(l.from.bottom(), l.to.top()...)
	}
}

// bottom and top are the middles of the sides of a frame; that of the top leaves room for the point of an arrow.
func (c *card) bottom() []float64 {
	return []float64{float64(c.x + (c.frameX+c.width)/2), float64(c.y + c.height)}
}

func (c *card) top() []float64 {
	return []float64{float64(c.x + (c.frameX+c.width)/2), float64(c.y - arrow)}
}

// move moves what is placed.
func (b *block) move(x, y int) {
	for _, c := range b.cards {
		c.x, c.y = c.x+x, c.y+y
	}
	for _, l := range b.lines {
		for i := 0; i+1 < len(l.points); i += 2 {
			l.points[i] += float64(x)
			l.points[i+1] += float64(y)
		}
		l.labelX, l.labelY = l.labelX+x, l.labelY+y
	}
}

// shape is the width of the picture in proportion to its height.
const shape = 1.9

// pack puts blocks beside and below one another.
func (p *drawing) pack(blocks []*block) {
	area, across := 0, 0
	for _, b := range blocks {
		area += (b.width + blockGap) * (b.height + blockGap)
		across = max(across, b.width)
	}
	across = max(across, int(math.Sqrt(float64(area)*shape)))
	x, y, row := 0, 0, 0
	for _, b := range blocks {
		if x > 0 && x+b.width > across {
			x, y, row = 0, y+row+blockGap, 0
		}
		b.move(x+margin, y+margin)
		x, row = x+b.width+blockGap, max(row, b.height)
		p.width, p.height = max(p.width, x-blockGap+2*margin), y+row+2*margin
	}
}
