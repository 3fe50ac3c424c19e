package page

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// looseness is how many places there are for a card in a grid.
const looseness = 1.7

// readSprings takes the points that stand for cards, and puts the cards into the cells of a grid that are nearest to
// them. Lines are straight, and lie below the cards.
func (b *block) readSprings(plain string) error {
	points := map[*card][2]float64{}
	for text := range strings.Lines(plain) {
		words := splitPlain(strings.TrimSpace(text))
		if len(words) < 4 || words[0] != "node" {
			continue
		}
		number, err := b.cardOf(words[1])
		if err != nil {
			return err
		}
		at, err := numbers(words[2:4])
		if err != nil {
			return err
		}
		points[b.cards[number]] = [2]float64{at[0], -at[1]}
	}
	b.snap(points)
	b.straighten()
	return nil
}

// grid has cells of one size, each for one card.
type grid struct {
	width, height, columns, rows int
	taken                        []*card
}

func (b *block) newGrid() *grid {
	g := &grid{}
	for _, c := range b.cards {
		g.width, g.height = max(g.width, c.width+rowGap), max(g.height, c.height+rowGap)
	}
	cells := float64(len(b.cards))*looseness + 2
	g.columns = max(1, int(math.Ceil(math.Sqrt(cells*shape*float64(g.height)/float64(g.width)))))
	g.rows = int(math.Ceil(cells / float64(g.columns)))
	g.taken = make([]*card, g.columns*g.rows)
	return g
}

// snap gives each card the free cell nearest to its point. The cards with the most lines choose first.
func (b *block) snap(points map[*card][2]float64) {
	g := b.newGrid()
	least, most := bounds(points)
	degree := map[*card]int{}
	for _, l := range b.lines {
		degree[l.from]++
		degree[l.to]++
	}
	order := slices.Clone(b.cards)
	slices.SortStableFunc(order, func(a, b *card) int { return cmp.Compare(degree[b], degree[a]) })
	for _, c := range order {
		at := points[c]
		x := scale(at[0], least[0], most[0], float64(g.columns-1))
		y := scale(at[1], least[1], most[1], float64(g.rows-1))
		g.taken[g.nearest(x, y)] = c
	}
	g.place(b)
}

func bounds(points map[*card][2]float64) (least, most [2]float64) {
	least, most = [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, p := range points {
		for i := range p {
			least[i], most[i] = min(least[i], p[i]), max(most[i], p[i])
		}
	}
	return least, most
}

func scale(value, least, most, to float64) float64 {
	if most <= least {
		return to / 2
	}
	return (value - least) / (most - least) * to
}

// nearest is the number of the free cell nearest to a place. There is one: a grid has more cells than cards.
func (g *grid) nearest(x, y float64) int {
	best, distance := -1, math.Inf(1)
	for i, c := range g.taken {
		if c != nil {
			continue
		}
		dx := (float64(i%g.columns) - x) * float64(g.width)
		dy := (float64(i/g.columns) - y) * float64(g.height)
		if d := dx*dx + dy*dy; d < distance {
			best, distance = i, d
		}
	}
	return best
}

// place sets the places of the cards, without the columns and rows in which there are none.
func (g *grid) place(b *block) {
	columns, rows := make([]int, g.columns), make([]int, g.rows)
	for i, c := range g.taken {
		if c != nil {
			columns[i%g.columns], rows[i/g.columns] = 1, 1
		}
	}
	b.width, b.height = number(columns)*g.width-rowGap, number(rows)*g.height-rowGap
	for i, c := range g.taken {
		if c != nil {
			c.x, c.y = columns[i%g.columns]*g.width, rows[i/g.columns]*g.height
		}
	}
}

// number replaces each mark by how many marks are before it, and returns how many there are.
func number(marks []int) int {
	n := 0
	for i, mark := range marks {
		marks[i] = n
		n += mark
	}
	return n
}

// straighten draws the lines of a block straight, from frame to frame.
func (b *block) straighten() {
	for _, l := range b.lines {
		fromX, fromY := l.from.middle()
		toX, toY := l.to.middle()
		startX, startY := l.from.edge(toX-fromX, toY-fromY, 0)
		endX, endY := l.to.edge(fromX-toX, fromY-toY, arrow)
		l.points, l.below = []float64{startX, startY, endX, endY}, true
	}
}

// middle of the frame.
func (c *card) middle() (x, y float64) {
	return float64(c.x) + float64(c.frameX+c.width)/2, float64(c.y) + float64(c.height)/2
}

// edge is where a line from the middle of the frame in a direction leaves it, and goes on for a distance.
func (c *card) edge(dx, dy, distance float64) (x, y float64) {
	x, y = c.middle()
	length := math.Hypot(dx, dy)
	if length == 0 {
		return x, y
	}
	dx, dy = dx/length, dy/length
	far := math.Inf(1)
	if dx != 0 {
		far = min(far, float64(c.width-c.frameX)/2/math.Abs(dx))
	}
	if dy != 0 {
		far = min(far, float64(c.height)/2/math.Abs(dy))
	}
	far += distance
	return x + dx*far, y + dy*far
}
